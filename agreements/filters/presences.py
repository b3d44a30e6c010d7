"""Who was in which cooperation when, in the process: the spells as columns, body by body.

How many of the chosen cooperations each body is in, how many bodies each of them has, and which, is reckoned here for
every day: the database would look at half a million rows. Organisations go by their keys below zero. The columns go by
the places of the bit sets (``bits.Snapshot``) and never change; of cooperations written since the spells are read anew
and stand beside them. ``tests/roof/test_presences.py`` compares all this with what the database says.
"""

from __future__ import annotations

import datetime as dt
from array import array
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import chain, compress, repeat
from threading import Lock
from typing import Any

import orjson
from django.db import router
from django.db.models import Case, CharField, DateField, F, IntegerField, Q, Value, When
from django.db.models.functions import Cast, Substr

from agreements.choices import COUNTED_DEGREES
from agreements.filters.columns import COUNTED, NAMED, NOT_YET, Columns, Numbers, Run, numbers_of
from agreements.filters.cooperation_bits import COOPERATIONS
from agreements.models import Spell
from coopportal.common.aggregates import JsonText
from coopportal.common.ahead import prepares
from coopportal.common.bits import Snapshot, any_of, flags_of
from coopportal.common.dates import DATED
from coopportal.common.facets import InSets
from coopportal.common.followed import name_of
from coopportal.common.models import Clock
from coopportal.common.spans import bits_of
from coopportal.common.touched import Seen, look, touched

_LAST = dt.date.max.isoformat()
#: With more cooperations written since all is read anew.
MOST_STALE = 2_000


@dataclass(frozen=True)
class Presences:
    """The columns of one state of the register: ``base`` without the ``stale`` cooperations, which are ``fresh``."""

    #: Up to here, as the snapshot it was made for.
    seen: Seen
    #: The cooperations by place.
    keys: list[Any]
    #: Participations that had not appeared are known of from this day on.
    since: dt.date
    base: Columns
    stale: frozenset[int] = frozenset()
    fresh: Columns | None = None

    def serves(self, snapshot: Snapshot, today: dt.date) -> bool:
        """Are the places the same, as far as both have them?"""
        mine, theirs = self.keys, snapshot.keys
        many = min(len(mine), len(theirs))
        return self.since <= today and (mine is theirs or mine[:many] == theirs[:many])


def _read(today: dt.date, places: Mapping[int, int], alias: str, keys: Collection[int] | None = None) -> Columns:
    """In one query: a row for each kind and body."""
    rows = Spell.objects.using(alias).filter(Q(appeared=True) | Q(ends__gte=today)).order_by()
    if keys is not None:
        rows = rows.filter(cooperation__in=keys)
    counts = When(degree__in=COUNTED_DEGREES, then=Value(COUNTED))
    kind = Case(When(appeared=False, then=Value(NOT_YET)), counts, default=Value(NAMED), output_field=IntegerField())
    is_open = Case(When(ends=_LAST, then=Value(1)), default=Value(0), output_field=IntegerField())
    ended = Case(When(ends__lt=_LAST, then="ends"), default=Value(None, DateField()))
    parts = []
    for name, body in (("municipality", F("municipality")), ("organisation", -F("organisation"))):
        of_each = rows.filter(**{f"{name}__isnull": False}).annotate(kind=kind, is_open=is_open)
        groups = of_each.values("kind", "is_open", name).annotate(body=body)
        lists = groups.annotate(theirs=JsonText("cooperation"), begun=JsonText("begins"), ended=JsonText(ended))
        parts.append(lists.values_list("kind", "is_open", "body", "theirs", "begun", "ended"))
    by_kind: dict[tuple[int, int], list[Any]] = defaultdict(list)
    for number, no_end, *group in parts[0].union(parts[1], all=True):
        by_kind[number, no_end].append(group)
    runs = [
        (number, _run(groups, places, is_open=bool(no_end))) for (number, no_end), groups in sorted(by_kind.items())
    ]
    return Columns(runs, _years(places, alias, keys))


