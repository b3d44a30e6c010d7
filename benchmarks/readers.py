"""Readers over the network (P9): one, and eight at the same time, of the portal and of Datasette in turn.

The portal is served as `make run` serves it (granian), by one process for one reader and by two for eight; Datasette as
it serves itself, which is one process. Both run all the time and are asked in turn, on 127.0.0.1, over connections that
are kept, the same questions; whoever does not answer 200 ends the measure. The client is a loop of the standard
library in this process: its share of the time is the same for both. Beside them stands what the portal does that keeps
no records it told (``KEPT_RECORDS_MB=0``), by as many processes.
"""

from __future__ import annotations

import json
import os
import selectors
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from benchmarks import peers
from benchmarks.engines import ROOT, environment

ROUNDS, SECONDS = 3, 1.0
#: How often every question is asked before it counts: each process of the portal has answered nearly all by then.
WARMING = 4
#: Readers → processes of the portal, how many times as many answers as Datasette (list, page, detail).
GOALS = {1: (1, (1.2, 1.2, 1.2)), 8: (2, (2.0, 3.0, 2.0))}
QUESTIONS = 60
_END = b"0\r\n\r\n"
_START_SECONDS, _SILENCE = 90, 2


class Reader:
    """One connection, one question at a time."""

    def __init__(self, port: int) -> None:
        self.socket = socket.create_connection(("127.0.0.1", port))
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.body = b""
        self._need = -1

    def ask(self, question: bytes) -> None:
        self.body, self._need = b"", -1
        self.socket.sendall(question)

    def has_answer(self) -> bool:
        """Reads what came; whether the answer is whole. Raises AssertionError where it is no 200."""
        piece = self.socket.recv(262_144)
        if not piece:
            raise AssertionError("the server hung up")
        self.body += piece
        if self._need < 0:
            head, mark, _rest = self.body.partition(b"\r\n\r\n")
            if not mark:
                return False
            if b" 200 " not in head.split(b"\r\n", 1)[0]:
                raise AssertionError(self.body[:300])
            length = head.lower().partition(b"content-length:")[2].partition(b"\r\n")[0]
            self._need = len(head) + 4 + int(length) if length else 0
        return len(self.body) >= self._need if self._need else self.body.endswith(_END)


def _question(port: int, path: str) -> bytes:
    return f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nAccept: application/json\r\n\r\n".encode()


class Line:
    """One reader who asks again and again over the same connection; a server hangs up on who is silent for long."""

    def __init__(self, port: int) -> None:
        self._port, self._reader, self._last = port, Reader(port), time.monotonic()

    def get(self, path: str) -> None:
        if time.monotonic() - self._last > _SILENCE:
            self._reader.socket.close()
            self._reader = Reader(self._port)
        self._reader.ask(_question(self._port, path))
        while not self._reader.has_answer():
            pass
        self._last = time.monotonic()


def answered(port: int, paths: Sequence[str], readers: int, seconds: float, least: int = 0) -> float:
    """Answers in a second to so many readers, each with one question at a time; ``least`` so many are waited for."""
    asked = [_question(port, path) for path in paths]
    number, done = 0, 0
    with selectors.DefaultSelector() as waiting:
        for _ in range(readers):
            reader = Reader(port)
            waiting.register(reader.socket, selectors.EVENT_READ, reader)
            reader.ask(asked[number % len(asked)])
            number += 1
        begin = time.perf_counter()
        while (taken := time.perf_counter() - begin) < seconds or done < least:
            for key, _events in waiting.select(timeout=5):
                if key.data.has_answer():
                    done += 1
                    key.data.ask(asked[number % len(asked)])
                    number += 1
        for key in [*waiting.get_map().values()]:
            key.data.socket.close()
    return done / taken


def one_answer(port: int, path: str) -> Any:
    reader = Reader(port)
    reader.ask(_question(port, path))
    while not reader.has_answer():
        pass
    reader.socket.close()
    head, _mark, body = reader.body.partition(b"\r\n\r\n")
    if b"chunked" in head.lower():
        body = _unchunked(body)
    return json.loads(body)


def _unchunked(body: bytes) -> bytes:
    found = b""
    while body:
        size, _mark, body = body.partition(b"\r\n")
        found, body = found + body[: int(size, 16)], body[int(size, 16) + 2 :]
    return found


@contextmanager
def _served(words: list[str], port: int, told: dict[str, str], path: str) -> Iterator[None]:
    """A server that answers; it is told to end by its number, with all it started."""
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    server = subprocess.Popen(words, cwd=ROOT, env=told, **quiet)  # type: ignore[call-overload]
    try:
        until = time.monotonic() + _START_SECONDS
        while True:
            if server.poll() is not None or time.monotonic() > until:
                raise AssertionError(f"does not start: {' '.join(words[1:4])}")
            try:
                Line(port).get(path)
                break
            except OSError:
                time.sleep(0.1)
        yield
    finally:
        server.terminate()
        try:
            server.wait(timeout=20)
        except subprocess.TimeoutExpired:
            server.kill()
            server.wait()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _granian(application: str, port: int, processes: int, threads: int) -> list[str]:
    words = [sys.executable, "-m", "granian", "--interface", "wsgi", "--host", "127.0.0.1", "--port", str(port)]
    words += ["--workers", str(processes), "--blocking-threads", str(threads), "--log-level", "warning"]
    return [*words, application]


