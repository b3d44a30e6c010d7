"""The database's own loop over a whole list, for files: two cursors in the same order, the csv module, orjson."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from contextlib import nullcontext
from typing import Any

import orjson

from benchmarks.floor import PUBLIC, Floor

_NAMES = (
    *("id", "cooperation", "municipality", "organisation", "role", "note", "confirmation", "updated_at"),
    *("degree", "since", "until", "steps"),
)
_OWN = ("degree", "on", "on_precision", "on_wording", "attested_on", "note")


def participations(floor: Floor) -> Iterator[tuple[Any, ...]]:
    """All of them with their steps; what holds today follows from these."""
    with nullcontext() if floor.is_sqlite else floor.connection.transaction():
        yield from _participations(floor)


def _participations(floor: Floor) -> Iterator[tuple[Any, ...]]:
    joined = f"""FROM agreements_participation p JOIN agreements_cooperation c ON c.id = p.cooperation_id AND {PUBLIC}
        LEFT JOIN municipalities_municipality m ON m.id = p.municipality_id"""
    order = "ORDER BY c.sort_key, m.sort_key NULLS LAST, p.id"
    rows = floor.stream(
        f"""SELECT p.id, c.slug, m.ars, o.slug, p.role, p.note, a.answer, p.updated_at
        {joined} LEFT JOIN municipalities_organisation o ON o.id = p.organisation_id
        LEFT JOIN agreements_confirmation a ON a.participation_id = p.id {order}""",
        "rows",
    )
    steps = floor.stream(
        f"""SELECT s.participation_id, s.effective_on, s.degree, s."on", s.on_precision, s.on_wording, s.attested_on,
        s.note {joined} JOIN agreements_participationstep s ON s.participation_id = p.id
        {order}, s.effective_on NULLS FIRST, s.rank, s.id""",
        "steps",
    )
    today = floor.day.isoformat()
    step = next(steps, None)
    for row in rows:
        own, degree, since = [], None, None
        key = row[0]
        while step is not None and step[0] == key:
            if step[1] is None or str(step[1]) <= today:
                since, degree = step[1], step[2]
            own.append(step[2:])
            step = next(steps, None)
        until = since if degree in ("left", "directed_elsewhere") else None
        yield (*row, degree, since, until, own)


def as_csv(floor: Floor) -> Iterator[bytes]:
    for part in _parts(participations(floor), 500):
        text = io.StringIO()
        flat = ((*row, "; ".join(":".join(map(str, step)) for step in steps)) for *row, steps in part)
        csv.writer(text).writerows(flat)
        yield text.getvalue().encode()


def as_ndjson(floor: Floor) -> Iterator[bytes]:
    for part in _parts(participations(floor), 500):
        records = [dict(zip(_NAMES, row, strict=True)) for row in part]
        for record in records:
            record["steps"] = [dict(zip(_OWN, step, strict=True)) for step in record["steps"]]
        yield b"".join([orjson.dumps(record) + b"\n" for record in records])


def _parts(rows: Iterator[Any], size: int) -> Iterator[list[Any]]:
    part = []
    for row in rows:
        part.append(row)
        if len(part) == size:
            yield part
            part = []
    if part:
        yield part
