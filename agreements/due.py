"""On which days something is due, and how much: what a list of deadlines has to know before it makes a single row.

A register of national size has tens of thousands of deadlines, of which a page shows fifty. So first only days and
numbers are found: of agreements by their terms in closed form (``next_days``), of records by counting the days of their
last confirmation. They lie in heaps, one for each day and kind, in the order of the list; where a page lies follows
from how high they are. Found for all Länder and kinds at once, since the list offers each with its number.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import compress
from typing import NamedTuple

from django.db.models import Count

from agreements.choices import AFFIRM_EVERY_DAYS, AgreementStatus, DeadlineKind
from agreements.filters import DeadlineFilterSet
from agreements.filters.cooperation_bits import COOPERATIONS, TIES, tie_of
from agreements.models import Agreement
from agreements.next_days import NEVER, day_of, next_numbers, number_of
from agreements.terms import Term, Terms
from coopportal.common import feed
from coopportal.common.bits import Snapshot, flags_of
from coopportal.common.dates import Precision
from coopportal.common.remembered import remembered
from funding.windows import window_on

OF_AGREEMENTS = (DeadlineKind.NOTICE, DeadlineKind.TERM_END)

#: So many numbers that are kept weigh as much as a row that is kept.
NUMBERS_OF_A_ROW = 8


class Heap(NamedTuple):
    """What is due on one day in one kind: how many, and their keys; None for records, which their day finds."""

    on: dt.date
    kind: str
    number: int
    keys: list[int] | None = None


@dataclass(frozen=True)
class Standing:
    """What is due in the time asked for, of whatever Land: keys of agreements, records by Land, windows with theirs.

    ``undated`` agreements tell their duration, but no day; ``cooperations`` says to which each of all these belongs.
    """

    agreements: Mapping[tuple[dt.date, str], list[int]]
    records: Mapping[dt.date, Mapping[str, int]]
    windows: Mapping[dt.date, list[tuple[int, str]]]
    undated: list[int]
    cooperations: Mapping[int, int]

    @property
    def size(self) -> int:
        return (3 * len(self.cooperations) + sum(map(len, self.records.values()))) // NUMBERS_OF_A_ROW


class Due:
    """The heaps of a question, the nearest first, and the numbers of its facets."""

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
        # Whose the records are is asked as whose the agreements and programmes are.
        rows = self.asked.records()
        return remembered(self.name, rows, find, size=lambda found: found.size, version=self._version)

    @cached_property
    def states(self) -> Mapping[int, int]:
        """Agreement → the Länder of the bodies it binds, each a bit."""

        cooperations = self.standing.cooperations
        if not self.is_kept:
            return _states_of(self.asked, cooperations)

        def find() -> Mapping[int, int]:
            snapshot = COOPERATIONS.on(self.asked.today, self._version)
            return _told_states(snapshot, cooperations) if snapshot else _states_of(self.asked, cooperations)

        rows, name = self.asked.agreements(), f"{self.name} states"
        return remembered(name, rows, find, size=lambda found: len(found) // NUMBERS_OF_A_ROW, version=self._version)

    @cached_property
    def heaps(self) -> list[Heap]:
        """All that is found, by day and kind."""
        return sorted(self._heaps(self._kinds()), key=lambda heap: heap[:2])

    def _kinds(self) -> list[str]:
        return [kind.value for kind in DeadlineKind if self.asked.wants(kind)]

    @cached_property
    def undated(self) -> int:
        return len(self._of_states(self.standing.undated, self.asked.states)) if self.asked.wants(*OF_AGREEMENTS) else 0

    @cached_property
    def counts(self) -> dict[str, Counter[str]]:
        """Facet → value → how many deadlines it would bring under the other filters."""
        if not self.is_kept:
            return self._counts()
        name = f"{self.name} facets {sorted(self.asked.states)} {sorted(self.asked.chosen('kind') or [])}"
        return remembered(name, self.asked.records(), self._counts, version=self._version)

    def _counts(self) -> dict[str, Counter[str]]:
        kinds: Counter[str] = Counter()
        for heap in self._heaps(DeadlineKind.values):
            kinds[heap.kind] += heap.number
        return {"kind": kinds, "state": self._by_state()}

    def _by_state(self) -> Counter[str]:
        found, together, states = Counter[str](), Counter[int](), self.states
        kinds = self._kinds()
        for (_on, kind), keys in self.standing.agreements.items():
            if kind in kinds:
                together.update(map(states.__getitem__, keys))
        for mask, number in together.items():
            for code in _codes(mask):
                found[code] += number
        if DeadlineKind.AFFIRMATION in kinds:
            for by_state in self.standing.records.values():
                found.update(by_state)
        if DeadlineKind.APPLICATION in kinds:
            found.update(state for rows in self.standing.windows.values() for _key, state in rows)
        return found

    def _heaps(self, kinds: list[str]) -> Iterator[Heap]:
        states = self.asked.states
        for (on, kind), keys in self.standing.agreements.items():
            if kind in kinds and (found := self._of_states(keys, states)):
                yield Heap(on, kind, len(found), found)
        if DeadlineKind.AFFIRMATION in kinds:
            for on, by_state in self.standing.records.items():
                chosen = map(by_state.get, states) if states else by_state.values()
                if number := sum(filter(None, chosen)):
                    yield Heap(on, DeadlineKind.AFFIRMATION.value, number)
        if DeadlineKind.APPLICATION in kinds:
            for on, rows in self.standing.windows.items():
                if keys := [key for key, state in rows if not states or state in states]:
                    yield Heap(on, DeadlineKind.APPLICATION.value, len(keys), keys)

    def _of_states(self, keys: list[int], states: set[str]) -> list[int]:
        """The agreements that bind a body of these Länder; all where none is named."""
        if not states:
            return keys
        asked, of = _mask(states), self.states
        return [key for key in keys if of[key] & asked]


def standing_of(asked: DeadlineFilterSet) -> Standing:
    """What is due until the last day asked for; three queries."""
    found: dict[tuple[dt.date, str], list[int]] = {}
    undated: list[int] = []
    cooperations: dict[int, int] = {}
    by_number: tuple[dict[int, list[int]], ...] = defaultdict(list), defaultdict(list)
    day, today, last = asked.day, number_of(asked.day), number_of(asked.last_day)
    for key, of, *told in asked.agreements().term_rows():
        numbers = _numbers(day, today, *told)
        if numbers is None:
            undated.append(key)
            cooperations[key] = of
            continue
        for number, days in zip(numbers, by_number, strict=True):
            if number <= last:
                days[number].append(key)
                cooperations[key] = of
    for kind, days in zip((DeadlineKind.TERM_END, DeadlineKind.NOTICE), by_number, strict=True):
        found |= {(day_of(number), kind.value): keys for number, keys in days.items()}
    return Standing(found, _records(asked), _windows(asked), undated, cooperations)


@lru_cache(maxsize=8_192)
def _number_of(text: str) -> int:
    return number_of(dt.date.fromisoformat(text))


# The same after every write of a day: 22,000 questions at national size, some 10 MB.
@lru_cache(maxsize=1 << 15)
def _numbers(
    day: dt.date,
    today: int,
    first: str | None,
    stated: str | None,
    precision: str,
    term: int | None,
    renewal: int | None,
    notice: int | None,
    status: str,
) -> tuple[int, int] | None:
    """The last day of the running term and the next one for a notice of one agreement; None where no day is known."""
    if status == AgreementStatus.TERMINATING:
        renewal = None
    if stated is not None:
        if precision != Precision.DAY:
            return None
        terms = Terms(None, dt.date.fromisoformat(stated), term, renewal, notice)
        days = {kind: number_of(on) for kind, on, _term in days_of(terms, day)}
        return days.get(DeadlineKind.TERM_END, NEVER), days.get(DeadlineKind.NOTICE, NEVER)
    if not first or not term:
        return None
    return next_numbers(today, _number_of(first), term, renewal, notice)


def days_of(terms: Terms, day: dt.date) -> Iterator[tuple[DeadlineKind, dt.date, Term]]:
    """The next notice and the end of the running term of one agreement, from ``day`` on."""
    term = terms.current(day)
    if term is None:
        return
    if found := terms.next_notice(day):
        yield DeadlineKind.NOTICE, *found
    yield DeadlineKind.TERM_END, term.ends, term


def _records(asked: DeadlineFilterSet) -> dict[dt.date, dict[str, int]]:
    """Overdue ones too: that nobody has stood up for a record is told as long as it is so."""
    every = dt.timedelta(days=AFFIRM_EVERY_DAYS)
    rows = asked.records().filter(last_affirmed__lte=asked.last_day - every).order_by()
    found: dict[dt.date, dict[str, int]] = defaultdict(dict)
    for last, state, number in rows.values_list("last_affirmed", "keeper__state").annotate(number=Count("pk")):
        found[last + every][state] = number
    return found


def _windows(asked: DeadlineFilterSet) -> dict[dt.date, list[tuple[int, str]]]:
    found = defaultdict(list)
    for row in asked.windows().select_related("programme"):
        window = window_on(row.parameters, asked.day)
        if window is not None and window.closes <= asked.last_day:
            found[window.closes].append((row.pk, row.programme.state_id))
    return found


def _states_of(asked: DeadlineFilterSet, cooperations: Mapping[int, int]) -> dict[int, int]:
    by_agreement, by_cooperation = map(_masks, asked.agreements().with_states())
    return {
        key: by_agreement[key] if key in by_agreement else by_cooperation.get(of, 0) for key, of in cooperations.items()
    }


def _told_states(snapshot: Snapshot, cooperations: Mapping[int, int]) -> dict[int, int]:
    """The same from the bit sets of the cooperations, which know the Länder of all that take part.

    Whom an agreement names as parties is asked only where that matters: where not all are of the same Land.
    """

    def bearing(bits: int) -> Iterator[int]:
        return compress(snapshot.keys, flags_of(bits, len(snapshot.keys)))

    by_cooperation: dict[int, int] = defaultdict(int)
    somewhere = several = 0
    for code, bits in snapshot.values["state"].items():
        several, somewhere = several | somewhere & bits, somewhere | bits
        bit = _bit(code)
        for key in bearing(bits):
            by_cooperation[key] |= bit
    for value, bits in snapshot.values[TIES].items():
        if not tie_of(value)[0]:  # a body of no Land
            several |= bits
    mixed = set(bearing(several))
    asked = [key for key, of in cooperations.items() if of in mixed]
    by_agreement = _masks(Agreement.objects.states_of_parties(asked))
    return {
        key: by_agreement[key] if key in by_agreement else by_cooperation.get(of, 0) for key, of in cooperations.items()
    }


def _masks(pairs: Iterable[tuple[int, str | None]]) -> dict[int, int]:
    found: dict[int, int] = defaultdict(int)
    for key, state in pairs:
        found[key] |= _bit(state) if state else 0
    return dict(found)


@lru_cache
def _bit(code: str) -> int:
    return 1 << int(code)


def _mask(codes: Iterable[str]) -> int:
    return sum(map(_bit, codes))


def _codes(mask: int) -> list[str]:
    return [f"{place:02d}" for place in range(mask.bit_length()) if mask >> place & 1]
