"""Files that go out: the template, and the file that came in with what was said of each row, to be corrected."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from typing import NamedTuple

import xlsxwriter

from agreements.importers.columns import FILLED
from agreements.importers.judgements import Judgement, Report
from coopportal.common.renderers import harmless

CSV = "text/csv; charset=utf-8"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
#: The columns that a report puts before those of the file.
_SAID = ("result", "messages")

Rows = Iterable[Sequence[str]]


class Download(NamedTuple):
    """A file: its ending, its content type and its bytes."""

    ending: str
    content_type: str
    content: bytes


def report_file(report: Report, rows: Iterable[Judgement]) -> Download:
    """These rows as they came, with result and messages before them; in the form in which they came."""
    table = report.table
    places = [place for place, name in enumerate(table.columns) if name not in _SAID]
    lines = [[*_SAID, *(table.columns[place] for place in places)]]
    for row in rows:
        cells, rest = row.row.cells, row.row.cells[len(table.columns) :]
        kept = [cells[place] if place < len(cells) else "" for place in places]
        lines.append([row.outcome.label, "\n".join(row.messages), *kept, *rest])
    return _workbook({"Kooperationen": lines}) if table.is_workbook else _csv(lines, table.separator)


def template_file(ending: str) -> Download:
    """An empty file with all columns; the workbook explains them on a second sheet."""
    head = [column.name for column in FILLED]
    if ending == "csv":
        return _csv([head], ";")
    told = [["Spalte", "Bedeutung", "Hinweis", "mögliche Werte"]]
    for column in FILLED:
        words = "\n".join(f"{code} – {label}" for code, label in column.words)
        told.append([column.name, column.label, column.hint, words])
    return _workbook({"Kooperationen": [head], "Erläuterung": told})


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
