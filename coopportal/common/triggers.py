"""Triggers that leave a mark for every row written, on SQLite and PostgreSQL alike: the admin, an importer's bulk
write, a person at the database's own console, nobody can forget them. (Those that keep a table: ``derived``.)

They are installed after every ``migrate`` and taken away before one that has something to do, since SQLite loses the
triggers of a table that Django builds anew. Which are there is asked of the database: their names hold a digest.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, NamedTuple, Protocol

from django.db import connection

from coopportal.common.models import Mark

_MARKS = Mark._meta.db_table
SHOWN = ":shown"
#: Marks of this kind and the name of a list: a row that it showed has left it, or its key. Their key is ``row/key``.
LEFT = "left:"
SIDES: dict[str, tuple[str, ...]] = {"INSERT": ("new",), "UPDATE": ("old", "new"), "DELETE": ("old",)}

#: The names of our triggers begin so: those that leave marks, those that keep a table.
FEED, KEPT = "feed_", "kept_"
_LIST = {
    "sqlite": "SELECT name, tbl_name FROM sqlite_master WHERE type = 'trigger' "
    "AND (name LIKE 'feed\\_%' ESCAPE '\\' OR name LIKE 'kept\\_%' ESCAPE '\\')",
    "postgresql": "SELECT t.tgname, c.relname FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid "
    "WHERE NOT t.tgisinternal AND t.tgname ~ '^(feed|kept)_' AND pg_table_is_visible(c.oid)",
}


class Trigger(NamedTuple):
    """What the database does by itself once rows of a table were written; ``{name}`` stands for the trigger's name."""

    prefix: str
    table: str
    event: str
    statements: list[str]

    @property
    def name(self) -> str:
        digest = hashlib.sha256("\n".join(self.statements).encode()).hexdigest()[:8]
        return f"{self.prefix}{digest}_{self.event[0].lower()}_{self.table}"[:63]


class Triggered(Protocol):
    """Something that lives by triggers: those on the tables that it needs."""

    @property
    def needs(self) -> set[str]: ...

    def triggers(self, vendor: str) -> list[Trigger]: ...

    def begin(self) -> list[str]:
        """Do what has to be done where the triggers are new; the kinds of mark whose rows have to be looked at."""
        ...


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

    @property
    def needs(self) -> set[str]:
        return {self.table, _MARKS}

    def triggers(self, vendor: str) -> list[Trigger]:
        build = _for_postgresql if vendor == "postgresql" else _for_sqlite
        return [Trigger(FEED, self.table, event, build(self, event, SIDES[event], "{name}")) for event in self.events]

    def begin(self) -> list[str]:
        return [kind for kind, _columns in self.touches]


def shown(model: Any) -> str:
    """The kind of mark that says: whether and by which key a row is shown may have changed."""
    return f"{model._meta.db_table}{SHOWN}"


def install(tables: Iterable[Triggered]) -> list[str]:
    """Bring the triggers of the database up to date; the kinds of mark of the tables that had none (or others)."""
    vendor = connection.vendor
    with connection.cursor() as cursor:
        present = set(connection.introspection.table_names(cursor))
        cursor.execute(_LIST[vendor])
        there = dict(cursor.fetchall())
        wanted = [(one, one.triggers(vendor)) for one in tables if one.needs <= present]
        for name in there.keys() - {trigger.name for _one, made in wanted for trigger in made}:
            cursor.execute(_drop(name, there[name]))
        fresh = []
        for one, made in wanted:
            new = [trigger for trigger in made if trigger.name not in there]
            for trigger in new:
                for statement in trigger.statements:
                    cursor.execute(statement.replace("{name}", trigger.name))
            fresh += one.begin() if new else []
    return sorted(set(fresh))


def remove() -> None:
    """Take all triggers away."""
    with connection.cursor() as cursor:
        cursor.execute(_LIST[connection.vendor])
        for name, table in cursor.fetchall():
            cursor.execute(_drop(name, table))


def _drop(name: str, table: str) -> str:
    return f'DROP TRIGGER "{name}"' + (f' ON "{table}"' if connection.vendor == "postgresql" else "")


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
