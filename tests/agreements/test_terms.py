"""Terms and notice, counted as the Civil Code counts: examples by hand, and properties against counting day by day."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agreements.terms import DAY, Term, Terms, last_day_of, last_day_of_notice
from coopportal.common.dates import add_months

days = st.dates(min_value=dt.date(1990, 1, 1), max_value=dt.date(2060, 12, 31))
months = st.integers(min_value=1, max_value=72)


def on(text: str) -> dt.date:
    return dt.date.fromisoformat(text)


#: 36 months, then twelve by twelve, three months' notice.
TACIT = Terms(first_day=on("2020-08-01"), term_months=36, renewal_months=12, notice_months=3)


@pytest.mark.parametrize(
    ("first", "length", "last"),
    [
        ("2020-08-01", 36, "2023-07-31"),
        ("2024-01-15", 1, "2024-02-14"),
        ("2023-01-29", 1, "2023-02-28"),
        ("2023-01-31", 1, "2023-02-28"),  # there is no 30 February
        ("2024-01-31", 1, "2024-02-29"),
        ("2024-01-30", 1, "2024-02-29"),
        ("2024-02-29", 12, "2025-02-28"),
        ("2024-02-29", 48, "2028-02-28"),
        ("2024-03-31", 1, "2024-04-30"),
        ("2024-01-01", 2, "2024-02-29"),
        ("2023-03-01", 12, "2024-02-29"),
    ],
)
def test_a_term_ends_the_day_before_its_number_comes_again(first: str, length: int, last: str) -> None:
    assert last_day_of(on(first), length) == on(last)


@pytest.mark.parametrize(
    ("ends", "length", "notice"),
    [
        ("2024-07-31", 3, "2024-04-30"),
        ("2024-06-30", 3, "2024-03-31"),
        ("2024-12-31", 6, "2024-06-30"),
        ("2023-02-28", 3, "2022-11-30"),
        ("2024-02-29", 3, "2023-11-30"),
        ("2024-05-14", 1, "2024-04-14"),
        ("2024-02-28", 12, "2023-02-28"),
        ("2024-07-31", 0, "2024-07-31"),
    ],
)
def test_a_notice_leaves_the_whole_period(ends: str, length: int, notice: str) -> None:
    assert last_day_of_notice(on(ends), length) == on(notice)


def test_under_tacit_renewal_the_current_term_counts() -> None:
    term = TACIT.current(on("2024-02-01"))
    assert term == Term(on("2023-08-01"), on("2024-07-31"), 1)
    assert TACIT.notice_for(term) == on("2024-04-30")


@pytest.mark.parametrize(
    ("day", "ends", "notice"),
    [
        ("2019-01-01", "2023-07-31", "2023-04-30"),  # not yet begun: its first term
        ("2023-07-31", "2023-07-31", "2023-04-30"),
        ("2023-08-01", "2024-07-31", "2024-04-30"),
        ("2024-05-01", "2024-07-31", "2024-04-30"),  # it has passed, and is told
    ],
)
def test_each_day_has_its_term(day: str, ends: str, notice: str) -> None:
    term = TACIT.current(on(day))
    assert term is not None
    assert (term.ends, TACIT.notice_for(term)) == (on(ends), on(notice))


def test_the_next_notice_may_be_one_of_a_later_term() -> None:
    assert TACIT.next_notice(on("2024-04-30")) == (on("2024-04-30"), Term(on("2023-08-01"), on("2024-07-31"), 1))
    assert TACIT.next_notice(on("2024-05-01")) == (on("2025-04-30"), Term(on("2024-08-01"), on("2025-07-31"), 2))


def test_without_renewal_it_ends_and_needs_no_notice() -> None:
    fixed = Terms(first_day=on("2020-08-01"), term_months=36, notice_months=3)
    assert fixed.current(on("2023-07-31")) == Term(on("2020-08-01"), on("2023-07-31"))
    assert fixed.next_notice(on("2020-08-01")) is None
    assert fixed.current(on("2023-08-01")) is None


def test_a_stated_last_day_is_the_end() -> None:
    stated = Terms(
        first_day=on("2020-08-01"), last_day=on("2026-12-31"), term_months=36, renewal_months=12, notice_months=6
    )
    assert stated.current(on("2024-02-01")) == Term(on("2020-08-01"), on("2026-12-31"))
    assert stated.next_notice(on("2024-02-01")) == (on("2026-06-30"), Term(on("2020-08-01"), on("2026-12-31")))
    assert stated.current(on("2027-01-01")) is None


@pytest.mark.parametrize(
    "terms",
    [Terms(), Terms(first_day=on("2020-08-01")), Terms(term_months=36, notice_months=3), Terms(notice_months=3)],
)
def test_what_is_not_told_is_not_reckoned(terms: Terms) -> None:
    assert terms.current(on("2024-02-01")) is None
    assert terms.next_notice(on("2024-02-01")) is None


def test_absurd_lengths_have_no_day() -> None:
    absurd = Terms(first_day=on("2020-08-01"), term_months=32_767, renewal_months=32_767, notice_months=32_767)
    term = absurd.current(on("2024-02-01"))
    assert term is not None
    assert term.ends.year == 4751
    assert absurd.next_notice(on("2024-02-01")) is not None
    assert Terms(on("2020-08-01"), on("2026-07-31"), 72, 12, 32_767).next_notice(on("2024-02-01")) is None
    assert Terms(on("9990-08-01"), None, 240, 12, 3).current(on("2024-02-01")) is None


# --- Properties ---


@given(first=days, length=months)
def test_a_term_is_followed_by_the_day_that_bears_its_number(first: dt.date, length: int) -> None:
    after = last_day_of(first, length) + DAY
    month = add_months(first.replace(day=1), length)
    assert after == dt.date(month.year, month.month, first.day) if _has(month, first.day) else after.day == 1


def _has(month: dt.date, number: int) -> bool:
    try:
        month.replace(day=number)
    except ValueError:
        return False
    return True


@given(ends=days, length=months)
def test_a_day_later_would_be_too_late(ends: dt.date, length: int) -> None:
    notice = last_day_of_notice(ends, length)
    assert add_months(notice, length) <= ends < add_months(notice + DAY, length)


@given(first=days, term=months, renewal=months, day=days)
def test_terms_follow_one_another_without_gap_and_one_holds_the_day(
    first: dt.date, term: int, renewal: int, day: dt.date
) -> None:
    terms = Terms(first_day=first, term_months=term, renewal_months=renewal, notice_months=1)
    following = terms.following(min(first, day))
    earlier = next(following)
    assert earlier.begins == first
    while earlier.ends < day:
        later = next(following)
        assert (later.begins, later.number) == (earlier.ends + DAY, earlier.number + 1)
        earlier = later
    assert terms.current(day) == earlier
    assert day < first or earlier.begins <= day <= earlier.ends


@given(first=days, term=months, renewal=months, notice=st.integers(min_value=0, max_value=24), day=days)
def test_the_next_notice_is_never_in_the_past(
    first: dt.date, term: int, renewal: int, notice: int, day: dt.date
) -> None:
    terms = Terms(first_day=first, term_months=term, renewal_months=renewal, notice_months=notice)
    found = terms.next_notice(day)
    assert found is not None
    assert day <= found[0] <= found[1].ends
