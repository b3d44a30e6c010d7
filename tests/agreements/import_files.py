"""Files to import, as office programs write them, and the people they are imported for."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping
from typing import Any

from agreements.importers.cooperations import import_cooperations, purpose_of
from agreements.importers.judgements import Outcome, Report
from tests.agreements.people import TODAY, World

#: A row that is right for an officer of Weilerbach.
ROW = {
    "name": "Gemeinsamer Bauhof",
    "summary": "Die Bauhöfe arbeiten zusammen.",
    "status": "active",
    "legal_forms": "purpose_agreement",
    "task_fields": "04.01",
    "participations": "073355009::lead:party; 073355006000::partner:party",
}


def table(rows: Iterable[Mapping[str, str]], *, separator: str = ";", encoding: str = "utf-8") -> bytes:
    """A CSV file of these rows; the columns are those of the first one."""
    rows = list(rows)
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, list(rows[0]), delimiter=separator)
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue().encode(encoding)


def one(**cells: str) -> bytes:
    """A file of one row, right but for these cells."""
    return table([ROW | cells])


def brought(world: World, data: bytes, *, role: str = "lead_officer", **options: Any) -> Report:
    """The report of an import by an officer of Weilerbach, or a reviewer."""
    submit = options.pop("submit", False)
    town = None if "reviewer" in role else options.pop("town", world.lead)
    purpose = purpose_of(world[role], town, TODAY, submit=submit)
    return import_cooperations(data, purpose, **options)


def tried(world: World, data: bytes, **options: Any) -> Report:
    return brought(world, data, dry_run=True, **options)


def outcomes(report: Report) -> list[str]:
    return [str(row.outcome) for row in report.rows]


def said(report: Report) -> list[list[str]]:
    """All messages, row by row."""
    return [row.messages for row in report.rows]


NEW, WRONG, DOUBTFUL = str(Outcome.NEW), str(Outcome.WRONG), str(Outcome.DOUBTFUL)
