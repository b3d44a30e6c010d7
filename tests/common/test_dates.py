"""Uncertain days and how German readers write them."""

import datetime as dt

import pytest

from coopportal.common.dates import Precision, UncertainDate, add_months, format_day, parse_day


@pytest.mark.parametrize("text", ["2019-04-24", "24.04.2019", "24.4.2019", " 24.04.2019 "])
def test_parse_day_reads_iso_and_german_days(text: str) -> None:
    assert parse_day(text) == dt.date(2019, 4, 24)


@pytest.mark.parametrize("text", ["", "gestern", "2019-02-30", "31.04.2019", "20190424", "24.04.19", "2019-4-24"])
def test_parse_day_refuses_anything_else(text: str) -> None:
    with pytest.raises(ValueError):
        parse_day(text)


@pytest.mark.parametrize(
    ("date", "text"),
    [
        (UncertainDate(dt.date(2019, 4, 24), Precision.DAY), "24.04.2019"),
        (UncertainDate(dt.date(2019, 4, 1), Precision.MONTH), "April 2019"),
        (UncertainDate(dt.date(2019, 1, 1), Precision.YEAR), "2019"),
        (UncertainDate(dt.date(2019, 1, 1), Precision.PART_OF_YEAR, "Anfang 2019"), "„Anfang 2019“"),
        (UncertainDate(None, Precision.VAGUE, "seit Jahren"), "„seit Jahren“"),
        (UncertainDate(dt.date(2010, 1, 1), Precision.VAGUE), "um 2010"),
        (UncertainDate(None, Precision.UNKNOWN), "unbekannt"),
    ],
)
def test_an_uncertain_date_is_written_as_exactly_as_its_source_tells_it(date: UncertainDate, text: str) -> None:
    assert str(date) == text


def test_only_dates_known_well_enough_decide_what_held_on_a_day() -> None:
    day = dt.date(2019, 1, 1)
    assert [p for p in Precision.values if UncertainDate(day, p).decides] == ["day", "month", "year", "part_of_year"]
    assert not UncertainDate(None, Precision.DAY).decides


def test_format_day_keeps_leading_zeros() -> None:
    assert format_day(dt.date(987, 3, 4)) == "04.03.0987"


@pytest.mark.parametrize(
    ("start", "months", "end"),
    [
        (dt.date(2020, 8, 1), 36, dt.date(2023, 8, 1)),
        (dt.date(2024, 1, 31), 1, dt.date(2024, 2, 29)),
        (dt.date(2023, 12, 31), 2, dt.date(2024, 2, 29)),
        (dt.date(2024, 3, 31), -1, dt.date(2024, 2, 29)),
    ],
)
def test_add_months_ends_on_the_last_day_where_the_month_is_shorter(start: dt.date, months: int, end: dt.date) -> None:
    assert add_months(start, months) == end
