"""Triggers that leave a mark where a row leaves a list of the API, and with it all that was shown because of it.

The writer's own transaction says what could be read at that moment. Later it cannot be found out: what was added after
the row had gone was never shown, what was deleted since had been.
"""

from __future__ import annotations

from dataclasses import dataclass

from coopportal.common.models import Mark
from coopportal.common.triggers import FEED, LEFT, Trigger

_MARKS = Mark._meta.db_table
#: Stands in selections of what goes along where the rows that leave are told: ``WHERE cooperation_id {gone}``.
GONE = "{gone}"


@dataclass(frozen=True)
class Left:
    """A table behind a list: a row that is deleted, or loses the key by which it was read, leaves a mark of that.

    ``where`` says of the row as it was (``{row}``) whether the list showed it, by its columns ``decisive`` and what
    they name. Where anything else decides, that is not told here.

    ``along`` are pairs of a list and the selection (``id``) of its rows that were shown because this one was: where it
    is deleted, or anything decisive changes, they leave marks too. One mark too many does no harm: what is still in
    its list when that is told is not told as gone.
    """

    table: str
    name: str
    row: str
    key: str
    decisive: tuple[str, ...] = ()
    where: str = ""
    along: tuple[tuple[str, str], ...] = ()
    #: Tables that the selections read.
    beside: tuple[str, ...] = ()

    @property
    def columns(self) -> tuple[str, ...]:
        """An update that changes none of them leaves no mark."""
        return tuple(dict.fromkeys((self.row, self.key, *self.decisive)))

    @property
    def events(self) -> tuple[str, ...]:
        return ("UPDATE", "DELETE") if len(self.columns) > 1 else ("DELETE",)

    @property
    def needs(self) -> set[str]:
        return {self.table, *self.beside, _MARKS}

    def triggers(self, vendor: str) -> list[Trigger]:
        build = self._for_postgresql if vendor == "postgresql" else self._for_sqlite
        return [Trigger(FEED, self.table, event, build(event)) for event in self.events]

    def begin(self) -> list[str]:
        return []

    def _mark(self, row: str) -> str:
        key = f'CAST({row}."{self.row}" AS text) || \'/\' || CAST({row}."{self.key}" AS text)'
        return f"INSERT INTO \"{_MARKS}\" (kind, row_key) SELECT '{LEFT}{self.name}', {key}"

    def _marks_along(self, gone: str) -> list[str]:
        key = "CAST(along.id AS text) || '/' || CAST(along.id AS text)"
        return [
            f"INSERT INTO \"{_MARKS}\" (kind, row_key) SELECT '{LEFT}{name}', {key} "  # noqa: S608  (own names)
            f"FROM ({rows.replace(GONE, gone)}) AS along"
            for name, rows in self.along
        ]

    def _for_sqlite(self, event: str) -> list[str]:
        def changed(columns: tuple[str, ...]) -> str:
            return " OR ".join(f'OLD."{column}" IS NOT NEW."{column}"' for column in columns)

        shown = self.where.format(row="OLD") or "1"
        when, goes = shown, ""
        if event == "UPDATE":
            when = f"({changed(self.columns)}) AND ({shown})"
            goes = f" WHERE {changed(self.decisive)}" if self.decisive else " WHERE 0"
        marks = [self._mark("OLD"), *(f"{mark}{goes}" for mark in self._marks_along(f'= OLD."{self.row}"'))]
        work = " ".join(f"{mark};" for mark in marks)
        return [f'CREATE TRIGGER "{{name}}" AFTER {event} ON "{self.table}" WHEN {when} BEGIN {work} END']

    def _for_postgresql(self, event: str) -> list[str]:
        """The keys of what takes others along go through an array, as for the tables that are kept (``derived``)."""
        tables = "OLD TABLE AS old_rows" + (" NEW TABLE AS new_rows" if event == "UPDATE" else "")
        where = self.where.format(row="one") or "true"

        def rows(*names: str) -> str:
            if event == "DELETE":
                return "old_rows"
            columns = ", ".join(f'"{column}"' for column in names)
            return f"(SELECT {columns} FROM old_rows EXCEPT SELECT {columns} FROM new_rows)"  # noqa: S608  (own names)

        work = f"{self._mark('one')} FROM {rows(*self.columns)} AS one WHERE {where};"
        if self.along and (event == "DELETE" or self.decisive):
            found = f'SELECT one."{self.row}" FROM {rows(self.row, *self.decisive)} AS one WHERE {where}'  # noqa: S608
            marks = " ".join(f"{mark};" for mark in self._marks_along("= ANY(gone)"))
            work += f" gone := ARRAY({found}); IF cardinality(gone) > 0 THEN {marks} END IF;"
        return [
            'CREATE OR REPLACE FUNCTION "{name}"() RETURNS trigger LANGUAGE plpgsql AS $mark$ DECLARE gone bigint[]; '
            f"BEGIN {work} RETURN NULL; END $mark$",
            f'CREATE TRIGGER "{{name}}" AFTER {event} ON "{self.table}" REFERENCING {tables} '
            'FOR EACH STATEMENT EXECUTE FUNCTION "{name}"()',
        ]
