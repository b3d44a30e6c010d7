"""The floor: the same answers by the driver and hand-written SQL in a bare WSGI callable. No framework, no model.

As fast as SQL can be over the tables that there are: the degree of a day comes from the table of spells, along indexes
that hold all that is asked; the keys of a page are found before its rows; what belongs to them comes in one statement.
It remembers nothing. JSON is written by orjson, as the portal writes it. It has a connection of its own, with the
settings of the portal's.
"""

from __future__ import annotations

import datetime as dt
import sqlite3
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from typing import Any
from urllib.parse import parse_qs

import orjson
import psycopg

COUNTED = ("existing", "party", "member")
GONE = ("left", "directed_elsewhere")
DATED = ("day", "month", "year", "part_of_year")
TOLD = {"confirmed": "confirmed", "refused": "denied", "": "open", None: None}
_COUNTED, _DATED = (", ".join(f"'{word}'" for word in words) for words in (COUNTED, DATED))
#: The one spell of a participation that holds on the day.
ON = "s.begins <= {day} AND s.ends >= {day}"
COUNTS = f"SUM(CASE WHEN s.degree IN ({_COUNTED}) THEN 1 ELSE 0 END)"
STATUS = """COALESCE((SELECT s.status FROM agreements_statusstep s WHERE s.cooperation_id = c.id
 AND (s.effective_on IS NULL OR s.effective_on <= {day})
 ORDER BY s.effective_on DESC NULLS LAST, s.rank DESC, s.id DESC LIMIT 1), {else})"""
PUBLIC = "c.record_state = 'published'"
#: For the rows of a page, which are found in their order, and for the total, where the spells of the Land come first.
IN_STATE = "EXISTS (SELECT 1 FROM agreements_spell s WHERE s.state_id = %s AND s.cooperation_id = c.id)"
OF_STATE = "c.id IN (SELECT s.cooperation_id FROM agreements_spell s WHERE s.state_id = %s)"
#: What could be known on a past day and had not ended before it.
_KNOWN = f"""(EXISTS (SELECT 1 FROM agreements_spell s WHERE s.cooperation_id = c.id AND {ON} AND s.appeared)
 OR NOT EXISTS (SELECT 1 FROM agreements_spell s WHERE s.cooperation_id = c.id))
 AND (c.ended_on IS NULL OR c.ended_on >= {{day}})
 AND (c.started_on IS NULL OR c.started_precision NOT IN ({_DATED}) OR c.started_on <= {{day}})"""
