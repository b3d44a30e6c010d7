"""What the benchmarks say of what they measured; measuring itself is no test."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest

from benchmarks import __main__ as everything
from benchmarks.figures import Figure, markdown, table
from benchmarks.goals import unmeasured, verdicts

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
    assert replace(missing, why="a reason").cells[-1] == "a reason"
    measured = [{"goal": f"P{number}"} for number in range(1, 17)]
    assert [row["goal"] for row in unmeasured(measured, "S")] == ["P17"]


def test_more_is_better_where_a_least_is_asked_for() -> None:
    figure = Figure("answers", "sqlite", 900, "per s", 1.5, "a peer", least=2, noisy=True)
    assert figure.cells[-2:] == ("≥ 2 x", "MISSED NOISY")


def test_a_goal_is_reached_where_all_its_figures_are() -> None:
    found = [
        Figure("one", "sqlite", 1, "ms", 0.5, "raw SQL", 2, "P1"),
        Figure("two", "sqlite", 9, "ms", most=5, goal="P1"),
    ]
    found += [Figure("three", "postgresql", 1, "ms", most=5, goal="P1"), Figure("four", "sqlite", 1, "ms", goal="P2")]
    found += [Figure("readers", "postgresql", None, "", goal="P9", why="SQLite only")]
    assert [(goal, *rest) for goal, _about, *rest in verdicts(found)] == [
        ("P1", "postgresql", "reached", ""),
        ("P1", "sqlite", "MISSED", "two: 9 ms (≤ 5 ms)"),
        ("P9", "postgresql", "not measured", "readers: SQLite only"),
    ]


def test_the_document_names_machine_day_and_every_benchmark() -> None:
    known = everything.benchmarks()
    assert {"directory", "map", "suggestions"} <= known.keys()
    text = everything.document({name: [LIGHT] for name in known}, dt.date(2026, 11, 22))
    assert "on 22.11.2026: " in text
    assert text.count(markdown([LIGHT])) == len(known)
