"""Borders and the map: the import of the shared files, and what a browser fetches to draw a Land.

    python -m benchmarks.map [FOLDER] [--land 09]

First the directory, then each file of borders, each measured step in a process of its own (SQLite, and a private
PostgreSQL where its programs are there). "bare" reads the same JSON and bulk-creates one row per key with the geometry
as it is: no checks, no simplification. Then the files of the map: bytes, bytes compressed, milliseconds (the best of
seven), beside "raw", one query by the driver and the rows joined to text, compressed the same way.
"""

from __future__ import annotations

import argparse
import gzip
import json
import os
import resource
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from benchmarks.directory import FILE as DIRECTORY
from benchmarks.engines import ENGINES, ROOT, call, opened
from benchmarks.figures import Figure, table

FOLDER = ROOT.parent / "shared" / "data" / "geo"
FILES = ("gemeinden.topojson", "verbaende.topojson", "kreise_klein.geojson", "laender_klein.geojson")
STEPS = ("bare", "first", "second")
TRIES = 7


# --- In a child: one step ---


def bare(path: Path) -> None:
    from municipalities.models import Boundary

    content = json.loads(path.read_bytes())
    found = content.get("features") or next(iter(content["objects"].values()))["geometries"]
    rows = {}
    for feature in found:
        key = feature["properties"].get("AGS") or feature["properties"]["ARS"]
        text = json.dumps(feature.get("geometry") or feature.get("arcs"))
        level = {2: "state", 5: "district", 8: "municipality", 9: "association"}[len(key)]
        box = {"west": 0, "south": 0, "east": 0, "north": 0}
        outlines = {"coarse": text, "medium": text, "fine": text}
        rows[key] = Boundary(level=level, key=key, state_id=key[:2], source="BKG", digest="", **box, **outlines)
    Boundary.objects.bulk_create(rows.values(), batch_size=500)


def child(step: str, path: Path, land: str) -> Any:
    """Measure one step."""
    import django

    django.setup()
    from django.db import connection, transaction

    from municipalities.importers.boundaries import import_boundaries

    if step == "files":
        return [measured(*address) for address in addresses(land)]
    connection.ensure_connection()
    begin = time.perf_counter()
    with transaction.atomic():
        bare(path) if step == "bare" else import_boundaries(path)
    seconds = time.perf_counter() - begin
    return {"seconds": seconds, "mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024}


def addresses(land: str) -> list[tuple[str, str]]:
    """What is fetched, and the query that floor asks for the same."""
    rows = "SELECT b.key, b.name, m.ars, b.{} FROM municipalities_boundary b LEFT JOIN municipalities_municipality m"
    rows += " ON m.id = b.municipality_id WHERE b.level = '{}' AND b.state_id = '{}' ORDER BY b.key"
    of_germany = rows.replace(" AND b.state_id = '{}'", "")
    found = [("laender.geojson?detail=2", of_germany.format("medium", "state"))]
    found.append(("kreise.geojson?detail=1", of_germany.format("coarse", "district")))
    for detail, column in ((1, "coarse"), (2, "medium"), (3, "fine")):
        address = f"gemeinden.geojson?land={land}&detail={detail}"
        found.append((address, rows.format(column, "municipality", land)))
    return found


def measured(address: str, query: str) -> dict[str, Any]:
    from django.db import connection
    from django.test import Client

    client = Client(headers={"Accept-Encoding": "gzip"})
    url = f"/karte/grenzen/{address}"

    def ours() -> bytes:
        return client.get(url).content

    def raw() -> bytes:
        with connection.cursor() as cursor:
            cursor.execute(query)
            rows = cursor.fetchall()
        return gzip.compress(",".join(f"[{key},{name},{ars},{text}]" for key, name, ars, text in rows).encode(), 6)

    etag = client.get(url)["ETag"]
    return {
        "address": address,
        "bytes": len(gzip.decompress(ours())),
        "packed": len(ours()),
        "ms": best(ours),
        "raw": best(raw),
        "kept": best(lambda: client.get(url, headers={"If-None-Match": etag})),
    }


def best(work: Any) -> float:
    times = []
    for _ in range(TRIES):
        begin = time.perf_counter()
        work()
        times.append(time.perf_counter() - begin)
    return 1000 * min(times)


# --- In the parent ---


def step(url: str, name: str, path: Path, land: str) -> Any:
    return json.loads(call(url, "-m", "benchmarks.map", str(path), "--child", name, "--land", land))


def run(database: str, make: Any, folder: Path, land: str) -> Iterator[Figure]:
    ours, floor = make("portal"), make("bare")
    for url in (ours, floor):
        call(url, "manage.py", "load_fixtures")
        empty = "from municipalities.models import Boundary; Boundary.objects.all().delete()"
        call(url, "manage.py", "shell", "-c", empty)
    call(ours, "manage.py", "import_municipalities", str(DIRECTORY))
    for name in FILES:
        found = {one: step(floor if one == "bare" else ours, one, folder / name, land) for one in STEPS}
        for one in STEPS:
            seconds = found[one]["seconds"]
            ratio = seconds / found["bare"]["seconds"]
            yield Figure(f"{name}: {one}", database, seconds, "s", ratio, "bare script")
            yield Figure(f"{name}: {one}, memory", database, found[one]["mb"], "MB")
    for file in step(ours, "files", folder, land):
        address, ms = file["address"], file["ms"]
        yield Figure(address, database, ms, "ms", ms / file["raw"], "one query, joined and packed")
        yield Figure(
            f"{address}: packed", database, file["packed"] / 1000, "kB", file["packed"] / file["bytes"], "plain"
        )
        yield Figure(f"{address}: unchanged (304)", database, file["kept"], "ms", file["kept"] / ms, "fresh")


def figures(folder: Path = FOLDER, land: str = "09") -> Iterator[Figure]:
    if not (folder / FILES[0]).is_file() or not DIRECTORY.is_file():
        return
    for name in ENGINES:
        with ExitStack() as stack:
            if (make := opened(name, stack)) is None:
                continue
            yield from run(name, make, folder.resolve(), land)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", nargs="?", type=Path, default=FOLDER)
    parser.add_argument("--land", default="09")
    parser.add_argument("--child", choices=(*STEPS, "files"))
    asked = parser.parse_args()
    if asked.child:
        os.environ.setdefault("ALLOWED_HOSTS", "testserver")
        print(json.dumps(child(asked.child, asked.folder, asked.land)))
        return 0
    found = list(figures(asked.folder, asked.land))
    print(table(found) if found else f"No borders in {asked.folder}, or no directory at {DIRECTORY}: nothing measured.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