_BY_THEN = f"""({{t}}."on" IS NULL OR {{t}}.on_precision NOT IN ({_DATED}) OR {{t}}."on" <= {{day}})"""
_COLUMNS = (
    *("slug", "name", "short_name", "summary", "kind", "region", "legal_form", "started_on", "started_precision"),
    *("started_wording", "ended_on", "ended_precision", "ended_wording", "record_state", "updated_at"),
)
_NAMES = ", ".join(f"c.{name}" for name in _COLUMNS)
_FIELD, _ACT, _EVENT, _AWARD = range(4)


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
        where["options"] = settings["OPTIONS"]["options"]
        return cls(psycopg.connect(**where, autocommit=True), day, is_sqlite=False)

    def rows(self, sql: str, *values: Any, day: dt.date | None = None) -> list[Any]:
        """Days in the text are written in, so that the planner sees them as the portal's does."""
        sql = sql.replace("{day}", f"'{(day or self.day).isoformat()}'")
        if self.is_sqlite:
            return self.connection.execute(sql.replace("%s", "?"), values).fetchall()
        return self.connection.execute(sql, values or None).fetchall()

    # --- The reads; with ``day`` as of that day ---

    def total(self, state: str = "", day: dt.date | None = None) -> int:
        where, values = self._where(OF_STATE, state, day)
        return self.rows(f"SELECT COUNT(*) FROM agreements_cooperation c WHERE {where}", *values, day=day)[0][0]

    @staticmethod
    def _where(narrowed: str, state: str, day: dt.date | None) -> tuple[str, list[str]]:
        if day:  # who took part on another day is not asked
            narrowed = narrowed.replace("%s", f"%s AND {ON} AND s.appeared")
        parts = [PUBLIC, *([narrowed] if state else []), *([_KNOWN] if day else [])]
        return " AND ".join(parts), [state] if state else []

    def _page(self, columns: str, state: str, size: int, page: int, day: dt.date | None) -> list[Any]:
        """The rows of a page: first the keys, along the index of the order."""
        where, values = self._where(IN_STATE, state, day)
        status = STATUS.replace("{else}", "'unknown'" if day else "c.status")
        order = "ORDER BY c.sort_key, c.id"
        keys = (
            f"SELECT c.id FROM agreements_cooperation c WHERE {where} {order} LIMIT {size} OFFSET {size * (page - 1)}"
        )
        sql = f"SELECT c.id, {status}, {columns} FROM agreements_cooperation c WHERE c.id IN ({keys}) {order}"
        return self.rows(sql, *values, day=day)

    def list(self, state: str, size: int, page: int, day: dt.date | None = None) -> dict[str, Any]:
        """Rows with their numbers of participants."""
        rows = self._page("c.slug, c.name, c.kind", state, size, page, day)
        numbers = f"""SELECT s.cooperation_id, COUNT(*), {COUNTS} FROM agreements_spell s
            WHERE s.cooperation_id IN ({_keys(rows)}) AND {ON} {"AND s.appeared" if day else ""} GROUP BY 1"""
        found = {key: (every, counted) for key, every, counted in self.rows(numbers, day=day)}
        results = []
        for key, status, slug, name, kind in rows:
            every, counted = found.get(key, (0, 0))
            told = {"slug": slug, "name": name, "kind": kind, "status": status, "participant_count": counted}
            results.append(told | {"mentioned_count": every - counted})
        return {"count": self.total(state, day), "results": results}

    def page(self, state: str, size: int, page: int, day: dt.date | None = None) -> dict[str, Any]:
        """Whole records with their participations."""
        rows = self._page(_NAMES, state, size, page, day)
        return {"count": self.total(state, day), "results": self._records(rows, day)}

    def detail(self, slug: str, day: dt.date | None = None) -> dict[str, Any]:
        status = STATUS.replace("{else}", "'unknown'" if day else "c.status")
        sql = f"SELECT c.id, {status}, {_NAMES} FROM agreements_cooperation c WHERE c.slug = %s AND {PUBLIC}"
        return self._records(self.rows(sql, slug, day=day), day)[0]

    def _records(self, rows: list[Any], day: dt.date | None) -> list[dict[str, Any]]:
        keys = _keys(rows)
        members, lists = defaultdict(list), defaultdict(list)
        sql = f"""SELECT s.cooperation_id, m.ars, o.slug, s.role, s.state_id, a.answer, s.degree FROM agreements_spell s
            LEFT JOIN municipalities_municipality m ON m.id = s.municipality_id
            LEFT JOIN municipalities_organisation o ON o.id = s.organisation_id
            LEFT JOIN agreements_confirmation a ON a.participation_id = s.participation_id
            WHERE s.cooperation_id IN ({keys}) AND {ON} {"AND s.appeared" if day else ""}
            ORDER BY m.sort_key NULLS LAST, o.sort_key NULLS LAST, s.participation_id"""
        for key, *row in self.rows(sql, day=day):
            members[key].append(row)
        for key, *row in self.rows(_belonging(keys, cut=bool(day)), day=day):
            lists[key].append(row)
        return [_record(row, members[row[0]], lists[row[0]]) for row in rows]

    # --- Search, who with whom ---

    def search(self, words: str, size: int) -> dict[str, Any]:
        """Total and first keys in one look at the texts, with words as these have them: those in names come first."""
        first = "INSTR(SUBSTR(c.search_text, 1, INSTR(c.search_text, '  ')), %s) > 0"
        if not self.is_sqlite:
            first = "STRPOS(SUBSTR(c.search_text, 1, STRPOS(c.search_text, '  ')), %s) > 0"
        asked = words.split()
        like = " AND ".join(["c.search_text LIKE %s"] * len(asked))
        ranked = " + ".join([f"CASE WHEN {first} THEN 0 ELSE 1 END"] * len(asked))
        sql = f"""SELECT c.slug, COUNT(*) OVER () FROM agreements_cooperation c WHERE {PUBLIC} AND {like}
            ORDER BY ({ranked}), c.sort_key, c.id LIMIT {size}"""
        rows = self.rows(sql, *(f"%{word}%" for word in asked), *asked)
        return {"count": rows[0][1] if rows else 0, "slugs": [slug for slug, _count in rows]}

    def partners(self, ars: str) -> list[tuple[str, str, int, int]]:
        """With whom a municipality cooperates: key, name, in how many, in how many of them one of the two refuses."""
        sql = f"""SELECT COALESCE(m.ars, o.slug), COALESCE(m.name, o.name), COUNT(*),
            SUM(CASE WHEN a.answer = 'refused' OR b.answer = 'refused' THEN 1 ELSE 0 END)
            FROM municipalities_municipality own JOIN agreements_spell s ON s.municipality_id = own.id
            JOIN agreements_cooperation c ON c.id = s.cooperation_id AND {PUBLIC}
            JOIN agreements_spell y ON y.cooperation_id = s.cooperation_id AND y.participation_id <> s.participation_id
            LEFT JOIN municipalities_municipality m ON m.id = y.municipality_id
            LEFT JOIN municipalities_organisation o ON o.id = y.organisation_id
            LEFT JOIN agreements_confirmation a ON a.participation_id = s.participation_id
            LEFT JOIN agreements_confirmation b ON b.participation_id = y.participation_id
            WHERE own.ars = %s AND {ON} AND s.degree IN ({_COUNTED})
            AND {ON.replace("s.", "y.")} AND y.degree IN ({_COUNTED})
            GROUP BY y.municipality_id, y.organisation_id, m.ars, o.slug, m.name, o.name ORDER BY 3 DESC, 1"""
        return self.rows(sql, ars)

    # --- Facets ---

    def facets(self) -> dict[str, dict[str, int]]:
        """The numbers of all values, nothing chosen: Land, field and group, form, status, kind, programme."""
        public = f"JOIN agreements_cooperation c ON c.id = {{}}.cooperation_id AND {PUBLIC}"
        fields = f"FROM agreements_cooperation_task_fields t {public.format('t')}"
        fields += " JOIN agreements_taskfield f ON f.code = t.taskfield_id"
        order = "s.effective_on DESC NULLS LAST, s.rank DESC, s.id DESC"
        happened = "(s.effective_on IS NULL OR s.effective_on <= {day})"
        own = f"FROM agreements_cooperation c WHERE {PUBLIC}"
        statements = {
            "state": f"""SELECT s.state_id, COUNT(*) FROM (SELECT DISTINCT state_id, cooperation_id
                FROM agreements_spell) s {public.format("s")} GROUP BY 1""",
            "task_field": f"""SELECT t.taskfield_id, COUNT(*) {fields} WHERE f.parent_id IS NOT NULL GROUP BY 1
                UNION ALL SELECT COALESCE(f.parent_id, t.taskfield_id), COUNT(DISTINCT t.cooperation_id)
                {fields} GROUP BY 1""",
            "legal_form": f"""SELECT c.legal_form, COUNT(*) {own} GROUP BY 1 UNION ALL
                SELECT a.legal_form, COUNT(DISTINCT a.cooperation_id) FROM agreements_agreement a {public.format("a")}
                WHERE a.legal_form <> c.legal_form GROUP BY 1""",
            "status": f"""SELECT status, COUNT(*) FROM (SELECT s.status, ROW_NUMBER() OVER (
                PARTITION BY s.cooperation_id ORDER BY {order}) AS place FROM agreements_statusstep s
                {public.format("s")} WHERE {happened}) told WHERE place = 1 GROUP BY 1 UNION ALL
                SELECT c.status, COUNT(*) {own} AND NOT EXISTS (SELECT 1 FROM agreements_statusstep s
                WHERE s.cooperation_id = c.id AND {happened}) GROUP BY 1""",
            "kind": f"SELECT c.kind, COUNT(*) {own} GROUP BY 1",
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

    def stream(self, sql: str, name: str) -> Iterator[tuple[Any, ...]]:
        """Rows as they come, by a cursor of their own; on PostgreSQL within a transaction."""
        sql = sql.replace("{day}", f"'{self.day.isoformat()}'")
        if self.is_sqlite:
            yield from self.connection.execute(sql)
            return
        with self.connection.cursor(name) as cursor:
            cursor.itersize = 2_000
            cursor.execute(sql)
            yield from cursor

    # --- WSGI ---

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        asked = {name: texts[0] for name, texts in parse_qs(environ["QUERY_STRING"]).items()}
        name = environ["PATH_INFO"].strip("/")
        day = dt.date.fromisoformat(asked["as_of"]) if "as_of" in asked else None
        if name == "detail":
            told: Any = self.detail(asked["slug"], day)
        elif name == "search":
            told = self.search(asked["search"], int(asked["page_size"]))
        elif name == "partners":
            told = self.partners(asked["ars"])
        else:
            read = self.list if name == "list" else self.page
            told = read(asked.get("state", ""), int(asked["page_size"]), int(asked.get("page", 1)), day)
        body = orjson.dumps(told, default=str)
        start_response("200 OK", [("Content-Type", "application/json"), ("Content-Length", str(len(body)))])
        return [body]


def _keys(rows: list[Any]) -> str:
    return ", ".join(str(row[0]) for row in rows) or "NULL"


def _belonging(keys: str, *, cut: bool) -> str:
    """What belongs to cooperations besides participations: which, what, key, legal form."""
    acts = "AND (a.attested_on IS NULL OR a.attested_on <= {day}) AND (a.ends_on IS NULL OR a.ends_on >= {day})"
    events, awards = (f"AND {_BY_THEN.replace('{t}', letter)}" for letter in "ew")
    inner = "JOIN agreements_event e ON e.id = x.event_id" if cut else ""
    return f"""SELECT cooperation_id, {_FIELD} AS what, 0 AS id, taskfield_id AS text
        FROM agreements_cooperation_task_fields WHERE cooperation_id IN ({keys})
        UNION ALL SELECT a.cooperation_id, {_ACT}, a.id, a.legal_form FROM agreements_agreement a
        WHERE a.cooperation_id IN ({keys}) {acts if cut else ""}
        UNION ALL SELECT x.cooperation_id, {_EVENT}, x.event_id, '' FROM agreements_event_cooperations x {inner}
        WHERE x.cooperation_id IN ({keys}) {events if cut else ""}
        UNION ALL SELECT w.cooperation_id, {_AWARD}, w.id, '' FROM agreements_award w
        WHERE w.cooperation_id IN ({keys}) {awards if cut else ""}"""


def _record(row: Any, members: Any, lists: Any) -> dict[str, Any]:
    told = dict(zip(("pk", "status", *_COLUMNS), row, strict=True))
    del told["pk"]
    own = told.pop("legal_form")
    counted = sum(degree in COUNTED for *_rest, degree in members)
    asked = [answer for ars, _slug, _role, _state, answer, degree in members if ars and degree not in GONE]
    forms = {form for what, _pk, form in lists if what == _ACT}
    return told | {
        "legal_forms": sorted({form for form in (own, *forms) if form}),
        "task_fields": sorted(code for what, _pk, code in lists if what == _FIELD),
        "states": sorted({state for _ars, _slug, _role, state, *_rest in members if state}),
        "participant_count": counted,
        "mentioned_count": len(members) - counted,
        "participations": [
            {"municipality": ars, "organisation": slug, "role": role, "degree": degree, "confirmation": TOLD[answer]}
            for ars, slug, role, _state, answer, degree in members
        ],
        "agreements": sorted(pk for what, pk, _form in lists if what == _ACT),
        "events": sorted(pk for what, pk, _text in lists if what == _EVENT),
        "awards": sorted(pk for what, pk, _text in lists if what == _AWARD),
        "confirmed": bool(asked) and all(answer == "confirmed" for answer in asked),
    }
