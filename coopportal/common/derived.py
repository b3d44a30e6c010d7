"""Tables that the database keeps by itself: what reads of many rows would have to find out again and again.

Such a table follows from others. Triggers bring it up to date with every write, in the writer's own transaction,
whoever wrote; where they are new (after ``migrate``) it is filled anew. On SQLite a trigger runs for each row, on
PostgreSQL once for a statement. There it first locks the rows that the kept ones follow from: of two who write at once
the second reads what the first has committed.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple, Protocol

from django.db import connection

from coopportal.common.triggers import KEPT, SIDES, Trigger

#: Stands in statements where the keys of what was touched are told: ``WHERE id {touched}``.
TOUCHED = "{touched}"


class Source(NamedTuple):
    """A table from which the kept one follows: a written row touches what ``key`` names.

    ``columns`` are those that matter (an update of others does nothing), ``statements`` bring the kept rows up to date.
    ``locked`` is the table of the rows that ``key`` names, if they are to be locked where several write at once.
    """

    table: str
    key: str
    columns: tuple[str, ...]
    statements: tuple[str, ...]
    locked: str = ""
    events: tuple[str, ...] = ("INSERT", "UPDATE", "DELETE")


class Rules(Protocol):
    """What a kept table follows from, and how, in the SQL of a database."""

    def sources(self, vendor: str) -> list[Source]: ...

    def filling(self, vendor: str) -> list[str]:
        """The statements that fill the empty table."""
        ...


@dataclass(frozen=True)
class Kept:
    """A kept table and the rules by which it follows from others."""

    table: str
    rules: Rules

    @property
    def needs(self) -> set[str]:
        return {self.table, *(source.table for source in self.rules.sources(connection.vendor))}

    def triggers(self, vendor: str) -> list[Trigger]:
        build = _for_postgresql if vendor == "postgresql" else _for_sqlite
        return [
            Trigger(KEPT, source.table, event, build(source, event))
            for source in self.rules.sources(vendor)
            for event in source.events
        ]

    def begin(self) -> list[str]:
        """Fill it anew; nobody is told, since what can be read has not changed."""
        with connection.cursor() as cursor:
            cursor.execute(f'DELETE FROM "{self.table}"')  # noqa: S608  (names of our own tables)
            for statement in self.rules.filling(connection.vendor):
                cursor.execute(statement)
            cursor.execute(f'ANALYZE "{self.table}"')
        return []


def _for_sqlite(source: Source, event: str) -> list[str]:
    when = ""
    if event == "UPDATE":
        when = " WHEN " + " OR ".join(f'OLD."{column}" IS NOT NEW."{column}"' for column in source.columns)
    touched = ", ".join(f'{side.upper()}."{source.key}"' for side in SIDES[event])
    work = " ".join(f"{statement.replace(TOUCHED, f'IN ({touched})')};" for statement in source.statements)
    return [f'CREATE TRIGGER "{{name}}" AFTER {event} ON "{source.table}"{when} BEGIN {work} END']


def _for_postgresql(source: Source, event: str) -> list[str]:
    """The keys go through an array: a plan that is kept for many rows would read whole tables for each single one."""
    sides = SIDES[event]
    columns = ", ".join(f'"{column}"' for column in dict.fromkeys((source.key, *source.columns)))
    rows = {side: f"SELECT {columns} FROM {side}_rows" for side in sides}  # noqa: S608  (names of our own columns)
    parts = list(rows.values())
    if event == "UPDATE":
        parts = [f"({rows['old']} EXCEPT {rows['new']})", f"({rows['new']} EXCEPT {rows['old']})"]
    keys = " UNION ".join(f'SELECT "{source.key}" FROM ({part}) AS part' for part in parts)  # noqa: S608
    work = " ".join(f"{statement.replace(TOUCHED, '= ANY(touched)')};" for statement in source.statements)
    if source.locked:
        work = f'PERFORM 1 FROM "{source.locked}" WHERE id = ANY(touched) ORDER BY id FOR NO KEY UPDATE; {work}'
    tables = " ".join(f"{side.upper()} TABLE AS {side}_rows" for side in sides)
    return [
        'CREATE OR REPLACE FUNCTION "{name}"() RETURNS trigger LANGUAGE plpgsql AS $kept$ DECLARE touched bigint[]; '
        f"BEGIN touched := ARRAY({keys}); IF cardinality(touched) > 0 THEN {work} END IF; RETURN NULL; END $kept$",
        f'CREATE TRIGGER "{{name}}" AFTER {event} ON "{source.table}" REFERENCING {tables} '
        'FOR EACH STATEMENT EXECUTE FUNCTION "{name}"()',
    ]
