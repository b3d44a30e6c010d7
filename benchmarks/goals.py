"""The goals by number: which were measured, and how much dearer a read may become from the small to the large."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from benchmarks.figures import Figure

#: The goals for the reads, by number: what each is about.
GOALS = {
    "P1": "list as JSON",
    "P2": "page of 100 with participations as JSON",
    "P3": "detail as JSON",
    "P4": "list with facets as a page",
    "P5": "facets",
    "P6": "search",
    "P7": "who with whom; past days",
    "P8": "unchanged answers",
    "P9": "beside Datasette",
    "P10": "beside naive and tuned DRF",
    "P11": "CSV and NDJSON of whole lists",
    "P12": "XLSX of whole lists",
    "P13": "import",
    "P14": "growth from S",
    "P15": "statements",
    "P16": "function calls",
    "P17": "the worst click",
}
#: Measured by the benchmark of the import.
ELSEWHERE = frozenset({"P13"})

GROWTH = {
    "detail (JSON)": 1.3,
    "detail of a past day (JSON)": 1.3,
    "page of 100 by cursor (JSON)": 1.8,
    "list of 25, filtered (JSON)": 3.0,
    "list with facets (page)": 2.5,
}


def grown(small: list[dict[str, Any]], large: list[dict[str, Any]], scale: str) -> Iterator[dict[str, Any]]:
    before, after = ({row["what"]: row["value"] for row in rows} for rows in (small, large))
    for what, most in GROWTH.items():
        if what in before and what in after:
            ratio = after[what] / before[what]
            yield {"what": f"growth: {what}", "value": after[what], "unit": "ms", "ratio": ratio,
                   "against": f"S (here {scale})", "most": most, "goal": "P14"}  # fmt: skip


def unmeasured(rows: list[dict[str, Any]], scale: str) -> Iterator[dict[str, Any]]:
    """The goals of which nothing was measured."""
    known = {row.get("goal") for row in rows}
    for goal, about in GOALS.items():
        if goal not in known | ELSEWHERE:
            small = goal == "P14" and scale == "S"
            why = "needs a larger scale: SCALE=M or L" if small else "not chosen, or its part failed"
            why = "counted on SQLite only, as the goal says" if goal == "P16" and "P15" in known else why
            yield {"what": about, "value": None, "unit": "", "goal": goal, "why": why}


def verdicts(figures: Iterable[Figure]) -> list[tuple[str, ...]]:
    """Goal by goal and database by database what came of it: number, about, database, verdict, what missed it."""
    by_goal: dict[tuple[str, str], list[Figure]] = {}
    for figure in figures:
        if figure.goal and (figure.is_reached is not None or figure.value is None):
            by_goal.setdefault((figure.goal, figure.database), []).append(figure)
    told = []
    for (goal, database), rows in sorted(by_goal.items(), key=lambda one: (int(one[0][0][1:]), one[0][1])):
        measured = [row for row in rows if row.is_reached is not None]
        missed = [row for row in measured if not row.is_reached]
        verdict = "MISSED" if missed else "reached" if measured else "not measured"
        noisy = " NOISY" if any(row.noisy for row in measured) else ""
        why = "; ".join(
            [f"{row.what}: {row.cells[4] or row.cells[3]} ({row.cells[6]})" for row in missed]
            + [f"{row.what}: {row.why}" for row in rows if row.value is None]
        )
        told.append((goal, GOALS[goal], database, verdict + noisy, why))
    return told
