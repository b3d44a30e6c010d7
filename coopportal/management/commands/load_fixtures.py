"""``load_fixtures``: the small readable data files into the database."""

from __future__ import annotations

import os
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from coopportal.fixtures.loading import Report, load
from coopportal.fixtures.reading import FixtureError


class Command(BaseCommand):
    help = "Lädt die Dateien von fixtures/; was Menschen oder ein Import geändert haben, bleibt, wie es ist."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("directory", nargs="?", type=Path, default=settings.BASE_DIR / "fixtures")
        parser.add_argument("--check", action="store_true", help="nur prüfen, nichts schreiben")

    def handle(self, *args: Any, **options: Any) -> None:
        directory: Path = options["directory"]
        if not os.path.isdir(directory):  # Path.is_dir raises where a name is too long
            raise CommandError(f"Das Verzeichnis {directory} gibt es nicht.")
        try:
            report = load(directory, only_check=options["check"])
        except FixtureError as error:
            faults = "\n".join(f"  {fault}" for fault in error.faults)
            raise CommandError(f"Nichts geladen, {len(error.faults)} Fehler:\n{faults}") from error
        self.tell(report, only_check=options["check"], verbosity=options["verbosity"])

    def tell(self, report: Report, *, only_check: bool, verbosity: int) -> None:
        done = "Fixtures geprüft, nichts geschrieben" if only_check else "Fixtures geladen"
        numbers = [
            f"{report.new} neu",
            f"{report.changed} berichtigt",
            f"{report.unchanged} unverändert",
            f"{len(report.left_alone)} von Menschen geändert und belassen",
            f"{report.imported} aus dem amtlichen Verzeichnis",
            f"{len(report.withdrawn)} nicht mehr in den Dateien",
            f"{report.outlines} Umrisse für die Karte",
        ]
        told = [text for text in numbers if not text.startswith("0 ")]
        self.stdout.write(f"{done}: {', '.join(told)}; {report.conflicts} Widersprüche.")
        if verbosity > 1:
            self.stdout.writelines(f"  belassen: {place}" for place in report.left_alone)
            self.stdout.writelines(f"  nicht mehr in den Dateien: {place}" for place in report.withdrawn)