def _years(places: Mapping[int, int], alias: str, keys: Collection[int] | None) -> array[int]:
    """In one query: a row for each year."""
    rows = COOPERATIONS.public().using(alias).filter(started_precision__in=DATED, started_on__isnull=False)
    if keys is not None:
        rows = rows.filter(pk__in=keys)
    year = Substr(Cast("started_on", CharField()), 1, 4)
    years = array("i", repeat(0, len(places)))
    for told, theirs in rows.order_by().annotate(_year=year).values_list("_year").annotate(_keys=JsonText("pk")):
        number = int(told)
        for place in map(places.get, orjson.loads(theirs)):
            if place is not None:
                years[place] = number
    return years


def _run(groups: list[Any], places: Mapping[int, int], *, is_open: bool) -> Run:
    """Cooperations that are not public have no place: they are left out."""
    bodies, stops, cooperations, begins, ends = [], [], array("i"), array("i"), array("i")
    number = Numbers().__getitem__
    for body, theirs, begun, ended in groups:
        found = [*map(places.get, orjson.loads(theirs))]
        columns = [found, orjson.loads(begun), [] if is_open else orjson.loads(ended)]
        if None in found:
            shown = [place is not None for place in found]
            columns = [[*compress(column, shown)] for column in columns]
        cooperations.extend(columns[0])
        begins.extend(map(number, columns[1]))
        ends.extend(map(number, columns[2]))
        bodies.append(body)
        stops.append(len(cooperations))
    return Run(bodies, stops, cooperations, begins, None if is_open else ends)


_kept: dict[tuple[str, str], Presences] = {}
_lock = Lock()


def presences(snapshot: Snapshot, today: dt.date) -> Presences:
    """Those of the database that is read, at least as new as a snapshot of the cooperations (of any day).

    What was written after the snapshot is looked at again with the next one: here its cooperation may lack a place.
    """
    alias = router.db_for_read(Clock)
    name = name_of(alias)
    with _lock:  # one works, the others wait for what he finds
        kept = _kept.get(name)
        if kept is None or not kept.serves(snapshot, today):
            kept = _kept[name] = _anew(alias, snapshot, today)
        elif kept.seen.number != snapshot.seen.number:
            kept = _kept[name] = _brought_forward(alias, kept, snapshot, today)
    return kept


def _at_hand(snapshot: Snapshot, today: dt.date) -> bool:
    """Are they there already, for this very snapshot?"""
    kept = _kept.get(name_of(router.db_for_read(Clock)))
    return kept is not None and kept.serves(snapshot, today) and kept.seen.number >= snapshot.seen.number


def _anew(alias: str, snapshot: Snapshot, today: dt.date) -> Presences:
    base = _read(today, snapshot.places, alias)
    return Presences(snapshot.seen, snapshot.keys, today, base)


def _brought_forward(alias: str, kept: Presences, snapshot: Snapshot, today: dt.date) -> Presences:
    """The same, with the spells of the cooperations written since read anew.

    Who asks for a version that has passed is served by what is there, unless another register stands in its place.
    """
    rows = COOPERATIONS.public().model._default_manager.all()
    now = look(alias, kept.seen)
    found = touched(alias, kept.seen, now, COOPERATIONS.resource, rows, COOPERATIONS.ways)
    if found is None or len(found | kept.stale) > MOST_STALE:
        return _anew(alias, snapshot, today)
    if snapshot.seen.number < kept.seen.number:
        return kept
    same = replace(kept, seen=snapshot.seen, keys=snapshot.keys)
    if not found:
        return same
    stale = kept.stale | found
    return replace(same, stale=stale, fresh=_read(kept.since, snapshot.places, alias, stale))


