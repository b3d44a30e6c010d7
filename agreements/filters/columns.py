"""The spells of cooperations as columns, body by body: what held on a day is found by going along them.

They go by the places of the bit sets (``bits.Snapshot``) and never change (see ``presences``). Organisations go by
their keys below zero.
"""

from __future__ import annotations

import datetime as dt
import operator
from array import array
from bisect import bisect_left, bisect_right
from collections import Counter, OrderedDict, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import accumulate, chain, compress, count, islice
from threading import Lock
from typing import Any

from coopportal.common.spans import bits_of

#: Kinds of spells: they count as taking part; do not; or the participation had not appeared yet.
COUNTED, NAMED, NOT_YET = 0, 1, 2
#: Of so many days what held on them is kept.
MOST_DAYS = 4


class Numbers(dict[str, int]):
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

    def each(self, flags: bytes | None, numbers: dict[int, int]) -> None:
        """Adds in how many of the flagged cooperations each body is, organisations too."""
        chosen = None if flags is None else bytes(map(flags.__getitem__, self.cooperations))
        start = 0
        for body, stop in zip(self.bodies, self.stops, strict=True):
            numbers[body] += stop - start if chosen is None else chosen.count(1, start, stop)
            start = stop

    def number_of(self, bodies: Collection[int] | None, flags: bytes | None) -> int:
        """How many of the spells are of these bodies and of flagged cooperations; None: of all."""
        chosen = b"\1" * len(self.cooperations) if flags is None else bytes(map(flags.__getitem__, self.cooperations))
        if bodies is None:
            return chosen.count(1)
        starts = (0, *self.stops)
        spans = zip(self.bodies, starts, self.stops, strict=False)
        return sum(chosen.count(1, start, stop) for body, start, stop in spans if body in bodies)


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
    _sets: list[tuple[Mapping[int, str], str, Mapping[str, tuple[int, int]]]] = field(default_factory=list)

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
        return numbers_of(self._sizes, flags)

    @cached_property
    def numbers(self) -> list[int]:
        """How many bodies each cooperation has, by its place, whether they count or not."""
        numbers = Counter(chain.from_iterable(standing.cooperations for standing in (*self.counted, *self.named)))
        return [numbers[place] for place in range(max(numbers, default=-1) + 1)]

    def each(self, flags: bytes | None, numbers: dict[int, int]) -> None:
        """Adds in how many of the flagged cooperations each body is, whether it counts or not; organisations too."""
        for standing in (*self.counted, *self.named):
            standing.each(flags, numbers)

    def listed(self, bodies: Collection[int] | None, flags: bytes | None) -> int:
        """In how many of the flagged cooperations these bodies are, all together; ``None`` are all bodies."""
        return sum(standing.number_of(bodies, flags) for standing in (*self.counted, *self.named))

    def by_group(self, groups: Mapping[int, str], other: str = "") -> dict[str, list[int]]:
        """Group → the places of the cooperations in which its bodies count, one for each body.

        Bodies without a group belong to the ``other`` one, where there is one.
        """
        found: dict[str, list[int]] = defaultdict(list)
        for standing in self.counted:
            for body, start, stop in zip(standing.bodies, (0, *standing.stops), standing.stops, strict=False):
                if group := groups.get(body, other):
                    found[group] += standing.cooperations[start:stop]
        return found

    def sets_of(self, groups: Mapping[int, str], other: str) -> Mapping[str, tuple[int, int]]:
        """Group → the cooperations in which a body of it counts, and those in which several do; kept of the last."""
        for known_groups, known_other, known in self._sets:
            if known_other == other and known_groups == groups:
                return known
        size, found = len(self._sizes), {}
        for group, places in self.by_group(groups, other).items():
            several = [place for place, number in Counter(places).items() if number > 1]
            found[group] = bits_of(places, size), bits_of(several, size)
        self._sets[:] = [(groups, other, found)]
        return found

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


def numbers_of(values: Iterable[int], flags: bytes | None) -> Counter[int]:
    """How many of the flagged places have each value but 0."""
    found = Counter(values if flags is None else compress(values, flags))
    del found[0]
    return found


