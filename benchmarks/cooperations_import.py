"""The import of 10,000 cooperations with full validation and a report on every row, beside loading the same rows bare.

    python -m benchmarks.cooperations_import [--rows 10000] [--rounds 1] [--as draft|submitted]

Each measured step runs in a process of its own, all in one run, since only ratios can be compared. Each line of the
file is a cooperation of three bodies with a task and an agreement: some dozen records in seven tables, and as many
entries of history and log again. Prepared values of all of these are loaded bare in three ways: through staging tables
(COPY and one INSERT … SELECT for each; on SQLite ``executemany``), by ``bulk_create``, and by ``bulk_create`` without
history and log. Then the portal imports a CSV file into an empty register (before that it tries the same file out), and
imports it once more, with nothing to change. On SQLite, and on a private PostgreSQL where its programs are there. The
time is that of the step without the start of Django, memory the peak of the whole process. Goals (P13): at most 3.3
times the staging; on PostgreSQL 20,000 rows in a second; unchanged 100,000 records in a second; 1,000 lines tried
out in 100 ms; below 500 MB.

What is a row? The goal comes from a staging that loaded 65,600 rows in a second: 3.3 times slower are 20,000. Those
were rows written into a table, without triggers and history. Here every row of history and log is a row written into a
table too, with its keys and indexes, and the staging beside it loads the very same rows; so it is by rows with history
and log that both sides and the goal are told. Records, without history and log (four sevenths of the rows here), stand
beside that without a goal, and so do lines of the file. What triggers write besides (spells, marks of the feed: 17
rows a line) is counted nowhere. An unchanged file is compared with records alone.
"""

from __future__ import annotations

import argparse
import csv
import io
import json
import resource
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from statistics import median
from typing import Any

from benchmarks.engines import ENGINES, FailedError, call, opened
from benchmarks.figures import Figure, table

STEPS = ("bare", "whole", "staging", "preview", "dry", "first", "again")
ROWS, PREVIEWED = 10_000, 1_000
#: Times the staging; rows in a second written, records compared where nothing has changed; milliseconds; MB.
GOAL, WRITTEN, UNCHANGED, TRIED_OUT, MOST_MEMORY = 3.3, 20_000, 100_000, 100, 500
TOWNS = 500


# --- In a child: the world, one step ---


def world() -> None:
    """Five hundred towns, the tasks, an officer of the first town."""
    from accounts.models import Mandate, User
    from agreements.models import TaskField
    from municipalities.models import Municipality, MunicipalityPeriod, State

    State.objects.create(code="07", name="Rheinland-Pfalz", official_name="Rheinland-Pfalz", iso="DE-RP")
    towns = []
    for number in range(TOWNS):
        ars = f"07335{5001 + number // 100:04d}{number % 100:03d}"
        values = {"ars": ars, "ags": ars[:5] + ars[9:], "name": f"Stadt {number}", "official_name": f"Stadt {number}"}
        towns.append(
            Municipality(kind="town", level="municipality", state_id="07", sort_key=f"stadt {number}", **values)
        )
    # One AGS is of one town: those of later associations get none here, they are found by ARS.
    seen: set[str] = set()
    for town in towns:
        if town.ags in seen:
            town.ags = None
        seen.add(str(town.ags))
    Municipality.objects.bulk_create(towns)
    columns = ("ars", "ags", "name", "official_name", "kind")
    MunicipalityPeriod.objects.bulk_create(
        MunicipalityPeriod(municipality=town, **{column: getattr(town, column) for column in columns}) for town in towns
    )
    TaskField.objects.create(code="04", name_de="Sicherheit", name_en="Safety")
    TaskField.objects.create(code="04.01", parent_id="04", name_de="Leitstelle", name_en="Control centre")
    officer = User.objects.create(username="amt", email="amt@example.org")
    Mandate.objects.create(user=officer, role="officer", municipality=towns[0])


