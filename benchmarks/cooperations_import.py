"""The import of 20,000 valid rows beside bulk-creating the same rows through the ORM.

    python -m benchmarks.cooperations_import [--rows 20000] [--rounds 1] [--as draft|submitted]

Each measured step runs in a process of its own, all in one run, since only ratios can be compared. ``bare`` makes the
records with participants, agreements and their links again, from prepared values; ``whole`` their history and log too,
all the rows that the portal made. ``first`` imports a CSV file into an empty register; ``dry`` tries the same file out;
``again`` imports it once more, with nothing to change. On SQLite, and on a private PostgreSQL where its programs are
there. The time is that of the step without the start of Django, memory the peak of the whole process. Goals: first at
most 10 times bare, below 500 MB; 20,000 rows tried out in a second.
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

from benchmarks.directory import call, postgresql, sqlite
from benchmarks.figures import Figure, table

STEPS = ("bare", "whole", "dry", "first", "again")
GOAL, MOST_MEMORY = 10.0, 500
#: Milliseconds for 1,000 rows: 20,000 rows in a second.
TRIED_OUT = 50
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

    connection.ensure_connection()
    if step in ("world", "dump"):
        world() if step == "world" else dump(folder / "rows")
        return
    data = file_of(rows)
    begin = time.perf_counter()
    with transaction.atomic():
        if step in ("bare", "whole"):
            done = bare(folder / "rows", whole=step == "whole")
        else:
            done = portal(data, submit=submit, dry_run=step == "dry")
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
            urls = {name: make(f"{name}_{turn}") for name in ("bare", "whole", "portal")}

            def step(name: str, url: str) -> str:
                return call(url, "-m", "benchmarks.cooperations_import", "--child", name, *words)

            for url in urls.values():
                call(url, "manage.py", "migrate", "-v0")
                step("world", url)
            for name in ("dry", "first", "again"):
                found[name].append(json.loads(step(name, urls["portal"])))
            step("dump", urls["portal"])
            for name in ("bare", "whole"):
                found[name].append(json.loads(step(name, urls[name])))
    return {
        step: {name: median(one[name] for one in runs) for name in ("seconds", "mb", "rows")}
        for step, runs in found.items()
    }


WHAT = {
    "bare": "the same records by bulk_create",
    "whole": "with history and log by bulk_create",
    "dry": "tried out",
    "first": "imported",
    "again": "the same file again",
}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=20_000)
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


def figures(rows: int = 20_000, rounds: int = 1, state: str = "draft") -> Iterator[Figure]:
    asked = argparse.Namespace(rows=rows, rounds=rounds, state=state)
    for name, engine in (("sqlite", sqlite), ("postgresql", postgresql)):
        with ExitStack() as stack:
            try:
                make = stack.enter_context(engine())
            except Exception as missing:
                print(f"{name}: not measured: {missing}", file=sys.stderr)
                continue
            measured = measure(asked, make)
        bare = measured["bare"]["seconds"]
        for step, what in WHAT.items():
            seconds, title = measured[step]["seconds"], f"{rows} cooperations: {what}"
            most = GOAL if step == "first" else None
            yield Figure(
                title,
                name,
                seconds,
                "s",
                seconds / bare,
                "the same records by bulk_create",
                most,
                "P13" if most else "",
            )
            if step == "dry":
                yield Figure(f"{title}: 1,000 rows", name, seconds / rows * 1e6, "ms", most=TRIED_OUT, goal="P13")
            if most:
                yield Figure(f"{title}, memory", name, measured[step]["mb"], "MB", most=MOST_MEMORY)


if __name__ == "__main__":
    sys.exit(main())
