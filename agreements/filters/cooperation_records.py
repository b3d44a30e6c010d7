"""The records of cooperations that each process keeps as it told them last, and what they depend on."""

from __future__ import annotations

from agreements.filters.cooperation_bits import COOPERATIONS
from agreements.models import Cooperation, Event, Participation
from coopportal.common.finished import FollowedRecords
from coopportal.common.triggers import shown
from municipalities.models import Municipality, Organisation

RECORDS = FollowedRecords(
    resource="cooperations",
    public=COOPERATIONS.public,
    # Agreements, awards, task fields and steps of status mark their cooperation themselves, steps and answers of
    # participations those (``feed_rules``). Bodies are told by their keys, in the order of their names.
    ways={
        Cooperation._meta.db_table: "pk",
        shown(Cooperation): "pk",
        Participation._meta.db_table: "participations",
        Event._meta.db_table: "events",
        shown(Municipality): "participations__municipality",
        shown(Organisation): "participations__organisation",
    },
)
