"""The peer everybody can install: Datasette over the same SQLite file, with canned queries of the floor's SQL.

Lists nest by ``json_group_array``, as its documentation recommends. It is served as it serves itself (``datasette
serve -i``, with 64 MB of cache, without which it is unfairly slow).
"""

from __future__ import annotations

import importlib.util
import json
import sqlite3
import sys
from pathlib import Path

from benchmarks.floor import COUNTS, IN_STATE, OF_STATE, ON, PUBLIC, STATUS

NAMES = ("datasette", "openpyxl")
_ORDER = "ORDER BY c.sort_key, c.id"
_KEYS = f"SELECT c.id FROM agreements_cooperation c WHERE {PUBLIC} {{where}} {_ORDER} LIMIT :size OFFSET :start"
_TOTAL = f"(SELECT COUNT(*) FROM agreements_cooperation c WHERE {PUBLIC} {{where}})"
_STATUS = STATUS.replace("{else}", "c.status")
_MEMBERS = f"""(SELECT json_group_array(json_object('municipality', m.ars, 'organisation', o.slug, 'role', s.role,
 'degree', s.degree, 'confirmation', a.answer)) FROM agreements_spell s
 LEFT JOIN municipalities_municipality m ON m.id = s.municipality_id
 LEFT JOIN municipalities_organisation o ON o.id = s.organisation_id
 LEFT JOIN agreements_confirmation a ON a.participation_id = s.participation_id
 WHERE s.cooperation_id = c.id AND {ON} ORDER BY m.sort_key, o.sort_key)"""
_LISTS = """(SELECT json_group_array(t.taskfield_id) FROM agreements_cooperation_task_fields t
 WHERE t.cooperation_id = c.id) AS task_fields,
 (SELECT json_group_array(json_array(a.id, a.legal_form)) FROM agreements_agreement a
 WHERE a.cooperation_id = c.id) AS agreements,
 (SELECT json_group_array(e.event_id) FROM agreements_event_cooperations e WHERE e.cooperation_id = c.id) AS events,
 (SELECT json_group_array(w.id) FROM agreements_award w WHERE w.cooperation_id = c.id) AS awards"""
_WHOLE = f"""SELECT c.slug, c.name, c.short_name, c.summary, c.kind, {_STATUS} AS status, c.region, c.legal_form,
 c.started_on, c.started_precision, c.started_wording, c.ended_on, c.ended_precision, c.ended_wording, c.record_state,
 c.updated_at, {_MEMBERS} AS participations, {_LISTS}"""


def has(name: str) -> bool:
    return importlib.util.find_spec(name) is not None


def queries(day: str) -> dict[str, str]:
    """The canned queries: a list of a Land with its numbers, a page with its participations, a detail."""
    keys = _KEYS.replace("{where}", f"AND {IN_STATE}").replace("%s", ":state")
    total = _TOTAL.replace("{where}", f"AND {OF_STATE}").replace("%s", ":state")
    number = f"FROM agreements_spell s WHERE s.cooperation_id = c.id AND {ON}"
    told = {
        "list": f"""SELECT c.slug, c.name, c.kind, {_STATUS} AS status, (SELECT {COUNTS} {number}) AS participant_count,
            (SELECT COUNT(*) {number}) AS listed, {total} AS total
            FROM agreements_cooperation c WHERE c.id IN ({keys}) {_ORDER}""",
        "page": f"""{_WHOLE}, {_TOTAL.format(where="")} AS total FROM agreements_cooperation c
            WHERE c.id IN ({_KEYS.format(where="")}) {_ORDER}""",
        "detail": f"{_WHOLE} FROM agreements_cooperation c WHERE c.slug = :slug AND {PUBLIC}",
    }
    return {name: sql.replace("{day}", f"'{day}'") for name, sql in told.items()}


def command(file: str, day: str, folder: str, port: int) -> list[str]:
    """What starts it."""
    # An immutable file is read without its log.
    with sqlite3.connect(file) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    canned = {name: {"sql": sql} for name, sql in queries(day).items()}
    metadata = Path(folder, "metadata.json")
    metadata.write_text(json.dumps({"databases": {Path(file).stem: {"queries": canned}}}), encoding="utf-8")
    settings = {"cache_size_kb": "65536", "sql_time_limit_ms": "60000", "max_returned_rows": "1000"}
    words = [sys.executable, "-m", "datasette", "serve", "-i", file, "--host", "127.0.0.1", "--port", str(port)]
    words += ["--metadata", str(metadata)]
    return words + [word for name, value in settings.items() for word in ("--setting", name, value)]
