"""Rows by the thousand, past the models: keys are drawn first, then everything is written by COPY (``executemany`` on
SQLite).

``bulk_create`` writes its rows as one statement of literals and reads the keys back: half the time of an import went
into making that text. Rows whose keys are drawn beforehand can point to each other before any of them is written, in
whatever order they are written then (foreign keys are looked at when the transaction ends). Constraints and triggers
of the database are as with any other writing; nothing is told to signals, no history is made.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import cache
from operator import itemgetter
from typing import Any, NamedTuple

from django.db import connection
from django.db.models import BooleanField, CharField, DateField, Field, ForeignKey, IntegerField, Model, TextField
from django.utils import timezone

#: What the drivers take as it stands; SQLite has no days.
_PLAIN = (CharField, TextField, IntegerField, BooleanField)


class _Columns(NamedTuple):
    """How the rows of a model are written: names, how to take the values of a row, which are made ready at what place.

    ``moments`` are the columns that tell when the row was written.
    """

    table: str
    names: str
    number: int
    values_of: Callable[[dict[str, Any]], tuple[Any, ...]]
    prepared: tuple[tuple[int, Callable[[Any], Any]], ...]
    moments: tuple[str, ...]


def give_keys(rows: Sequence[Model]) -> None:
    """The next keys of their table, one for each row of one model. On SQLite who writes is alone."""
    if not rows:
        return
    meta: Any = type(rows[0])._meta
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            sequence = [f'"{meta.db_table}"', meta.pk.column]
            cursor.execute(
                "SELECT nextval(s) FROM pg_get_serial_sequence(%s, %s) s, generate_series(1, %s)",
                [*sequence, len(rows)],
            )
            keys: Iterable[int] = sorted(key for (key,) in cursor.fetchall())
        else:
            cursor.execute("SELECT seq FROM sqlite_sequence WHERE name = %s", [meta.db_table])
            (last,) = cursor.fetchone() or (0,)
            keys = range(last + 1, last + 1 + len(rows))
    for row, key in zip(rows, keys, strict=True):
        row.__dict__[meta.pk.attname] = key


def insert(rows: Sequence[Model]) -> None:
    """Write new rows of one model, which have their keys."""
    if not rows:
        return
    columns = _columns_of(type(rows[0]), connection.vendor)
    moments = dict.fromkeys(columns.moments, timezone.now())
    for row in rows:
        row.__dict__.update(moments)
    _write(columns.table, columns.names, columns.number, _values(rows, columns))
    alias = connection.alias
    for row in rows:
        row._state.adding, row._state.db = False, alias


def insert_pairs(through: Any, pairs: Sequence[tuple[Any, Any]]) -> None:
    """Write rows of a relation to many: (key of who has it, key of what it has)."""
    if not pairs:
        return
    source, target = (field for field in through._meta.concrete_fields if isinstance(field, ForeignKey))
    _write(through._meta.db_table, f'"{source.column}", "{target.column}"', 2, pairs)


def _values(rows: Iterable[Model], columns: _Columns) -> Iterable[Sequence[Any]]:
    """The values of the rows as the database takes them."""
    for row in rows:
        values = columns.values_of(row.__dict__)
        if columns.prepared:
            cells = list(values)
            for place, prepare in columns.prepared:
                cells[place] = prepare(cells[place])
            yield cells
        else:
            yield values


def _write(table: str, names: str, number: int, rows: Iterable[Sequence[Any]]) -> None:
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            with connection.wrap_database_errors, cursor.copy(f'COPY "{table}" ({names}) FROM STDIN') as copy:
                for row in rows:
                    copy.write_row(row)
        else:
            marks = ", ".join(["%s"] * number)
            cursor.executemany(f'INSERT INTO "{table}" ({names}) VALUES ({marks})', list(rows))  # noqa: S608  (own tables)


@cache
def _columns_of(model: type[Model], vendor: str) -> _Columns:
    fields = [field for field in model._meta.local_concrete_fields if not field.generated]
    return _Columns(
        table=model._meta.db_table,
        names=", ".join(f'"{field.column}"' for field in fields),
        number=len(fields),
        values_of=itemgetter(*(field.attname for field in fields)),
        prepared=tuple((place, _ready(field)) for place, field in enumerate(fields) if not _is_plain(field, vendor)),
        moments=tuple(f.attname for f in fields if getattr(f, "auto_now", False) or getattr(f, "auto_now_add", False)),
    )


def _is_plain(field: Field[Any, Any], vendor: str) -> bool:
    kind = field.target_field if isinstance(field, ForeignKey) else field
    return isinstance(kind, (*_PLAIN, DateField) if vendor == "postgresql" else _PLAIN)


def _ready(field: Field[Any, Any]) -> Callable[[Any], Any]:
    """The value as the driver takes it."""
    return lambda value: None if value is None else field.get_db_prep_save(value, connection)
