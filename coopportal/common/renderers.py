"""Other representations of an API list: all rows of the filter, streamed.

A renderer of this module turns records (the plain values of the serializer) into pieces of a file. The view hands it
an iterator, so that a list of any length takes the memory of one piece.
"""

from __future__ import annotations

import csv
import json
from abc import abstractmethod
from collections.abc import Iterable, Iterator
from typing import Any

from rest_framework.renderers import BaseRenderer

Record = dict[str, Any]

#: Rows fetched, serialized and sent at a time.
CHUNK = 500

# A spreadsheet would read a cell that begins so as a formula (OWASP, CSV injection).
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "\x00")


class StreamRenderer(BaseRenderer):
    """A representation of a whole list, made piece by piece."""

    charset = "utf-8"

    @abstractmethod
    def stream(self, columns: list[str], records: Iterable[list[Record]]) -> Iterator[bytes]:
        """The file in pieces; ``records`` come in portions, ``columns`` are the names of their values."""

    def render(self, data: Any, accepted_media_type: Any = None, renderer_context: Any = None) -> bytes:
        raise NotImplementedError("lists in this representation are streamed")


class CsvRenderer(StreamRenderer):
    """CSV (RFC 4180): UTF-8, a header, formulas made harmless, lists within a cell flattened."""

    media_type = "text/csv"
    format = "csv"

    def stream(self, columns: list[str], records: Iterable[list[Record]]) -> Iterator[bytes]:
        lines = _Lines()
        writer = csv.writer(lines)
        writer.writerow(columns)
        for portion in records:
            writer.writerows([cell(record[column]) for column in columns] for record in portion)
            yield lines.taken()
        yield lines.taken()


class _Lines:
    """Collects what the writer of the standard library writes."""

    def __init__(self) -> None:
        self._lines: list[str] = []

    def write(self, line: str) -> None:
        self._lines.append(line)

    def taken(self) -> bytes:
        text, self._lines = "".join(self._lines), []
        return text.encode()


def cell(value: Any) -> Any:
    """A value as it stands in a cell: numbers as they are, everything else as harmless text."""
    return value if isinstance(value, int | float) and not isinstance(value, bool) else harmless(flat(value))


def harmless(text: str) -> str:
    """The text, with an apostrophe before it where a spreadsheet would take it for a formula."""
    return f"'{text}" if text.startswith(_FORMULA) else text


def flat(value: Any) -> str:
    """A nested value in one line: entries of a list by ``; ``, parts of an entry by ``:``, unknown as nothing."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list | tuple):
        return "; ".join(flat(entry) for entry in value)
    if isinstance(value, dict):
        parts = (json.dumps(v, ensure_ascii=False) if isinstance(v, dict | list) else flat(v) for v in value.values())
        return ":".join(parts)
    return str(value)
