"""A strict reader of iCalendar files, written from RFC 5545 and not from our writer."""

from __future__ import annotations

import re
from collections import defaultdict

_LINE = re.compile(r"^[A-Z-]+(;[A-Z-]+=[^\x00-\x1f\";:,]+)*:[^\x00-\x08\x0a-\x1f\x7f]*$")
_UNESCAPED = re.compile(r"\\([\\;,nN])")
_TEXTS = {"UID", "SUMMARY", "DESCRIPTION", "CATEGORIES", "NAME"}


def parsed(text: str) -> dict[str, list[dict[str, str]]]:
    """The components by kind, each as property (with its parameters) → value; fails where the file is not valid."""
    assert text.endswith("\r\n")
    raw = text.removesuffix("\r\n").split("\r\n")
    assert all("\n" not in line and "\r" not in line and len(line.encode()) <= 75 for line in raw)
    lines = text.removesuffix("\r\n").replace("\r\n ", "").split("\r\n")
    assert [line for line in lines if not _LINE.match(line)] == []
    assert (lines[0], lines[-1]) == ("BEGIN:VCALENDAR", "END:VCALENDAR")
    found: dict[str, list[dict[str, str]]] = defaultdict(list, {"VEVENT": [], "VTIMEZONE": []})
    of_calendar: dict[str, str] = {}
    open_components = [of_calendar]
    names = ["VCALENDAR"]
    for line in lines[1:-1]:
        name, _colon, value = line.partition(":")
        if name == "BEGIN":
            open_components.append({})
            names.append(value)
        elif name == "END":
            assert names.pop() == value
            found[value].append(open_components.pop())
        else:
            assert name not in open_components[-1], f"{name} twice"
            open_components[-1][name] = _text(value) if name in _TEXTS else value
    assert names == ["VCALENDAR"]
    assert of_calendar["VERSION"] == "2.0"
    assert of_calendar["PRODID"]
    assert any(found.values()), "a calendar has at least one component"
    uids = [event["UID"] for event in found["VEVENT"]]
    assert len(set(uids)) == len(uids)
    for event in found["VEVENT"]:
        assert re.fullmatch(r"\d{8}T\d{6}Z", event["DTSTAMP"])
        assert re.fullmatch(r"\d{8}", event["DTSTART;VALUE=DATE"])
    return found


def _text(value: str) -> str:
    bare = _UNESCAPED.sub("", value)
    assert not re.search(r"[\\;,]", bare), f"not escaped: {value}"
    return _UNESCAPED.sub(lambda found: "\n" if found[1] in "nN" else found[1], value)
