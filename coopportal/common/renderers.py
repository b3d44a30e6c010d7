"""Other representations of an API list: all rows of the filter, streamed.

A renderer of this module turns records (the plain values of the serializer) into pieces of a file. The view hands it
an iterator, so that a list of any length takes the memory of one piece.
"""

from __future__ import annotations

import datetime as dt
import json
import re
from abc import abstractmethod
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

import orjson
from rest_framework.renderers import BaseRenderer
from rest_framework.utils.encoders import JSONEncoder

from coopportal.common.cells import Column, csv_lines, flat
from coopportal.common.licence import ATTRIBUTION, LICENCE
from coopportal.common.workbook import Workbook

Record = dict[str, Any]

#: Rows fetched, serialized and sent at a time.
CHUNK = 1000
#: … and at the start of a file.
FIRST_CHUNK = 50

# Days and moments are told as DRF tells them.
_OPTIONS = orjson.OPT_PASSTHROUGH_DATETIME | orjson.OPT_PASSTHROUGH_DATACLASS
_plain = JSONEncoder().default


#: What a workbook has cells for.
_KNOWN = frozenset({str, int, float, bool, type(None)})

_WORDS = frozenset({str, type(None)})
#: What is written in another way in JSON.
_ESCAPED = re.compile(r'["\\\x00-\x1f\ud800-\udfff]').search

#: Ends the name of a column that says in words what the column before it says in codes or keys.
IN_WORDS = " (in Worten)"


@dataclass(frozen=True)
class FileFacts:
    """What a file says of itself: which list, of which day, filtered by which question (as in an address)."""

    resource: str
    day: dt.date
    question: str = ""
    is_part: bool = False
    #: Columns whose text is a decimal number or a day: a spreadsheet may sum and sort them.
    decimals: frozenset[str] = frozenset()
    days: frozenset[str] = frozenset()
    #: Columns of codes and keys: what says in words what a column of them means.
    words: Mapping[str, Callable[[list[Any]], list[Any]]] = field(default_factory=dict)

    def told(self, rows: int) -> Record:
        """The same as plain values, with the number of rows and the terms of use."""
        return {
            "resource": self.resource,
            "day": self.day.isoformat(),
            "filter": self.question,
            "rows": rows,
            "licence": LICENCE["name"],
            "licence_url": LICENCE["url"],
            "attribution": str(ATTRIBUTION),
        }

    def reading(self, column: str) -> Callable[[str], Any] | None:
        """What makes of the texts of a column what a spreadsheet reckons with; None where they are texts."""
        if column in self.days:
            return dt.date.fromisoformat
        return Decimal if column in self.decimals else None

    @property
    def file_name(self) -> str:
        """Without ending: ``cooperations_2026-11-22``, ``…_filtered`` where it is not the whole list."""
        return f"{self.resource}_{self.day.isoformat()}{'_filtered' if self.is_part else ''}"


class StreamRenderer(BaseRenderer):
    """A representation of a whole list, made piece by piece.

    ``needs`` are fields it is made of beside its columns, ``nests`` says whether a record can hold others, ``asks``
    whether it asks the database for more while the records come, ``says_words`` whether it also says in words what
    stands in codes and keys. ``nested`` says how nested values are told in the
    columns it is made of (``text``, ``json``); empty where it is made of records only.
    """

    charset: str | None = "utf-8"
    needs: tuple[str, ...] = ()
    nests = False
    asks = True
    says_words = False
    nested = ""

    @abstractmethod
    def stream(
        self, columns: list[str], records: Iterable[list[Record]], facts: FileFacts | None = None
    ) -> Iterator[bytes]:
        """The file in pieces; ``records`` come in portions, ``columns`` are the names of their values."""

    def of_tables(
        self, columns: list[str], tables: Iterable[Sequence[Column]], facts: FileFacts | None = None
    ) -> Iterator[bytes]:
        """The same; ``tables`` are portions, the values of each of the columns."""
        raise NotImplementedError("made of records")

    def render(self, data: Any, accepted_media_type: Any = None, renderer_context: Any = None) -> bytes:
        raise NotImplementedError("lists in this representation are streamed")


class Written(list[str]):
    """A column of values that are JSON already."""


class TableRenderer(StreamRenderer):
    """A table: it takes portions of rows as columns, in which nested values may be told as texts already."""

    nested = "text"

    def stream(
        self, columns: list[str], records: Iterable[list[Record]], facts: FileFacts | None = None
    ) -> Iterator[bytes]:
        tables = ([[record[name] for record in portion] for name in columns] for portion in records)
        return self.of_tables(columns, tables, facts)


