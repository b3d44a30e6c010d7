"""Triggers that leave a mark for every row written, on SQLite and PostgreSQL alike: the admin, an importer's bulk
write, a person at the database's own console, nobody can forget them.

They are installed after every ``migrate`` and taken away before one that has something to do, since SQLite loses the
triggers of a table that Django builds anew. Which are there is asked of the database: their names end in a digest.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.db import connection

from coopportal.common.models import Mark

_MARKS = Mark._meta.db_table
_PREFIX = "feed_"
SHOWN = ":shown"
_SIDES: dict[str, tuple[str, ...]] = {"INSERT": ("new",), "UPDATE": ("old", "new"), "DELETE": ("old",)}

_LIST = {
    "sqlite": "SELECT name, tbl_name FROM sqlite_master WHERE type = 'trigger' AND name LIKE 'feed\\_%' ESCAPE '\\'",
    "postgresql": "SELECT t.tgname, c.relname FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid "
    "WHERE NOT t.tgisinternal AND t.tgname LIKE 'feed\\_%' AND pg_table_is_visible(c.oid)",
}


@dataclass(frozen=True)
class Watched:
    """A table whose rows leave marks.

    ``touches`` are pairs of a kind of mark and the columns that name the row it is about; what is null names none.
    ``columns`` are all columns: a write that changes none of them leaves no mark.
    """

    table: str
    columns: tuple[str, ...]
    touches: tuple[tuple[str, tuple[str, ...]], ...]
    events: tuple[str, ...] = ("INSERT", "UPDATE", "DELETE")

    @classmethod
    def shown_by(cls, model: Any, *names: str) -> Watched:
        """Updates of the columns by which other records are shown or named: they leave a mark of the kind ``shown``."""
        meta = model._meta
        columns = (meta.pk.column, *(meta.get_field(name).column for name in names))
        return cls(meta.db_table, columns, ((shown(model), (meta.pk.column,)),), events=("UPDATE",))

    @classmethod
    def rows_of(cls, model: Any, *parents: str, itself: bool = True, more: tuple[Any, ...] = ()) -> Watched:
        """The rows of a model touch themselves and the rows that the foreign keys ``parents`` point at."""
        meta = model._meta
        columns = tuple(field.column for field in meta.local_concrete_fields if not field.generated)
        touches = [(meta.db_table, (meta.pk.column,))] if itself else []
        for name in parents:
            field = meta.get_field(name)
            touches.append((field.related_model._meta.db_table, (field.column,)))
        return cls(meta.db_table, columns, (*touches, *more))


def shown(model: Any) -> str:
    """The kind of mark that says: whether and by which key a row is shown may have changed."""
    return f"{model._meta.db_table}{SHOWN}"


def install(tables: Iterable[Watched]) -> list[str]:
    """Bring the triggers of the database up to date; the kinds of mark of the tables that had none (or others)."""
    vendor = connection.vendor
    with connection.cursor() as cursor:
        present = set(connection.introspection.table_names(cursor))
        cursor.execute(_LIST[vendor])
        there = dict(cursor.fetchall())
        wanted = {watched: _triggers(watched) for watched in tables if {watched.table, _MARKS} <= present}
        for name in there.keys() - {name for made in wanted.values() for name in made}:
            cursor.execute(_drop(name, there[name]))
        fresh = []
        for watched, made in wanted.items():
            for name, statements in made.items():
                if name not in there:
                    fresh += [kind for kind, _columns in watched.touches]
                    for statement in statements:
                        cursor.execute(statement)
    return sorted(set(fresh))


def remove() -> None:
    """Take all triggers away."""
    with connection.cursor() as cursor:
        cursor.execute(_LIST[connection.vendor])
        for name, table in cursor.fetchall():
            cursor.execute(_drop(name, table))


def _drop(name: str, table: str) -> str:
    return f'DROP TRIGGER "{name}"' + (f' ON "{table}"' if connection.vendor == "postgresql" else "")


def _triggers(watched: Watched) -> dict[str, list[str]]:
    """Name of a trigger → the statements that make it."""
    build = _for_postgresql if connection.vendor == "postgresql" else _for_sqlite
    made = {}
    for event in watched.events:
        statements = build(watched, event, _SIDES[event], "{name}")
        digest = hashlib.sha256("\n".join(statements).encode()).hexdigest()[:8]
        name = f"{_PREFIX}{digest}_{event[0].lower()}_{watched.table}"[:63]
        made[name] = [statement.replace("{name}", name) for statement in statements]
    return made


def _marks(watched: Watched, sides: Iterable[str], *, rows: dict[str, str], join: str) -> Iterator[str]:
    """The SELECTs of all marks of one write."""
    for side in sides:
        for kind, columns in watched.touches:
            names = [f'{join.format(side=side)}."{column}"' for column in columns]
            key = " || '/' || ".join(f"CAST({name} AS text)" for name in names)
            known = " AND ".join(f"{name} IS NOT NULL" for name in names)
            yield f"SELECT '{kind}', {key}{rows[side]} WHERE {known}"


def _for_sqlite(watched: Watched, event: str, sides: tuple[str, ...], name: str) -> list[str]:
    when = ""
    if event == "UPDATE":
        when = " WHEN " + " OR ".join(f'OLD."{column}" IS NOT NEW."{column}"' for column in watched.columns)
    marks = " UNION ".join(_marks(watched, sides, rows={"old": "", "new": ""}, join="{side}"))
    return [
        f'CREATE TRIGGER "{name}" AFTER {event} ON "{watched.table}"{when} '
        f'BEGIN INSERT INTO "{_MARKS}" (kind, row_key) {marks}; END'
    ]


def _for_postgresql(watched: Watched, event: str, sides: tuple[str, ...], name: str) -> list[str]:
    """Once for a statement, however many rows it writes."""
    columns = ", ".join(f'"{column}"' for column in watched.columns)
    rows = {side: f" FROM {side}_rows AS {side}_side" for side in sides}
    if event == "UPDATE":
        old, new = (f"SELECT {columns} FROM {side}_rows" for side in sides)  # noqa: S608  (names of our own columns)
        rows = {"old": f" FROM ({old} EXCEPT {new}) old_side", "new": f" FROM ({new} EXCEPT {old}) new_side"}
    marks = " UNION ".join(_marks(watched, sides, rows=rows, join="{side}_side"))
    tables = " ".join(f"{side.upper()} TABLE AS {side}_rows" for side in sides)
    return [
        f'CREATE OR REPLACE FUNCTION "{name}"() RETURNS trigger LANGUAGE plpgsql AS $mark$ BEGIN '
        f'INSERT INTO "{_MARKS}" (kind, row_key) {marks}; RETURN NULL; END $mark$',
        f'CREATE TRIGGER "{name}" AFTER {event} ON "{watched.table}" REFERENCING {tables} '
        f'FOR EACH STATEMENT EXECUTE FUNCTION "{name}"()',
    ]
