"""The server killed amid registrations: whoever was answered finds the record whole, and nothing is half there."""

from __future__ import annotations

import contextlib
import http.client
import json
import os
import re
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Lock
from typing import Any
from urllib.parse import quote

import pytest
from django.db import connection

from accounts.workflow import create_token
from tests import builders as make
from tests.agreements.people import make_world
from tests.conftest import ROOT

pytestmark = pytest.mark.django_db(transaction=True)
REQUESTS, ENOUGH = 200, 25

#: Of every registration: its id, participants, their steps, agreements, transitions, answers kept for its key.
WHOLE = """
SELECT c.id,
  (SELECT count(*) FROM agreements_participation p WHERE p.cooperation_id = c.id),
  (SELECT count(*) FROM agreements_participationstep s JOIN agreements_participation p ON p.id = s.participation_id
   WHERE p.cooperation_id = c.id),
  (SELECT count(*) FROM agreements_agreement a WHERE a.cooperation_id = c.id),
  (SELECT count(*) FROM agreements_transition t WHERE t.cooperation_id = c.id),
  c.record_state
FROM agreements_cooperation c
"""


def database_of_the_server(folder: Path) -> tuple[str, Any]:
    """(its address, how to ask it afterwards): the test database itself, or a file with what is in memory."""
    if connection.vendor == "postgresql":
        at = connection.settings_dict
        who = quote(at["USER"]) + (f":{quote(at['PASSWORD'])}" if at["PASSWORD"] else "")
        place = f"/{at['HOST']}" if at["HOST"].startswith("/") else at["HOST"]
        port = f":{at['PORT']}" if at["PORT"] else ""
        return f"postgres://{who}@{place}{port}/{at['NAME']}", _ask_postgresql
    file = folder / "killed.sqlite3"
    connection.ensure_connection()
    with sqlite3.connect(file) as copy:
        connection.connection.backup(copy)
    copy.close()
    return f"sqlite:///{file}", lambda: _ask_sqlite(file)


def _ask_postgresql() -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(WHOLE)
        return list(cursor.fetchall())


def _ask_sqlite(file: Path) -> list[Any]:
    with sqlite3.connect(file) as database:
        database.create_function("REGEXP", 2, lambda pattern, text: re.search(pattern, str(text)) is not None)
        assert database.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        return list(database.execute(WHOLE))


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def serve(address: str, port: int) -> subprocess.Popen[bytes]:
    """The real server, in a process group of its own, once it answers."""
    command = [sys.executable, "-m", "granian", "--interface", "wsgi", "--host", "127.0.0.1", "--port", str(port)]
    command += ["--workers", "1", "--blocking-threads", "4", "coopportal.wsgi:application"]
    environment = os.environ | {
        "DATABASE_URL": address,
        "EMAIL_URL": "dummymail://",
        "SECRET_KEY": "s" * 10 + "0123456789" * 6,
    }
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    server = subprocess.Popen(command, cwd=ROOT, env=environment, start_new_session=True, **quiet)
    for _ in range(1200):  # two minutes: a machine may be busy
        assert server.poll() is None, "the server did not start"
        try:
            asked = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
            asked.request("GET", "/health/live")
            if asked.getresponse().status == 200:
                return server
        except OSError:
            time.sleep(0.1)
    os.killpg(server.pid, signal.SIGKILL)
    raise AssertionError("the server does not answer")


def test_sigkill_amid_registrations_loses_nothing_that_was_acknowledged(tmp_path):
    make.make_task_field()
    world = make_world()
    token = create_token(user=world["lead_officer"])[1]
    body = {
        "municipality": world.lead.ars,
        "submit": True,
        "name": "Bauhof",
        "summary": "Die Bauhöfe arbeiten zusammen.",
        "status": "active",
        "legal_form": "purpose_agreement",
        "task_fields": ["04.01"],
        "participants": [{"municipality": world.lead.ars, "role": "lead"}, {"municipality": world.partner.ars}],
        "agreements": [{"title": "Zweckvereinbarung"}],
    }
    address, ask = database_of_the_server(tmp_path)
    port = free_port()
    server = serve(address, port)
    acknowledged: list[int] = []
    refused: list[int] = []
    lock = Lock()

    def register(number: int) -> None:
        headers = {
            "Authorization": f"Token {token}",
            "Content-Type": "application/json",
            "Idempotency-Key": str(number),
        }
        try:
            sent = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
            sent.request("POST", "/api/v1/registrations/", json.dumps(body), headers)
            answer = sent.getresponse()
            told = json.loads(answer.read())
        except (OSError, http.client.HTTPException, ValueError):
            return
        with lock:
            if answer.status == 201:
                acknowledged.append(told["id"])
            else:
                refused.append(answer.status)
            if len(acknowledged) == ENOUGH or len(refused) == 1:
                with contextlib.suppress(ProcessLookupError):
                    os.killpg(server.pid, signal.SIGKILL)

    try:
        with ThreadPoolExecutor(12) as pool:
            list(pool.map(register, range(REQUESTS)))
    finally:
        if server.poll() is None:
            os.killpg(server.pid, signal.SIGKILL)
        server.wait()
    rows = {row[0]: row[1:] for row in ask()}
    assert refused == []
    assert len(acknowledged) >= ENOUGH
    assert len(rows) < REQUESTS
    assert set(acknowledged) <= rows.keys()
    assert set(rows.values()) == {(2, 2, 1, 1, "submitted")}