@prepares
def prepare(day: dt.date, number: int) -> None:
    """What the first visitors of a day and a version would wait for."""
    if snapshot := COOPERATIONS.on(day, number):
        base = presences(snapshot, day).base
        base.on(day, cut=False).numbers  # noqa: B018
        base.flow  # noqa: B018
        base.first_days()


def forget() -> None:
    """Everything: a test that is rolled back takes the version back too."""
    with _lock:
        _kept.clear()


@dataclass(frozen=True)
class Chosen:
    """The presences of the cooperations that a question chose, on its day."""

    presences: Presences
    snapshot: Snapshot
    bits: int
    day: dt.date
    cut: bool

    def _parts(self) -> list[tuple[Columns, bytes | None]]:
        """With the flags of what is chosen there; None: all."""
        whole = (1 << self._size) - 1
        return [(columns, None if bits == whole else flags_of(bits, self._size)) for columns, bits in self._sets()]

    @property
    def _size(self) -> int:
        return max(len(self.snapshot.keys), len(self.presences.keys))

    def _sets(self) -> list[tuple[Columns, int]]:
        """With what is chosen there."""
        if self.presences.fresh is None:
            return [(self.presences.base, self.bits)]
        stale = self.snapshot.of_keys(self.presences.stale)
        return [(self.presences.base, self.bits & ~stale), (self.presences.fresh, self.bits & stale)]

    def by_group(self, groups: Mapping[int, str]) -> dict[str, int]:
        """Group → the set of those cooperations in which a body of the group counts."""
        found: dict[str, int] = defaultdict(int)
        for columns, bits in self._sets():
            for group, places in columns.on(self.day, cut=self.cut).by_group(groups).items():
                found[group] |= bits_of(places, self._size) & bits
        return found

    def sets_of(self, groups: Mapping[int, str], other: str) -> dict[str, tuple[int, int]]:
        """Group → the sets of those cooperations in which a body of it counts, and in which several do.

        Bodies without a group belong to the ``other`` one.
        """
        found: dict[str, tuple[int, int]] = {}
        for columns, bits in self._sets():
            for group, sets in columns.on(self.day, cut=self.cut).sets_of(groups, other).items():
                some, several = found.get(group, (0, 0))
                found[group] = some | sets[0] & bits, several | sets[1] & bits
        return found

    def only(self, keys: Iterable[int]) -> Chosen:
        """Of these cooperations those that are chosen."""
        return replace(self, bits=self.bits & self.snapshot.of_keys(keys))

    def bearing(self, facet: str, values: Iterable[str]) -> Chosen:
        """Of the cooperations that bear one of these values those that are chosen."""
        return replace(self, bits=self.bits & any_of(self.snapshot.values[facet], values))

    def holds(self, keys: Iterable[int]) -> list[int]:
        """Of each cooperation 1 where it is chosen, else 0."""
        flags = flags_of(self.bits, len(self.snapshot.keys)) + b"\0"
        places = self.snapshot.places
        return [flags[places.get(key, -1)] for key in keys]

    def _sums(self, *, counted: bool) -> dict[int, int]:
        sums: dict[int, int] = {}
        for columns, flags in self._parts():
            numbers = columns.on(self.day, cut=self.cut).per_body(flags, counted=counted)
            sums = _added(sums, numbers)
        return sums

    def together(self) -> Iterator[tuple[int, array[int]]]:
        """The places of those cooperations in which several bodies count, each with these bodies."""
        for columns, flags in self._parts():
            yield from columns.on(self.day, cut=self.cut).together(flags)

    def counting(self) -> Collection[int]:
        """The bodies that count in some cooperation."""
        return self._sums(counted=True).keys()

    def per_body(self) -> dict[int, tuple[int, int]]:
        """Body → in how many cooperations it is, and in how many it counts."""
        counted = self._sums(counted=True)
        get = counted.get
        return {key: (number, get(key, 0)) for key, number in _added(counted, self._sums(counted=False)).items()}

    def sizes(self) -> Counter[int]:
        """How many cooperations have so many bodies that count; those of none are left out."""
        parts = self._parts()
        return sum((part.on(self.day, cut=self.cut).sizes(flags) for part, flags in parts), Counter[int]())

    def listed(self, bodies: Collection[int] | None) -> int:
        """In how many of the cooperations these bodies are, all together; ``None`` are all bodies."""
        return sum(part.on(self.day, cut=self.cut).listed(bodies, flags) for part, flags in self._parts())

    def each(self) -> Mapping[int, int]:
        """Body → in how many of the cooperations it is; organisations too."""
        numbers: dict[int, int] = defaultdict(int)
        for part, flags in self._parts():
            part.on(self.day, cut=self.cut).each(flags, numbers)
        return numbers

    def first_days(self) -> Sequence[int]:
        """The first days of their participations, as numbers (``columns.Numbers``) in their order."""
        first, *rest = [columns.first_days(flags) for columns, flags in self._parts()]
        return sorted(chain(first, *rest)) if rest else first

    def numbers(self) -> list[int]:
        """How many bodies each chosen cooperation has, by its place; of the others 0."""
        found = [0] * max(len(self.snapshot.keys), len(self.presences.keys))
        for columns, flags in self._parts():
            for place, number in enumerate(columns.on(self.day, cut=self.cut).numbers):
                found[place] += number if flags is None else number * flags[place]
        return found

    def counted_on(self, *days: dt.date) -> list[int]:
        """How many bodies counted on each of these days, whatever day is asked for: each in each cooperation."""
        numbers = [Numbers()[day.isoformat()] for day in days]
        parts = [columns.flow.on(numbers, flags) for columns, flags in self._parts()]
        return [sum(of_day) for of_day in zip(*parts, strict=True)]

    def years(self) -> Counter[int]:
        """How many cooperations began in each year; those of which it is not known are left out."""
        return sum((numbers_of(columns.years, flags) for columns, flags in self._parts()), Counter[int]())


