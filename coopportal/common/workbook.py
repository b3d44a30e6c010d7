"""Writes workbooks (XLSX, Office Open XML, ECMA-376) piece by piece, in the memory of one piece.

Only what a list needs: sheets with a bold head that stays in sight, text, numbers, truth values. There is no way to
write a formula. Knows neither Django nor the web.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterable
from decimal import Decimal
from typing import IO, Any
from xml.sax.saxutils import escape, quoteattr

#: What a sheet and a cell can hold (Excel specifications and limits).
MOST_ROWS = 1_048_576
LONGEST_TEXT = 32_767
CUT = " … (gekürzt; vollständig in der CSV-Datei)"

_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_SHEET_ML = "application/vnd.openxmlformats-officedocument.spreadsheetml"

# Every part that is not named otherwise is a sheet, so that this can stand first, before their number is known.
_TYPES = (
    f'{_HEAD}<Types xmlns="{_PACKAGE}/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    f'<Default Extension="xml" ContentType="{_SHEET_ML}.worksheet+xml"/>'
    f'<Override PartName="/xl/workbook.xml" ContentType="{_SHEET_ML}.sheet.main+xml"/>'
    f'<Override PartName="/xl/styles.xml" ContentType="{_SHEET_ML}.styles+xml"/></Types>'
)
# Two kinds of cells: plain, and bold for the head.
_STYLES = (
    f'{_HEAD}<styleSheet xmlns="{_MAIN}"><fonts count="2"><font><sz val="11"/><name val="Calibri"/></font>'
    '<font><b/><sz val="11"/><name val="Calibri"/></font></fonts>'
    '<fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill>'
    '</fills><borders count="1"><border/></borders><cellStyleXfs count="1"><xf/></cellStyleXfs>'
    '<cellXfs count="2"><xf xfId="0"/><xf xfId="0" fontId="1" applyFont="1"/></cellXfs></styleSheet>'
)
_VIEW = (
    '<sheetViews><sheetView workbookViewId="0"><pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" '
    'state="frozen"/></sheetView></sheetViews><sheetFormatPr defaultColWidth="20" defaultRowHeight="15"/>'
)
# Characters that XML cannot hold are written _xHHHH_ (ECMA-376, ST_Xstring); what looks so already is told apart.
_LOOKS_ESCAPED = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")
_NOT_XML = re.compile("[\x00-\x08\x0b-\x1f\ud800-\udfff\ufffe\uffff]")


class _Pieces:
    """Takes what the archive writes; it cannot be wound back, so the archive never tries to."""

    def __init__(self) -> None:
        self.written: list[bytes] = []

    def write(self, data: bytes) -> int:
        self.written.append(bytes(data))
        return len(data)

    def flush(self) -> None:
        """Nothing waits here."""


class Workbook:
    """``begin_sheet``, ``add_rows``, ``close``; after each, ``taken`` are the bytes that are ready."""

    def __init__(self) -> None:
        self._pieces = _Pieces()
        self._archive = zipfile.ZipFile(self._pieces, "w", zipfile.ZIP_DEFLATED, compresslevel=3)  # type: ignore[call-overload]
        self._names: list[str] = []
        self._sheet: IO[bytes] | None = None
        self._head: list[str] = []
        self._rows = 0
        self._archive.writestr("[Content_Types].xml", _TYPES)
        self._archive.writestr("_rels/.rels", _relations(["officeDocument"], ["xl/workbook.xml"]))
        self._archive.writestr("xl/styles.xml", _STYLES)

    def begin_sheet(self, name: str, head: list[str]) -> None:
        """A new sheet with this head; the one before is finished."""
        self._end_sheet()
        self._names.append(name)
        self._head, self._rows = head, 1
        self._sheet = self._archive.open(f"xl/worksheets/sheet{len(self._names)}.xml", "w", force_zip64=True)
        line = "".join(_cell(title, style=1) for title in head)
        self._write(f'{_HEAD}<worksheet xmlns="{_MAIN}">{_VIEW}<sheetData><row>{line}</row>')

    def add_rows(self, rows: Iterable[list[Any]]) -> None:
        """More rows; where a sheet is full they go on in another one with the same head."""
        lines: list[str] = []
        for row in rows:
            if self._rows == MOST_ROWS:
                self._write("".join(lines))
                lines = []
                self.begin_sheet(f"{self._names[0]} {len(self._names) + 1}", self._head)
            lines.append(f"<row>{''.join(map(_cell, row))}</row>")
            self._rows += 1
        self._write("".join(lines))

    def close(self) -> None:
        self._end_sheet()
        targets = [f"worksheets/sheet{n}.xml" for n in range(1, len(self._names) + 1)]
        kinds = [*["worksheet"] * len(targets), "styles"]
        self._archive.writestr("xl/workbook.xml", _book(self._names))
        self._archive.writestr("xl/_rels/workbook.xml.rels", _relations(kinds, [*targets, "styles.xml"]))
        self._archive.close()

    def taken(self) -> bytes:
        """What was written since the last call."""
        ready, self._pieces.written = b"".join(self._pieces.written), []
        return ready

    def _end_sheet(self) -> None:
        if self._sheet is not None:
            self._write("</sheetData></worksheet>")
            self._sheet.close()

    def _write(self, text: str) -> None:
        if self._sheet is not None:
            self._sheet.write(text.encode())


def _cell(value: Any, style: int = 0) -> str:
    if value is None or value == "":
        return "<c/>"
    if isinstance(value, bool):
        return f'<c t="b"><v>{int(value)}</v></c>'
    if isinstance(value, int | float | Decimal):
        return f"<c><v>{value}</v></c>"
    kind = f' s="{style}"' if style else ""
    return f'<c t="inlineStr"{kind}><is><t xml:space="preserve">{_text(str(value))}</t></is></c>'


def _text(text: str) -> str:
    if len(text) > LONGEST_TEXT:
        text = text[: LONGEST_TEXT - len(CUT)] + CUT
    text = _LOOKS_ESCAPED.sub("_x005F_", text)
    return escape(_NOT_XML.sub(lambda found: f"_x{ord(found[0]):04X}_", text))


def _relations(kinds: list[str], targets: list[str]) -> str:
    rows = "".join(
        f'<Relationship Id="rId{n}" Type="{_OFFICE}/{kind}" Target="{target}"/>'
        for n, (kind, target) in enumerate(zip(kinds, targets, strict=True), 1)
    )
    return f'{_HEAD}<Relationships xmlns="{_PACKAGE}/relationships">{rows}</Relationships>'


def _book(names: list[str]) -> str:
    sheets = "".join(f'<sheet name={quoteattr(name)} sheetId="{n}" r:id="rId{n}"/>' for n, name in enumerate(names, 1))
    return f'{_HEAD}<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}"><sheets>{sheets}</sheets></workbook>'
