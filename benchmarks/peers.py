"""The peer everybody can install: Datasette over the same SQLite file, with canned queries of the same SQL.

It is asked by ASGI in this process, without a network, as the portal is asked by WSGI. Lists nest by
``json_group_array``, as its documentation recommends. Where it is not installed its figures say so.
"""

from __future__ import annotations

import asyncio
import importlib.util
import json
import sqlite3
from pathlib import Path
from typing import Any
from urllib.parse import quote

from benchmarks.floor import COUNTED, DEGREE, IN_STATE, STATUS

NAMES = ("datasette", "openpyxl")
_KEYS = """SELECT c.id FROM agreements_cooperation c WHERE c.record_state = 'published' {where}
 ORDER BY c.sort_key, c.id LIMIT :size OFFSET :start"""
_TOTAL = "(SELECT COUNT(*) FROM agreements_cooperation c WHERE c.record_state = 'published' {where})"
_COUNTED = ", ".join(f"'{degree}'" for degree in COUNTED)
_MEMBERS = f"""(SELECT json_group_array(json_object('municipality', m.ars, 'organisation', o.slug, 'role', p.role,
 'degree', {DEGREE})) FROM agreements_participation p
 LEFT JOIN municipalities_municipality m ON m.id = p.municipality_id
 LEFT JOIN municipalities_organisation o ON o.id = p.organisation_id WHERE p.cooperation_id = c.id)"""
_LISTS = """(SELECT json_group_array(t.taskfield_id) FROM agreements_cooperation_task_fields t
 WHERE t.cooperation_id = c.id) AS task_fields,
 (SELECT json_group_array(a.id) FROM agreements_agreement a WHERE a.cooperation_id = c.id) AS agreements,
 (SELECT json_group_array(e.event_id) FROM agreements_event_cooperations e WHERE e.cooperation_id = c.id) AS events,
 (SELECT json_group_array(w.id) FROM agreements_award w WHERE w.cooperation_id = c.id) AS awards"""
_WHOLE = f"""SELECT c.slug, c.name, c.short_name, c.summary, c.kind, {STATUS} AS status, c.region, c.legal_form,
 c.started_on, c.started_precision, c.ended_on, c.ended_precision, {_MEMBERS} AS participations, {_LISTS}"""


def has(name: str) -> bool:
    return importlib.util.find_spec(name) is not None


def queries(day: str) -> dict[str, str]:
    """The canned queries: a list of a Land with its numbers, a page with its participations, a detail."""
    where = f"AND {IN_STATE}".replace("%s", ":state")
    number = "(SELECT COUNT(*) FROM agreements_participation p WHERE p.cooperation_id = c.id{also})"
    counted = number.format(also=f" AND {DEGREE} IN ({_COUNTED})")
    told = {
        "list": f"""SELECT c.slug, c.name, c.kind, {STATUS} AS status, {counted} AS participant_count,
            {number.format(also="")} AS listed, {_TOTAL.format(where=where)} AS total
            FROM agreements_cooperation c WHERE c.id IN ({_KEYS.format(where=where)}) ORDER BY c.sort_key, c.id""",
        "page": f"""{_WHOLE}, {_TOTAL.format(where="")} AS total FROM agreements_cooperation c
            WHERE c.id IN ({_KEYS.format(where="")}) ORDER BY c.sort_key, c.id""",
        "detail": f"{_WHOLE} FROM agreements_cooperation c WHERE c.slug = :slug AND c.record_state = 'published'",
    }
    return {name: sql.replace("{day}", f"'{day}'") for name, sql in told.items()}


class Datasette:
    """One process of it, asked in turn; ``-i`` and 64 MB of cache, without which it is unfairly slow."""

    def __init__(self, file: str, day: str) -> None:
        from datasette.app import Datasette as Server

        # An immutable file is read without its log.
        with sqlite3.connect(file) as connection:
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        canned = {name: {"sql": sql} for name, sql in queries(day).items()}
        self._name = Path(file).stem
        settings = {"cache_size_kb": 65536, "sql_time_limit_ms": 60_000, "max_returned_rows": 1000}
        metadata = {"databases": {self._name: {"queries": canned}}}
        self._loop = asyncio.new_event_loop()
        server = Server([], immutables=[file], metadata=metadata, settings=settings)
        self._loop.run_until_complete(server.invoke_startup())
        self._app = server.app()

    def get(self, query: str, **values: Any) -> bytes:
        """The rows of a canned query as JSON."""
        asked = "&".join(f"{name}={quote(str(value))}" for name, value in values.items())
        return self._loop.run_until_complete(self._ask(f"/{self._name}/{query}.json", f"_shape=array&{asked}"))

    async def _ask(self, path: str, query: str) -> bytes:
        scope = {
            "type": "http", "http_version": "1.1", "method": "GET", "path": path, "raw_path": path.encode(),
            "query_string": query.encode(), "headers": [(b"host", b"localhost")], "scheme": "http",
            "client": ("127.0.0.1", 1), "server": ("localhost", 80),
        }  # fmt: skip
        body: list[bytes] = []
        status = 0

        async def receive() -> dict[str, Any]:
            return {"type": "http.request", "body": b"", "more_body": False}

        async def send(message: dict[str, Any]) -> None:
            nonlocal status
            status = message.get("status", status)
            body.append(message.get("body", b""))

        await self._app(scope, receive, send)
        if status != 200:
            raise AssertionError(f"datasette: {status} {path}: {b''.join(body)[:300]!r}")
        return b"".join(body)

    def close(self) -> None:
        self._loop.close()


def measure(child: Any, state: str, slug: str) -> None:
    """One reader: portal beside Datasette, list, page and detail (P9, where the goal is 1.2 times as fast)."""
    questions = {
        "list of 25": (f"state={state}&page_size=25&fields={child.LIST_FIELDS}", {"state": state, "size": 25}),
        "page of 100": ("page_size=100&page=3", {"size": 100, "start": 200}),
        "detail": (slug, {"slug": slug}),
    }
    if not has("datasette") or child.connection.vendor != "sqlite" or not Path(child.file).is_file():
        why = "not installed" if not has("datasette") else "SQLite files only"
        for what in questions:
            child.tell(f"{what}, beside Datasette ({why})", None, "ms", goal="P9")
        return
    peer = Datasette(child.file, child.floor.day.isoformat())
    try:
        for what, (asked, values) in questions.items():
            address = f"/api/v1/cooperations/{asked}/" if what == "detail" else f"/api/v1/cooperations/?{asked}"
            query = what.split()[0]
            values = {"start": 0} | values if query == "list" else values
            if json.loads(peer.get(query, **values))[0]["slug"] != _first(child.get(address)):
                raise AssertionError(f"Datasette and portal answer differently: {what}")
            child.beside(
                f"{what}, beside Datasette", lambda _n, q=query, v=values: peer.get(q, **v), address, goal="P9"
            )
    finally:
        peer.close()


def _in_turn(peer: Datasette, query: str, values: dict[str, Any], _turn: int) -> bytes:
    return peer.get(query, **values)


def _first(body: bytes) -> str:
    told = json.loads(body)
    return str(told["results"][0]["slug"] if "results" in told else told["slug"])
