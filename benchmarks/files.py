"""Files of whole lists: rows in a second beside the database's own loop, the first piece, memory."""

from __future__ import annotations

import datetime as dt
import io
import time
from collections.abc import Iterator
from itertools import islice
from typing import Any

from benchmarks.floor_files import as_csv, as_ndjson, participations
from benchmarks.peers import has
from benchmarks.racing import ask

ADDRESS = "/api/v1/participations/?format="
FIRST, MEMORY = 200, 60
#: Rows that openpyxl writes.
PEER_ROWS = 50_000


def measure(child: Any) -> Iterator[dict[str, Any]]:
    """CSV, NDJSON and XLSX of all participations."""
    for name, loop in (("csv", as_csv), ("ndjson", as_ndjson)):
        base, _first, lines, _more = taken(loop(child.floor))
        seconds, first, count, more = taken(pieces(child.app, f"{ADDRESS}{name}"))
        if count != lines + 1:  # both begin with a head
            raise AssertionError(f"floor and portal write files of {lines} and {count} lines: {name}")
        ratio = seconds / base
        what = f"{name.upper()}, {lines} participations"
        yield {"what": f"{what}: the database's own loop", "value": base, "unit": "s", "ratio": None}
        yield {"what": what, "value": seconds, "unit": "s", "ratio": ratio, "against": "own loop", "most": 1.5,
               "goal": "P11"}  # fmt: skip
        yield {"what": f"{what}: first piece", "value": first * 1000, "unit": "ms", "ratio": None, "most": FIRST,
               "goal": "P11"}  # fmt: skip
        yield {"what": f"{what}: more memory", "value": more, "unit": "MB", "ratio": None, "most": MEMORY,
               "goal": "P11"}  # fmt: skip
    yield from workbook(child)


def workbook(child: Any) -> Iterator[dict[str, Any]]:
    """Of the whole list; openpyxl writes the first rows of the same table, five times their time is the goal."""
    begin = time.perf_counter()
    size = sum(map(len, pieces(child.app, f"{ADDRESS}xlsx")))
    seconds = time.perf_counter() - begin
    count = int(ask(child.app, "/api/v1/participations/?page_size=1")[2].partition(b'"count":')[2].partition(b",")[0])
    what = f"XLSX, {count} participations"
    yield {"what": f"{what}: size", "value": size / 2**20, "unit": "MB", "ratio": None}
    if not has("openpyxl"):
        yield {"what": what, "value": None, "unit": "s", "goal": "P12", "why": "openpyxl is not installed"}
        return
    from openpyxl import Workbook

    begin, written = time.perf_counter(), 0
    book = Workbook(write_only=True)
    sheet = book.create_sheet()
    for *row, steps in islice(participations(child.floor), PEER_ROWS):
        sheet.append([*map(plain, row), "; ".join(":".join(map(str, step)) for step in steps)])
        written += 1
    book.save(io.BytesIO())
    base = (time.perf_counter() - begin) / written * count
    yield {"what": f"{what}: openpyxl (reckoned from {written} rows)", "value": base, "unit": "s", "ratio": None}
    yield {"what": what, "value": seconds, "unit": "s", "ratio": seconds / base, "against": "openpyxl", "most": 0.2,
           "goal": "P12"}  # fmt: skip


def plain(value: Any) -> Any:
    """What a workbook takes: no time knows its zone there."""
    return value.isoformat() if isinstance(value, dt.datetime) else value


def pieces(app: Any, address: str) -> Iterator[bytes]:
    """The body as it comes, unlike ``ask``; it begins when it is asked for."""
    told: list[Any] = []
    path, _mark, query = address.partition("?")
    environ = {"REQUEST_METHOD": "GET", "PATH_INFO": path, "QUERY_STRING": query, "SERVER_NAME": "localhost"}
    environ |= {"SERVER_PORT": "80", "HTTP_HOST": "localhost", "REMOTE_ADDR": "127.0.0.1", "wsgi.url_scheme": "http"}
    wsgi: dict[str, Any] = environ | {"wsgi.input": io.BytesIO(), "wsgi.errors": io.StringIO()}
    answer = app(wsgi, lambda status, fields, _error=None: told.extend((status, fields)))
    try:
        yield from answer
    finally:
        answer.close()


def taken(body: Iterator[bytes]) -> tuple[float, float, int, float]:
    """Seconds, seconds until the first piece, rows, MB of memory more at the most than after the first piece."""
    begin, first, count = time.perf_counter(), 0.0, 0
    before = most = 0.0
    for number, piece in enumerate(body):
        if not number:
            first, before = time.perf_counter() - begin, memory()
        count += piece.count(b"\n")
        if number % 50 == 0:
            most = max(most, memory())
    return time.perf_counter() - begin, first, count, max(most, memory()) - before


def memory() -> float:
    """Memory of this process now, in MB, without what it shares with others: pages of a file are no memory of its."""
    with open("/proc/self/statm", encoding="ascii") as file:
        _size, resident, shared = map(int, file.read().split()[:3])
    return (resident - shared) * 4096 / 2**20
