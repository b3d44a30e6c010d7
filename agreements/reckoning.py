"""What is due, of whatever Land, reckoned once: from what the process keeps where it can be, else from the database.

The days of agreements follow from their terms in closed form (``next_days``), those of records from the day of their
last confirmation. What is reckoned for a day is kept with the rows it follows from (``Rows.once``), so that neither
another question nor a write elsewhere makes it anew.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from itertools import compress
from typing import Any, NamedTuple

from django.db import connection
from django.db.models import Count, F

from agreements.choices import AgreementStatus, DeadlineKind
from agreements.filters import DeadlineFilterSet
from agreements.filters.cooperation_bits import COOPERATIONS, TIES, tie_of
from agreements.filters.deadline_rows import RECORDS, TERMS
from agreements.filters.deadlines import EVERY
from agreements.models import Agreement
from agreements.next_days import NEVER, day_of, next_numbers, number_of
from agreements.terms import Term, Terms
from coopportal.common.ahead import prepares
from coopportal.common.bits import Snapshot, flags_of
from coopportal.common.dates import Precision
from coopportal.common.followed import Rows
from coopportal.common.prepared import Prepared, Statement
from funding.models import Criterion
from funding.windows import window_on

#: So many numbers that are kept weigh as much as a row that is kept.
NUMBERS_OF_A_ROW = 8


class Window(NamedTuple):
    """A criterion that tells of a window, the Land and the slug of its programme."""

    key: int
    state: str
    programme: str


@dataclass(frozen=True)
class Standing:
    """What is due in the time asked for, of whatever Land: keys of agreements, records by Land, windows with theirs.

    ``undated`` agreements tell their duration, but no day; ``cooperations`` says to which each of all these belongs.
    """

    agreements: Mapping[tuple[dt.date, str], list[int]]
    records: Mapping[dt.date, Mapping[str, int]]
    windows: Mapping[dt.date, list[Window]]
    undated: list[int]
    cooperations: Mapping[int, int]

    @property
    def size(self) -> int:
        return (3 * len(self.cooperations) + sum(map(len, self.records.values()))) // NUMBERS_OF_A_ROW


@dataclass(frozen=True)
class Reckoned:
    """The days of agreements, as numbers (``next_days``): kind → day → keys."""

    days: Mapping[str, Mapping[int, list[int]]]
    undated: list[int]
    cooperations: Mapping[int, int]


def standing_of(asked: DeadlineFilterSet, terms: Rows | None = None, records: Rows | None = None) -> Standing:
    """What is due until the last day asked for; three queries, or one where the process keeps what the others tell."""
    last = number_of(asked.last_day)
    reckoned = days_kept(terms, asked.day) if terms else _reckoned(_term_rows(asked), asked.day)
    found = {
        (day_of(number), kind): keys
        for kind, days in reckoned.days.items()
        for number, keys in days.items()
        if number <= last
    }
    told = affirmed_kept(records) if records else _records(asked)
    due = {on: by_state for last_day, by_state in told.items() if (on := last_day + EVERY) <= asked.last_day}
    return Standing(found, due, _windows(asked), reckoned.undated, reckoned.cooperations)


def _term_rows(asked: DeadlineFilterSet) -> Iterable[Any]:
    """What the days of the agreements asked for are reckoned from."""
    if not asked.is_of_bodies:
        rows: Iterable[Any] = asked.agreements().term_rows()
        return rows
    questions = OfBodies.on(connection.vendor, asked.day, cut=asked.is_cut)
    bodies = [body.pk for body in asked.chosen("municipality")]
    named, unnamed = (one.about(one.told(bodies)) for one in (questions.named, questions.unnamed))
    keys = Statement(f"{named.text} UNION {unnamed.text}", (*named.values, *unnamed.values))
    return questions.terms.within(keys)


@dataclass(frozen=True)
class OfBodies:
    """What is asked for the agreements that bind bodies (as ``AgreementQuerySet.binding``); made once for a day."""

    named: Prepared
    #: Where no party is named, those of the cooperation are bound.
    unnamed: Prepared
    terms: Prepared
    #: Those of programmes of Länder.
    windows: Prepared

    @classmethod
    @lru_cache(maxsize=20)
    def on(cls, _vendor: str, day: dt.date, *, cut: bool) -> OfBodies:
        rows = Agreement.objects.public_with_terms(day)
        if cut:
            rows = rows.known_on(day)
        unnamed = Agreement.objects.naming_nobody().annotate(_of=F("cooperation__participations__municipality"))
        return cls(
            Prepared(Agreement.parties.through.objects.order_by(), ["agreement"], column="participation__municipality"),
            Prepared(unnamed.order_by(), ["pk"], column="_of"),
            Prepared(rows.term_rows(), column="pk"),
            Prepared(Criterion.objects.application_windows(), _OF_WINDOWS, column="programme__state"),
        )


def _reckoned(rows: Iterable[Any], day: dt.date) -> Reckoned:
    """The days of all these agreements (``term_rows``) from ``day`` on."""
    by_number: tuple[dict[int, list[int]], ...] = defaultdict(list), defaultdict(list)
    undated: list[int] = []
    cooperations: dict[int, int] = {}
    today = number_of(day)
    for key, of, *told in rows:
        cooperations[key] = of
        numbers = _numbers(day, today, *told)
        if numbers is None:
            undated.append(key)
            continue
        for number, days in zip(numbers, by_number, strict=True):
            if number < NEVER:
                days[number].append(key)
    kinds = (DeadlineKind.TERM_END.value, DeadlineKind.NOTICE.value)
    return Reckoned(dict(zip(kinds, by_number, strict=True)), undated, cooperations)


def days_kept(terms: Rows, day: dt.date) -> Reckoned:
    """The same from what the process keeps; as ``public_with_terms``, of what had not ended."""

    def find() -> Reckoned:
        text, exactly = day.isoformat(), Precision.DAY.value
        rows = (
            (key, of, first, last, precision, *told)
            for key, (of, ended, first, last, precision, *told) in terms.rows.items()
            if (ended is None or ended >= text) and (last is None or last >= text or precision != exactly)
        )
        return _reckoned(rows, day)

    return terms.once(("days", day), find)


def affirmed_kept(records: Rows) -> Mapping[dt.date, Mapping[str, int]]:
    """Day of the last confirmation → Land of the keeper → how many records."""

    def find() -> Mapping[dt.date, Mapping[str, int]]:
        found: dict[dt.date, dict[str, int]] = defaultdict(dict)
        for (last, state), number in Counter(records.rows.values()).items():
            found[dt.date.fromisoformat(last)][state] = number
        return found

    return records.once("affirmed", find)


def states_kept(terms: Rows, snapshot: Snapshot) -> Mapping[int, int]:
    """Agreement → the Länder of the bodies it binds, each a bit, of all that are kept."""
    name = ("states", snapshot.series, snapshot.day)
    return terms.once(name, lambda: told_states(snapshot, {key: row[0] for key, row in terms.rows.items()}))


@prepares
def prepare(day: dt.date, number: int) -> None:
    """What the first visitor of a day and a version would wait for."""
    terms, records = (one.present(day, number) for one in (TERMS, RECORDS))
    snapshot = COOPERATIONS.on(day, number)
    if terms and records and snapshot:
        days_kept(terms, day)
        affirmed_kept(records)
        states_kept(terms, snapshot)


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
    rows = asked.records_due().order_by()
    found: dict[dt.date, dict[str, int]] = defaultdict(dict)
    for last, state, number in rows.values_list("last_affirmed", "keeper__state").annotate(number=Count("pk")):
        found[last][state] = number
    return found


def _windows(asked: DeadlineFilterSet) -> dict[dt.date, list[Window]]:
    found: dict[dt.date, list[Window]] = defaultdict(list)
    for key, state, programme, parameters in _window_rows(asked):
        window = window_on(parameters, asked.day)
        if window is not None and window.closes <= asked.last_day:
            found[window.closes].append(Window(key, state, programme))
    return found


_OF_WINDOWS = ("pk", "programme__state", "programme__slug", "parameters")


def _window_rows(asked: DeadlineFilterSet) -> Iterable[Any]:
    if not asked.is_of_bodies:
        rows: Iterable[Any] = asked.windows().values_list(*_OF_WINDOWS)
        return rows
    question = OfBodies.on(connection.vendor, asked.day, cut=asked.is_cut).windows
    return question.values(question.of([*{body.state_id for body in asked.chosen("municipality")}]))


def states_of(asked: DeadlineFilterSet, cooperations: Mapping[int, int]) -> dict[int, int]:
    by_agreement, by_cooperation = map(_masks, asked.agreements().with_states())
    return {
        key: by_agreement[key] if key in by_agreement else by_cooperation.get(of, 0) for key, of in cooperations.items()
    }


def told_states(snapshot: Snapshot, cooperations: Mapping[int, int]) -> dict[int, int]:
    """The same from the bit sets of the cooperations, which know the Länder of all that take part.

    Whom an agreement names as parties is asked only where that matters: where not all are of the same Land.
    """

    def bearing(bits: int) -> Iterator[int]:
        return compress(snapshot.keys, flags_of(bits, len(snapshot.keys)))

    by_cooperation: dict[int, int] = defaultdict(int)
    somewhere = several = 0
    for code, bits in snapshot.values["state"].items():
        several, somewhere = several | somewhere & bits, somewhere | bits
        bit = bit_of(code)
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
        found[key] |= bit_of(state) if state else 0
    return dict(found)


@lru_cache
def bit_of(code: str) -> int:
    return 1 << int(code)