def file_of(rows: int) -> bytes:
    """A CSV file: each row a record of three towns with summary, dates and an agreement."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=";")
    head = ["name", "summary", "kind", "status", "legal_forms", "task_fields", "participations", "started_on"]
    writer.writerow([*head, "agreement_title", "agreement_signed_on", "agreement_notice_months"])
    keys = [f"07335{5001 + number // 100:04d}{number % 100:03d}" for number in range(TOWNS)]
    for number in range(rows):
        partners = (keys[1 + number % 499], keys[1 + (number * 7 + 3 + number // 499) % 499])
        partners = partners if partners[0] != partners[1] else (partners[0], keys[1 + (number + 1) % 499])
        cell = "; ".join([f"{keys[0]}::lead:party", *(f"{key}::partner:party" for key in partners)])
        summary = f"Die Kommunen erledigen Aufgabe {number} gemeinsam und teilen sich die Kosten nach Einwohnern."
        row = [f"Gemeinsame Aufgabe {number}", summary, "service_network", "active", "purpose_agreement", "04.01"]
        writer.writerow([*row, cell, "01.07.2025", f"Zweckvereinbarung {number}", "2025-06-15", "6"])
    return text.getvalue().encode("utf-8-sig")


def dump(path: Path) -> None:
    """The rows the import made, table by table, for ``bare`` to make again."""
    import pickle

    with path.open("wb") as file:
        for model in _models(whole=True):
            fields = [field.attname for field in model._meta.concrete_fields if not field.generated]
            pickle.dump((fields, list(model._default_manager.order_by("pk").values_list(*fields))), file)


def _models(*, whole: bool) -> list:  # type: ignore[type-arg]
    from agreements.models import Agreement, Confirmation, Cooperation, Participation, ParticipationStep, Transition

    tracked = [Cooperation, Participation, ParticipationStep, Agreement, Confirmation]
    links = [Cooperation.task_fields.through, Agreement.parties.through]
    histories = [model.history.model for model in tracked]  # type: ignore[attr-defined]
    if not whole:
        return [*tracked, *links]
    return [*tracked, *links, Transition, *histories, Cooperation.history.model.task_fields.model]  # type: ignore[attr-defined]


def bare(path: Path, *, whole: bool) -> int:
    """Bulk-create the same rows, from values that are there already."""
    import pickle

    number = 0
    with path.open("rb") as file:
        for model in _models(whole=whole):
            fields, rows = pickle.load(file)
            for start in range(0, len(rows), 5000):
                some = [model(**dict(zip(fields, row, strict=True))) for row in rows[start : start + 5000]]
                model._default_manager.bulk_create(some)
            number += len(rows)
    return number


def staging(path: Path) -> int:
    """Load the same rows by the driver: into tables without keys, from there in one statement for each table."""
    import pickle

    from django.db import connection

    number = 0
    with path.open("rb") as file, connection.cursor() as cursor:
        for model in _models(whole=True):
            fields, rows = pickle.load(file)
            if not rows:
                continue
            table = model._meta.db_table
            places = [model._meta.get_field(name) for name in fields]
            names = ", ".join(f'"{field.column}"' for field in places)
            if connection.vendor == "postgresql":
                cursor.execute(f'CREATE TEMPORARY TABLE staged AS SELECT {names} FROM "{table}" LIMIT 0')
                with cursor.copy("COPY staged FROM STDIN") as copy:
                    for row in rows:
                        copy.write_row(row)
                cursor.execute(f'INSERT INTO "{table}" ({names}) SELECT * FROM staged')
                cursor.execute("DROP TABLE staged")
            else:
                marks = ", ".join("%s" for _ in fields)
                cursor.executemany(f'INSERT INTO "{table}" ({names}) VALUES ({marks})', _prepared(places, rows))
            number += len(rows)
    return number


def _prepared(fields: list[Any], rows: list[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
    """Values as SQLite takes them; only days, moments and the like need to be made texts."""
    from django.db import connection

    columns = list(zip(*rows, strict=True))
    for place, field in enumerate(fields):
        if field.get_internal_type() in ("DateField", "DateTimeField", "DecimalField", "JSONField", "UUIDField"):
            columns[place] = tuple(field.get_db_prep_save(value, connection) for value in columns[place])
    return list(zip(*columns, strict=True))


def portal(data: bytes, *, submit: bool, dry_run: bool) -> int:
    from django.utils import timezone

    from accounts.models import User
    from agreements.importers.cooperations import import_cooperations, purpose_of

    user = User.objects.get()
    purpose = purpose_of(user, user.mandates.get().municipality, timezone.localdate(), submit=submit)
    report = import_cooperations(data, purpose, dry_run=dry_run)
    if report.is_stopped:
        sys.exit(report.text(5))
    return sum(report.counts.values())


def child(step: str, folder: Path, *, rows: int, submit: bool) -> None:
    """Measure one step and print it as JSON."""
    import django

    django.setup()
    from django.db import connection, transaction

    from coopportal.common.collector import settle

    connection.ensure_connection()
    settle()
    if step in ("world", "dump"):
        world() if step == "world" else dump(folder / "rows")
        return
    data = file_of(PREVIEWED if step == "preview" else rows)
    if step == "preview":  # by a process that has served before
        portal(file_of(10), submit=submit, dry_run=True)
    begin = time.perf_counter()
    with transaction.atomic():
        if step in ("bare", "whole"):
            done = bare(folder / "rows", whole=step == "whole")
        elif step == "staging":
            done = staging(folder / "rows")
        else:
            done = portal(data, submit=submit, dry_run=step in ("dry", "preview"))
    seconds = time.perf_counter() - begin
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({"seconds": seconds, "mb": peak, "rows": done}))


# --- In the parent: databases, children, table ---


def measure(asked: argparse.Namespace, make: Callable[[str], str]) -> dict[str, dict[str, float]]:
    """Medians of every step over the rounds; each round has fresh databases."""
    found: dict[str, list[dict[str, float]]] = {step: [] for step in STEPS}
    with tempfile.TemporaryDirectory(prefix="portal-bench-") as folder:
        words = ["--folder", folder, "--rows", str(asked.rows), "--as", asked.state]
        for turn in range(asked.rounds):
            urls = {name: make(f"{name}_{turn}") for name in ("bare", "whole", "staging", "portal")}

            def step(name: str, url: str) -> str:
                return call(url, "-m", "benchmarks.cooperations_import", "--child", name, *words)

            for url in urls.values():
                step("world", url)
            for name in ("preview", "dry", "first", "again"):
                found[name].append(json.loads(step(name, urls["portal"])))
            step("dump", urls["portal"])
            for name in ("bare", "whole", "staging"):
                found[name].append(json.loads(step(name, urls[name])))
    return {
        step: {name: median(one[name] for one in runs) for name in ("seconds", "mb", "rows")}
        for step, runs in found.items()
    }


WHAT = {
    "staging": "the same rows through staging tables",
    "bare": "the same rows without history and log by bulk_create",
    "whole": "the same rows by bulk_create",
    "preview": "of them tried out",
    "dry": "tried out",
    "first": "imported",
    "again": "the same file again",
}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=ROWS)
    parser.add_argument("--rounds", type=int, default=1)
    parser.add_argument("--as", dest="state", choices=("draft", "submitted"), default="draft")
    parser.add_argument("--child", choices=("world", "dump", *STEPS))
    parser.add_argument("--folder", type=Path)
    asked = parser.parse_args()
    if asked.child:
        child(asked.child, asked.folder, rows=asked.rows, submit=asked.state == "submitted")
        return 0
    found = list(figures(asked.rows, asked.rounds, asked.state))
    print(table(found))
    return int(any(figure.is_reached is False for figure in found))


def figures(rows: int = ROWS, rounds: int = 1, state: str = "draft") -> Iterator[Figure]:
    asked = argparse.Namespace(rows=rows, rounds=rounds, state=state)
    for name in ENGINES:
        with ExitStack() as stack:
            if (make := opened(name, stack)) is None:
                continue
            try:
                found = measure(asked, make)
            except FailedError as failed:
                why = " ".join(str(failed).split())[-300:]
                yield Figure("import of cooperations", name, None, "s", goal="P13", why=why)
                continue
            yield from _told(name, rows, found)


def _told(name: str, rows: int, found: dict[str, dict[str, float]]) -> Iterator[Figure]:
    floor, records, written = found["staging"]["seconds"], found["bare"]["rows"], found["whole"]["rows"]
    what = f"{rows:,} cooperations: "
    for step in ("staging", "bare", "whole"):
        seconds = found[step]["seconds"]
        yield Figure(f"{what}{WHAT[step]}", name, seconds, "s", seconds / floor, WHAT["staging"])
    yield Figure(f"{what}{WHAT['staging']}, rows with history and log", name, written / floor, "per s")
    first, again = found["first"]["seconds"], found["again"]["seconds"]
    yield Figure(f"{what}imported", name, first, "s", first / floor, WHAT["staging"], GOAL, "P13")
    yield Figure(
        f"{what}imported, beside bulk_create", name, first, "s", first / found["whole"]["seconds"], WHAT["whole"]
    )
    least = WRITTEN if name == "postgresql" else None
    goal = "P13" if least else ""
    told = f"{what}imported, rows with history and log"
    yield Figure(told, name, written / first, "per s", least=least, goal=goal)
    yield Figure(f"{what}imported, records (without history and log)", name, records / first, "per s")
    yield Figure(f"{what}imported, lines of the file", name, rows / first, "per s")
    yield Figure(f"{what}imported, memory", name, found["first"]["mb"], "MB", most=MOST_MEMORY)
    yield Figure(f"{what}{WHAT['again']}, records", name, records / again, "per s", least=UNCHANGED, goal="P13")
    yield Figure(f"{what}{WHAT['again']}, lines of the file", name, rows / again, "per s")
    dry, few = found["dry"]["seconds"], found["preview"]["seconds"]
    yield Figure(f"{what}{WHAT['dry']}, lines of the file", name, rows / dry, "per s")
    yield Figure(f"{PREVIEWED:,} {WHAT['preview']}", name, few * 1000, "ms", most=TRIED_OUT, goal="P13")


if __name__ == "__main__":
    sys.exit(main())