@dataclass(frozen=True)
class Flow:
    """The first days of the spells that count, and the last days of those that are over, each in their order.

    With the places of their cooperations. How many hold on a day is the difference of two places in them.
    """

    begins: tuple[array[int], array[int]]
    ends: tuple[array[int], array[int]]

    @classmethod
    def of(cls, runs: Collection[Run]) -> Flow:
        ended = [run for run in runs if run.ends is not None]
        return cls(
            _in_order([run.begins for run in runs], [run.cooperations for run in runs]),
            _in_order([run.ends for run in ended if run.ends], [run.cooperations for run in ended if run.ends]),
        )

    def on(self, days: Collection[int], flags: bytes | None) -> list[int]:
        """How many hold on each of the days, of the flagged cooperations; of all, where there are no flags."""
        begun = _flagged(self.begins[1], [bisect_right(self.begins[0], day) for day in days], flags)
        ended = _flagged(self.ends[1], [bisect_left(self.ends[0], day) for day in days], flags)
        return [*map(operator.sub, begun, ended)]


def _in_order(days: list[array[int]], places: list[array[int]]) -> tuple[array[int], array[int]]:
    all_days, all_places = [*chain.from_iterable(days)], [*chain.from_iterable(places)]
    order = sorted(range(len(all_days)), key=all_days.__getitem__)
    return array("i", map(all_days.__getitem__, order)), array("i", map(all_places.__getitem__, order))


def _first_of_each(runs: Collection[Run]) -> tuple[array[int], array[int]]:
    """The first day of each body in each cooperation, and the cooperation, in the order of the days."""
    days, places, parts = array("i"), array("i"), defaultdict[int, list[tuple[Run, int, int]]](list)
    for run in runs:
        for body, start, stop in zip(run.bodies, (0, *run.stops), run.stops, strict=False):
            parts[body].append((run, start, stop))
    for of_body in parts.values():
        pairs = (zip(run.begins[start:stop], run.cooperations[start:stop], strict=True) for run, start, stop in of_body)
        first = {place: day for day, place in sorted(chain.from_iterable(pairs), reverse=True)}
        days.extend(first.values())
        places.extend(first)
    return _in_order([days], [places])


def _flagged(places: array[int], stops: list[int], flags: bytes | None) -> list[int]:
    """How many of the places are flagged, up to each of the stops."""
    if flags is None:
        return stops
    found = bytes(map(flags.__getitem__, islice(places, max(stops, default=0))))
    return [found.count(1, 0, stop) for stop in stops]


@dataclass(frozen=True)
class Columns:
    """The spells of some cooperations; of the last days asked for what held on them is kept."""

    runs: list[tuple[int, Run]]
    #: The year in which each began, by its place; 0: unknown.
    years: array[int]
    _days: OrderedDict[tuple[dt.date, bool], Day] = field(default_factory=OrderedDict)
    _lock: Any = field(default_factory=Lock)

    @cached_property
    def flow(self) -> Flow:
        return Flow.of([run for kind, run in self.runs if kind == COUNTED])

    @cached_property
    def _firsts(self) -> tuple[array[int], array[int]]:
        return _first_of_each([run for kind, run in self.runs if kind != NOT_YET])

    def first_days(self, flags: bytes | None = None) -> Sequence[int]:
        """The first days of the participations in the flagged cooperations, in their order."""
        days, places = self._firsts
        return days if flags is None else array("i", compress(days, map(flags.__getitem__, places)))

    def on(self, day: dt.date, *, cut: bool) -> Day:
        with self._lock:
            found = self._days.pop((day, cut), None) or self._made(day, cut)
            self._days[day, cut] = found
            while len(self._days) > MOST_DAYS:
                self._days.popitem(last=False)
        return found

    def _made(self, day: dt.date, cut: bool) -> Day:
        number = Numbers()[day.isoformat()]
        kinds: dict[bool, list[Standing]] = {True: [], False: []}
        for kind, run in self.runs:
            if not (cut and kind == NOT_YET):
                kinds[kind == COUNTED].append(run.on(number))
        return Day(kinds[True], kinds[False])
