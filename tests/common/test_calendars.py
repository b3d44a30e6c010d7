"""iCalendar files: lines, letters, and what RFC 5545 asks of every one."""

from __future__ import annotations

import datetime as dt

from hypothesis import given
from hypothesis import strategies as st

from coopportal.common.calendars import Entry, calendar, escaped, folded
from tests.calendars import parsed

CHANGED = dt.datetime(2026, 3, 1, 23, 30, tzinfo=dt.timezone(dt.timedelta(hours=1)))


def entry(**values: str) -> Entry:
    words = {"uid": "a-1@portal.example", "summary": "Kündigung", "description": "", "url": "https://portal.example/"}
    return Entry(on=dt.date(2024, 4, 30), category="Frist", changed=CHANGED, **words | values)


def written(*portions: list[Entry]) -> str:
    return "".join(calendar("Fristen", portions))


def test_it_is_the_same_in_whatever_portions() -> None:
    one, other = entry(uid="1"), entry(uid="2")
    assert written([one], [], [other]) == written([one, other])


def test_an_entry_is_a_whole_day_and_blocks_nobody() -> None:
    [event] = parsed(written([entry()]))["VEVENT"]
    assert event == {
        "UID": "a-1@portal.example",
        "DTSTAMP": "20260301T223000Z",
        "DTSTART;VALUE=DATE": "20240430",
        "SUMMARY": "Kündigung",
        "DESCRIPTION": "",
        "URL": "https://portal.example/",
        "CATEGORIES": "Frist",
        "TRANSP": "TRANSPARENT",
    }


def test_a_calendar_without_days_is_still_one() -> None:
    components = parsed(written([]))
    assert (components["VEVENT"], len(components["VTIMEZONE"])) == ([], 1)


def test_separators_and_breaks_are_escaped_and_control_characters_dropped() -> None:
    assert escaped("a;b,c\\d\r\ne\rf\x00\x07g\t") == "a\\;b\\,c\\\\d\\ne\\nfg"


def test_a_line_as_long_as_may_be_stays_one() -> None:
    assert folded("x" * 75) == "x" * 75
    assert folded("x" * 76) == "x" * 75 + "\r\n x"


@given(st.text(alphabet=st.characters(exclude_categories=("Cs", "Cc")), max_size=400))
def test_folding_loses_nothing_and_tears_no_letter(text: str) -> None:
    lines = folded(text).split("\r\n")
    assert "".join([lines[0], *(line[1:] for line in lines[1:])]) == text
    assert all(line.startswith(" ") for line in lines[1:])
    assert max(len(line.encode()) for line in lines) <= 75


@given(st.text(alphabet=st.characters(exclude_categories=("Cs",)), max_size=300))
def test_whatever_people_write_comes_out_as_it_went_in(text: str) -> None:
    [event] = parsed(written([entry(summary=text)]))["VEVENT"]
    lines = text.replace("\r\n", "\n").replace("\r", "\n")
    assert event["SUMMARY"] == "".join(c for c in lines if c == "\n" or not (ord(c) < 32 or ord(c) == 127))


def test_text_cannot_break_out_of_its_line() -> None:
    text = written([entry(summary="x\r\nEND:VEVENT\r\nBEGIN:VEVENT", url="https://x/\r\nBEGIN:VALARM")])
    [event] = parsed(text)["VEVENT"]
    assert (event["SUMMARY"], event["URL"]) == ("x\nEND:VEVENT\nBEGIN:VEVENT", "https://x/BEGIN:VALARM")
