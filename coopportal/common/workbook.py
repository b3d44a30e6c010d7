"""Writes workbooks (XLSX, Office Open XML, ECMA-376) of any length in the memory of some rows.

The parts of the format a list needs, written straight into the ZIP: sheets with a bold head that stays in sight, text,
numbers, truth values, days. Text stands in its cell (``inlineStr``), so it is never taken for a formula, a link or a
number. Knows neither Django nor the web.
"""

from __future__ import annotations

import datetime as dt
import re
import tempfile
import zipfile
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from decimal import Decimal
from itertools import islice
from typing import IO, Any
from xml.sax.saxutils import escape, quoteattr

#: What a sheet and a cell can hold (Excel specifications and limits).
MOST_ROWS = 1_048_576
LONGEST_TEXT = 32_767
CUT = " … (gekürzt; vollständig in der CSV-Datei)"

#: Text of a sheet in bytes: beyond 2 GiB the ZIP would need extensions that spreadsheets do not read.
MOST_BYTES = 1_500_000_000

#: Up to this many bytes the finished file waits in memory, beyond on the disk.
_IN_MEMORY = 1 << 20
_PIECE = 1 << 16
#: Texts that wait to be compressed, at most.
_AHEAD = 4
#: Rows made to text at a time.
_ROWS = 1_000
#: Day 0 of a workbook; days before March 1900 it counts wrongly, they stay text.
_NONE = type(None)
#: Stands in no cell.
_BETWEEN = "\0"
#: Kinds of values of which those that are equal are written alike.
_ALIKE = frozenset({str, dt.date, _NONE})
_DAY_0, _FIRST_DAY = dt.date(1899, 12, 30).toordinal(), dt.date(1900, 3, 1)

_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml"
# Cell formats by number: 0 as it is, 1 the head, 2 a day (numFmt 14 is the short day of the reader's country).
_STYLES = (
    f'<styleSheet xmlns="{_MAIN}"><fonts count="2"><font><sz val="11"/><name val="Calibri"/></font>'
    '<font><b/><sz val="11"/><name val="Calibri"/></font></fonts>'
    '<fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill>'
    '</fills><borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders>'
    '<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>'
    '<cellXfs count="3"><xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/>'
    '<xf numFmtId="0" fontId="1" fillId="0" borderId="0" xfId="0" applyFont="1"/>'
    '<xf numFmtId="14" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/></cellXfs>'
    '<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>'
)
# What XML cannot hold is written out, and so is what would be taken for something written out.
_UNWRITABLE = re.compile("[\x00-\x08\x0b-\x1f\ufffe\uffff]")
_LIKE_WRITTEN_OUT = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")


class Workbook:
    """``begin_sheet``, ``add_rows``, and at the end ``pieces``: the bytes of the finished file."""

    def __init__(self) -> None:
        self._file: IO[bytes] = tempfile.SpooledTemporaryFile(_IN_MEMORY)  # noqa: SIM115 (closed by pieces)
        # The quickest compression: a third more bytes in a third of the time.
        self._archive = zipfile.ZipFile(self._file, "w", zipfile.ZIP_DEFLATED, compresslevel=1)
        # Texts are compressed while the next ones are made: meanwhile zlib lets other threads run.
        self._compressor = ThreadPoolExecutor(1, "workbook")
        self._waiting: deque[Future[int]] = deque()
        self._names: list[str] = []
        self._head: Sequence[str] = ()
        self._rows = self._size = 0
        self._sheet: IO[bytes] | None = None

    def begin_sheet(self, name: str, head: Sequence[str]) -> None:
        """A new sheet with this head."""
        self._end_sheet()
        self._names.append(name)
        self._head, self._rows, self._size = head, 1, 0
        self._sheet = self._archive.open(f"xl/worksheets/sheet{len(self._names)}.xml", "w")
        columns = f'<cols><col min="1" max="{len(head)}" width="20" customWidth="1"/></cols>' if head else ""
        titles = "".join(f'<c s="1" t="inlineStr"><is>{_text(title)}</is></c>' for title in head)
        frozen = '<pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/>'
        self._write(
            f'{_HEAD}<worksheet xmlns="{_MAIN}"><sheetViews><sheetView workbookViewId="0">{frozen}</sheetView>'
            f"</sheetViews>{columns}<sheetData><row>{titles}</row>"
        )

    def add_rows(self, rows: Iterable[Iterable[Any]]) -> None:
        """More rows; where a sheet is full they go on in another one with the same head."""
        remaining = iter(rows)
        while some := list(islice(remaining, _ROWS)):
            self.add_columns([*zip(*some, strict=True)])

    def add_columns(self, columns: Sequence[Sequence[Any]]) -> None:
        """The same, of rows whose values stand column by column."""
        cells = [_cells(column) for column in columns]
        rows = ["".join(row) for row in zip(*cells, strict=True)]
        while rows:
            if self._rows == MOST_ROWS or self._size > MOST_BYTES:
                self.begin_sheet(f"{self._names[0]} {len(self._names) + 1}", self._head)
            some, rows = rows[: MOST_ROWS - self._rows], rows[MOST_ROWS - self._rows :]
            self._write(f"<row>{'</row><row>'.join(some)}</row>")
            self._rows += len(some)

    def pieces(self) -> Iterator[bytes]:
        """Finish the file and read it in pieces."""
        self._end_sheet()
        self._compressor.shutdown()
        for name, text in self._parts().items():
            self._archive.writestr(name, _HEAD + text)
        self._archive.close()
        with self._file as file:
            file.seek(0)
            yield from iter(lambda: file.read(_PIECE), b"")

    def _write(self, text: str) -> None:
        """Not yet, but before anything that is written later; raises what failed of that."""
        if self._sheet is not None:
            written = text.encode()
            self._size += len(written)
            if not self._waiting and len(written) < _PIECE:
                self._sheet.write(written)
                return
            self._waiting.append(self._compressor.submit(self._sheet.write, written))
            if len(self._waiting) > _AHEAD:
                self._waiting.popleft().result()

    def _end_sheet(self) -> None:
        if self._sheet is not None:
            self._write("</sheetData></worksheet>")
            while self._waiting:
                self._waiting.popleft().result()
            self._sheet.close()
            self._sheet = None

    def _parts(self) -> dict[str, str]:
        """What says how the sheets belong together."""
        sheets = [*enumerate(self._names, 1)]
        parts = [("/xl/workbook.xml", "sheet.main"), ("/xl/styles.xml", "styles")]
        parts += [(f"/xl/worksheets/sheet{number}.xml", "worksheet") for number, _name in sheets]
        types = "".join(f'<Override PartName="{part}" ContentType="{_TYPE}.{kind}+xml"/>' for part, kind in parts)
        links = [(f"worksheets/sheet{number}.xml", "worksheet") for number, _name in sheets]
        named = "".join(f'<sheet name={quoteattr(name)} sheetId="{n}" r:id="rId{n}"/>' for n, name in sheets)
        return {
            "[Content_Types].xml": f'<Types xmlns="{_PACKAGE}/content-types"><Default Extension="rels" '
            'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
            f'<Default Extension="xml" ContentType="application/xml"/>{types}</Types>',
            "_rels/.rels": _links([("xl/workbook.xml", "officeDocument")]),
            "xl/_rels/workbook.xml.rels": _links([*links, ("styles.xml", "styles")]),
            "xl/workbook.xml": f'<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}"><sheets>{named}</sheets></workbook>',
            "xl/styles.xml": _STYLES,
        }