def _added(one: Mapping[int, int], other: Mapping[int, int]) -> dict[int, int]:
    if not one or not other:
        return dict(one or other)
    found = dict(one)
    for key, number in other.items():
        found[key] = found.get(key, 0) + number
    return found


def chosen(asked: Any, sets: InSets | None = None) -> Chosen | None:
    """Of a question about cooperations, or of these ``sets`` of its; None where only the database knows."""
    sets = sets or asked.sets
    if sets is None:
        return None
    return Chosen(presences(sets.snapshot, asked.today), sets.snapshot, sets.found, asked.day, asked.is_cut)


def at_hand(asked: Any) -> Chosen | None:
    """The same where nothing has to be read for it, else None."""
    return chosen(asked) if asked.sets and _at_hand(asked.sets.snapshot, asked.today) else None


def taking_part(day: dt.date, today: dt.date, number: int) -> Collection[int] | None:
    """The bodies that count on a day in some public cooperation; None where only the database knows."""
    snapshot = COOPERATIONS.on(today, number)
    return _of_all(snapshot, day, today).counting() if snapshot else None


def known_to_take_part(day: dt.date, today: dt.date, number: int) -> Collection[int] | None:
    """The same where nothing has to be read for it, else None."""
    found = all_at_hand(day, today, number)
    return found.counting() if found else None


def all_at_hand(day: dt.date, today: dt.date, number: int) -> Chosen | None:
    """Of all public cooperations; None where something had to be read for it."""
    snapshot = COOPERATIONS.at_hand(today, number)
    return _of_all(snapshot, day, today) if snapshot and _at_hand(snapshot, today) else None


def _of_all(snapshot: Snapshot, day: dt.date, today: dt.date) -> Chosen:
    return Chosen(presences(snapshot, today), snapshot, snapshot.everything, day, cut=day != today)
