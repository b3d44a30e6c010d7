"""What the benchmarks say of what they measured; measuring itself is no test."""

from __future__ import annotations

import datetime as dt

import pytest

from benchmarks import __main__ as everything
from benchmarks.figures import Figure, markdown, table
from benchmarks.goals import unmeasured

SLOW = Figure("first import", "sqlite", 12.5, "s", 6.0, "the bare script", 5.0)
LIGHT = Figure("memory", "sqlite", 150, "MB", most=300)
TOLD = Figure("answer", "sqlite", 3, "ms")


@pytest.mark.parametrize(("figure", "reached"), [(SLOW, False), (LIGHT, True), (TOLD, None)])
def test_a_goal_is_reached_by_its_ratio_else_by_its_value(figure: Figure, reached: bool | None) -> None:
    assert figure.is_reached is reached


def test_the_table_stands_in_columns() -> None:
    assert [line.split("  ")[1].strip() for line in table([SLOW, LIGHT]).splitlines()] == [
        "what",
        "first import",
        "memory",
    ]
    assert table([SLOW]).splitlines()[1].split() == [
        *("first", "import", "sqlite", "12.50", "s", "6.00", "x", "the", "bare", "script", "≤", "5", "x", "MISSED")
    ]


def test_what_was_not_measured_says_so() -> None:
    missing = Figure("list, beside Datasette (not installed)", "sqlite", None, "ms", goal="P9")
    assert missing.is_reached is None
    assert missing.cells == ("P9", missing.what, "sqlite", "not measured", "", "", "", "")
    measured = [{"goal": f"P{number}"} for number in range(1, 17)]
    assert [row["goal"] for row in unmeasured(measured)] == ["P17"]


def test_the_document_names_machine_day_and_every_benchmark() -> None:
    known = everything.benchmarks()
    assert {"directory", "map", "suggestions"} <= known.keys()
    text = everything.document({name: [LIGHT] for name in known}, dt.date(2026, 11, 22))
    assert "on 22.11.2026: " in text
    assert text.count(markdown([LIGHT])) == len(known)
