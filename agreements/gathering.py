"""The questions of a page that tells all of a cooperation or of events: made once, sent for each page.

Each is what a QuerySet of the rows says; here it is only kept in the form in which the database takes it
(``coopportal.common.objects``), since to make it anew for each page took most of its time.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.db import connection
from django.db.models import Exists, F, OuterRef, Value

from agreements.models import (
    Agreement,
    Award,
    ChangeProposal,
    Cooperation,
    EarlierSource,
    Event,
    Evidence,
    Participation,
    ParticipationStep,
    StatusStep,
    TaskField,
)
from coopportal.common.objects import Objects, keep, lead_back
from coopportal.common.prepared import Prepared, together
from funding.models import Programme
from municipalities.models import Municipality, Organisation

#: Of so many days it is kept what is asked.
MOST_DAYS = 20

#: With whom and about what an event was, in the order in which it is told: relation → rows.
OTHERS: dict[str, Any] = {
    "cooperations": lambda: Cooperation.objects.public().order_by("sort_key", "pk"),
    "municipalities": Municipality.objects.all,
    "organisations": Organisation.objects.all,
    "programmes": Programme.objects.all,
}


@dataclass(frozen=True)
class Questions:
    """What is asked for the page of a cooperation as of a day; ``cut`` leaves out what came later."""

    participations: Objects
    steps: Objects
    status_steps: Objects
    agreements: Objects
    parties: Objects
    awards: Objects
    events: Objects
    task_fields: Objects

    @classmethod
    @lru_cache(maxsize=MOST_DAYS)
    def on(cls, _vendor: str, day: dt.date, *, cut: bool) -> Questions:
        participations = Participation.objects.for_page(day, cut=cut)
        steps = ParticipationStep.objects.with_acts().in_order()
        status_steps = StatusStep.objects.in_order()
        agreements, awards = Agreement.objects.for_list(), Award.objects.for_list()
        events = Event.objects.in_order()
        if cut:
            steps, status_steps = steps.happened_by(day), status_steps.happened_by(day)
            events = events.happened_by(day)
            agreements, awards = agreements.known_on(day), awards.stated_by(day)
        parties = Participation.objects.with_bodies().select_related("confirmation").in_order()
        return cls(
            Objects(participations, "cooperation"),
            Objects(steps, "participation"),
            Objects(status_steps, "cooperation"),
            Objects(agreements.select_related(None), "cooperation"),
            Objects(parties.annotate(_of=F("agreements")), "_of"),
            Objects(awards.select_related(None).select_related("programme"), "cooperation"),
            Objects(events.annotate(_of=F("cooperations")), "_of"),
            Objects(TaskField.objects.annotate(_of=F("cooperations")), "_of"),
        )


@lru_cache(maxsize=MOST_DAYS)
def of_slug(_vendor: str, day: dt.date) -> Objects:
    """Published cooperations with their status on the day, and with what they have besides what all have."""
    rows = Cooperation.objects.public().select_related("keeper").with_status_wording_on(day)
    beside: dict[str, Any] = {"has_awards": Award.objects, "has_evidence": Evidence.objects.released()}
    beside |= {"has_proposals": ChangeProposal.objects.accepted(), "has_earlier_sources": EarlierSource.objects}
    told: Any = {name: Exists(found.filter(cooperation=OuterRef("pk"))) for name, found in beside.items()}
    told["has_accepted"] = told.pop("has_proposals") | told.pop("has_earlier_sources")
    return Objects(rows.annotate(**told), "slug")


def of_cooperation(cooperation: Cooperation, day: dt.date, *, cut: bool) -> dict[str, list[Any]]:
    """All that belongs to a cooperation, by the names of ``Questions``: the rows of participations with their steps."""
    asked = Questions.on(connection.vendor, day, cut=cut)
    key = [cooperation.pk]
    found = {name: getattr(asked, name).of(key) for name in ("participations", "status_steps", "agreements")}
    found["awards"] = asked.awards.of(key) if getattr(cooperation, "has_awards", True) else []
    for rows in found.values():
        lead_back(rows, "cooperation", cooperation)
    asked.steps.belonging(found["participations"], "steps", "participation")
    asked.parties.belonging(found["agreements"], "parties", "_of")
    found["task_fields"], found["events"] = asked.task_fields.of(key), asked.events.of(key)
    with_others(found["events"], cooperation)
    return found


# --- Events ---


@lru_cache(maxsize=MOST_DAYS)
def _events_of(_vendor: str, relation: str, until: dt.date | None) -> Objects:
    rows = Event.objects.public() if until is None else Event.objects.public().happened_by(until)
    rows = rows.annotate(_of=F(relation)).order_by(F("on").desc(nulls_last=True), "pk")
    return Objects(rows, "_of")


def latest_events(subject: Any, relation: str, until: dt.date | None, most: int) -> list[Event]:
    """The latest public events of what they are about by this relation, until a day; with all that they are about."""
    found: list[Event] = _events_of(connection.vendor, relation, until).of([subject.pk], most)
    with_others(found, subject)
    return found


@dataclass(frozen=True)
class EventQuestions:
    """Event → relation and key of each row that it is about; the rows themselves by their keys."""

    keys: list[Prepared]
    rows: list[Objects]

    @classmethod
    @lru_cache(maxsize=2)
    def made(cls, _vendor: str) -> EventQuestions:
        keys = []
        for place, name in enumerate(OTHERS):
            field: Any = Event._meta.get_field(name)
            rows = getattr(Event, name).through.objects.annotate(_place=Value(place))
            keys.append(Prepared(rows.order_by(), ["event", "_place", field.m2m_reverse_field_name()], column="event"))
        return cls(keys, [Objects(rows(), "pk") for rows in OTHERS.values()])


def with_others(events: Sequence[Event], subject: Any = None) -> None:
    """Let the events have the rows that they are about at hand: one query, and one for each kind of row there is.

    ``subject`` is one of them that need not be asked for; ``others`` of an event are the rest, kind by kind.
    """
    if not events:
        return
    asked = EventQuestions.made(connection.vendor)
    links = {*together(asked.keys, [event.pk for event in events])}
    for event in events:
        event.others = []  # type: ignore[attr-defined]
    for place, name in enumerate(OTHERS):
        known = [subject] if isinstance(subject, getattr(Event, name).rel.model) else []
        keys = {key for _event, which, key in links if which == place}
        rows = known + asked.rows[place].of([*keys - {row.pk for row in known}])
        for event in events:
            mine = [row for row in rows if (event.pk, place, row.pk) in links]
            keep(event, name, mine)
            event.others.append([row for row in mine if row != subject])  # type: ignore[attr-defined]
