"""``import_all DIRECTORY``: a dump into an empty portal (docs/export.md)."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from coopportal.common.templatetags.portal import german_number
from coopportal.dump.loading import load_dump
from coopportal.dump.reading import Refused

_BAR = 30


class Command(BaseCommand):
    """Exit status 0: everything was read in; 1: refused, nothing written."""

    help = "Liest einen Abzug (export_all) in ein leeres Portal ein: alles oder nichts."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("directory", type=Path, metavar="VERZEICHNIS")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            report = load_dump(options["directory"], progress=self.progress)
        except Refused as refused:
            raise CommandError(f"Abgelehnt, nichts geschrieben:\n{refused}") from refused
        finally:
            if self.stderr.isatty():
                self.stderr.write(f"\r{'':<78}\r", ending="")
        self.stdout.write(f"Eingelesen: {german_number(report.total)} Datensätze.")
        if options["verbosity"] > 1:
            self.stdout.writelines(f"  {german_number(rows)} {label}\n" for label, rows in report.rows.items())
        self.stdout.write("Zugänge, Entwürfe und Texte der Quellen gehören nicht zum Abzug (docs/export.md).")

    def progress(self, name: str, done: int, total: int) -> None:
        """A bar on a terminal, nothing elsewhere."""
        if self.stderr.isatty() and total:
            share = done / total
            self.stderr.write(f"\r[{'#' * round(share * _BAR):<{_BAR}}] {share:4.0%} {name:<40}", ending="")
