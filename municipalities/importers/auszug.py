"""Reads AuszugGV, the extract of the municipal directory in XLSX, for coordinates and gradings. Knows no database.

Source: Destatis, GV-ISys, Gemeindeverzeichnis online product. The sheet with the municipalities is the one that has the
header; columns are found by its words, since their number has changed over the years. Longitude comes before latitude.
Only Satzart 60 carries figures. Numbers come as numbers or as text with comma or point and blanks.
"""

from __future__ import annotations

import io
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from python_calamine import CalamineError, CalamineWorkbook

from municipalities.importers.refusal import Refused
from municipalities.keys import AGS

#: The header may take this many rows; the words of a column stand anywhere in them.
HEADER_ROWS = 12

#: What a column's header says, most telling words first; each has to be found once.
_COLUMNS = {
    "record": r"satz\s*-?\s*art",
    "land": r"^land$|\bland\b(?!kreis)",
    "rb": r"\brb\b|regierungsbezirk",
    "kreis": r"\bkreis\b",
    "gem": r"\bgem\b|\bgemeinde\b(?!name)",
    "lon": r"l[äa]ngengrad",
    "lat": r"breitengrad",
}
#: The parts of an AGS with their digits.
_KEY_PARTS = (("land", 2), ("rb", 1), ("kreis", 2), ("gem", 3))
_PAIRS = {"travel": r"reisegebiet", "urbanisation": r"verst[äa]dterung"}
_GROUPED = re.compile(r"[\s\u00a0\u2009\u202f]+")

Cells = list[list[Any]]


class Place(NamedTuple):
    """What the extract says of one municipality; degrees in WGS 84, None where they are missing."""

    row: int
    ags: str
    lat: float | None
    lon: float | None
    travel_area_key: str
    travel_area: str
    urbanisation: str


@dataclass
class Extract:
    """The extract: the words of its sheet (they hold the state), its places, and faults of single rows."""

    sheet: str
    places: list[Place] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)


def is_workbook(data: bytes) -> bool:
    """Does the file begin like an XLSX (a ZIP that holds one)?"""
    return data[:4] == b"PK\x03\x04" and b"[Content_Types].xml" in data


def read_extract(data: bytes) -> Extract:
    """The extract in the bytes of an XLSX file. Raises Refused where there is none."""
    try:
        workbook = CalamineWorkbook.from_filelike(io.BytesIO(data))
        for name in workbook.sheet_names:
            cells = workbook.get_sheet_by_name(name).to_python(skip_empty_area=False)
            columns = _columns_of(cells)
            if columns:
                return _places(name, cells, columns)
    except (CalamineError, OSError, ValueError) as error:
        raise Refused(f"Die Arbeitsmappe lässt sich nicht lesen: {error}") from error
    raise Refused(
        "Kein Blatt der Arbeitsmappe hat die Spalten Satzart, Land, RB, Kreis, Gem, Längengrad und Breitengrad. "
        "Das ist kein AuszugGV."
    )


# --- Header ---


def _columns_of(cells: Cells) -> dict[str, int] | None:
    """Name → column, from the words of the header; None where it is not the sheet looked for."""
    # A row with one filled cell is a title; it may name what the table holds.
    rows = [row for row in cells[: _first_row(cells)] if sum(1 for cell in row if _text(cell)) > 1]
    width = max((len(row) for row in rows), default=0)
    words = [" ".join(_text(row[place]) for row in rows if place < len(row)).lower() for place in range(width)]
    found: dict[str, int] = {}
    for name, pattern in _COLUMNS.items():
        places = [place for place, text in enumerate(words) if re.search(pattern, text) and place not in found.values()]
        if not places:
            return None
        found[name] = places[0]
    for name, pattern in _PAIRS.items():
        places = [place for place, text in enumerate(words) if re.search(pattern, text)]
        if places:  # key and label stand side by side; the header above both is written into the first cell only
            found[f"{name}_key"], found[f"{name}_label"] = places[0], places[0] + 1
    return found


def _first_row(cells: Cells) -> int:
    """Where the data begin: the first row whose first cell is a Satzart."""
    for place, row in enumerate(cells[: HEADER_ROWS + 1]):
        if row and _code(row[0], 2) in {"10", "20", "30", "40", "50", "60"}:
            return place
    return min(len(cells), HEADER_ROWS)


# --- Rows ---


def _places(sheet: str, cells: Cells, columns: dict[str, int]) -> Extract:
    extract = Extract(sheet)
    for number, row in enumerate(cells, 1):
        if number <= _first_row(cells) or _code(_cell(row, columns["record"]), 2) != "60":
            continue
        ags = "".join(_code(_cell(row, columns[name]), width) for name, width in _KEY_PARTS)
        if not AGS.match(ags):
            extract.faults.append(f"Zeile {number}: „{ags}“ ist kein Gemeindeschlüssel.")
            continue
        extract.places.append(_place(number, ags, row, columns, extract.faults))
    if not extract.places:
        raise Refused("Der AuszugGV enthält keine Gemeinden (Satzart 60).", *extract.faults)
    return extract


def _place(number: int, ags: str, row: Sequence[Any], columns: dict[str, int], faults: list[str]) -> Place:
    degrees: dict[str, float | None] = {}
    for name, least, most in (("lat", 47.0, 56.0), ("lon", 5.0, 16.0)):
        written = _cell(row, columns[name])
        value = degree(written)
        if _text(written) and (value is None or not least <= value <= most):
            faults.append(f"Zeile {number} ({ags}): „{_text(written)}“ liegt nicht in Deutschland.")
            value = None
        degrees[name] = value
    if None in degrees.values():
        degrees = {"lat": None, "lon": None}
    travel, urban = (_cell(row, columns.get(f"{name}_key")) for name in _PAIRS)
    return Place(
        number,
        ags,
        degrees["lat"],
        degrees["lon"],
        _text(travel),
        _text(_cell(row, columns.get("travel_label"))),
        _code(urban, 2),
    )


def _cell(row: Sequence[Any], place: int | None) -> Any:
    return row[place] if place is not None and place < len(row) else ""


def _text(value: Any) -> str:
    """A cell as text; whole numbers without a decimal point."""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return " ".join(str(value).split())


def _code(value: Any, width: int) -> str:
    """A part of a key: digits as text, or a number that has lost its leading zeros."""
    text = _text(value)
    return text.zfill(width) if text.isdecimal() else text


def degree(value: Any) -> float | None:
    """9.43751, "9,43751" or " 9.43751" as a number; None for anything else."""
    if isinstance(value, int | float) and not isinstance(value, bool):
        return float(value)
    text = _GROUPED.sub("", str(value)).replace(",", ".")
    return float(text) if re.fullmatch(r"[0-9]{1,3}(\.[0-9]+)?", text) else None
