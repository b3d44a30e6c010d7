"""The floor: the same answers by the driver and hand-written SQL in a bare WSGI callable. No framework, no model.

JSON is written by orjson, as the portal writes it. It has a connection of its own, with the settings of the portal's.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
import sqlite3
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from typing import Any
from urllib.parse import parse_qs

import orjson
import psycopg

COUNTED = ("existing", "party", "member")
GONE = ("left", "directed_elsewhere")
TOLD = {"confirmed": "confirmed", "refused": "denied", "": "open", None: None}
DEGREE = """(SELECT s.degree FROM agreements_participationstep s WHERE s.participation_id = p.id
 AND (s.effective_on IS NULL OR s.effective_on <= {day})
 ORDER BY s.effective_on DESC NULLS LAST, s.rank DESC, s.id DESC LIMIT 1)"""
STATUS = """COALESCE((SELECT s.status FROM agreements_statusstep s WHERE s.cooperation_id = c.id
 AND (s.effective_on IS NULL OR s.effective_on <= {day})
 ORDER BY s.effective_on DESC NULLS LAST, s.rank DESC, s.id DESC LIMIT 1), c.status)"""
IN_STATE = """EXISTS (SELECT 1 FROM agreements_participation p
 LEFT JOIN municipalities_municipality m ON m.id = p.municipality_id
 LEFT JOIN municipalities_organisation o ON o.id = p.organisation_id
 WHERE p.cooperation_id = c.id AND (m.state_id = %s OR o.state_id = %s))"""
_COLUMNS = (
    *("slug", "name", "short_name", "summary", "kind", "region", "legal_form", "started_on", "started_precision"),
    *("started_wording", "ended_on", "ended_precision", "ended_wording", "record_state", "updated_at"),
)


class Floor:
    """Reads of one database, and a WSGI callable that answers ``/list``, ``/page`` and ``/detail``."""

    def __init__(self, connection: Any, day: dt.date, *, is_sqlite: bool) -> None:
        self.connection, self.day, self.is_sqlite = connection, day, is_sqlite

    @classmethod
    def opened(cls, settings: dict[str, Any], day: dt.date) -> Floor:
        """With a connection of its own, as the settings of the portal say."""
        if settings["ENGINE"].endswith("sqlite3"):
            file = sqlite3.connect(settings["NAME"], isolation_level=None)
            file.executescript("PRAGMA mmap_size=268435456; PRAGMA cache_size=-65536;")
            return cls(file, day, is_sqlite=True)
        where = {"host": settings["HOST"], "user": settings["USER"], "dbname": settings["NAME"]}
        where |= {name: settings[name.upper()] for name in ("password", "port") if settings.get(name.upper())}
        return cls(psycopg.connect(**where, autocommit=True), day, is_sqlite=False)

    def rows(self, sql: str, *values: Any) -> list[Any]:
        """Days in the text are written in, so that the planner sees them as the portal's does."""
        sql = sql.replace("{day}", f"'{self.day.isoformat()}'")
        if self.is_sqlite:
            return self.connection.execute(sql.replace("%s", "?"), values).fetchall()
        return self.connection.execute(sql, values).fetchall()

    # --- The reads ---

    def total(self, state: str) -> int:
        where, values = self._where(state)
        return self.rows(f"SELECT COUNT(*) FROM agreements_cooperation c WHERE {where}", *values)[0][0]

    def keys(self, state: str, size: int, page: int) -> list[int]:
        where, values = self._where(state)
        order = f"ORDER BY c.sort_key, c.id LIMIT {size} OFFSET {size * (page - 1)}"
        return [
            key for (key,) in self.rows(f"SELECT c.id FROM agreements_cooperation c WHERE {where} {order}", *values)
        ]

    @staticmethod
    def _where(state: str) -> tuple[str, list[str]]:
        return "c.record_state = 'published'" + (f" AND {IN_STATE}" if state else ""), [state] * 2 if state else []

    def list(self, state: str, size: int, page: int) -> dict[str, Any]:
        """Rows with their numbers of participants."""
        keys = self.keys(state, size, page)
        rows = self._of(keys, f"SELECT c.id, c.slug, c.name, c.kind, {STATUS} FROM agreements_cooperation c WHERE c.id")
        members = self._by(keys, f"SELECT p.cooperation_id, {DEGREE} FROM agreements_participation p")
        found = {row[0]: row for row in rows}
        results = []
        for key in keys:
            _pk, slug, name, kind, status = found[key]
            counted = sum(degree in COUNTED for (degree,) in members[key])
            told = {"slug": slug, "name": name, "kind": kind, "status": status, "participant_count": counted}
            results.append(told | {"mentioned_count": len(members[key]) - counted})
        return {"count": self.total(state), "results": results}

    def page(self, state: str, size: int, page: int) -> dict[str, Any]:
        """Whole records with their participations."""
        return {"count": self.total(state), "results": self.records(self.keys(state, size, page))}

    def detail(self, slug: str) -> dict[str, Any]:
        rows = self.rows("SELECT id FROM agreements_cooperation WHERE slug = %s AND record_state = 'published'", slug)
        return self.records([rows[0][0]])[0]

    def records(self, keys: list[int]) -> list[dict[str, Any]]:
        names = ", ".join(f"c.{name}" for name in _COLUMNS)
        rows = self._of(keys, f"SELECT c.id, {STATUS}, {names} FROM agreements_cooperation c WHERE c.id")
        members = self._by(
            keys,
            f"""SELECT p.cooperation_id, m.ars, o.slug, p.role, COALESCE(m.state_id, o.state_id), a.answer, {DEGREE}
            FROM agreements_participation p LEFT JOIN municipalities_municipality m ON m.id = p.municipality_id
            LEFT JOIN municipalities_organisation o ON o.id = p.organisation_id
            LEFT JOIN agreements_confirmation a ON a.participation_id = p.id""",
            order="m.sort_key NULLS LAST, o.sort_key NULLS LAST, p.id",
        )
        fields = self._by(keys, "SELECT cooperation_id, taskfield_id FROM agreements_cooperation_task_fields")
        acts = self._by(keys, "SELECT cooperation_id, id, legal_form FROM agreements_agreement")
        events = self._by(keys, "SELECT cooperation_id, event_id FROM agreements_event_cooperations")
        awards = self._by(keys, "SELECT cooperation_id, id FROM agreements_award")
        found = {row[0]: row for row in rows}
        return [_record(found[key], members[key], fields[key], acts[key], events[key], awards[key]) for key in keys]

    def _of(self, keys: list[int], sql: str, order: str = "") -> list[Any]:
        return self.rows(f"{sql} IN ({', '.join(map(str, keys)) or 'NULL'}){f' ORDER BY {order}' if order else ''}")

    def _by(self, keys: list[int], sql: str, order: str = "") -> dict[int, list[Any]]:
        """Rows by the cooperation, which is their first column."""
        column = "p.cooperation_id" if " p " in sql or sql.endswith(" p") else "cooperation_id"
        found: dict[int, list[Any]] = defaultdict(list)
        for key, *row in self._of(keys, f"{sql} WHERE {column}", order):
            found[key].append(row)
        return found

    # --- Facets, files ---

    def facets(self) -> dict[str, dict[str, int]]:
        """The numbers of all values, nothing chosen: Land, field and group, form, status, kind, programme."""
        public = "JOIN agreements_cooperation c ON c.id = {}.cooperation_id AND c.record_state = 'published'"
        pairs = f"FROM agreements_cooperation_task_fields t {public.format('t')} JOIN agreements_taskfield f"
        pairs += " ON f.code = t.taskfield_id"
        own = "FROM agreements_cooperation c WHERE c.record_state = 'published' GROUP BY 1"
        statements = {
            "state": f"""SELECT COALESCE(m.state_id, o.state_id), COUNT(DISTINCT p.cooperation_id)
                FROM agreements_participation p {public.format("p")}
                LEFT JOIN municipalities_municipality m ON m.id = p.municipality_id
                LEFT JOIN municipalities_organisation o ON o.id = p.organisation_id GROUP BY 1""",
            "task_field": f"""SELECT t.taskfield_id, COUNT(*) {pairs} WHERE f.parent_id IS NOT NULL GROUP BY 1
                UNION ALL SELECT COALESCE(f.parent_id, t.taskfield_id), COUNT(DISTINCT t.cooperation_id)
                {pairs} GROUP BY 1""",
            "legal_form": f"""SELECT c.legal_form, COUNT(*) {own} UNION ALL
                SELECT a.legal_form, COUNT(DISTINCT a.cooperation_id) FROM agreements_agreement a {public.format("a")}
                WHERE a.legal_form <> c.legal_form GROUP BY 1""",
            "status": f"SELECT {STATUS}, COUNT(*) {own}",
            "kind": f"SELECT c.kind, COUNT(*) {own}",
            "programme": f"""SELECT g.slug, COUNT(DISTINCT w.cooperation_id) FROM agreements_award w
                {public.format("w")} JOIN funding_programme g ON g.id = w.programme_id GROUP BY 1""",
        }
        found: dict[str, dict[str, int]] = {}
        for name, statement in statements.items():
            numbers: dict[str, int] = defaultdict(int)
            for value, number in self.rows(statement):
                numbers[value or ""] += number
            found[name] = dict(numbers)
        return found

    def participations(self) -> Iterator[tuple[Any, ...]]:
        """All of them with their steps, by two cursors in the same order, for files."""
        joined = """FROM agreements_participation p JOIN agreements_cooperation c ON c.id = p.cooperation_id
            LEFT JOIN municipalities_municipality m ON m.id = p.municipality_id"""
        order = "WHERE c.record_state = 'published' ORDER BY c.sort_key, m.sort_key NULLS LAST, p.id"
        found = """SELECT s.degree, s.effective_on FROM agreements_participationstep s WHERE s.participation_id = p.id
            AND (s.effective_on IS NULL OR s.effective_on <= {day})"""
        latest = "ORDER BY s.effective_on DESC NULLS LAST, s.rank DESC, s.id DESC LIMIT 1"
        first = """(SELECT s.effective_on FROM agreements_participationstep s WHERE s.participation_id = p.id
            ORDER BY s.effective_on NULLS FIRST, s.id LIMIT 1)"""
        since = f"({found.replace('s.degree, ', '')} {latest})"
        rows = self.stream(
            f"""SELECT p.id, c.slug, m.ars, o.slug, p.role, {DEGREE}, {first}, {since}, p.note, a.answer, p.updated_at
            {joined} LEFT JOIN municipalities_organisation o ON o.id = p.organisation_id
            LEFT JOIN agreements_confirmation a ON a.participation_id = p.id {order}""",
            "rows",
        )
        steps = self.stream(
            f"""SELECT s.participation_id, s.degree, s.effective_on, s.on_precision, s.on_wording, s.attested_on, s.note
            {joined} JOIN agreements_participationstep s ON s.participation_id = p.id
            {order}, s.effective_on NULLS FIRST, s.rank, s.id""",
            "steps",
        )
        step = next(steps, None)
        for row in rows:
            own = []
            while step is not None and step[0] == row[0]:
                own.append(step[1:])
                step = next(steps, None)
            yield (*row, own)

    def stream(self, sql: str, name: str) -> Iterator[tuple[Any, ...]]:
        """Rows as they come, by a cursor of their own."""
        sql = sql.replace("{day}", f"'{self.day.isoformat()}'")
        if self.is_sqlite:
            yield from self.connection.execute(sql)
            return
        with self.connection.transaction(), self.connection.cursor(name) as cursor:
            cursor.itersize = 2_000
            cursor.execute(sql)
            yield from cursor

    def csv(self) -> Iterator[bytes]:
        for part in _parts(self.participations(), 500):
            text = io.StringIO()
            flat = ((*row, "; ".join(":".join(map(str, step)) for step in steps)) for *row, steps in part)
            csv.writer(text).writerows(flat)
            yield text.getvalue().encode()

    def ndjson(self) -> Iterator[bytes]:
        names = (
            *("id", "cooperation", "municipality", "organisation", "role", "degree", "since", "until", "note"),
            *("confirmation", "updated_at", "steps"),
        )
        own = ("degree", "on", "on_precision", "on_wording", "attested_on", "note")
        for part in _parts(self.participations(), 500):
            records = [dict(zip(names, row, strict=True)) for row in part]
            for record in records:
                record["steps"] = [dict(zip(own, step, strict=True)) for step in record["steps"]]
            yield b"".join([orjson.dumps(record) + b"\n" for record in records])

    # --- WSGI ---

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        asked = {name: texts[0] for name, texts in parse_qs(environ["QUERY_STRING"]).items()}
        name = environ["PATH_INFO"].strip("/")
        if name == "detail":
            told: Any = self.detail(asked["slug"])
        else:
            read = self.list if name == "list" else self.page
            told = read(asked.get("state", ""), int(asked["page_size"]), int(asked.get("page", 1)))
        body = orjson.dumps(told, default=_text)
        start_response("200 OK", [("Content-Type", "application/json"), ("Content-Length", str(len(body)))])
        return [body]


