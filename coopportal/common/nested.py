"""How rows that belong to a row are told: as records, as one text of a cell, as the JSON of a list.

The texts the database writes itself where all of it are texts and whole numbers; the same is written here of columns.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import repeat
from typing import Any

from django.db import connection
from django.db.models import CharField, Field, IntegerField, TextField

from coopportal.common.cells import entries
from coopportal.common.prepared import Column
from coopportal.common.renderers import Record, Written, json_texts

#: Columns whose values the databases write as orjson and ``str`` do.
_PLAIN = (CharField, TextField, IntegerField)


@dataclass(frozen=True)
class Nesting:
    """``tell`` makes values of names and columns, ``group`` what each row has of them.

    ``written`` is the aggregate in SQL that says the same of columns with these names; ``none`` stands where
    there are no rows.
    """

    tell: Callable[[Sequence[str], list[Column]], list[Any]]
    group: Callable[[Column, list[Any], list[Any]], list[Any]]
    written: Callable[[Sequence[str], Sequence[str]], str] | None = None
    none: str = ""

    def of_texts(self, texts: Column) -> Column:
        """What the database wrote, row by row."""
        column = [text or self.none for text in texts]
        return Written(column) if self is AS_JSON else column


def are_plain(kinds: Sequence[Field[Any, Any]]) -> bool:
    """Can the database write what stands in columns of these kinds?"""
    return all(isinstance(kind, _PLAIN) for kind in kinds)


def grouped(keys: Column, parents: list[Any], values: list[Any]) -> list[Any]:
    """For each key its values, in their order."""
    by: dict[Any, list[Any]] = {}
    for key, value in zip(parents, values, strict=True):
        if key in by:
            by[key] += (value,)
        else:
            by[key] = [value]
    return [by.get(key, []) for key in keys]


def records(names: Sequence[str], columns: list[Column]) -> list[Record]:
    return [*map(dict, map(zip, repeat(names), zip(*columns, strict=True)))]


def _joined(keys: Column, parents: list[Any], texts: list[str]) -> list[str]:
    """For each key its texts in one."""
    return ["; ".join(own) for own in grouped(keys, parents, texts)]


def _listed(keys: Column, parents: list[Any], texts: list[str]) -> list[str]:
    return Written(f"[{','.join(own)}]" for own in grouped(keys, parents, texts))


def _as_entries(_names: Sequence[str], columns: Sequence[str]) -> str:
    """As ``entries`` and ``_joined``."""
    told = "||':'||".join(f"COALESCE(CAST({column} AS text), '')" for column in columns)
    return f"{'group_concat' if connection.vendor == 'sqlite' else 'string_agg'}({told}, '; ')"


def _as_objects(names: Sequence[str], columns: Sequence[str]) -> str:
    """As ``json_texts`` and ``_listed``: without spaces."""
    if connection.vendor == "sqlite":
        told = ", ".join(f"'{name}', {column}" for name, column in zip(names, columns, strict=True))
        return f"json_group_array(json_object({told}))"
    told = ", ".join(f'{column} AS "{name}"' for name, column in zip(names, columns, strict=True))
    row = f"(SELECT told FROM (SELECT {told}) AS told)"  # noqa: S608 (names of fields)
    return f"array_to_json(array_agg({row}))::text"


AS_RECORDS = Nesting(records, grouped)
AS_TEXT = Nesting(lambda _names, columns: entries(columns), _joined, _as_entries)
AS_JSON = Nesting(json_texts, _listed, _as_objects, "[]")
