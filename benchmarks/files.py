"""Files of whole lists: rows in a second beside the database's own loop, the first piece, memory."""

from __future__ import annotations

import io
import time
from collections.abc import Iterator
from itertools import islice
from typing import Any

import xlsxwriter

from benchmarks.racing import ask

ADDRESS = "/api/v1/participations/?format="
FIRST, MEMORY = 200, 60


def measure(child: Any, rows: int) -> Iterator[dict[str, Any]]:
    """CSV, NDJSON and XLSX of the participations; CSV and NDJSON are stopped after so many rows."""
    for name, loop in (("csv", child.floor.csv), ("ndjson", child.floor.ndjson)):
        base, _first, _count = taken(loop(), rows)
        before = memory()
        seconds, first, count = taken(pieces(child.app, f"{ADDRESS}{name}"), rows)
        more = memory() - before
        ratio = seconds / base
        what = f"{name.upper()}, {count} participations"
        yield {"what": f"{what}: the database's own loop", "value": base, "unit": "s", "ratio": None}
        yield {"what": what, "value": seconds, "unit": "s", "ratio": ratio, "against": "own loop", "most": 1.5}
        yield {"what": f"{what}: first piece", "value": first * 1000, "unit": "ms", "ratio": None, "most": FIRST}
        yield {"what": f"{what}: more memory", "value": more, "unit": "MB", "ratio": None, "most": MEMORY}
    yield from workbook(child)


def workbook(child: Any) -> Iterator[dict[str, Any]]:
    """Of one Land, since a workbook is made whole; beside xlsxwriter alone with the same number of rows."""
    address = f"{ADDRESS}xlsx&state=14"
    begin = time.perf_counter()
    status, fields, _body = ask(child.app, address)
    seconds, count = time.perf_counter() - begin, int(fields.get("Data-Rows", 0))
    if status != 200 or not count:
        return
    begin = time.perf_counter()
    book = xlsxwriter.Workbook(io.BytesIO(), {"constant_memory": True})
    sheet = book.add_worksheet()
    for number, row in enumerate(islice(child.floor.participations(), count)):
        for column, value in enumerate(row):
            sheet.write_string(number, column, str(value or ""))
    book.close()
    base = time.perf_counter() - begin
    what = f"XLSX, {count} participations"
    yield {"what": what, "value": seconds, "unit": "s", "ratio": seconds / base, "against": "bare xlsxwriter"}


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


def taken(body: Iterator[bytes], rows: int) -> tuple[float, float, int]:
    """Seconds until so many rows were there, seconds until the first piece, rows."""
    begin, first, count = time.perf_counter(), 0.0, 0
    for piece in body:
        first = first or time.perf_counter() - begin
        count += piece.count(b"\n")
        if count >= rows:
            break
    seconds = time.perf_counter() - begin
    body.close()  # type: ignore[attr-defined]
    return seconds, first, count


def memory() -> float:
    """Memory of this process now, in MB."""
    with open("/proc/self/statm", encoding="ascii") as file:
        return int(file.read().split()[1]) * 4096 / 2**20
