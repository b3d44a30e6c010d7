"""What was measured, as one table: on the terminal and as Markdown. Machines differ, so ratios of one run count."""

from __future__ import annotations

import os
import platform
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

HEAD = ("", "what", "database", "measured", "ratio", "against", "goal", "")


@dataclass(frozen=True)
class Figure:
    """One measured thing: ``value`` in ``unit``; ``ratio`` to what it is measured ``against``, ``most`` of that.

    Without a value it was not measured; ``goal`` is the number of the goal it is about. ``noisy``: while it was
    measured the machine did something else too. ``why`` says why nothing was measured. ``least`` stands in the place of
    ``most`` where more is better.
    """

    what: str
    database: str
    value: float | None
    unit: str
    ratio: float | None = None
    against: str = ""
    most: float | None = None
    goal: str = ""
    noisy: bool = False
    why: str = ""
    least: float | None = None

    @property
    def is_reached(self) -> bool | None:
        """None where nothing is asked for; without a ratio the value itself is held against ``most``."""
        measured = self.value if self.ratio is None else self.ratio
        if measured is None or (self.most is None and self.least is None):
            return None
        return measured <= self.most if self.most is not None else measured >= (self.least or 0)

    @property
    def cells(self) -> tuple[str, ...]:
        if self.value is None:
            return (self.goal, self.what, self.database, "not measured", "", self.against, "", self.why)
        digits = 0 if self.value >= 100 or self.value == int(self.value) else 2
        verdict = {True: "reached", False: "MISSED", None: ""}[self.is_reached]
        verdict = " ".join(word for word in (verdict, "NOISY" if self.noisy else "") if word)
        ratio = "" if self.ratio is None else f"{self.ratio:.2f} x"
        unit = " x" if self.ratio is not None else f" {self.unit}"
        goal = "" if self.most is None else f"≤ {self.most:g}{unit}"
        goal = goal if self.least is None else f"≥ {self.least:g}{unit}"
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
    return columns([HEAD, *(figure.cells for figure in figures)])


def columns(rows: Sequence[Sequence[str]]) -> str:
    """Texts under each other."""
    widths = [max(len(row[place]) for row in rows) for place in range(len(rows[0]))]
    return "\n".join("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) for row in rows)


def markdown(figures: Iterable[Figure]) -> str:
    return markdown_of([HEAD, *(figure.cells for figure in figures)])


def markdown_of(rows: Sequence[Sequence[str]]) -> str:
    lines = [rows[0], ["---"] * len(rows[0]), *rows[1:]]
    return "\n".join(f"| {' | '.join(cell.replace('|', '/') for cell in line)} |" for line in lines)


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
