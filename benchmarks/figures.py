"""What was measured, as one table: on the terminal and as Markdown. Machines differ, so ratios of one run count."""

from __future__ import annotations

import os
import platform
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

HEAD = ("", "what", "database", "measured", "ratio", "against", "goal", "")


@dataclass(frozen=True)
class Figure:
    """One measured thing: ``value`` in ``unit``; ``ratio`` to what it is measured ``against``, ``most`` of that.

    Without a value it was not measured; ``goal`` is the number of the goal it is about.
    """

    what: str
    database: str
    value: float | None
    unit: str
    ratio: float | None = None
    against: str = ""
    most: float | None = None
    goal: str = ""

    @property
    def is_reached(self) -> bool | None:
        """None where nothing is asked for; without a ratio the value itself is held against ``most``."""
        measured = self.value if self.ratio is None else self.ratio
        return None if self.most is None or measured is None else measured <= self.most

    @property
    def cells(self) -> tuple[str, ...]:
        if self.value is None:
            return (self.goal, self.what, self.database, "not measured", "", self.against, "", "")
        digits = 0 if self.value >= 100 or self.value == int(self.value) else 2
        verdict = {True: "reached", False: "MISSED", None: ""}[self.is_reached]
        ratio = "" if self.ratio is None else f"{self.ratio:.2f} x"
        goal = "" if self.most is None else f"≤ {self.most:g}{' x' if self.ratio is not None else f' {self.unit}'}"
        return (
            self.goal,
            self.what,
            self.database,
            f"{self.value:.{digits}f} {self.unit}",
            ratio,
            self.against,
            goal,
            verdict,
        )


def table(figures: Iterable[Figure]) -> str:
    rows = [HEAD, *(figure.cells for figure in figures)]
    widths = [max(len(row[place]) for row in rows) for place in range(len(HEAD))]
    return "\n".join("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) for row in rows)


def markdown(figures: Iterable[Figure]) -> str:
    lines = [HEAD, tuple("---" for _ in HEAD), *(figure.cells for figure in figures)]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def machine() -> str:
    """What it ran on: processor, cores, memory, system, Python."""
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
        processor = next(line.split(":", 1)[1].strip() for line in lines if line.startswith("model name"))
    except (OSError, StopIteration):
        processor = platform.processor() or platform.machine()
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    system = f"{platform.system()} {platform.release()}, Python {platform.python_version()}"
    return f"{processor}, {os.cpu_count()} cores, {memory:.0f} GB; {system}"
