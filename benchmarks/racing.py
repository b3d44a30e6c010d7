"""Races in one process: a WSGI client without a network, medians of contestants that take turns, numbers of calls."""

from __future__ import annotations

import io
import statistics
import sys
import time
from collections.abc import Callable, Iterable
from typing import Any
from urllib.parse import urlsplit

Headers = dict[str, str]


def ask(app: Any, address: str, **headers: str) -> tuple[int, Headers, bytes]:
    """GET by WSGI: status, header fields, body. Header fields as ``IF_NONE_MATCH=…``."""
    parts = urlsplit(address)
    told: list[Any] = []
    environ = {
        "REQUEST_METHOD": "GET",
        "SCRIPT_NAME": "",
        "PATH_INFO": parts.path.encode().decode("latin-1"),
        "QUERY_STRING": parts.query,
        "SERVER_NAME": "localhost",
        "SERVER_PORT": "80",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "HTTP_HOST": "localhost",
        "REMOTE_ADDR": "127.0.0.1",
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": "http",
        "wsgi.input": io.BytesIO(),
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": False,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
    } | {f"HTTP_{name}": value for name, value in headers.items()}
    answer = app(environ, lambda status, fields, _error=None: told.extend((status, fields)))
    try:
        body = b"".join(answer)
    finally:
        if hasattr(answer, "close"):
            answer.close()
    return int(told[0][:3]), dict(told[1]), body


#: A race longer than this many seconds ends early, but not before the third round.
LONGEST, FEWEST = 25.0, 3


def race(contestants: Iterable[Callable[[int], Any]], rounds: int) -> list[list[float]]:
    """Milliseconds of every contestant in every round; all get the number of the round, and take turns."""
    began = time.perf_counter()
    contestants = list(contestants)
    times: list[list[float]] = [[] for _ in contestants]
    for contestant in contestants:  # once to warm up
        contestant(0)
    for turn in range(rounds):
        if turn >= FEWEST and time.perf_counter() - began > LONGEST:
            break
        for place, contestant in enumerate(contestants):
            begin = time.perf_counter()
            contestant(turn)
            times[place].append(1000 * (time.perf_counter() - begin))
    return times


def median(times: list[float]) -> float:
    return statistics.median(times)


def high(times: list[float]) -> float:
    """The 95th percentile."""
    return sorted(times)[min(len(times) - 1, int(0.95 * len(times)))]


def calls(work: Callable[[], Any]) -> int:
    """How many functions are called, C functions included: hardly moves, whatever the machine does besides."""
    number = 0

    def count(_frame: Any, event: str, _argument: Any) -> None:
        nonlocal number
        number += event in ("call", "c_call")

    sys.setprofile(count)
    try:
        work()
    finally:
        sys.setprofile(None)
    return number
