"""Who was in which cooperation when, in the process: the spells as columns, body by body.

How many of the chosen cooperations each body is in, how many bodies each of them has, and which, is reckoned here for
every day: the database would look at half a million rows. Organisations go by their keys below zero. The columns go by
the places of the bit sets (``bits.Snapshot``) and never change; of cooperations written since the spells are read anew
and stand beside them. ``tests/roof/test_presences.py`` compares all this with what the database says.
"""

from __future__ import annotations

import datetime as dt
import operator
from array import array
from collections import Counter, OrderedDict, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import accumulate, chain, compress, count, repeat
from threading import Lock
from typing import Any

import orjson
from django.db import connections, router
from django.db.models import Case, CharField, DateField, F, IntegerField, Q, Value, When
from django.db.models.functions import Cast, Substr

from agreements.choices import COUNTED_DEGREES
from agreements.filters.cooperation_bits import COOPERATIONS
from agreements.models import Spell
from coopportal.common.aggregates import JsonText
from coopportal.common.ahead import prepares
from coopportal.common.bits import Snapshot, flags_of
from coopportal.common.dates import DATED
from coopportal.common.facets import InSets
from coopportal.common.models import Clock
from coopportal.common.touched import Seen, look, touched

#: Kinds of spells: they count as taking part; do not; or the participation had not appeared yet.
_COUNTED, _NAMED, _NOT_YET = 0, 1, 2
_LAST = dt.date.max.isoformat()
#: Of so many days what held on them is kept.
MOST_DAYS = 4
#: With more cooperations written since all is read anew.
MOST_STALE = 2_000


class _Numbers(dict[str, int]):
    """Days as numbers that follow one another as they do: 2026-11-22 is 20261122."""

    def __missing__(self, day: str) -> int:
        number = self[day] = int(day.replace("-", ""))
        return number


@dataclass(frozen=True)
class Standing:
    """The spells of one kind that hold on a day; those of each body end before its place in ``stops``."""

    bodies: list[int]
    stops: list[int]
    #: The place of the cooperation of each.
    cooperations: array[int]

    def per_body(self, flags: bytes | None, numbers: dict[int, int]) -> None:
        """Adds in how many of the flagged cooperations each municipal body is; of all, where there are no flags."""
        chosen = None if flags is None else bytes(map(flags.__getitem__, self.cooperations))
        start = 0
        for body, stop in zip(self.bodies, self.stops, strict=True):
            if body > 0 and (number := stop - start if chosen is None else chosen.count(1, start, stop)):
                numbers[body] += number
            start = stop


@dataclass(frozen=True)
class Run:
    """All spells of one kind, in the same shape, with their days; ``ends`` is None where none has an end."""

    bodies: list[int]
    stops: list[int]
    cooperations: array[int]
    begins: array[int]
    ends: array[int] | None

    def on(self, day: int) -> Standing:
        holds: Iterable[int] = map(day.__ge__, self.begins)
        if self.ends is not None:
            holds = map(operator.and_, holds, map(day.__le__, self.ends))
        flags = bytes(holds)
        bodies, stops, start, at = [], [], 0, 0
        for body, stop in zip(self.bodies, self.stops, strict=True):
            if number := flags.count(1, start, stop):
                at += number
                bodies.append(body)
                stops.append(at)
            start = stop
        return Standing(bodies, stops, array("i", compress(self.cooperations, flags)))


@dataclass(frozen=True)
class Day:
    """What held on one day."""

    counted: list[Standing]
    named: list[Standing]

    def per_body(self, flags: bytes | None, *, counted: bool) -> dict[int, int]:
        """Body → in how many of the flagged cooperations it counts, or in how many it is merely named."""
        numbers: dict[int, int] = defaultdict(int)
        for standing in self.counted if counted else self.named:
            standing.per_body(flags, numbers)
        return numbers

    @cached_property
    def _sizes(self) -> list[int]:
        numbers = Counter(chain.from_iterable(standing.cooperations for standing in self.counted))
        return [numbers[place] for place in range(max(numbers, default=-1) + 1)]

    def sizes(self, flags: bytes | None) -> Counter[int]:
        """How many of the flagged cooperations have so many bodies that count; those of none are left out."""
        return _numbers(self._sizes, flags)

    @cached_property
    def _members(self) -> tuple[array[int], list[int]]:
        """The bodies that count, cooperation by cooperation, and from where to where those of each place are."""
        starts = [*accumulate(self._sizes, initial=0)]
        bodies, free = array("i", bytes(4 * starts[-1])), starts.copy()
        for standing in self.counted:
            start = 0
            for body, stop in zip(standing.bodies, standing.stops, strict=True):
                for place in standing.cooperations[start:stop]:
                    bodies[free[place]] = body
                    free[place] += 1
                start = stop
        return bodies, starts

    def together(self, flags: bytes | None) -> Iterator[tuple[int, array[int]]]:
        """The places of the flagged cooperations in which several count, each with those bodies."""
        bodies, starts = self._members
        several = map((1).__lt__, self._sizes)
        for place in compress(count(), several if flags is None else map(operator.and_, several, flags)):
            yield place, bodies[starts[place] : starts[place + 1]]


