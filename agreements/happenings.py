"""What happened in cooperations, in the time of the world: steps, agreements, events, money, each on its day.

The line of time of one cooperation and the list of what changed between two days are made of the same.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import chain, groupby
from typing import Any

from django.conf import settings
from django.core.paginator import Page, Paginator
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from agreements import moments
from agreements.choices import CooperationStatus, Degree, EventKind
from agreements.filters import ChangeFilterSet
from agreements.filters.changes import keys_of, known_on
from agreements.filters.presences import at_hand
from agreements.happened import Chosen, Entry, Part, bodies, entries, listed, part, statement
from agreements.timeline import Drawing, draw
from coopportal.common.dates import UncertainDate, add_months, format_day
from funding.choices import Rung

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
#: So many years before is looked for what happened last, each further than the one before.
LOOKING_BACK = (1, 5, 30)


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
        return _lane_labels(get_language())[self.lane]

    @property
    def url(self) -> str:
        """The page of the cooperation as it was on the day; a path."""
        return f"{self.cooperation.get_absolute_url()}?stand={self.on.isoformat()}"


@lru_cache(maxsize=10)
def _lane_labels(_language: str | None) -> dict[str, str]:
    return {name: str(label) for name, label in LANES.items()}


def happenings(found: Iterable[Entry]) -> list[Happening]:
    """The earliest first; steps of the same degree on the same day are one with many names."""
    taken: dict[Any, list[Entry]] = {}
    for entry in sorted(found, key=lambda one: (one.cooperation.pk, one.day, one.rank, one.key)):
        group = entry.group if entry.lane == "participants" else (entry.lane, entry.code, entry.key, id(entry))
        taken.setdefault(group, []).append(entry)
    lanes = list(LANES)

    def place(one: Happening) -> tuple[Any, ...]:
        text = "" if one.lane == "status" else one.text  # of one day: in the order in which they were recorded
        return one.on, str(one.cooperation), lanes.index(one.lane), text

    return sorted(map(_told, taken.values()), key=place)


def _told(group: list[Entry]) -> Happening:
    entry = group[0]
    stated = UncertainDate(entry.stated_on, entry.precision, entry.wording)
    # The day as its source tells it, else the day on which it is attested.
    date = str(stated) if stated.decides else format_day(entry.day)
    return Happening(entry.day, date, entry.lane, _text(entry, group), entry.cooperation)


def _text(entry: Entry, group: list[Entry]) -> str:
    match entry.lane:
        case "status":
            return _of_status(entry)
        case "participants":
            return f"{_listed(sorted(one.name for one in group))}: {Degree(entry.code).label}"
        case "agreements":
            return _ACTS[entry.code] % {"title": entry.name}
        case "events":
            return f"{EventKind(entry.code).label}: {entry.name}"
    return f"{entry.name}: {Rung(entry.code).label}"


#: What the days of an agreement mean.
_ACTS = {
    "signed": gettext_lazy("„%(title)s“ unterzeichnet"),
    "effective": gettext_lazy("„%(title)s“ wirksam"),
    "ends": gettext_lazy("„%(title)s“: letzter Tag"),
}


def _of_status(entry: Entry) -> str:
    """A status with the one before it; that it was attested again is told as what it is."""
    text = str(CooperationStatus(entry.code).label)
    if entry.before == entry.code:
        return _("weiterhin %(status)s") % {"status": text}
    return f"{CooperationStatus(entry.before).label} → {text}" if entry.before else text


def _listed(names: list[str]) -> str:
    """One more than fit is named: "und 1 weitere" would be as long."""
    if len(names) <= MOST_NAMES + 1:
        return ", ".join(names)
    more = len(names) - MOST_NAMES
    return _("%(names)s und %(more)d weitere") % {"names": ", ".join(names[:MOST_NAMES]), "more": more}


# --- One cooperation ---


class Timeline:
    """The line of time of one cooperation: numbered rows, and their drawing with the line of ``day``."""

    def __init__(self, record: Any, day: dt.date) -> None:
        self.rows = list(enumerate(happenings(_entries_of(record)), start=1))
        self.day = day

    @cached_property
    def drawing(self) -> Drawing | None:
        marks = [(number, row.lane_label, row.on) for number, row in self.rows]
        return draw([str(name) for name in LANES.values()], marks, self.day)


def _entries_of(record: Any) -> Iterator[Entry]:
    """Everything with a day; what is dated only vaguely is on no day."""
    of, before = record.cooperation, None
    for place, step in enumerate(record.status_steps):
        if step.effective_on:
            yield _step("status", of, step, step.status, before, "", place)
        before = step.status
    for row in record.participations:
        for step in row.steps.all():
            if step.effective_on:
                yield _step("participants", of, step, step.degree, None, str(row.body), step.rank)
    dated = chain(
        (("agreements", row, date, code, row.title) for row in record.agreements for code, date in _days_of(row)),
        (("events", row, row.date, row.kind, row.title) for row in record.events),
        (("money", row, row.date, row.rung, str(row.programme)) for row in record.awards),
    )
    for lane, row, date, code, name in dated:
        if date.decides:
            yield Entry(lane, of, date.on, date.on, date.precision, date.wording, code, None, name, 0, row.pk)


def _step(lane: str, of: Any, step: Any, code: str, before: str | None, name: str, rank: int) -> Entry:
    on = (step.effective_on, step.on, step.on_precision, step.on_wording)
    return Entry(lane, of, *on, code, before, name, rank, step.pk)


def _days_of(row: Any) -> list[tuple[str, UncertainDate]]:
    return [("signed", row.signed), ("effective", row.effective), ("ends", row.ends)]


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
    """What happened in the cooperations asked for after ``since`` until ``until``, the latest first."""

    def __init__(self, asked: ChangeFilterSet) -> None:
        self.asked, self.since, self.until = asked, asked.since, asked.until
        self.here = moments.at_hand(asked)

    @cached_property
    def chosen(self) -> Chosen | None:
        """For the database."""
        keys = keys_of(self.asked)
        return statement(self.asked.qs) if keys is None else listed(self.asked.qs.db, keys)

    def page(self, number: int, size: int) -> Page[Any]:
        """A page of them; the last one, where the list ends before it. Two queries, whatever there is."""
        place = self.since, self.until, (number - 1) * size, size
        found = self.here.part(*place) if self.here else part(self.chosen, *place)
        rows = self._of_page(found, size) if found.blocks else []
        return Page(rows, found.start // size + 1, Paginator(range(found.total), size))

    def _of_page(self, found: Part, size: int) -> list[Happening]:
        """Only what happened in the cooperations and on the days of the page is read."""
        first, end = found.first, found.first
        chosen: set[tuple[dt.date, int]] = set()
        for _name, same in groupby(found.blocks, key=lambda block: (block.day, block.name)):
            blocks = list(same)
            begin, end = end, end + sum(block.number for block in blocks)
            if end <= found.start:
                first = end
            elif begin < found.start + size:
                chosen |= {(block.day, block.cooperation) for block in blocks}
        days = sorted(day for day, _cooperation in chosen)
        rows = listed(self.asked.qs.db, sorted({cooperation for _day, cooperation in chosen}))
        read = entries(rows, days[0] - dt.timedelta(days=1), days[-1])
        told = happenings(entry for entry in read if (entry.day, entry.cooperation.pk) in chosen)
        return told[::-1][found.start - first :][:size]

    def day_before(self) -> dt.date | None:
        """The last day until ``since``, thirty years back at most, on which something happened; for who found nothing.

        It lies near where there is much, and what lies far is soon found where there is little: up to three queries.
        """
        if self.here:
            first = _years_before(self.since, LOOKING_BACK[-1])
            return self.here.last_day(first, self.since)
        until = self.since
        for years in LOOKING_BACK:
            since = _years_before(self.since, years)
            found = part(self.chosen, since, until, 0, 1)
            if found.blocks:
                return found.blocks[0].day
            until = since
        return None

    @cached_property
    def rows(self) -> list[Happening]:
        """All of them. One query."""
        return happenings(entries(self.chosen, self.since, self.until))[::-1]

    @cached_property
    def balances(self) -> list[Balance]:
        """Cooperations known, and bodies taking part in them, at the two days."""
        known, days = known_on(self.asked, self.since, self.until), (self.since, self.until)
        here = at_hand(self.asked)
        parts = here.counted_on(*days) if here else bodies(self.chosen, *days)
        return [Balance(_("bekannte Kooperationen"), *known), Balance(_("Beteiligungen daran"), *parts)]


def _years_before(day: dt.date, years: int) -> dt.date:
    return add_months(day, -12 * years) if day.year > years else dt.date.min


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
