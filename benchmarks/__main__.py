"""Runs every benchmark there is and prints one table of ratios; writes it to docs/benchmark.md.

    python -m benchmarks [NAME …] [--no-file]

A benchmark is a module of this folder that gives ``figures()``. Names choose among them; without any all are run, and
the file is written after all of them, with what failed named. SCALE says at which size the reads are measured.
"""

from __future__ import annotations

import argparse
import datetime as dt
import importlib
import os
import pkgutil
import signal
import sys
import time
import traceback
from pathlib import Path
from types import ModuleType

import django

from benchmarks.engines import all_open
from benchmarks.figures import Figure, columns, machine, markdown, markdown_of, table
from benchmarks.goals import verdicts

FOLDER = Path(__file__).resolve().parent
DOCUMENT = FOLDER.parent / "docs" / "benchmark.md"


def benchmarks() -> dict[str, ModuleType]:
    """The modules of this folder that measure something, by name."""
    # Some of them import models: Django has to know its settings first.
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "coopportal.settings")
    django.setup()
    names = sorted(module.name for module in pkgutil.iter_modules([str(FOLDER)]) if not module.name.startswith("_"))
    modules = {name: importlib.import_module(f"benchmarks.{name}") for name in names}
    return {name: module for name, module in modules.items() if hasattr(module, "figures")}


def run(chosen: dict[str, ModuleType]) -> dict[str, list[Figure]]:
    """All of them, on databases that are open all the time; one that fails keeps what it found, and says so."""
    found: dict[str, list[Figure]] = {}
    with all_open():
        for name, module in chosen.items():
            print(f"{name} …", file=sys.stderr, flush=True)
            begin = time.perf_counter()
            figures = found[name] = []
            try:
                for figure in module.figures():
                    figures.append(figure)
                    # Whoever ends the run early has what was found by then.
                    print("    " + "  ".join(cell for cell in figure.cells if cell), file=sys.stderr, flush=True)
            except Exception as error:
                traceback.print_exc(file=sys.stderr)
                why = " ".join(str(error).split())[-300:] or type(error).__name__
                figures.append(Figure(f"{name}: failed", "", None, "", why=why))
            print(f"{name}: {time.perf_counter() - begin:.0f} s", file=sys.stderr, flush=True)
    return found


GOAL_HEAD = ("", "goal", "database", "", "what missed it, or was not measured")


def document(found: dict[str, list[Figure]], day: dt.date, seconds: float = 0) -> str:
    """The page of the documentation."""
    everything = [figure for figures in found.values() for figure in figures]
    taken = f" in {seconds / 60:.0f} minutes" if seconds else ""
    parts = [
        "# Benchmark",
        f"Measured by `make bench` on {day:%d.%m.%Y}{taken}: {machine()}. Machines differ and are noisy: what counts "
        "is the ratio, measured in one run beside what it is held against.",
        "## The goals",
        "Each with all its figures of this run; a goal is reached where every one of them is.",
        markdown_of([GOAL_HEAD, *verdicts(everything)]),
    ]
    for name, figures in found.items():
        about = (sys.modules[f"benchmarks.{name}"].__doc__ or "").split("\n\n")
        parts += [f"## {about[0].splitlines()[0]}", *(text.strip().replace("\n", " ") for text in about[2:])]
        parts.append(markdown(figures) if figures else "Not measured: its files are not there.")
    return "\n\n".join(parts) + "\n"


def main() -> int:
    known = benchmarks()
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("names", nargs="*", choices=[*known, []], metavar="NAME", help=", ".join(known))
    parser.add_argument("--no-file", action="store_true", help="leave docs/benchmark.md as it is")
    asked = parser.parse_args()
    # Whoever is told to end leaves no database behind.
    signal.signal(signal.SIGTERM, lambda _number, _frame: sys.exit(143))
    begin = time.perf_counter()
    found = run({name: module for name, module in known.items() if not asked.names or name in asked.names})
    everything = [figure for figures in found.values() for figure in figures]
    print(table(everything))
    if goals := verdicts(everything):
        print(f"\n{columns([GOAL_HEAD, *goals])}")
    if not asked.names and not asked.no_file:
        day, seconds = dt.datetime.now().astimezone().date(), time.perf_counter() - begin
        DOCUMENT.write_text(document(found, day, seconds), encoding="utf-8")
    missed = [figure for figure in everything if figure.is_reached is False]
    return int(bool(missed))


if __name__ == "__main__":
    sys.exit(main())
