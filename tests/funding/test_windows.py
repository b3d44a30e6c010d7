"""Windows for applications: one, or one of every year."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from funding.windows import Window, window_on


def on(text: str) -> dt.date:
    return dt.date.fromisoformat(text)


YEARLY = {"from": "08-31", "until": "10-15"}
OVER_THE_YEAR = {"from": "11-01", "until": "01-31"}


@pytest.mark.parametrize(
    ("parameters", "day", "opens", "closes"),
    [
        ({"from": "2025-05-15", "until": "2026-05-14"}, "2026-05-14", "2025-05-15", "2026-05-14"),
        ({"until": "2026-05-14"}, "2026-01-01", None, "2026-05-14"),
        (YEARLY, "2026-01-01", "2026-08-31", "2026-10-15"),
        (YEARLY, "2026-10-15", "2026-08-31", "2026-10-15"),
        (YEARLY, "2026-10-16", "2027-08-31", "2027-10-15"),
        (OVER_THE_YEAR, "2026-12-01", "2026-11-01", "2027-01-31"),
        (OVER_THE_YEAR, "2027-01-31", "2026-11-01", "2027-01-31"),
        ({"until": "02-29"}, "2026-01-01", None, "2026-02-28"),
        ({"until": "02-29"}, "2028-01-01", None, "2028-02-29"),
    ],
)
def test_the_window_that_closes_next(parameters: Any, day: str, opens: str | None, closes: str) -> None:
    assert window_on(parameters, on(day)) == Window(on(opens) if opens else None, on(closes))


@pytest.mark.parametrize(
    "parameters",
    [
        {"from": "2025-05-15", "until": "2026-05-14"},  # over
        {},
        {"before_start": True},
        {"until": "Herbst"},
        {"until": "13-45"},
        {"from": "bald", "until": "10-15"},
        {"from": "2026-02-30", "until": "2026-12-31"},
        {"until": None},
    ],
)
def test_no_window(parameters: Any) -> None:
    assert window_on(parameters, on("2026-05-15")) is None
