"""``load_fixtures``: the small readable data files into the database."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from coopportal.fixtures.loading import Report, load
from coopportal.fixtures.reading import FixtureError
from sources.models import Conflict


class Command(BaseCommand):
    help = "Lädt die Dateien von fixtures/; was Menschen oder ein Import geändert haben, bleibt, wie es ist."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("directory", nargs="?", type=Path, default=settings.BASE_DIR / "fixtures")
        parser.add_argument("--check", action="store_true", help="nur prüfen, nichts schreiben")

    def handle(self, *args: Any, **options: Any) -> None:
        directory: Path = options["directory"]
        if not directory.is_dir():
            raise CommandError(f"Das Verzeichnis {directory} gibt es nicht.")
        try:
            report = load(directory, only_check=options["check"])
        except FixtureError as error:
            faults = "\n".join(f"  {fault}" for fault in error.faults)
            raise CommandError(f"Nichts geladen, {len(error.faults)} Fehler:\n{faults}") from error
        self.tell(report, only_check=options["check"])

    def tell(self, report: Report, *, only_check: bool) -> None:
        done = "Fixtures geprüft, nichts geschrieben" if only_check else "Fixtures geladen"
        self.stdout.write(
            f"{done}: {report.new} neu, {report.changed} berichtigt, {report.unchanged} unverändert, "
            f"{len(report.left_alone)} belassen; {Conflict.objects.count()} Widersprüche."
        )
        for title, places in (
            ("Belassen (seit dem Laden geändert, gelöscht oder importiert)", report.left_alone),
            ("Nicht mehr in den Dateien (bleiben bestehen)", report.withdrawn),
        ):
            for place in places[:20]:
                self.stdout.write(f"  {title}: {place}")
            if len(places) > 20:
                self.stdout.write(f"  {title}: … und {len(places) - 20} weitere")
