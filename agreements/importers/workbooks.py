"""The rows of the first sheet of an XLSX file, looked at before it is unfolded. Knows no database.

XLSX (ECMA-376) is a ZIP archive of XML. A small file can unfold into a large one, and a single cell far down makes a
sheet of millions of empty ones; both are found out before anything is read as a table. Formulas are not taken: what a
file shows depends on the program that opened it last.
"""

from __future__ import annotations

import datetime as dt
import io
import re
import zipfile
from typing import Any

from python_calamine import CalamineError, CalamineWorkbook

from municipalities.importers.refusal import Refused

_LARGEST_UNFOLDED = 120 * 1024 * 1024
_MOST_ENTRIES = 1000
_PIECE = 1024 * 1024
_REFERENCE = re.compile(rb"""\br\s*=\s*["']([A-Z]{1,3})([0-9]{1,7})["']""")
_FORMULA = re.compile(rb"""<(?:\w+:)?c\b[^>]*?\br\s*=\s*["']([A-Z]{1,3}[0-9]{1,7})["'][^>]*>\s*<(?:\w+:)?f\b""")
_ANY_FORMULA = re.compile(rb"<(?:\w+:)?f[\s>/]")
_SHEET = re.compile(rb"""<(?:\w+:)?sheet\b[^>]*?\br:id\s*=\s*["']([^"']+)["']""")
_TARGET = re.compile(rb"""<(?:\w+:)?Relationship\b[^>]*>""")
_ATTRIBUTE = re.compile(rb"""(Id|Target)\s*=\s*["']([^"']+)["']""")


def read_workbook(data: bytes, *, most_rows: int, most_columns: int) -> tuple[list[list[str]], dict[int, list[int]]]:
    """The cells of the first sheet as text, and where formulas stand: row → columns, from 1. Raises Refused."""
    formulas = _look_inside(data, most_rows, most_columns)
    try:
        workbook = CalamineWorkbook.from_filelike(io.BytesIO(data))
        cells = workbook.get_sheet_by_index(0).to_python(skip_empty_area=False)
    except (CalamineError, OSError, ValueError, IndexError) as error:
        raise Refused(f"Die Arbeitsmappe lässt sich nicht lesen: {error}") from error
    return [[text_of(value) for value in row] for row in cells], formulas


def text_of(value: Any) -> str:
    """A cell as somebody would type it: whole numbers without a point, others with a comma, days as 2025-12-31."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() else repr(value).replace(".", ",")
    if isinstance(value, dt.datetime):
        return value.date().isoformat() if value.time() == dt.time.min else value.isoformat(" ")
    return "" if value is None else str(value)


def _look_inside(data: bytes, most_rows: int, most_columns: int) -> dict[int, list[int]]:
    formulas: dict[int, list[int]] = {}
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            names = _names(archive)
            first = _first_sheet(archive, names)
            for name in names:
                if name.startswith("xl/worksheets/") and name.endswith(".xml"):
                    content = archive.read(name)
                    _check_extent(content, most_rows, most_columns)
                    if name == first:
                        formulas = _formulas(content)
    except (zipfile.BadZipFile, zipfile.LargeZipFile, OSError, RuntimeError, NotImplementedError, EOFError, ValueError):
        raise Refused("Die Datei ist ein beschädigtes oder abgeschnittenes Archiv und keine Arbeitsmappe.") from None
    return formulas


def _names(archive: zipfile.ZipFile) -> list[str]:
    """The names of the entries, each read once to its end: what the directory says of their sizes has to be true."""
    entries = archive.infolist()
    names = [entry.filename for entry in entries]
    if "xl/workbook.xml" not in names or "xl/_rels/workbook.xml.rels" not in names:
        raise Refused("Das ist ein Archiv (ZIP), aber keine Arbeitsmappe im Format XLSX.")
    unfolded = sum(entry.file_size for entry in entries)
    if len(entries) > _MOST_ENTRIES or unfolded > _LARGEST_UNFOLDED:
        raise Refused(
            f"Die Arbeitsmappe wäre entpackt {unfolded // 1024 // 1024} MB groß; erlaubt sind "
            f"{_LARGEST_UNFOLDED // 1024 // 1024} MB. Speichern Sie nur die Tabelle in eine neue Datei."
        )
    for entry in entries:
        with archive.open(entry) as content:
            while content.read(_PIECE):
                pass
    return names


def _first_sheet(archive: zipfile.ZipFile, names: list[str]) -> str:
    found = _SHEET.search(archive.read("xl/workbook.xml"))
    targets = {}
    for relation in _TARGET.findall(archive.read("xl/_rels/workbook.xml.rels")):
        parts = dict(_ATTRIBUTE.findall(relation))
        targets[parts.get(b"Id")] = parts.get(b"Target", b"").decode()
    target = targets.get(found.group(1), "") if found else ""
    name = target.lstrip("/") if target.startswith("/") else f"xl/{target}"
    if name not in names:
        raise Refused("Die Arbeitsmappe hat kein Tabellenblatt.")
    return name


def _check_extent(content: bytes, most_rows: int, most_columns: int) -> None:
    references = _REFERENCE.findall(content)
    columns = max((column_number(letters.decode()) for letters in {letters for letters, _row in references}), default=0)
    rows = max((int(row) for row in {row for _letters, row in references}), default=0)
    if rows > most_rows + 1 or columns > most_columns:
        raise Refused(
            f"Ein Tabellenblatt reicht bis Zeile {rows} und Spalte {columns}; erlaubt sind {most_rows} Zeilen und "
            f"{most_columns} Spalten."
        )


def _formulas(content: bytes) -> dict[int, list[int]]:
    references = _FORMULA.findall(content)
    places: dict[int, list[int]] = {}
    for reference in references:
        letters = reference.rstrip(b"0123456789")
        places.setdefault(int(reference[len(letters) :]), []).append(column_number(letters.decode()))
    if len(_ANY_FORMULA.findall(content)) > len(references):
        raise Refused("Die Arbeitsmappe enthält Formeln ohne Angabe der Zelle. Tragen Sie Werte ein.")
    return places


def column_number(letters: str) -> int:
    """A → 1, AA → 27."""
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number
