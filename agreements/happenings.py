"""What happened in cooperations, in the time of the world: steps, agreements, events, money, each on its day.

The line of time of one cooperation and the list of what changed between two days are made of the same.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.conf import settings
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from agreements.choices import CooperationStatus, Degree
from agreements.filters import ChangeFilterSet
from agreements.models import Agreement, Award, Cooperation, Event, ParticipationStep, Spell, StatusStep
from agreements.timeline import Drawing, draw
from coopportal.common.dates import UncertainDate, format_day

#: The lanes of the line of time, in their order.
LANES = {
    "status": gettext_lazy("Stand"),
    "participants": gettext_lazy("Beteiligte"),
    "agreements": gettext_lazy("Vereinbarungen"),
    "events": gettext_lazy("Ereignisse"),
    "money": gettext_lazy("Geld"),
}

#: So many bodies that took the same step on the same day are named; of the others only the number.
MOST_NAMES = 5


@dataclass(frozen=True)
class Happening:
    """Something that happened on a day: as exactly as it is known, in which lane, in words."""

    on: dt.date
    date: str
    lane: str
    text: str
    cooperation: Any

    @property
    def lane_label(self) -> str:
        return str(LANES[self.lane])

    @property
    def url(self) -> str:
        """The page of the cooperation as it was on the day; a path."""
        return f"{self.cooperation.get_absolute_url()}?stand={self.on.isoformat()}"


@dataclass(frozen=True)
class Rows:
    """The rows of one or many cooperations from which happenings are told; steps of a status with the one before."""

    status_steps: Iterable[tuple[Any, str | None]]
    steps: Iterable[tuple[Any, Any]]
    agreements: Iterable[Any]
    events: Iterable[tuple[Any, Any]]
    awards: Iterable[Any]


def happenings(rows: Rows) -> list[Happening]:
    """Everything with a day, the earliest first; what is dated only vaguely is on no day."""
    found = [*_of_status(rows), *_of_participants(rows), *_of_agreements(rows), *_of_events(rows), *_of_money(rows)]
    lanes = list(LANES)

    def place(one: Happening) -> tuple[Any, ...]:
        text = "" if one.lane == "status" else one.text  # of one day: in the order in which they were recorded
        return one.on, str(one.cooperation), lanes.index(one.lane), text

    return sorted(found, key=place)


def _stated(step: Any) -> str:
    """The day of a step as its source tells it, else the day on which it is attested."""
    return str(step.date) if step.date.decides else format_day(step.effective_on)


def _of_status(rows: Rows) -> Iterator[Happening]:
    """A status with the one before it; that it was attested again is told as what it is."""
    for step, before in rows.status_steps:
        if step.effective_on:
            text = str(CooperationStatus(step.status).label)
            if before == step.status:
                text = _("weiterhin %(status)s") % {"status": text}
            elif before:
                text = f"{CooperationStatus(before).label} → {text}"
            yield Happening(step.effective_on, _stated(step), "status", text, step.cooperation)


def _of_participants(rows: Rows) -> Iterator[Happening]:
    """Steps of the same degree on the same day are one happening with many names."""
    groups: dict[Any, list[str]] = defaultdict(list)
    known: dict[Any, tuple[Any, Any]] = {}
    for step, participation in rows.steps:
        if step.effective_on:
            key = (participation.cooperation_id, step.effective_on, step.degree, _stated(step))
            groups[key].append(str(participation.body))
            known[key] = step, participation.cooperation
    for key, names in groups.items():
        step, cooperation = known[key]
        text = f"{_listed(sorted(names))}: {Degree(step.degree).label}"
        yield Happening(step.effective_on, key[3], "participants", text, cooperation)


def _listed(names: list[str]) -> str:
    more = len(names) - MOST_NAMES
    listed = ", ".join(names[:MOST_NAMES])
    return _("%(names)s und %(more)d weitere") % {"names": listed, "more": more} if more > 0 else listed


def _of_agreements(rows: Rows) -> Iterator[Happening]:
    for row in rows.agreements:
        days: list[tuple[UncertainDate, str]] = [
            (row.signed, _("„%(title)s“ unterzeichnet")),
            (row.effective, _("„%(title)s“ wirksam")),
            (row.ends, _("„%(title)s“: letzter Tag")),
        ]
        for date, text in days:
            if date.decides and date.on:
                yield Happening(date.on, str(date), "agreements", text % {"title": row.title}, row.cooperation)


def _of_events(rows: Rows) -> Iterator[Happening]:
    for event, cooperation in rows.events:
        if event.date.decides:
            text = f"{event.get_kind_display()}: {event.title}"
            yield Happening(event.on, str(event.date), "events", text, cooperation)


def _of_money(rows: Rows) -> Iterator[Happening]:
    for award in rows.awards:
        if award.date.decides:
            text = f"{award.programme}: {award.get_rung_display()}"
            yield Happening(award.on, str(award.date), "money", text, award.cooperation)


# --- One cooperation ---


class Timeline:
    """The line of time of one cooperation: numbered rows, and their drawing with the line of ``day``."""

    def __init__(self, record: Any, day: dt.date) -> None:
        cooperation = record.cooperation
        before = [None, *(step.status for step in record.status_steps)]
        rows = Rows(
            status_steps=list(zip(record.status_steps, before, strict=False)),
            steps=[(step, row) for row in record.participations for step in row.steps.all()],
            agreements=record.agreements,
            events=[(event, cooperation) for event in record.events],
            awards=record.awards,
        )
        self.rows = list(enumerate(happenings(rows), start=1))
        self.day = day

    @cached_property
    def drawing(self) -> Drawing | None:
        marks = [(number, row.lane_label, row.on) for number, row in self.rows]
        return draw([str(name) for name in LANES.values()], marks, self.day)


# --- Between two days ---


@dataclass(frozen=True)
class Balance:
    """What was counted at the one day and at the other."""

    label: str
    before: int
    after: int

    @property
    def difference(self) -> int:
        return self.after - self.before


class Changes:
    """What happened in the cooperations asked for after ``since`` until ``until``, the latest first: five queries."""

    def __init__(self, asked: ChangeFilterSet) -> None:
        self.asked, self.since, self.until = asked, asked.since, asked.until
        self.keys = asked.qs.order_by().values("pk")

    @cached_property
    def rows(self) -> list[Happening]:
        found = happenings(
            Rows(self._status_steps(), self._steps(), self._agreements(), self._events(), self._awards())
        )
        return [row for row in reversed(found) if self.since < row.on <= self.until]

    def _between(self, *columns: str) -> Q:
        condition = Q()
        for column in columns:
            condition |= Q(**{f"{column}__gt": self.since, f"{column}__lte": self.until})
        return condition

    def _status_steps(self) -> list[tuple[Any, str | None]]:
        rows = StatusStep.objects.filter(self._between("effective_on"), cooperation__in=self.keys).in_order()
        return [(step, step.status_before) for step in rows.as_subject().with_status_before()]

    def _steps(self) -> list[tuple[Any, Any]]:
        rows = ParticipationStep.objects.filter(self._between("effective_on"), participation__cooperation__in=self.keys)
        return [(step, step.participation) for step in rows.as_subject()]

    def _agreements(self) -> Any:
        days = self._between("signed_on", "effective_on", "ends_on")
        return Agreement.objects.filter(days, cooperation__in=self.keys).select_related("cooperation")

    def _events(self) -> list[tuple[Any, Any]]:
        """Each event once for each of the cooperations asked for to which it belongs."""
        pairs = Event.cooperations.through.objects.filter(self._between("event__on"), cooperation__in=self.keys)
        return [(pair.event, pair.cooperation) for pair in pairs.select_related("event", "cooperation")]

    def _awards(self) -> Any:
        return Award.objects.filter(self._between("on"), cooperation__in=self.keys).for_list()

    @cached_property
    def balances(self) -> list[Balance]:
        """Cooperations known, and bodies taking part in them, at the two days: four queries."""
        days = (self.since, self.until)
        known = [Cooperation.objects.filter(pk__in=self.keys).known_on(day).count() for day in days]
        bodies = [self._taking_part(day) for day in days]
        return [Balance(_("bekannte Kooperationen"), *known), Balance(_("Beteiligungen daran"), *bodies)]

    def _taking_part(self, day: dt.date) -> int:
        return int(Spell.objects.on(day).filter(cooperation__in=self.keys).counting().count())


#: Of the file; ``kind`` is a name of ``LANES``, ``as_stated`` the day as exactly as its source tells it.
COLUMNS = ["date", "as_stated", "kind", "cooperation", "name", "text", "url"]


def records(rows: Iterable[Happening]) -> list[dict[str, Any]]:
    """The rows of the file, keyed by ``COLUMNS``; addresses whole."""
    return [
        {
            "date": row.on.isoformat(),
            "as_stated": row.date,
            "kind": row.lane,
            "cooperation": row.cooperation.slug,
            "name": str(row.cooperation),
            "text": row.text,
            "url": f"{settings.PUBLIC_URL}{row.url}",
        }
        for row in rows
    ]
