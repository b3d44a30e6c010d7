"""On which days something is due, and how much: what a list of deadlines has to know before it makes a single row.

A register of national size has tens of thousands of deadlines, of which a page shows fifty. So first only days and
numbers are found: of agreements by their terms in closed form (``next_days``), of records by counting the days of their
last confirmation. They lie in heaps, one for each day and kind, in the order of the list; where a page lies follows
from how high they are. Found for all Länder and kinds at once, since the list offers each with its number.
"""

from __future__ import annotations

import datetime as dt
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property
from typing import NamedTuple

from agreements.choices import DEADLINE_RANKS, DeadlineKind, DueWhen
from agreements.filters import DeadlineFilterSet
from agreements.filters.cooperation_bits import COOPERATIONS
from agreements.filters.deadline_rows import RECORDS, TERMS
from agreements.reckoning import (
    NUMBERS_OF_A_ROW,
    Standing,
    Window,
    bit_of,
    standing_of,
    states_kept,
    states_of,
    told_states,
)
from coopportal.common import feed
from coopportal.common.followed import Rows
from coopportal.common.remembered import remembered

OF_AGREEMENTS = (DeadlineKind.NOTICE, DeadlineKind.TERM_END)


class Heap(NamedTuple):
    """What is due on one day in one kind: how many, and their keys; None for records, which their day finds."""

    on: dt.date
    kind: str
    number: int
    keys: list[int] | None = None


def _place(heap: Heap) -> tuple[dt.date, int]:
    return heap.on, DEADLINE_RANKS[heap.kind]


