"""Windows for applications, as the criteria of programmes tell them.

The parameters of a criterion ``application_window`` are two days, both included: ``{"from": "2025-05-15", "until":
"2026-05-14"}`` for one window, ``{"from": "08-31", "until": "10-15"}`` for one of every year (which may reach into the
next). ``from`` may be missing. Pure: nothing here knows a database or today.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from coopportal.common.dates import add_months

_OF_YEAR = re.compile(r"^(\d{2})-(\d{2})$")


@dataclass(frozen=True)
class Window:
    """From when until when (the last day) applications are taken; ``opens`` None: since ever."""

    opens: dt.date | None
    closes: dt.date


def window_on(parameters: Mapping[str, Any], day: dt.date) -> Window | None:
    """The window that closes on ``day`` or next after it; None where there is none or the parameters tell no days."""
    until, since = (str(parameters.get(name) or "") for name in ("until", "from"))
    try:
        if not _OF_YEAR.match(until):
            window = Window(dt.date.fromisoformat(since) if since else None, dt.date.fromisoformat(until))
            return window if window.closes >= day else None
        closes = _of_year(until, day.year)
        if closes < day:
            closes = _of_year(until, day.year + 1)
        if not since:
            return Window(None, closes)
        opens = _of_year(since, closes.year)
        return Window(opens if opens <= closes else _of_year(since, closes.year - 1), closes)
    except ValueError:
        return None


def _of_year(text: str, year: int) -> dt.date:
    """That day of the year; 29 February is the 28th where there is none. Raises ValueError for no day at all."""
    match = _OF_YEAR.match(text)
    if match is None:
        raise ValueError(f"not a day of a year: {text!r}")
    leap = dt.date(2000, int(match[1]), int(match[2]))
    return add_months(leap, 12 * (year - 2000))