def _numbers(values: Iterable[int], flags: bytes | None) -> Counter[int]:
    """How many of the flagged places have each value but 0."""
    found = Counter(values if flags is None else compress(values, flags))
    del found[0]
    return found


@dataclass(frozen=True)
class Columns:
    """The spells of some cooperations; of the last days asked for what held on them is kept."""

    runs: list[tuple[int, Run]]
    #: The year in which each began, by its place; 0: unknown.
    years: array[int]
    _days: OrderedDict[tuple[dt.date, bool], Day] = field(default_factory=OrderedDict)
    _lock: Any = field(default_factory=Lock)

    def on(self, day: dt.date, *, cut: bool) -> Day:
        with self._lock:
            found = self._days.pop((day, cut), None) or self._made(day, cut)
            self._days[day, cut] = found
            while len(self._days) > MOST_DAYS:
                self._days.popitem(last=False)
        return found

    def _made(self, day: dt.date, cut: bool) -> Day:
        number = _Numbers()[day.isoformat()]
        kinds: dict[bool, list[Standing]] = {True: [], False: []}
        for kind, run in self.runs:
            if not (cut and kind == _NOT_YET):
                kinds[kind == _COUNTED].append(run.on(number))
        return Day(kinds[True], kinds[False])


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
    counts = When(degree__in=COUNTED_DEGREES, then=Value(_COUNTED))
    kind = Case(When(appeared=False, then=Value(_NOT_YET)), counts, default=Value(_NAMED), output_field=IntegerField())
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
    number = _Numbers().__getitem__
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
    name = (alias, str(connections[alias].settings_dict["NAME"]))
    with _lock:  # one works, the others wait for what he finds
        kept = _kept.get(name)
        if kept is None or not kept.serves(snapshot, today):
            kept = _kept[name] = _anew(alias, snapshot, today)
        elif kept.seen.number < snapshot.seen.number:
            kept = _kept[name] = _brought_forward(alias, kept, snapshot, today)
    return kept


def _anew(alias: str, snapshot: Snapshot, today: dt.date) -> Presences:
    base = _read(today, snapshot.places, alias)
    return Presences(snapshot.seen, snapshot.keys, today, base)


def _brought_forward(alias: str, kept: Presences, snapshot: Snapshot, today: dt.date) -> Presences:
    """The same, with the spells of the cooperations written since read anew."""
    rows = COOPERATIONS.public().model._default_manager.all()
    now = look(alias, kept.seen)
    found = touched(alias, kept.seen, now, COOPERATIONS.resource, rows, COOPERATIONS.ways)
    if found is None or len(found | kept.stale) > MOST_STALE:
        return _anew(alias, snapshot, today)
    same = replace(kept, seen=snapshot.seen, keys=snapshot.keys)
    if not found:
        return same
    stale = kept.stale | found
    return replace(same, stale=stale, fresh=_read(kept.since, snapshot.places, alias, stale))


@prepares
def prepare(day: dt.date, number: int) -> None:
    """What the first visitors of a day and a version would wait for."""
    if snapshot := COOPERATIONS.on(day, number):
        presences(snapshot, day).base.on(day, cut=False)


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
        size = max(len(self.snapshot.keys), len(self.presences.keys))
        if self.presences.fresh is None:
            is_whole = self.bits == (1 << size) - 1
            return [(self.presences.base, None if is_whole else flags_of(self.bits, size))]
        stale = self.snapshot.of_keys(self.presences.stale)
        parts = ((self.presences.base, self.bits & ~stale), (self.presences.fresh, self.bits & stale))
        return [(columns, flags_of(bits, size)) for columns, bits in parts]

    def only(self, keys: Iterable[int]) -> Chosen:
        """Of these cooperations those that are chosen."""
        return replace(self, bits=self.bits & self.snapshot.of_keys(keys))

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

    def years(self) -> Counter[int]:
        """How many cooperations began in each year; those of which it is not known are left out."""
        return sum((_numbers(columns.years, flags) for columns, flags in self._parts()), Counter[int]())


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


def taking_part(day: dt.date, today: dt.date, number: int) -> Collection[int] | None:
    """The bodies that count on a day in some public cooperation; None where only the database knows."""
    snapshot = COOPERATIONS.on(today, number)
    if snapshot is None:
        return None
    return Chosen(presences(snapshot, today), snapshot, snapshot.everything, day, cut=day != today).counting()
