"""A file as a table: columns by name, rows by the number under which a spreadsheet shows them. Knows no database."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass, field
from typing import NamedTuple

from agreements.importers.texts import decoded, rows_of, separator_of
from agreements.importers.workbooks import read_workbook
from coopportal.common.renderers import IN_WORDS
from municipalities.importers.refusal import Refused

#: How an archive begins, and so a workbook.
ZIP = b"PK"
LARGEST = 20 * 1024 * 1024
MOST_ROWS = 50_000
MOST_COLUMNS = 200
_LONGEST_CELL = 20_000

#: The column by which a row names the record it changes: with it every other column may be left out.
KEY = "slug"

Fault = tuple[str, str]


class Row(NamedTuple):
    """A row as it stands there; ``faults`` are those of its form: (column, message)."""

    number: int
    cells: list[str]
    faults: list[Fault]


@dataclass
class Table:
    """The rows of a file; ``separator`` is empty where it was a workbook."""

    columns: list[str]
    separator: str
    encoding: str
    rows: list[Row] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.places = {name: place for place, name in enumerate(self.columns)}

    @property
    def is_workbook(self) -> bool:
        return not self.separator

    def cell(self, row: Row, column: str) -> str | None:
        """What stands there, None where the file has no such column (or the row is too short)."""
        place = self.places.get(column)
        return None if place is None or place >= len(row.cells) else row.cells[place]


def read(data: bytes, known: Collection[str], required: Collection[str]) -> Table:
    """The table in the bytes of a file. Raises Refused for anything that is none, with the line where it breaks."""
    if not data.strip():
        raise Refused("Die Datei ist leer.")
    if len(data) > LARGEST:
        raise Refused(f"Die Datei ist größer als {LARGEST // 1024 // 1024} MB.")
    formulas: dict[int, list[int]] = {}
    if data[:2] == ZIP:
        rows, formulas = read_workbook(data, most_rows=MOST_ROWS, most_columns=MOST_COLUMNS)
        table = Table([], "", "xlsx")
    else:
        text, encoding = decoded(data)
        separator = separator_of(text, known)
        rows, table = rows_of(text, separator), Table([], separator, encoding)
    if len(rows) > MOST_ROWS + 1:
        raise Refused(f"Die Datei hat mehr als {MOST_ROWS} Zeilen. Teilen Sie sie auf.")
    head = next((number for number, row in enumerate(rows) if any(cell.strip() for cell in row)), 0)
    table = Table(_header(rows[head] if rows else [], known, required), table.separator, table.encoding)
    for number, cells in enumerate(rows[head + 1 :], head + 2):
        together = "".join(cells)
        if number in formulas or (together and not together.isspace()):
            table.rows.append(_row(number, cells, together, table, formulas.get(number, [])))
    if not table.rows:
        raise Refused("Die Datei hat nur den Kopf und keine Zeilen.")
    return table


def _is_told(name: str) -> bool:
    """Does the column say in words what another says in codes? An export for people has such."""
    return name.endswith(IN_WORDS.lower())


def _header(cells: list[str], known: Collection[str], required: Collection[str]) -> list[str]:
    names = [cell.strip().lower() for cell in cells]
    while names and not names[-1]:
        names.pop()
    if len(names) > MOST_COLUMNS:
        raise Refused(f"Zeile 1: Die Datei hat {len(names)} Spalten; erlaubt sind {MOST_COLUMNS}.")
    faults = []
    if doubled := sorted(name for name, times in Counter(names).items() if times > 1 and name):
        faults.append(f"Zeile 1: doppelte Spalten: {', '.join(doubled)}.")
    if unknown := [name or "(ohne Namen)" for name in names if name not in known and not _is_told(name)]:
        shown = ", ".join(name[:40] for name in unknown[:10])
        faults.append(f"Zeile 1: Diese Spalten kennt der Import nicht: {shown}.")
    if missing := [name for name in required if name not in names and KEY not in names]:
        faults.append(f"Zeile 1: Es fehlt: {', '.join(missing)}.")
    if faults:
        raise Refused(*faults)
    return names


def _row(number: int, cells: list[str], together: str, table: Table, formulas: list[int]) -> Row:
    """``together``: the text of all cells; where no sign of it is wrong, none of a cell is."""
    wanted = len(table.columns)
    if len(cells) == wanted and len(together) <= _LONGEST_CELL and together.isprintable() and not formulas:
        return Row(number, cells, [])
    faults: list[Fault] = []
    if any(cell.strip() for cell in cells[wanted:]):
        faults.append(("", f"Die Zeile hat {len(cells)} Felder, der Kopf nur {wanted}."))
    if len(cells) < wanted:
        faults.append(("", f"Die Zeile hat {len(cells)} Felder statt {wanted}; sie ist abgeschnitten."))
    for place, cell in enumerate(cells[:wanted]):
        if len(cell) > _LONGEST_CELL:
            faults.append((table.columns[place], f"Die Zelle hat {len(cell)} Zeichen; das ist zu viel."))
        elif not cell.isprintable() and any(sign < " " and sign not in "\n\r\t" for sign in cell):
            faults.append((table.columns[place], "Die Zelle enthält Steuerzeichen."))
    for column in formulas:
        name = table.columns[column - 1] if column <= wanted else ""
        faults.append((name, "Die Zelle enthält eine Formel; tragen Sie den Wert ein."))
    return Row(number, cells, faults)
