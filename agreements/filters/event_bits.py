"""What of the public events is kept as bit sets in the process: which bear which value, and their usual order."""

from __future__ import annotations

import datetime as dt

from django.db.models import Case, DateField, F, QuerySet, Value, When

from agreements.models import Cooperation, Event
from coopportal.common.ahead import prepares
from coopportal.common.bits import Borne, Cut, Indexed, Snapshot
from coopportal.common.dates import DATED
from coopportal.common.spans import Sets, Span
from coopportal.common.triggers import shown
from coopportal.common.words import FollowedWords
from municipalities.models import Municipality, Organisation

#: The events that have happened, or of which no day is known.
_HAPPENED = "happened"
#: The latest first.
NEWEST_FIRST = (F("on").desc(nulls_last=True), "pk")


def _borne(_day: dt.date) -> list[Borne]:
    """As the filters of the same names understand it; no value depends on the day."""
    towns, offices = Event.municipalities.through.objects.all(), Event.organisations.through.objects.all()
    with_state = offices.filter(organisation__state__isnull=False)
    return [
        Borne("kind", Event.objects.public(), F("kind")),
        Borne("state", towns, F("municipality__state"), "event"),
        Borne("state", with_state, F("organisation__state"), "event"),
    ]


def _spans() -> list[Span]:
    """What differs on a day by which the list is cut, as ``happened_by`` says it."""
    day = Case(When(on_precision__in=DATED, then="on"), default=Value(None, DateField()))
    return [Span(_HAPPENED, Event.objects.all(), Value(""), day)]


def _cut(today: Snapshot, on_day: Sets) -> tuple[int, Sets]:
    return today.everything & on_day.get(_HAPPENED, {}).get("", 0), today.values


def _due(_last: dt.date, _today: dt.date) -> QuerySet[Event]:
    """None: days pass them by."""
    return Event.objects.none()


# Who took part marks the event, and so does what it belongs to (``feed_rules``).
_WAYS = {Event._meta.db_table: "pk", shown(Event): "pk", shown(Cooperation): "cooperations"}

EVENTS = Indexed(
    resource="events",
    public=lambda: Event.objects.public(),
    borne=_borne,
    always="kind",
    ways={**_WAYS, shown(Municipality): "municipalities", shown(Organisation): "organisations"},
    due=_due,
    cut=Cut(_spans, _cut),
    beside={"cooperations": "cooperations"},
)

EVENT_WORDS = FollowedWords(
    resource="events", public=EVENTS.public, ways=_WAYS, beside={"cooperations": "cooperations"}
)


@prepares
def prepare(day: dt.date, number: int) -> None:
    """Their usual order: no index has it."""
    if snapshot := EVENTS.at_hand(day, number):
        snapshot.ordered((), lambda: Event.objects.order_by(*NEWEST_FIRST).values_list("pk", flat=True))
