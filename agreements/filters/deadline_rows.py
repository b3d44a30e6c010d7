"""What of agreements and records is kept in the process to know their days: terms, and who stood up for them."""

from __future__ import annotations

from django.db.models import CharField
from django.db.models.functions import Cast

from agreements.models import Agreement, Cooperation, Participation
from coopportal.common.followed import FollowedRows
from coopportal.common.triggers import shown
from municipalities.models import Municipality

#: Agreement → its cooperation, the last day of that, and its terms (``term_rows``); whom it binds may be touched too.
TERMS = FollowedRows(
    resource="agreements",
    public=lambda: Agreement.objects.public(),
    read=lambda: Agreement.objects.public().saying_terms().term_rows("cooperation__ended_on"),
    ways={
        Agreement._meta.db_table: "pk",
        shown(Agreement): "pk",
        Cooperation._meta.db_table: "cooperation",
        shown(Cooperation): "cooperation",
        Participation._meta.db_table: "parties",
    },
    beside={"cooperations": "cooperation"},
)

#: Record that somebody keeps → the day on which somebody last stood up for it, as text, and the Land of its keeper.
RECORDS = FollowedRows(
    resource="cooperations",
    public=lambda: Cooperation.objects.public(),
    read=lambda: (
        Cooperation.objects.public()
        .filter(keeper__isnull=False)
        .with_last_affirmed()
        .order_by()
        .values_list("pk", Cast("last_affirmed", CharField()), "keeper__state")
    ),
    ways={
        Cooperation._meta.db_table: "pk",
        shown(Cooperation): "pk",
        shown(Municipality): "keeper",
    },
    beside={"municipalities": "keeper"},
)
