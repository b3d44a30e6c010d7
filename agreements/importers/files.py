"""Files that go out: the template, and the file that came in with what was said of each row, to be corrected."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

import xlsxwriter

from agreements.importers.cells import entries_of
from agreements.importers.columns import EXAMPLE, FILLED
from agreements.importers.comparison import Answers
from agreements.importers.judgements import Judgement, Report
from agreements.importers.wishes import decided, decision_of, written
from coopportal.common.cells import harmless
from coopportal.common.languages import recorded

CSV = "text/csv; charset=utf-8"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
#: The columns that a report puts before those of the file; the decisions only where the file has no such column.
_SAID = ("result", "messages")
_DECISION = "decision"

Rows = Iterable[Sequence[str]]


class Download(NamedTuple):
    """A file: its ending, its content type and its bytes."""

    ending: str
    content_type: str
    content: bytes


def report_file(report: Report, rows: Iterable[Judgement], answers: Answers | None = None) -> Download:
    """These rows as they came, with result and messages before them; in the form in which they came.

    ``answers`` (of a page) stand in the column ``decision``, which the file gets if it has none.
    """
    table = report.table
    places = [place for place, name in enumerate(table.columns) if name not in _SAID]
    has_decisions = _DECISION in table.columns
    said = _SAID if has_decisions else (*_SAID, _DECISION)
    lines = [[*said, *(table.columns[place] for place in places)]]
    for row in rows:
        cells, rest = row.row.cells, row.row.cells[len(table.columns) :]
        decision = _decisions(table.cell(row.row, _DECISION) or "", (answers or {}).get(row.number, {}))
        kept = [_cell(cells, place, table.columns[place], decision) for place in places]
        told = [row.outcome.label, "\n".join(row.messages), decision]
        lines.append([*told[: len(said)], *kept, *rest])
    return _workbook({"Kooperationen": lines}) if table.is_workbook else _csv(lines, table.separator)


def _cell(cells: Sequence[str], place: int, column: str, decision: str) -> str:
    if column == _DECISION:
        return decision
    return cells[place] if place < len(cells) else ""


def _decisions(cell: str, answers: Mapping[str, str]) -> str:
    """The cell with the answers of the page; what cannot be understood of it stays."""
    if not answers:
        return cell
    entries = [(entry, decision_of(entry)) for entry in entries_of(cell)]
    before = {key: answer for _entry, decision in entries for key, answer in (decision or {}).items()}
    return "; ".join([*(entry for entry, one in entries if one is None), *written(decided(before, answers))])


def template_file(ending: str) -> Download:
    """A file with all columns and one example, which the import leaves out; the workbook explains them on a second
    sheet."""
    head = [column.name for column in FILLED]
    example = [EXAMPLE.get(name, "") for name in head]
    if ending == "csv":
        return _csv([head, example], ";")
    told = [["Spalte", "Bedeutung", "Hinweis", "mögliche Werte"]]
    for column in FILLED:
        words = "\n".join(f"{code} – {recorded(label)}" for code, label in column.words)
        told.append([column.name, column.label, f"{column.hint} {column.codes}".strip(), words])
    return _workbook({"Kooperationen": [head, example], "Erläuterung": told})


def _csv(rows: Rows, separator: str) -> Download:
    """UTF-8 with the mark by which office programs know it; nothing in it is a formula."""
    text = io.StringIO(newline="")
    csv.writer(text, delimiter=separator).writerows([harmless(cell) for cell in row] for row in rows)
    return Download("csv", CSV, text.getvalue().encode("utf-8-sig"))


def _workbook(sheets: dict[str, Rows]) -> Download:
    """All cells are text: keys keep their zeros, and nothing is a formula."""
    data = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(data, options) as book:
        head, text = book.add_format({"bold": True, "num_format": "@"}), book.add_format({"num_format": "@"})
        for name, rows in sheets.items():
            sheet = book.add_worksheet(name)
            sheet.set_column(0, 60, 22, text)
            sheet.freeze_panes(1, 0)
            for number, row in enumerate(rows):
                for place, cell in enumerate(row):
                    sheet.write_string(number, place, cell[:32_767], head if number == 0 else text)
    return Download("xlsx", XLSX, data.getvalue())
