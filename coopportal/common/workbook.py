"""Writes workbooks (XLSX, Office Open XML, ECMA-376) of any length in the memory of one row.

XlsxWriter does the writing; here is what a list needs of it: sheets with a bold head that stays in sight, text,
numbers, truth values. Text is never taken for a formula, a link or a number. Knows neither Django nor the web.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Iterator
from decimal import Decimal
from typing import IO, Any

import xlsxwriter

#: What a sheet and a cell can hold (Excel specifications and limits).
MOST_ROWS = 1_048_576
LONGEST_TEXT = 32_767
CUT = " … (gekürzt; vollständig in der CSV-Datei)"

#: Up to this many bytes the finished file waits in memory, beyond on the disk.
_IN_MEMORY = 1 << 20
_PIECE = 1 << 16

# Rows go to a file at once, and nothing that was typed becomes anything else.
_OPTIONS = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "in_memory": False}


class Workbook:
    """``begin_sheet``, ``add_rows``, and at the end ``pieces``: the bytes of the finished file."""

    def __init__(self) -> None:
        self._file: IO[bytes] = tempfile.SpooledTemporaryFile(_IN_MEMORY)  # noqa: SIM115 (closed by pieces)
        self._book = xlsxwriter.Workbook(self._file, _OPTIONS)
        self._bold = self._book.add_format({"bold": True})
        self._names: list[str] = []
        self._head: list[str] = []
        self._rows = 0

    def begin_sheet(self, name: str, head: list[str]) -> None:
        """A new sheet with this head."""
        self._names.append(name)
        self._head, self._rows = head, 1
        self._sheet = self._book.add_worksheet(name)
        self._sheet.freeze_panes(1, 0)
        self._sheet.set_column(0, max(len(head) - 1, 0), 20)
        for column, title in enumerate(head):
            self._sheet.write_string(0, column, title, self._bold)

    def add_rows(self, rows: Iterable[list[Any]]) -> None:
        """More rows; where a sheet is full they go on in another one with the same head."""
        for row in rows:
            if self._rows == MOST_ROWS:
                self.begin_sheet(f"{self._names[0]} {len(self._names) + 1}", self._head)
            for column, value in enumerate(row):
                self._write(column, value)
            self._rows += 1

    def pieces(self) -> Iterator[bytes]:
        """Finish the file and read it in pieces."""
        self._book.close()
        with self._file as file:
            file.seek(0)
            yield from iter(lambda: file.read(_PIECE), b"")

    def _write(self, column: int, value: Any) -> None:
        if value is None or value == "":
            return
        if isinstance(value, bool):
            self._sheet.write_boolean(self._rows, column, value)
        elif isinstance(value, int | float | Decimal):
            self._sheet.write_number(self._rows, column, value)
        else:
            self._sheet.write_string(self._rows, column, _fitting(str(value)))


def _fitting(text: str) -> str:
    return text if len(text) <= LONGEST_TEXT else text[: LONGEST_TEXT - len(CUT)] + CUT
