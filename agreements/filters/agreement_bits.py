"""What of the agreements of public cooperations is kept as bit sets in the process: which bear which value."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db.models import F, QuerySet, Value
from django.db.models.functions import Coalesce

from agreements.models import Agreement, Cooperation, Participation, TaskField
from coopportal.common.ahead import prepares
from coopportal.common.bits import Borne, Cut, Indexed, Snapshot
from coopportal.common.spans import Sets, Span
from coopportal.common.triggers import shown
from coopportal.common.words import FollowedWords
from municipalities.models import Municipality, Organisation

#: The agreements that are known and have not ended.
_KNOWN = "known"


def _borne(_day: dt.date) -> list[Borne]:
    """As the filters of the same names understand it; no value depends on the day."""
    rows, parties = Agreement.objects.public(), Agreement.parties.through.objects.all()
    towns = parties.filter(participation__municipality__isnull=False)
    offices = parties.filter(participation__organisation__state__isnull=False)
    fields, group = "cooperation__task_fields", Coalesce("cooperation__task_fields__parent", "cooperation__task_fields")
    return [
        Borne("legal_form", rows, F("legal_form")),
        Borne("status", rows, F("status")),
        Borne("state", towns, F("participation__municipality__state"), "agreement"),
        Borne("state", offices, F("participation__organisation__state"), "agreement"),
        Borne("task_field", rows.filter(cooperation__task_fields__parent__isnull=False), F(fields)),
        Borne("task_field", rows, group),
    ]


def _spans() -> list[Span]:
    """What differs on a day by which the list is cut, as ``known_on`` says it."""
    return [Span(_KNOWN, Agreement.objects.public(), Value(""), F("attested_on"), last=F("ends_on"))]


def _cut(today: Snapshot, on_day: Sets) -> tuple[int, Sets]:
    return today.everything & on_day.get(_KNOWN, {}).get("", 0), today.values


def _due(_last: dt.date, _today: dt.date) -> QuerySet[Any]:
    """None: days pass them by."""
    return Agreement.objects.none()


AGREEMENTS = Indexed(
    resource="agreements",
    public=lambda: Agreement.objects.public().order_by("sort_key", "pk"),
    borne=_borne,
    always="legal_form",
    # Task fields mark their cooperation, parties their agreement (``feed_rules``).
    ways={
        Agreement._meta.db_table: "pk",
        shown(Agreement): "pk",
        Cooperation._meta.db_table: "cooperation",
        shown(Cooperation): "cooperation",
        Participation._meta.db_table: "parties",
        shown(Municipality): "parties__municipality",
        shown(Organisation): "parties__organisation",
        shown(TaskField): "cooperation__task_fields",
    },
    due=_due,
    cut=Cut(_spans, _cut),
    # Their task fields are told of the cooperation alone.
    beside={"cooperations": "cooperation"},
)

AGREEMENT_WORDS = FollowedWords(
    resource="agreements",
    public=AGREEMENTS.public,
    ways={Agreement._meta.db_table: "pk", shown(Agreement): "pk", shown(Cooperation): "cooperation"},
    beside={"cooperations": "cooperation"},
)


@prepares
def prepare(day: dt.date, number: int) -> None:
    """The order in which their list usually is: its far pages are cut from it."""
    if snapshot := AGREEMENTS.at_hand(day, number):
        snapshot.ordered((), lambda: AGREEMENTS.public().values_list("pk", flat=True))
