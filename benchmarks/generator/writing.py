"""Rows into tables as fast as the database takes them: COPY on PostgreSQL, ``executemany`` on SQLite.

Values go past the models: no ``save``, no history. What a row does not say gets the default of its field, so that a
new column needs no word here. Primary keys are counted here, from 1.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from functools import cache
from typing import Any

from django.core.management.color import no_style
from django.db import connection, models

#: The moment at which everything is said to have been written; "today" of the register is its day.
WRITTEN = dt.datetime(2026, 1, 1, 8, 0, tzinfo=dt.UTC)
_CHUNK = 5_000
_CONVERTED = (models.DateField, models.DecimalField)


class Table:
    """Rows of one model that wait to be written."""

    def __init__(self, model: Any) -> None:
        self.model = model
        fields = [field for field in model._meta.local_concrete_fields if not field.generated]
        self.template = {field.attname: self._default(field) for field in fields}
        self.columns = [field.column for field in fields]
        key = model._meta.pk
        self.key = key.attname if isinstance(key, models.AutoField) else ""
        self.prepared = {
            place: self._prepared(field) for place, field in enumerate(fields) if isinstance(field, _CONVERTED)
        }
        self.rows: list[list[Any]] = []
        self.count = 0

    @staticmethod
    def _default(field: Any) -> Any:
        if getattr(field, "auto_now", False) or getattr(field, "auto_now_add", False):
            return WRITTEN
        return field.get_db_prep_save(field.get_default(), connection)

    @staticmethod
    def _prepared(field: Any) -> Callable[[Any], Any]:
        return cache(lambda value: field.get_db_prep_save(value, connection))

    def add(self, **values: Any) -> int:
        """Its primary key. A name that is no column is a fault of the generator."""
        self.count += 1
        row = self.template | values
        if len(row) != len(self.columns):
            raise TypeError(f"{self.model.__name__} has no {sorted(values.keys() - self.template.keys())}")
        if self.key:
            row[self.key] = self.count
        cells = list(row.values())
        for place, prepare in self.prepared.items():
            cells[place] = prepare(cells[place])
        self.rows.append(cells)
        return self.count


class Store:
    """All tables, written in the order in which they were first named, so that what is pointed at is there."""

    def __init__(self, *order: Any) -> None:
        self.tables = {model: Table(model) for model in order}
        self.write = _copy if connection.vendor == "postgresql" else _insert

    def __getitem__(self, model: Any) -> Table:
        return self.tables[model]

    def flush(self, *, force: bool = False) -> None:
        """Write what waits, if it is enough to be worth while."""
        if not force and sum(len(table.rows) for table in self.tables.values()) < _CHUNK * 4:
            return
        with connection.cursor() as cursor:
            for table in self.tables.values():
                if table.rows:
                    self.write(cursor, table.model._meta.db_table, table.columns, table.rows)
                    table.rows = []

    def close(self) -> None:
        """Write the rest; whoever adds rows next gets the next number."""
        self.flush(force=True)
        with connection.cursor() as cursor:
            for statement in connection.ops.sequence_reset_sql(no_style(), list(self.tables)):
                cursor.execute(statement)


def _copy(cursor: Any, table: str, columns: list[str], rows: list[list[Any]]) -> None:
    names = ", ".join(f'"{column}"' for column in columns)
    with cursor.copy(f'COPY "{table}" ({names}) FROM STDIN') as copy:
        for row in rows:
            copy.write_row(row)


def _insert(cursor: Any, table: str, columns: list[str], rows: list[list[Any]]) -> None:
    names, places = ", ".join(f'"{column}"' for column in columns), ", ".join("%s" for _ in columns)
    cursor.executemany(f'INSERT INTO "{table}" ({names}) VALUES ({places})', rows)
