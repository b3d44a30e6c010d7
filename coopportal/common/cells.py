"""What stands in the cells of a table that is sent as a file: values as text, harmless in a spreadsheet.

Whole columns are written at once. Most of their cells are what they were, so a column is looked at before its cells.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from typing import Any

Column = Sequence[Any]

#: A spreadsheet would read a cell that begins so as a formula (OWASP, CSV injection).
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "\x00")
_FORMULAS = frozenset(_FORMULA)
#: What must be quoted in CSV (RFC 4180).
_QUOTED = re.compile('[",\r\n]')
_NONE = type(None)


def csv_lines(columns: Sequence[Column]) -> bytes:
    """The rows of a table as CSV, as the standard library writes what ``cell`` says of each value."""
    texts = [_written(column) for column in columns]
    if len(texts) == 1:  # a line of nothing would be none
        texts = [[text or '""' for text in texts[0]]]
    written = "\r\n".join(map(",".join, zip(*texts, strict=True)))
    return f"{written}\r\n".encode() if texts and texts[0] else b""


def _written(column: Column) -> list[str]:
    kinds = {*map(type, column)}
    if kinds == {int}:
        return [*map(str, column)]
    if kinds <= {str, _NONE}:
        texts = [text or "" for text in column] if _NONE in kinds else [*column]
        if not _FORMULAS.isdisjoint({text[:1] for text in {*texts}}):
            texts = [*map(harmless, texts)]
    else:
        texts = ["" if value is None else str(cell(value)) for value in column]
    return [*map(_quoted, texts)] if _QUOTED.search("".join(texts)) else texts


def _quoted(text: str) -> str:
    if not _QUOTED.search(text):
        return text
    doubled = text.replace('"', '""')
    return f'"{doubled}"'


def cell(value: Any) -> Any:
    """A value as it stands in a cell: numbers as they are, everything else as harmless text."""
    return value if isinstance(value, int | float) and not isinstance(value, bool) else harmless(flat(value))


def harmless(text: str) -> str:
    """The text, with an apostrophe before it where a spreadsheet would take it for a formula."""
    return f"'{text}" if text.startswith(_FORMULA) else text


def flat(value: Any) -> str:
    """A nested value in one line: entries of a list by ``; ``, parts of an entry by ``:``, unknown as nothing."""
    if type(value) is str:
        return value
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list | tuple):
        return "; ".join(map(flat, value))
    if isinstance(value, dict):
        return ":".join([v if type(v) is str else _part(v) for v in value.values()])
    return str(value)


def entries(columns: Sequence[Column]) -> list[str]:
    """Rows as entries of a nested value: what ``flat`` says of a record with the values of each."""
    told = [
        column if {*map(type, column)} == {str} else [v if type(v) is str else _part(v) for v in column]
        for column in columns
    ]
    return [*map(":".join, zip(*told, strict=True))]


def _part(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False) if isinstance(value, dict | list) else flat(value)
