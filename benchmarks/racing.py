"""Races in one process: a WSGI client without a network, medians of contestants that take turns, numbers of calls."""

from __future__ import annotations

import io
import statistics
import sys
import time
from collections.abc import Callable, Iterable
from itertools import pairwise
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
LONGEST, FEWEST = 3.0, 3
#: The floor is looked at in so many stretches of a race; where they differ by more than this share, it was noisy.
STRETCHES, NOISE = 5, 0.3


def race(contestants: Iterable[Callable[[int], Any]], rounds: int, longest: float = LONGEST) -> list[list[float]]:
    """Milliseconds of every contestant in every round; all get the number of the round, and take turns."""
    contestants = list(contestants)
    times: list[list[float]] = [[] for _ in contestants]
    for contestant in contestants:  # once to warm up
        contestant(0)
    began = time.perf_counter()
    for turn in range(rounds):
        if turn >= FEWEST and time.perf_counter() - began > longest:
            break
        for place, contestant in enumerate(contestants):
            begin = time.perf_counter()
            contestant(turn)
            times[place].append(1000 * (time.perf_counter() - begin))
    return times


def median(times: list[float]) -> float:
    return statistics.median(times)


def mean(times: list[float]) -> float:
    return statistics.fmean(times)


def high(times: list[float], share: float = 0.95) -> float:
    """The 95th percentile, or another one."""
    return sorted(times)[min(len(times) - 1, int(share * len(times)))]


def is_noisy(times: list[float], number: int = 1) -> bool:
    """Did the machine do something else meanwhile? Of so many different questions each is held against its own times.

    Raw SQL over data that nobody changes takes the same time all along a race.
    """
    by_question = [statistics.median(times[place::number]) for place in range(min(number, len(times)))]
    told = [milliseconds / by_question[turn % number] for turn, milliseconds in enumerate(times)]
    bounds = [len(told) * place // STRETCHES for place in range(STRETCHES + 1)]
    middles = [statistics.median(told[a:b]) for a, b in pairwise(bounds) if b > a]
    return max(middles) - min(middles) > NOISE


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
