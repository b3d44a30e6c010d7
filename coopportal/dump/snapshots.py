"""One state of the whole database for a long read, and the numbers its tables have given out."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connection, transaction
from django.db.models import AutoField, Max, Model

_IS_POSTGRESQL = "postgresql"


@contextmanager
def snapshot() -> Iterator[None]:
    """All reads within see the same state, whatever others commit meanwhile; nobody waits for them.

    PostgreSQL: REPEATABLE READ, READ ONLY. SQLite (write-ahead log): a transaction that only reads, so it must not
    begin IMMEDIATE as those of the portal do. Within a transaction of the caller that one is used as it is.
    """
    if connection.in_atomic_block:
        yield
        return
    connection.ensure_connection()
    mode = getattr(connection, "transaction_mode", None)
    if connection.vendor == "sqlite":
        connection.transaction_mode = "DEFERRED"  # type: ignore[attr-defined]
    try:
        with transaction.atomic():
            if connection.vendor == _IS_POSTGRESQL:
                with connection.cursor() as cursor:
                    cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            yield
    finally:
        if connection.vendor == "sqlite":
            connection.transaction_mode = mode  # type: ignore[attr-defined]


def last_id(model: type[Model]) -> int | None:
    """The highest number the table has given to a row, also to rows that are hidden or gone; None where it gives none.

    A portal filled from a dump goes on after it: a number never means two things.
    """
    if not _gives_numbers(model):
        return None
    with connection.cursor() as cursor:
        if connection.vendor == _IS_POSTGRESQL:
            cursor.execute(f"SELECT last_value, is_called FROM {_sequence(cursor, model)}")  # noqa: S608  (own name)
            value, is_called = cursor.fetchone()
            return int(value) if is_called else 0
        cursor.execute("SELECT seq FROM sqlite_sequence WHERE name = %s", [model._meta.db_table])
        row = cursor.fetchone()
        return int(row[0]) if row else 0


def go_on_after(model: type[Model], number: int) -> None:
    """The next row of the table gets a higher number than this one, and than every row that is there."""
    if not _gives_numbers(model):
        return
    number = max(number, model._base_manager.aggregate(highest=Max("pk"))["highest"] or 0)
    if not number:
        return
    with connection.cursor() as cursor:
        if connection.vendor == _IS_POSTGRESQL:
            cursor.execute("SELECT setval(%s, %s)", [_sequence(cursor, model), number])
            return
        table = model._meta.db_table
        cursor.execute("DELETE FROM sqlite_sequence WHERE name = %s", [table])
        cursor.execute("INSERT INTO sqlite_sequence (name, seq) VALUES (%s, %s)", [table, number])


def _gives_numbers(model: type[Model]) -> bool:
    return isinstance(model._meta.pk, AutoField)


def _sequence(cursor: Any, model: type[Model]) -> str:
    column = model._meta.pk.column
    cursor.execute("SELECT pg_get_serial_sequence(%s, %s)", [f'"{model._meta.db_table}"', column])
    return str(cursor.fetchone()[0])