def _links(targets: list[tuple[str, str]]) -> str:
    rows = "".join(
        f'<Relationship Id="rId{number}" Type="{_OFFICE}/{kind}" Target="{target}"/>'
        for number, (target, kind) in enumerate(targets, 1)
    )
    return f'<Relationships xmlns="{_PACKAGE}/relationships">{rows}</Relationships>'


def _cells(column: Sequence[Any]) -> list[str]:
    """What often stands in a column is written once."""
    kinds = {*map(type, column)}
    if kinds == {int}:
        return [f"<c><v>{value}</v></c>" for value in column]
    if len(kinds - {_NONE}) > 1 or not kinds <= _ALIKE:
        return [*map(_cell, column)]
    values = [*({*column} - {None})]
    cells = _plain(values) if str in kinds else _days(values)
    made = dict(zip(values, cells or map(_cell, values), strict=True)) | {None: "<c/>"}
    return [*map(made.__getitem__, column)]


def _days(values: list[Any]) -> list[str] | None:
    """The cells of days that a workbook counts; None where one of them is none."""
    if not values or min(values) < _FIRST_DAY:
        return None
    return [f'<c s="2"><v>{day.toordinal() - _DAY_0}</v></c>' for day in values]


def _plain(texts: list[str]) -> list[str] | None:
    """The cells of texts that are no more than characters, all at once; None where one of them is more."""
    whole = f"\0{_BETWEEN.join(texts)}\0"
    is_told_apart = whole.count(_BETWEEN) == len(texts) + 1 and whole.replace(_BETWEEN, "").isprintable()
    if not is_told_apart or "_x" in whole or "\0 " in whole or " \0" in whole:
        return None
    if len(whole) > LONGEST_TEXT and max(map(len, texts)) > LONGEST_TEXT:
        return None
    written = escape(whole).split(_BETWEEN)[1:-1]
    return [f'<c t="inlineStr"><is><t>{text}</t></is></c>' if text else "<c/>" for text in written]


def _cell(value: Any) -> str:
    kind = type(value)
    if kind is str:
        return f'<c t="inlineStr"><is>{_text(value)}</is></c>' if value else "<c/>"
    if value is None:
        return "<c/>"
    if kind is bool:
        return f'<c t="b"><v>{value:d}</v></c>'
    if isinstance(value, int | float | Decimal):
        return f"<c><v>{value}</v></c>"
    if kind is dt.date and value >= _FIRST_DAY:
        return f'<c s="2"><v>{value.toordinal() - _DAY_0}</v></c>'
    return f'<c t="inlineStr"><is>{_text(str(value))}</is></c>'


def _text(text: str) -> str:
    if len(text) > LONGEST_TEXT:
        text = text[: LONGEST_TEXT - len(CUT)] + CUT
    if not text.isprintable() or "_x" in text:
        text = _LIKE_WRITTEN_OUT.sub("_x005F_", text)
        text = _UNWRITABLE.sub(lambda found: f"_x{ord(found[0]):04X}_", text)
    return f'<t xml:space="preserve">{escape(text)}</t>'
