"""``import_municipalities FILE``: the official directory into the database (docs/directory.md)."""

from __future__ import annotations

import datetime as dt
from argparse import ArgumentParser, ArgumentTypeError
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from coopportal.common.dates import parse_day
from coopportal.common.reasons import reason_of
from municipalities.importers.auszug import is_workbook
from municipalities.importers.coordinates import import_extract
from municipalities.importers.directory import import_directory
from municipalities.importers.gv100ad import LARGEST
from municipalities.importers.refusal import MOST_SHOWN, Refused
from municipalities.importers.report import Report

_BAR = 30


def _day(text: str) -> dt.date:
    try:
        return parse_day(text)
    except ValueError:
        raise ArgumentTypeError(f"„{text}“ ist kein Tag (TT.MM.JJJJ oder JJJJ-MM-TT)") from None


class Command(BaseCommand):
    """Exit status 0: applied (or tried out) as a whole, doubts may be left; 1: refused, nothing written."""

    help = (
        "Liest das amtliche Gemeindeverzeichnis: GV100AD (Text) mit Namen, Schlüsseln und Zahlen, "
        "AuszugGV (XLSX) mit Koordinaten, Reisegebiet und Verstädterung."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, help="GV100AD_TTMMJJJJ.txt oder AuszugGV….xlsx")
        parser.add_argument("--dry-run", action="store_true", help="nur berichten, nichts schreiben")
        parser.add_argument(
            "--historic", action="store_true", help="ein älterer Gebietsstand ergänzt die Vergangenheit"
        )
        parser.add_argument("--population-date", type=_day, metavar="TAG", help="Stand der Einwohnerzahlen")
        parser.add_argument("--area-date", type=_day, metavar="TAG", help="Stand der Flächen")
        parser.add_argument("--all", action="store_true", help="den Bericht ungekürzt ausgeben")

    def handle(self, *args: Any, **options: Any) -> None:
        data = self.content(options["file"])
        try:
            report = self.apply(data, options)
        except Refused as refused:
            raise CommandError(f"Abgelehnt, nichts geschrieben:\n{refused}") from refused
        finally:
            self.progress("", 0, 0)
        done = "Probelauf, nichts geschrieben" if options["dry_run"] else "Eingelesen"
        most = 10**9 if options["all"] else MOST_SHOWN
        self.stdout.write(f"{done}.\n{report.text(most)}")

    def apply(self, data: bytes, options: dict[str, Any]) -> Report:
        if is_workbook(data):
            return import_extract(data, dry_run=options["dry_run"])
        return import_directory(
            data,
            today=timezone.localdate(),
            historic=options["historic"],
            dry_run=options["dry_run"],
            population_date=options["population_date"],
            area_date=options["area_date"],
            progress=self.progress,
        )

    def content(self, path: Path) -> bytes:
        """The bytes of the file; one byte more than allowed is enough to refuse it."""
        try:
            with path.open("rb") as file:
                return file.read(LARGEST + 1)
        except OSError as error:
            raise CommandError(f"Die Datei {path} lässt sich nicht lesen: {reason_of(error)}.") from error

    def progress(self, what: str, done: int, total: int) -> None:
        """A bar on a terminal, nothing elsewhere; without a total the line is wiped."""
        if not self.stderr.isatty():
            return
        share = done / total if total else 0
        bar = f"{what:<10} [{'#' * round(share * _BAR):<{_BAR}}] {share:4.0%}" if total else " " * (_BAR + 20)
        self.stderr.write(f"\r{bar}\r" if not total else f"\r{bar}", ending="")
