"""The import of the whole directory beside a bare script that bulk-creates the same rows through the ORM.

    python -m benchmarks.directory [FILE] [--rounds 1]

Each measured step runs in a process of its own on an empty database (SQLite, and a private PostgreSQL where its
programs are there), all in one run, since only ratios can be compared. The time is that of the step without the start
of Django; the memory is the peak of the whole process. Goals: first import and second run at most 5 times the bare
script, below 300 MB.
"""

from __future__ import annotations

import argparse
import json
import resource
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from statistics import median

from benchmarks.engines import ENGINES, ROOT, call, opened
from benchmarks.figures import Figure, table

FILE = ROOT.parent / "shared" / "data" / "gv100ad" / "GV100AD_30112025.txt"
STEPS = ("bare", "first", "second")
GOAL, MOST_MEMORY = 5.0, 300


# --- In a child: one step ---


def bare(data: bytes) -> None:
    """What somebody would write in ten minutes: slice the lines, bulk-create bodies, periods and figures."""
    import datetime as dt
    from decimal import Decimal

    from municipalities.models import Municipality, MunicipalityFigure, MunicipalityPeriod, State

    lines = data.decode("utf-8-sig").splitlines()
    day = dt.datetime.strptime(lines[0][2:10], "%Y%m%d").date()  # noqa: DTZ007
    levels = {"40": "district", "50": "association", "60": "municipality"}
    names = {line[10:12]: line[22:72].strip() for line in lines if line[:2] == "10"}
    State.objects.bulk_create(State(code=c, name=n, official_name=n, iso=f"DE-{c}") for c, n in names.items())
    made: dict[str, Municipality] = {}
    for record, level in levels.items():
        rows = {}
        for line in lines:
            code = line[122:124]
            if line[:2] != record or (record == "40" and code in ("41", "42")) or (record == "50" and code == "50"):
                continue
            district, vb, end = line[10:15], line[18:22].strip(), line[15:18].strip()
            parent = made.get(district + vb) or made.get(district) if record != "40" else None
            name = line[22:72].strip()
            row = Municipality(
                ars=f"{district}{vb:0<4}{end:0<3}",
                ags=district + end if end else None,
                name=name.split(",")[0],
                official_name=name,
                kind=code,
                level=level,
                state_id=district[:2],
                parent=parent,
                population=int(line[139:150] or 0) if end else 0,
                area_km2=Decimal(int(line[128:139])) / 100 if end else 0,
                population_date=day,
                directory_state=day,
                directory_source="Destatis",
            )
            rows[district + (end or vb)] = row
        Municipality.objects.bulk_create(rows.values())
        made |= rows
    MunicipalityPeriod.objects.bulk_create(
        MunicipalityPeriod(
            municipality=row,
            ars=row.ars,
            ags=row.ags,
            name=row.name,
            official_name=row.official_name,
            kind=row.kind,
            parent=row.parent,
        )
        for row in made.values()
    )
    MunicipalityFigure.objects.bulk_create(
        MunicipalityFigure(
            municipality=row,
            directory_state=day,
            population=row.population,
            population_date=day,
            area_km2=row.area_km2,
            source="Destatis",
        )
        for row in made.values()
    )


def portal(data: bytes) -> None:
    from django.utils import timezone

    from municipalities.importers.directory import import_directory

    import_directory(data, today=timezone.localdate())


def child(step: str, path: Path) -> None:
    """Measure one step and print it as JSON."""
    import django

    django.setup()
    from django.db import connection, transaction

    from municipalities.models import Municipality, MunicipalityFigure, MunicipalityPeriod

    connection.ensure_connection()
    work: Callable[[bytes], None] = bare if step == "bare" else portal
    begin = time.perf_counter()
    with transaction.atomic():
        work(path.read_bytes())
    seconds = time.perf_counter() - begin
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    counts = [model.objects.count() for model in (Municipality, MunicipalityPeriod, MunicipalityFigure)]
    print(json.dumps({"seconds": seconds, "mb": peak, "rows": counts}))


# --- In the parent: databases, children, table ---


def measure(path: Path, rounds: int, make: Callable[[str], str]) -> dict[str, dict[str, float]]:
    """Medians of every step over the rounds; each round has fresh databases, and the steps take turns."""
    found: dict[str, list[dict[str, float]]] = {step: [] for step in STEPS}
    for turn in range(rounds):
        urls = {name: make(f"{name}_{turn}") for name in ("bare", "portal")}
        for step in STEPS:
            url = urls["bare" if step == "bare" else "portal"]
            found[step].append(json.loads(call(url, "-m", "benchmarks.directory", "--child", step, str(path))))
    for step in STEPS:
        if found[step][0]["rows"] != found["bare"][0]["rows"]:
            sys.exit(f"{step}: {found[step][0]['rows']} rows, bare: {found['bare'][0]['rows']}")
    return {
        step: {name: median(one[name] for one in runs) for name in ("seconds", "mb")} for step, runs in found.items()
    }


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("file", nargs="?", type=Path, default=FILE)
    parser.add_argument("--rounds", type=int, default=1)
    parser.add_argument("--child", choices=STEPS)
    asked = parser.parse_args()
    if asked.child:
        child(asked.child, asked.file)
        return 0
    found = list(figures(asked.file, asked.rounds))
    print(table(found) if found else f"No directory file at {asked.file}: nothing measured.")
    return int(any(figure.is_reached is False for figure in found))


def figures(file: Path = FILE, rounds: int = 1) -> Iterator[Figure]:
    if not file.is_file():
        return
    for name in ENGINES:
        with ExitStack() as stack:
            if (make := opened(name, stack)) is None:
                continue
            measured = measure(file.resolve(), rounds, make)
        bare = measured["bare"]["seconds"]
        for step, what in (("bare", "bare script"), ("first", "first import"), ("second", "the same file again")):
            seconds = measured[step]["seconds"]
            most = None if step == "bare" else GOAL
            yield Figure(f"directory: {what}", name, seconds, "s", seconds / bare, "the bare script", most)
            if most:
                yield Figure(f"directory: {what}, memory", name, measured[step]["mb"], "MB", most=MOST_MEMORY)


if __name__ == "__main__":
    sys.exit(main())