def _settings() -> dict[str, str]:
    told = environment(os.environ["DATABASE_URL"]) | {"ALLOWED_HOSTS": "127.0.0.1", "API_READS_PER_MINUTE": "0"}
    return told | {"EMAIL_URL": "dummymail://", "LOG_LEVEL": "CRITICAL", "DEMO": "0"}


@contextmanager
def portal(processes: int, threads: int, **more: str) -> Iterator[int]:
    """The portal as it is served, once it has made ahead what it keeps; its port. ``more`` are settings."""
    port, told = _free_port(), _settings() | {"BENCH_AHEAD": "1"} | more
    with _served(_granian("benchmarks.served:portal", port, processes, threads), port, told, "/health/live"):
        yield port


@contextmanager
def floor() -> Iterator[int]:
    """Raw SQL in the same kind of process; its port."""
    port = _free_port()
    with _served(_granian("benchmarks.served:floor", port, 1, 1), port, _settings(), "/list?page_size=1"):
        yield port


@contextmanager
def _datasette(child: Any) -> Iterator[int]:
    port = _free_port()
    with tempfile.TemporaryDirectory(prefix="portal-bench-") as folder:
        words = peers.command(child.file, child.floor.day.isoformat(), folder, port)
        with _served(words, port, dict(os.environ), "/-/versions.json"):
            yield port


def questions(child: Any) -> dict[str, tuple[list[str], list[str]]]:
    """What both are asked: addresses of the portal, queries of Datasette."""
    starts = [25 * page for page in range(QUESTIONS // len(child.STATES) + 1)]
    totals = {state: child.floor.total(state) for state in child.STATES}
    lists = [
        {"state": state, "size": 25, "start": start} for start in starts for state in totals if start < totals[state]
    ]
    total = child.floor.total()
    pages = [{"size": 100, "start": start} for start in range(0, total, 100 * max(1, total // 100 // QUESTIONS))]
    lists, pages = lists[:QUESTIONS], pages[:QUESTIONS]
    details = [{"slug": slug} for slug in child.slugs(QUESTIONS)]

    def page(one: dict[str, Any]) -> dict[str, Any]:
        return {"page_size": one["size"], "page": 1 + one["start"] // one["size"]}

    def asked(query: str, rows: list[dict[str, Any]]) -> list[str]:
        return [f"/{Path(child.file).stem}/{query}.json?_shape=array&{urlencode(one)}" for one in rows]

    root = "/api/v1/cooperations/"
    return {
        "list of 25": (
            [f"{root}?{urlencode(page(one) | {'state': one['state'], 'fields': child.LIST_FIELDS})}" for one in lists],
            asked("list", lists),
        ),
        "page of 100": ([f"{root}?{urlencode(page(one))}" for one in pages], asked("page", pages)),
        "detail": ([f"{root}{one['slug']}/" for one in details], asked("detail", details)),
    }


def measure(child: Any) -> None:
    missing = "Datasette reads SQLite files only" if child.connection.vendor != "sqlite" else ""
    if not missing and not peers.has("datasette"):
        missing = "Datasette is not installed"
    if missing:
        child.tell("readers, beside Datasette", None, "", goal="P9", why=missing)
        return
    asked = questions(child)
    for readers, (processes, goals) in GOALS.items():
        fresh = portal(processes, 4, KEPT_RECORDS_MB="0")
        with portal(processes, 4) as ours, _datasette(child) as theirs, fresh as keeping_none:
            for (what, (mine, others)), least in zip(asked.items(), goals, strict=True):
                name = f"{what}, {readers} reader{'s' * (readers > 1)}"
                _beside(child, name, [(ours, mine), (theirs, others), (keeping_none, mine)], readers, least)


def _beside(child: Any, what: str, asked: list[tuple[int, list[str]]], readers: int, least: float) -> None:
    """Answers in a second of the portal, of Datasette and of the portal that keeps no records, in turn."""
    ours, theirs, _keeping_none = asked
    for mine, other in zip(ours[1][:3], theirs[1][:3], strict=True):
        if _slugs(one_answer(ours[0], mine)) != _slugs(one_answer(theirs[0], other)):
            raise AssertionError(f"Datasette and portal answer differently: {mine}")
    told: list[list[float]] = [[] for _each in asked]
    for turn in range(ROUNDS + 1):
        for place, (port, paths) in enumerate(asked):
            rate = answered(port, paths, readers, SECONDS, 0 if turn else WARMING * len(paths))
            if turn:  # the first round warms up
                told[place].append(rate)
    mine, other, fresh = (statistics.median(rates) for rates in told)
    noisy = (max(told[1]) - min(told[1])) / other > 0.3
    child.tell(f"{what}: Datasette", other, "answers/s")
    child.tell(what, mine, "answers/s", mine / other, against="Datasette", least=least, goal="P9", noisy=noisy)
    child.tell(f"{what}: no record kept", fresh, "answers/s", fresh / other, against="Datasette", noisy=noisy)


def _slugs(answer: Any) -> list[str]:
    if isinstance(answer, list):
        return [row["slug"] for row in answer]
    return [row["slug"] for row in answer["results"]] if "results" in answer else [answer["slug"]]
