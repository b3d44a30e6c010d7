"""What everybody reads, at national size: lists, details, facets, search, files, beside raw SQL and beside peers.

    python -m benchmarks.reads [--scale S|M|L] [--rounds 200] [--engine sqlite|postgresql] [--part lists …] [--url …]

The database comes from `benchmarks.generator`: the full directory, 500 (S), 5,000 (M) or 50,000 (L) cooperations with
ten participations each; `make bench SCALE=L` chooses. Portal and floor are served by the same server (granian, one
process and one thread each) and take turns over the same questions of one reader, on 127.0.0.1; medians, of searches
and of who with whom means. The floor is hand-written SQL by the driver over the tables that there are (the spells too)
and orjson in a bare WSGI callable; it remembers nothing. Before anything is measured its answers are compared with
those of the portal. Figures are those of a portal in service, which remembers totals and the keys of pages as long as
nothing is written, and records of cooperations as it told them as long as they are true; "nothing remembered" and the
worst clicks are of one that has forgotten everything, asked without a server, as the floor then is. Peers: DRF as its
tutorial writes it and DRF well tuned, both without middleware or server; Datasette over the same SQLite file with the
floor's SQL as canned queries, over the network as the portal, by one reader and by eight; openpyxl. Datasette and
openpyxl come with `make bench`. Files are whole. Growth is told from S, measured in the same run, to the scale
measured. NOISY stands where raw SQL itself took times that differ by more than 30 % in the course of its race: the
machine did something else too. P1 to P17 are the goals of the project.
"""

from __future__ import annotations

import argparse
import datetime as dt
import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from typing import Any

from benchmarks.engines import ENGINES, ROOT, Make, call, environment, opened
from benchmarks.figures import Figure, table
from benchmarks.floor import Floor
from benchmarks.goals import grown, unmeasured
from benchmarks.measures import PARTS, Child

SCALE = os.environ.get("SCALE") or "S"
SCALES, ROUNDS = ("S", "M", "L"), 200
#: What is measured at S too, for the growth.
GROWING = ("lists", "details", "pages", "days")
#: A child that takes longer is ended; what it has told by then counts.
MOST_SECONDS = 1_200

Rows = list[dict[str, Any]]


# --- In a child: all that is read ---


def child(rounds: int, parts: tuple[str, ...]) -> None:
    """Measures everything in this process; each row at once, as a line of JSON. Static files have their plain names."""
    os.environ |= {"ALLOWED_HOSTS": "localhost", "API_READS_PER_MINUTE": "1000000000", "LOG_LEVEL": "CRITICAL"}
    import django
    from django.conf import settings

    settings.STORAGES["staticfiles"]["BACKEND"] = "django.contrib.staticfiles.storage.StaticFilesStorage"
    django.setup()
    from django.db import connection

    from coopportal.wsgi import application

    connection.ensure_connection()
    floor = Floor.opened(settings.DATABASES["default"], dt.datetime.now().astimezone().date())
    Child(application, floor, connection, rounds, lambda row: print(json.dumps(row), flush=True)).run(parts)


# --- In the parent: databases, children, table ---


def filled(make: Make, scale: str) -> tuple[str, float]:
    """A new database of this size, and how many seconds the generator took."""
    url = make(f"reads_{scale.lower()}")
    begin = time.perf_counter()
    call(url, "-m", "benchmarks.generator", "--scale", scale)
    return url, time.perf_counter() - begin


def measured(url: str, rounds: int, parts: tuple[str, ...] = ()) -> Rows:
    """What a process of its own finds out about a database that is there; what it said before it failed counts too."""
    chosen = [word for part in parts for word in ("--part", part)]
    words = [sys.executable, "-m", "benchmarks.reads", "--child", "--rounds", str(rounds), *chosen]
    with subprocess.Popen(words, cwd=ROOT, env=environment(url), stdout=subprocess.PIPE, text=True) as process:
        try:
            told, _said = process.communicate(timeout=MOST_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            told, _said = process.communicate()
    rows: Rows = [json.loads(line) for line in told.splitlines() if line.startswith("{") and line.endswith("}")]
    if process.returncode:
        why = f"ended with {process.returncode}; the parts after the last row are missing"
        rows.append({"what": "the measuring process", "value": None, "unit": "", "why": why})
    return rows


def figures(
    scale: str = SCALE,
    rounds: int = ROUNDS,
    engines: tuple[str, ...] = tuple(ENGINES),
    parts: tuple[str, ...] = (),
    url: str | None = None,
) -> Iterator[Figure]:
    """Databases are filled at the same time, measured one after the other."""
    if url:
        [name] = [name for name in ENGINES if url.startswith(name[:6])]
        yield from _told(name, scale, measured(url, rounds, parts))
        return
    with ExitStack() as stack, ThreadPoolExecutor() as pool:
        makes = {name: make for name in engines if (make := opened(name, stack))}
        print(f"  {scale}: filling {' and '.join(makes)} …", file=sys.stderr, flush=True)
        sizes = [*dict.fromkeys([scale, "S"])]
        filling = {
            name: pool.submit(lambda make=make: [filled(make, size) for size in sizes]) for name, make in makes.items()
        }
        waiting = {name: future.exception() for name, future in filling.items()}
        for name, failed in waiting.items():
            if failed:
                yield Figure("the generator fills it", name, None, "s", why=" ".join(str(failed).split())[-300:])
                continue
            (large, seconds), *small = filling[name].result()
            print(f"  {name} (filled in {seconds:.0f} s)", file=sys.stderr, flush=True)
            rows = [{"what": "the generator fills it", "value": seconds, "unit": "s"}, *measured(large, rounds, parts)]
            growing = tuple(part for part in GROWING if not parts or part in parts)
            if small and growing:
                print("  S, for the growth", file=sys.stderr, flush=True)
                rows += grown(measured(small[0][0], rounds, growing), rows, scale)
            yield from _told(name, scale, rows)


def _told(name: str, scale: str, rows: Rows) -> Iterator[Figure]:
    for row in [*rows, *unmeasured(rows, scale)]:
        yield Figure(database=name, **(row | {"what": f"{scale}: {row['what']}"}))


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--scale", choices=SCALES, default=SCALE)
    parser.add_argument("--rounds", type=int, default=ROUNDS, help="of a race, at most")
    parser.add_argument("--engine", choices=tuple(ENGINES))
    parser.add_argument("--part", choices=PARTS, action="append", default=[], help="only this; may be repeated")
    parser.add_argument("--url", help="a database that the generator has filled: it is measured as it is")
    parser.add_argument("--child", action="store_true", help=argparse.SUPPRESS)
    asked = parser.parse_args()
    parts = tuple(asked.part)
    if asked.child:
        child(asked.rounds, parts)
        return 0
    engines = (asked.engine,) if asked.engine else tuple(ENGINES)
    found = list(figures(asked.scale, asked.rounds, engines, parts, asked.url))
    print(table(found))
    return int(any(figure.is_reached is False for figure in found))


if __name__ == "__main__":
    sys.exit(main())
