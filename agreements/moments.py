"""On which day how many things happened in which public cooperation, in the process: so pages are cut and counted here.

To find out how many things happened in twenty years the database looks at half a million steps. Here they stand day by
day in columns, some four hundred thousand at national size (7 MB); of a page only its own rows are read. Made ahead,
never while somebody waits: before that the database finds the page (``happened.part``), and
``tests/roof/test_moments.py`` compares the two.
"""

from __future__ import annotations

import datetime as dt
from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import compress
from typing import Any, NamedTuple, TypeAlias

from django.db import connection

from agreements.filters import ChangeFilterSet
from agreements.filters.cooperation_bits import COOPERATIONS
from agreements.happened import Block, Part, by_day, statement
from agreements.models import Cooperation, Event
from coopportal.common.followed import Followed
from coopportal.common.prepared import Prepared
from coopportal.common.touched import Seen
from coopportal.common.triggers import shown

#: Days as numbers, keys (or places) of cooperations, numbers of things; in the order of the days.
Columns: TypeAlias = "tuple[array[int], array[int], array[int]]"
#: So many rows at the end are looked at first for a place near it.
NEAR = 256


class Stretch(NamedTuple):
    """A part of the columns, and for each of its rows 1 where the cooperation is chosen."""

    start: int
    stop: int
    flags: bytes


@dataclass(frozen=True)
class Moments:
    """The columns of one state of the register, the earliest day first: day, cooperation, number of things.

    Cooperations go by their places among the ``known`` keys.
    """

    seen: Seen
    day: dt.date
    known: list[int]
    days: array[int]
    places: array[int]
    numbers: array[int]

    @classmethod
    def of(cls, seen: Seen, day: dt.date, read: Columns) -> Moments:
        days, keys, numbers = read
        known = sorted(set(keys))
        place = {key: place for place, key in enumerate(known)}.__getitem__
        return cls(seen, day, known, days, array("i", map(place, keys)), numbers)

    def between(self, since: dt.date, until: dt.date, chosen: Collection[int] | None) -> Stretch:
        """After the one day until the other, of the cooperations of these keys; None: of all."""
        start, stop = (bisect_right(self.days, day.toordinal()) for day in (since, until))
        if chosen is None:
            return Stretch(start, stop, b"\1" * (stop - start))
        return Stretch(start, stop, self._flags(chosen, start, stop))

    def _flags(self, keys: Collection[int], start: int, stop: int) -> bytes:
        """For each row 1 where it is of one of these."""
        of_known = bytes(map(keys.__contains__, self.known))
        return bytes(map(of_known.__getitem__, self.places[start:stop]))

    def total(self, stretch: Stretch) -> int:
        return self._sum(stretch, 0, len(stretch.flags))

    def _sum(self, stretch: Stretch, first: int, end: int) -> int:
        """How many things the chosen rows of a part of the stretch tell."""
        return sum(compress(self.numbers[stretch.start + first : stretch.start + end], stretch.flags[first:end]))

    def _with_thing(self, stretch: Stretch, behind: int) -> int:
        """The row with the thing after which so many follow; the first one, where there are not so many."""
        low = high = len(stretch.flags)
        step = NEAR
        while low:  # ever further from the end, until it lies between ``low`` and ``high``
            low = max(high - step, 0)
            number = self._sum(stretch, low, high)
            if number > behind:
                break
            high, behind, step = low, behind - number, 2 * step
        while high - low > 1:
            middle = (low + high) // 2
            number = self._sum(stretch, middle, high)
            if number > behind:
                low = middle
            else:
                high, behind = middle, behind - number
        return low

    def days_of(self, stretch: Stretch, first: int, size: int) -> Stretch:
        """The days on which the things from the place ``first`` on happened, so many of them, the latest first."""
        newest, oldest = (
            self.days[stretch.start + self._with_thing(stretch, behind)] for behind in (first, first + size - 1)
        )
        start = bisect_left(self.days, oldest, stretch.start, stretch.stop)
        stop = bisect_right(self.days, newest, stretch.start, stretch.stop)
        return Stretch(start, stop, stretch.flags[start - stretch.start : stop - stretch.start])

    def before(self, whole: Stretch, part: Stretch) -> int:
        """How many things happened on the days after a part."""
        return self._sum(whole, part.stop - whole.start, len(whole.flags))

    def told(self, stretch: Stretch) -> Iterator[tuple[dt.date, int, int]]:
        """Day, key of the cooperation, and number of the chosen rows."""
        columns = (column[stretch.start : stretch.stop] for column in (self.days, self.places, self.numbers))
        for day, place, number in compress(zip(*columns, strict=True), stretch.flags):
            yield dt.date.fromordinal(day), self.known[place], number

    def with_anew(self, seen: Seen, day: dt.date, keys: Collection[int], read: Columns) -> Moments:
        """Another state, for which these cooperations were ``read`` anew."""
        came, theirs, many = read
        known = [*self.known, *sorted(set(theirs).difference(self.known))]
        place = {key: place for place, key in enumerate(known)}.__getitem__
        flags, gone, at = self._flags(keys, 0, len(self.places)), list[int](), -1
        while (at := flags.find(1, at + 1)) >= 0:
            gone.append(at)
        left = [_without(column, gone) for column in (self.days, self.places, self.numbers)]
        fresh, at_rows = (came, array("i", map(place, theirs)), many), [bisect_right(left[0], one) for one in came]
        days, places, numbers = (_with(old, at_rows, new) for old, new in zip(left, fresh, strict=True))
        return Moments(seen, day, known, days, places, numbers)


