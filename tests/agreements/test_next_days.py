"""The days of many agreements at once are those that the Civil Code counts, term by term."""

from __future__ import annotations

import datetime as dt
from itertools import takewhile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agreements.next_days import NEVER, day_of, next_numbers, number_of
from agreements.terms import Terms

days = st.dates(min_value=dt.date(1985, 1, 1), max_value=dt.date(2035, 12, 31))
lengths = st.integers(min_value=1, max_value=240)
maybe = st.none() | st.integers(min_value=0, max_value=60)


def counted(today: dt.date, first: dt.date, *months: int | None) -> list[dt.date | None]:
    found = next_numbers(number_of(today), number_of(first), *months)  # type: ignore[arg-type]
    return [None if number >= NEVER else day_of(number) for number in found]


def term_by_term(today: dt.date, first: dt.date, term: int, renewal: int | None, notice: int | None) -> list[object]:
    """From the very first term on, one after another."""
    terms = Terms(first, None, term, renewal, notice)
    following = list(takewhile(lambda one: one.begins < dt.date(2050, 1, 1), terms.following(first)))
    ends = [one.ends for one in following if one.ends >= today]
    notices = [day for one in following if one.ends >= today and (day := terms.notice_for(one)) and day >= today]
    return [ends[0] if ends else None, notices[0] if notices else None]


def test_the_current_term_under_tacit_renewal() -> None:
    first = dt.date(2020, 8, 1)
    assert counted(dt.date(2024, 2, 1), first, 36, 12, 3) == [dt.date(2024, 7, 31), dt.date(2024, 4, 30)]
    assert counted(dt.date(2024, 5, 1), first, 36, 12, 3) == [dt.date(2024, 7, 31), dt.date(2025, 4, 30)]


@pytest.mark.parametrize("first", [dt.date(2019, 12, 31), dt.date(2020, 1, 30), dt.date(2020, 2, 29)])
@pytest.mark.parametrize("renewal", [1, 5, 12])
@pytest.mark.parametrize("notice", [None, 0, 1, 4])
def test_months_that_are_too_short(first: dt.date, renewal: int, notice: int | None) -> None:
    for week in range(0, 420, 5):
        today = dt.date(2019, 11, 1) + dt.timedelta(days=7 * week)
        asked = (today, first, 3, renewal, notice)
        assert counted(*asked) == term_by_term(*asked), asked


@settings(max_examples=60)
@given(days, days, lengths, maybe, maybe)
def test_both_ways_agree(today: dt.date, first: dt.date, term: int, renewal: int | None, notice: int | None) -> None:
    asked = (today, first, term, renewal, notice)
    terms = Terms(first, None, term, renewal, notice)
    current, found = terms.current(today), terms.next_notice(today)
    assert [current and current.ends, found and found[0]] == term_by_term(*asked)
    assert counted(*asked) == term_by_term(*asked)
