"""How many cases the property-based tests were asked; the closing summary of a long run (`make fuzz`) tells it.

Counted is what was asked to its end and held, as hypothesis itself tells it, not the number it was asked to try.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import hypothesis
import pytest
from hypothesis.statistics import collector

#: Travels with the reports from the processes of pytest-xdist to the one that writes the summary.
NOTE = "cases asked"
PHASES = ("reuse-phase", "generate-phase", "shrink-phase")


@pytest.hookimpl(wrapper=True, trylast=True)
def pytest_runtest_call(item: pytest.Item) -> Iterator[None]:
    """Counts beside hypothesis's own plugin, which looks only at tests that are themselves properties."""
    told = collector.value
    asked = 0

    def count(statistics: dict[str, Any]) -> None:
        nonlocal asked
        cases = [case for phase in PHASES for case in statistics.get(phase, {}).get("test-cases", [])]
        asked += sum(case["status"] == "valid" for case in cases)
        if told:
            told(statistics)

    try:
        with collector.with_value(count):
            return (yield)
    finally:
        if asked:
            item.user_properties.append((NOTE, asked))


def tell(terminalreporter: Any) -> None:
    """One line for each test of a long run, and their sum."""
    profile = hypothesis.settings.default
    if profile is None or profile.max_examples <= 1000:
        return
    reports = [report for rows in terminalreporter.stats.values() for report in rows]
    found = {
        report.nodeid: dict(report.user_properties)[NOTE]
        for report in reports
        if NOTE in dict(getattr(report, "user_properties", ()))
    }
    terminalreporter.section("cases asked")
    for name, number in sorted(found.items()):
        terminalreporter.write_line(f"{number:>7,} {name}")
    terminalreporter.write_line(f"{sum(found.values()):>7,} together")