class CsvRenderer(TableRenderer):
    """CSV (RFC 4180): UTF-8, a header, formulas made harmless, lists within a cell flattened.

    It holds nothing but the table, so that it can be imported again; what it is stand in its name and the headers.
    """

    media_type = "text/csv"
    format = "csv"
    asks = False

    def of_tables(
        self, columns: list[str], tables: Iterable[Sequence[Column]], facts: FileFacts | None = None
    ) -> Iterator[bytes]:
        head = csv_lines([[name] for name in columns])
        for table in tables:
            yield head + csv_lines(table)
            head = b""
        yield head


class NdjsonRenderer(StreamRenderer):
    """One JSON object in each line: the records, and at the end ``{"_meta": …}`` with the number of rows before it.

    A file without its last line was torn off on the way.
    """

    media_type = "application/x-ndjson"
    format = "ndjson"
    nests = True
    nested = "json"
    asks = False

    def stream(
        self, columns: list[str], records: Iterable[list[Record]], facts: FileFacts | None = None
    ) -> Iterator[bytes]:
        rows = 0
        for portion in records:
            rows += len(portion)
            yield b"".join([_json(record) + b"\n" for record in portion])
        yield self._end(rows, facts)

    def of_tables(
        self, columns: list[str], tables: Iterable[Sequence[Column]], facts: FileFacts | None = None
    ) -> Iterator[bytes]:
        rows = 0
        for table in tables:
            rows += len(table[0])
            yield "".join([f"{text}\n" for text in json_texts(columns, table)]).encode()
        yield self._end(rows, facts)

    @staticmethod
    def _end(rows: int, facts: FileFacts | None) -> bytes:
        return _json({"_meta": facts.told(rows)}) + b"\n" if facts else b""


class XlsxRenderer(TableRenderer):
    """A workbook (Office Open XML): sheet ``Daten`` with the list, sheet ``Angaben`` with what it is.

    It is for people: beside codes and keys stand words and names, in columns of their own (``IN_WORDS``), which an
    import passes over. No cell is a formula: text is written as text, whatever it begins with. A workbook can be sent
    only when its last row is written, so its first byte comes later than that of the other files; the memory it needs
    does not grow.
    """

    media_type = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    format = "xlsx"
    charset = None
    render_style = "binary"
    asks = False
    says_words = True

    def of_tables(
        self, columns: list[str], tables: Iterable[Sequence[Column]], facts: FileFacts | None = None
    ) -> Iterator[bytes]:
        rows, words = 0, facts.words if facts else {}
        book = Workbook()
        book.begin_sheet(
            "Daten", [told for name in columns for told in ([name, name + IN_WORDS][: 1 + (name in words)])]
        )
        for table in tables:
            rows += len(table[0])
            made: list[Column] = []
            for name, values in zip(columns, table, strict=True):
                made.append(spread(values, facts.reading(name) if facts else None))
                if name in words:
                    made.append(words[name]([*values]))
            book.add_columns(made)
        if facts:
            book.begin_sheet("Angaben", ["Angabe", "Wert"])
            book.add_rows([name, value] for name, value in facts.told(rows).items())
        yield from book.pieces()


def compact(value: Any) -> str:
    """JSON in as few characters as can be; dates in ISO form, decimals as the text the API writes."""
    return _json(value).decode()


def _json(value: Any) -> bytes:
    try:
        return orjson.dumps(value, default=_plain, option=_OPTIONS)
    except TypeError:  # numbers beyond 64 bits, other keys than texts
        return json.dumps(value, cls=JSONEncoder, ensure_ascii=False, separators=(",", ":")).encode()


def json_texts(names: Sequence[str], columns: Sequence[Column]) -> list[str]:
    """Rows as JSON objects with these names: what ``compact`` says of the record with the values of each."""
    members = ",".join(f"{compact(name).replace('%', '%%')}:%s" for name in names)
    return [*map(f"{{{members}}}".__mod__, zip(*map(_json_column, columns), strict=True))]


def _json_column(column: Column) -> Sequence[str]:
    """What often stands in a column is written once."""
    if isinstance(column, Written):
        return column
    kinds = {*map(type, column)}
    if kinds == {int}:
        return [*map(str, column)]
    if not kinds <= _WORDS:
        return [*map(compact, column)]
    texts = [*({*column} - {None})]
    written = map(compact, texts) if _ESCAPED("".join(texts)) else [f'"{text}"' for text in texts]
    return [*map((dict(zip(texts, written, strict=True)) | {None: "null"}).__getitem__, column)]


def spread(values: Column, reading: Callable[[str], Any] | None = None) -> Column:
    """A column as it stands in a workbook, which knows text from numbers by itself; texts are read where asked."""
    kinds = {*map(type, values)}
    if reading and str in kinds:
        read = {text: reading(text) for text in {*values} if type(text) is str}
        return [read.get(value, value) for value in values]
    if kinds <= _KNOWN:
        return values
    return [value if type(value) in _KNOWN else flat(value) for value in values]