def _without(column: array[int], gone: list[int]) -> array[int]:
    found, at = column[:0], 0
    for place in gone:
        found += column[at:place]
        at = place + 1
    return found + column[at:]


def _with(column: array[int], places: list[int], came: array[int]) -> array[int]:
    """With these numbers, each before what stands at its place."""
    found, at = column[:0], 0
    for place, number in zip(places, came, strict=True):
        found += column[at:place]
        found.append(number)
        at = place
    return found + column[at:]


def _read(alias: str, keys: Collection[int] | None = None) -> Columns:
    """Those of all public cooperations, or of those of these keys; in one query."""
    rows = COOPERATIONS.public().using(alias)
    asked = statement(rows if keys is None else rows.filter(pk__in=keys))
    days, theirs, numbers = array("i"), array("q"), array("i")
    for day, of_day, many in by_day(asked, few=keys is not None):
        days.extend([day.toordinal()] * len(of_day))
        theirs.extend(of_day)
        numbers.extend(many)
    return days, theirs, numbers


class FollowedMoments(Followed[Moments]):
    def _built(self, alias: str, day: dt.date, now: Seen) -> Moments:
        return Moments.of(now, day, _read(alias))

    def _brought_forward(self, alias: str, day: dt.date, kept: Moments, now: Seen, keys: set[Any]) -> Moments:
        """The same with what is told of these cooperations now."""
        return kept.with_anew(now, day, keys, _read(alias, keys)) if keys else replace(kept, seen=now, day=day)


#: Steps, acts, awards, and that an event belongs to them, mark the cooperation; on which day it was, only the event.
MOMENTS = FollowedMoments(
    resource=COOPERATIONS.resource,
    public=COOPERATIONS.public,
    ways={**COOPERATIONS.ways, Event._meta.db_table: "events", shown(Event): "events"},
    beside={"events": "events"},
)


@dataclass(frozen=True)
class Here:
    """The moments of what a question chose; ``chosen`` is None where that is all."""

    moments: Moments
    chosen: Collection[int] | None

    def part(self, since: dt.date, until: dt.date, start: int, size: int) -> Part:
        """As ``happened.part``; the names are asked for, in one query."""
        whole = self.moments.between(since, until, self.chosen)
        total = self.moments.total(whole)
        if not total:
            return Part(0, 0, 0, [])
        if start >= total:
            start = (total - 1) // size * size
        days = self.moments.days_of(whole, start, size)
        told = list(self.moments.told(days))
        names: dict[int, str] = dict(_names(connection.vendor).of({key for _day, key, _number in told}))
        blocks = [Block(day, names[key], key, number) for day, key, number in told if key in names]
        blocks.sort(key=lambda block: (block.day, block.name), reverse=True)
        return Part(total, start, self.moments.before(whole, days), blocks)

    def last_day(self, since: dt.date, until: dt.date) -> dt.date | None:
        """The last day between the two on which something happened."""
        whole = self.moments.between(since, until, self.chosen)
        at = whole.flags.rfind(1)
        return dt.date.fromordinal(self.moments.days[whole.start + at]) if at >= 0 else None


@lru_cache(maxsize=2)
def _names(_vendor: str) -> Prepared:
    return Prepared(Cooperation.objects.public().order_by(), ["pk", "name"], column="pk")


def at_hand(asked: ChangeFilterSet) -> Here | None:
    """Of a question of a page; None where only the database knows, or nothing is ready."""
    sets = asked.sets if asked.german else None
    moments = MOMENTS.if_kept(asked.today, sets.snapshot.seen.number) if sets else None
    if sets is None or moments is None:
        return None
    is_whole = not asked.is_cut and sets.found == sets.snapshot.everything
    return Here(moments, None if is_whole else frozenset(sets.snapshot.keys_of(sets.found)))
