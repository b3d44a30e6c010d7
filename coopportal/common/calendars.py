"""iCalendar (RFC 5545): days to remember, as a file that any calendar can subscribe to.

Pure: it knows no model. Days are all-day entries, so no time zone can shift them.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

MEDIA_TYPE = "text/calendar; charset=utf-8"

#: Octets of a line without its break (RFC 5545, 3.1).
LINE = 75

_ESCAPED = str.maketrans({"\\": "\\\\", ";": "\\;", ",": "\\,", "\n": "\\n"})
_CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f\x7f]")


@dataclass(frozen=True)
class Entry:
    """A day. ``uid`` stays the same as long as it is the same thing to remember; ``changed`` knows its time zone."""

    uid: str
    on: dt.date
    summary: str
    description: str
    url: str
    category: str
    changed: dt.datetime


def escaped(text: str) -> str:
    """A value of the type TEXT (3.3.11): one line, its separators escaped, no control characters."""
    return _CONTROL.sub("", text.replace("\r\n", "\n").replace("\r", "\n")).translate(_ESCAPED)


def folded(line: str) -> str:
    """The line in pieces of at most 75 octets, each further one begun by a blank (3.1); no letter is torn."""
    if len(line.encode()) <= LINE:
        return line
    pieces, piece, size = [], "", 0
    for letter in line:
        octets = len(letter.encode())
        if size + octets > LINE:
            pieces.append(piece)
            piece, size = " ", 1
        piece, size = piece + letter, size + octets
    return "\r\n".join([*pieces, piece])


def calendar(name: str, portions: Iterable[Iterable[Entry]]) -> Iterator[str]:
    """The file in pieces, one for each portion; calendars are asked to look again once a day."""
    piece = _folded(
        [
            *("BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Kooperationsportal//Fristen//DE", "CALSCALE:GREGORIAN"),
            *("METHOD:PUBLISH", f"NAME:{escaped(name)}", f"X-WR-CALNAME:{escaped(name)}"),
            *("REFRESH-INTERVAL;VALUE=DURATION:P1D", "X-PUBLISHED-TTL:P1D"),
        ]
    )
    is_empty = True
    for entries in portions:
        if lines := _folded(_lines(entries)):
            is_empty = False
            yield piece + lines
            piece = ""
    yield piece + _folded([*(_NOTHING if is_empty else ()), "END:VCALENDAR"])


def _folded(lines: Iterable[str]) -> str:
    return "".join(f"{folded(line)}\r\n" for line in lines)


def _lines(entries: Iterable[Entry]) -> Iterator[str]:
    for entry in entries:
        yield "BEGIN:VEVENT"
        yield f"UID:{escaped(entry.uid)}"
        yield f"DTSTAMP:{entry.changed.astimezone(dt.UTC):%Y%m%dT%H%M%SZ}"
        yield f"DTSTART;VALUE=DATE:{entry.on:%Y%m%d}"
        yield f"SUMMARY:{escaped(entry.summary)}"
        yield f"DESCRIPTION:{escaped(entry.description)}"
        yield f"URL:{_CONTROL.sub('', entry.url.replace(chr(10), ''))}"
        yield f"CATEGORIES:{escaped(entry.category)}"
        yield "TRANSP:TRANSPARENT"
        yield "END:VEVENT"


# A calendar has at least one component (3.6): where there is no day to remember, the zone that nobody needs.
_NOTHING = [
    *("BEGIN:VTIMEZONE", "TZID:Europe/Berlin", "BEGIN:STANDARD", "DTSTART:19700101T000000"),
    *("TZOFFSETFROM:+0100", "TZOFFSETTO:+0100", "TZNAME:CET", "END:STANDARD", "END:VTIMEZONE"),
]
