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
#: Text that the cells may hold together when each holds the longest text of the common list.
_MOST_TEXT = 200 * 1024 * 1024
#: As in a CSV file: no cell of the import takes more.
_LONGEST_CELL = 20_000
# No pattern begins a second look at what it has passed: a tag ends at ``>`` and holds no ``<`` (XML 1.0, 2.3 and 3.1).
_REFERENCE = re.compile(rb"""\br\s*=\s*["']([A-Z]{1,3})([0-9]{1,7})["']""")
_FORMULA = re.compile(rb"""(<(?:\w+:)?c\b[^<>]*)>\s*<(?:\w+:)?f\b""")
_ANY_FORMULA = re.compile(rb"<(?:\w+:)?f[\s>/]")
_SHARING = re.compile(rb"""\bt\s*=\s*["']\s*s\s*["']""")
_SHARED = re.compile(rb"<(?:\w+:)?si[\s/>]")
_TEXT = re.compile(rb">([^<]*)")
_SHEET = re.compile(rb"<(?:\w+:)?sheet\b[^<>]*>")
_SHEET_ID = re.compile(rb"""\br:id\s*=\s*["']([^"']+)["']""")
_TARGET = re.compile(rb"<(?:\w+:)?Relationship\b[^<>]*>")
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
            longest = max((_longest_shared(archive.read(name)) for name in names if _is_shared(name)), default=0)
            for name in names:
                if name == first or (name.lower().startswith("xl/worksheets/") and name.lower().endswith(".xml")):
                    content = archive.read(name)
                    _check_extent(content, most_rows, most_columns)
                    _check_text(content, longest)
                    if name == first:
                        formulas = _formulas(content)
    except (zipfile.BadZipFile, zipfile.LargeZipFile, OSError, RuntimeError, NotImplementedError, EOFError, ValueError):
        raise Refused("Die Datei ist ein beschädigtes oder abgeschnittenes Archiv und keine Arbeitsmappe.") from None
    return formulas


def _is_shared(name: str) -> bool:
    """Whether this entry holds the texts that cells refer to; readers find it in any case of letters."""
    return name.lower() == "xl/sharedstrings.xml"


def _longest_shared(content: bytes) -> int:
    """Bytes of the longest text in the common list of texts. Raises Refused where no cell could hold it (UTF-8)."""
    if b"<!" in content:  # declarations, comments, CDATA: nothing that an office program writes there
        raise Refused("Die Arbeitsmappe lässt sich nicht lesen. Speichern Sie die Tabelle als CSV.")
    longest, last = 0, 0
    for start in [*(match.start() for match in _SHARED.finditer(content)), len(content)]:
        text = sum(len(match[1]) for match in _TEXT.finditer(content, last, start))
        longest, last = max(longest, text), start
    if longest > 4 * _LONGEST_CELL:
        raise Refused("Die Arbeitsmappe enthält einen Text, der für eine Zelle zu lang ist.")
    return longest


def _check_text(content: bytes, longest: int) -> None:
    """One text of the list may stand in every cell, and each cell gets its own copy of it."""
    if sum(1 for _cell in _SHARING.finditer(content)) * longest > _MOST_TEXT:
        raise Refused(
            "Die Arbeitsmappe wiederholt zu lange Texte in zu vielen Zellen. Speichern Sie die Tabelle als CSV oder "
            "teilen Sie sie auf."
        )


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
    sheet = _SHEET.search(archive.read("xl/workbook.xml"))
    found = _SHEET_ID.search(sheet.group()) if sheet else None
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
    columns, rows, seen = 0, 0, set()
    for reference in _REFERENCE.finditer(content):
        rows = max(rows, int(reference[2]))
        if reference[1] not in seen:
            seen.add(reference[1])
            columns = max(columns, column_number(reference[1].decode()))
    if rows > most_rows + 1 or columns > most_columns:
        raise Refused(
            f"Ein Tabellenblatt reicht bis Zeile {rows} und Spalte {columns}; erlaubt sind {most_rows} Zeilen und "
            f"{most_columns} Spalten."
        )


def _formulas(content: bytes) -> dict[int, list[int]]:
    places: dict[int, list[int]] = {}
    found = 0
    for cell in _FORMULA.finditer(content):
        if reference := _REFERENCE.search(cell[1]):
            found += 1
            places.setdefault(int(reference[2]), []).append(column_number(reference[1].decode()))
    if sum(1 for _formula in _ANY_FORMULA.finditer(content)) > found:
        raise Refused("Die Arbeitsmappe enthält Formeln ohne Angabe der Zelle. Tragen Sie Werte ein.")
    return places


def column_number(letters: str) -> int:
    """A → 1, AA → 27."""
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number