class Due:
    """The heaps of a question, what is coming first and the nearest of it, and the numbers of its facets."""

    def __init__(self, asked: DeadlineFilterSet) -> None:
        self.asked = asked
        #: Few, and asked for by every page of a body: not worth keeping.
        self.is_kept = not (asked.chosen("municipality") or asked.chosen("cooperation"))
        self._version = feed.version().number if self.is_kept else 0
        self.name = f"due {asked.day} {asked.last_day} {asked.is_cut}"

    @cached_property
    def standing(self) -> Standing:
        def find() -> Standing:
            return standing_of(self.asked)

        if not self.is_kept:
            return find()
        if self.rows:
            return standing_of(self.asked, *self.rows)
        # Whose the records are is asked as whose the agreements and programmes are.
        rows = self.asked.records()
        return remembered(self.name, rows, find, size=lambda found: found.size, version=self._version)

    @cached_property
    def rows(self) -> tuple[Rows, Rows] | None:
        """What the process keeps of agreements and records, where it tells all that is asked for."""
        if not self.asked.is_national:
            return None
        terms, records = (one.present(self.asked.today, self._version) for one in (TERMS, RECORDS))
        return (terms, records) if terms and records else None

    @cached_property
    def states(self) -> Mapping[int, int]:
        """Agreement → the Länder of the bodies it binds, each a bit."""
        cooperations = self.standing.cooperations
        if not self.is_kept:
            return states_of(self.asked, cooperations)
        snapshot = COOPERATIONS.on(self.asked.today, self._version)
        if self.rows and snapshot:
            return states_kept(self.rows[0], snapshot)

        def find() -> Mapping[int, int]:
            return told_states(snapshot, cooperations) if snapshot else states_of(self.asked, cooperations)

        rows, name = self.asked.agreements(), f"{self.name} states"
        return remembered(name, rows, find, size=lambda found: len(found) // NUMBERS_OF_A_ROW, version=self._version)

    @cached_property
    def heaps(self) -> list[Heap]:
        """All that is found, by day and kind; what is overdue behind what is coming."""
        found = self._heaps(self._kinds())
        if self.asked.due_chosen:
            found = (heap for heap in found if self.asked.wants_day(heap.on))
        rows, day = sorted(found, key=_place), self.asked.day
        coming = bisect_left(rows, day, key=lambda heap: heap.on)
        return rows[coming:] + rows[:coming]

    @property
    def overdue(self) -> dict[DeadlineKind, int]:
        """Kind → how many of those found are overdue; kinds without any are left out."""
        found: Counter[str] = Counter()
        day = self.asked.day
        for heap in self.heaps:
            if heap.on < day:
                found[heap.kind] += heap.number
        return {kind: found[kind] for kind in DeadlineKind if found[kind]}

    def _kinds(self) -> list[str]:
        return [kind.value for kind in DeadlineKind if self.asked.wants(kind)]

    def _windows(self) -> Iterator[tuple[dt.date, list[Window]]]:
        """Those of the Länder asked for, of whatever programme."""
        states = self.asked.states
        for on, rows in self.standing.windows.items():
            yield on, [row for row in rows if not states or row.state in states]

    @cached_property
    def undated(self) -> int:
        return len(self._of_states(self.standing.undated, self.asked.states)) if self.asked.wants(*OF_AGREEMENTS) else 0

    @cached_property
    def counts(self) -> dict[str, Counter[str]]:
        """Facet → value → how many deadlines it would bring under the other filters."""
        if not self.is_kept:
            return self._counts()
        chosen = (
            self.asked.states,
            *(self.asked.chosen(name) or [] for name in ("kind", "due")),
            self.asked.programmes,
        )
        name = f"{self.name} facets {[*map(sorted, chosen)]}"
        return remembered(name, self.asked.records(), self._counts, version=self._version)

    def _counts(self) -> dict[str, Counter[str]]:
        kinds: Counter[str] = Counter()
        programmes = self.asked.programmes
        for heap in self._heaps([DeadlineKind.APPLICATION.value] if programmes else DeadlineKind.values):
            if self.asked.wants_day(heap.on):
                kinds[heap.kind] += heap.number
        due, day = Counter[str](), self.asked.day
        for heap in self._heaps(self._kinds()):
            due[DueWhen.OVERDUE.value if heap.on < day else DueWhen.COMING.value] += heap.number
        return {"kind": kinds, "due": due, "state": self._by_state(), "programme": self._by_programme()}

    def _by_programme(self) -> Counter[str]:
        chosen = self.asked.chosen("kind")
        if chosen and DeadlineKind.APPLICATION not in chosen:
            return Counter()
        wanted = (rows for on, rows in self._windows() if self.asked.wants_day(on))
        return Counter(row.programme for rows in wanted for row in rows)

    def _by_state(self) -> Counter[str]:
        found, together, states = Counter[str](), Counter[int](), self.states
        kinds, wants_day = self._kinds(), self.asked.wants_day
        for (on, kind), keys in self.standing.agreements.items():
            if kind in kinds and wants_day(on):
                together.update(map(states.__getitem__, keys))
        for mask, number in together.items():
            for code in _codes(mask):
                found[code] += number
        if DeadlineKind.AFFIRMATION in kinds:
            for on, by_state in self.standing.records.items():
                if wants_day(on):
                    found.update(by_state)
        if DeadlineKind.APPLICATION in kinds:
            chosen = self.asked.programmes
            windows = (rows for on, rows in self.standing.windows.items() if wants_day(on))
            found.update(row.state for rows in windows for row in rows if not chosen or row.programme in chosen)
        return found

    def _heaps(self, kinds: list[str]) -> Iterator[Heap]:
        states = self.asked.states
        for (on, kind), keys in self.standing.agreements.items():
            if kind in kinds and (found := self._of_states(keys, states)):
                yield Heap(on, kind, len(found), found)
        if DeadlineKind.AFFIRMATION in kinds:
            for on, by_state in self.standing.records.items():
                numbers = map(by_state.get, states) if states else by_state.values()
                if number := sum(filter(None, numbers)):
                    yield Heap(on, DeadlineKind.AFFIRMATION.value, number)
        if DeadlineKind.APPLICATION in kinds:
            chosen = self.asked.programmes
            for on, rows in self._windows():
                if keys := [row.key for row in rows if not chosen or row.programme in chosen]:
                    yield Heap(on, DeadlineKind.APPLICATION.value, len(keys), keys)

    def _of_states(self, keys: list[int], states: set[str]) -> list[int]:
        """The agreements that bind a body of these Länder; all where none is named."""
        if not states:
            return keys
        asked, of = _mask(states), self.states
        return [key for key in keys if of[key] & asked]


def _mask(codes: Iterable[str]) -> int:
    return sum(map(bit_of, codes))


def _codes(mask: int) -> list[str]:
    return [f"{place:02d}" for place in range(mask.bit_length()) if mask >> place & 1]