def _parts(rows: Iterator[Any], size: int) -> Iterator[list[Any]]:
    part = []
    for row in rows:
        part.append(row)
        if len(part) == size:
            yield part
            part = []
    if part:
        yield part


def _text(value: Any) -> str:
    return value.isoformat()


def _record(row: Any, members: Any, fields: Any, acts: Any, events: Any, awards: Any) -> dict[str, Any]:
    told = dict(zip(("pk", "status", *_COLUMNS), row, strict=True))
    del told["pk"], told["updated_at"]
    own = told.pop("legal_form")
    counted = sum(degree in COUNTED for *_rest, degree in members)
    asked = [answer for ars, _slug, _role, _state, answer, degree in members if ars and degree not in GONE]
    return told | {
        "legal_forms": sorted({form for form in (own, *(form for _pk, form in acts)) if form}),
        "task_fields": sorted(code for (code,) in fields),
        "states": sorted({state for _ars, _slug, _role, state, *_rest in members if state}),
        "participant_count": counted,
        "mentioned_count": len(members) - counted,
        "participations": [
            {"municipality": ars, "organisation": slug, "role": role, "degree": degree, "confirmation": TOLD[answer]}
            for ars, slug, role, _state, answer, degree in members
        ],
        "agreements": sorted(pk for pk, _form in acts),
        "events": sorted(pk for (pk,) in events),
        "awards": sorted(pk for (pk,) in awards),
        "confirmed": bool(asked) and all(answer == "confirmed" for answer in asked),
    }
