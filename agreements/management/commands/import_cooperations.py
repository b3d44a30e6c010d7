"""``import_cooperations FILE``: cooperations from CSV or XLSX into the register (docs/import.md)."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from accounts.models import User
from agreements.importers.cooperations import import_cooperations, purpose_of
from agreements.importers.files import Download, report_file, template_file
from agreements.importers.judgements import STOPPING, Purpose, Report
from agreements.importers.tables import LARGEST, ZIP
from coopportal.common.collector import settle
from coopportal.common.reasons import reason_of
from municipalities.importers.refusal import MOST_SHOWN, Refused
from municipalities.models import Municipality

_BAR = 30


class Command(BaseCommand):
    """Exit status 0: written (or, tried out, nothing stands against it); 1: refused, nothing written."""

    help = (
        "Liest Kooperationen aus CSV oder XLSX: alle Zeilen oder keine. Neue werden Entwürfe oder eingereicht, "
        "Änderungen an veröffentlichten werden vorgeschlagen."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", nargs="?", type=Path, metavar="DATEI", help="CSV oder XLSX")
        parser.add_argument("--user", metavar="NAME", help="Anmeldename der Person, die einbringt; ihre Mandate gelten")
        parser.add_argument(
            "--municipality", metavar="SCHLÜSSEL", help="für welche Kommune; ohne Angabe als Prüfung eines Landes"
        )
        parser.add_argument(
            "--as", dest="state", choices=("draft", "submitted"), default="draft", help="Entwurf oder eingereicht"
        )
        parser.add_argument("--dry-run", action="store_true", help="nur berichten, nichts schreiben")
        parser.add_argument(
            "--report", type=Path, metavar="DATEI", help="die Zeilen mit ihren Meldungen, zum Korrigieren"
        )
        parser.add_argument(
            "--template", type=Path, metavar="DATEI", help="schreibt die leere Vorlage (.csv oder .xlsx)"
        )
        parser.add_argument("--all", action="store_true", help="den Bericht ungekürzt ausgeben")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["template"]:
            self.write(options["template"], template_file(options["template"].suffix.lower().removeprefix(".")))
            return
        if not options["file"] or not options["user"]:
            raise CommandError("Nennen Sie die Datei und mit --user, wer einbringt (oder --template für die Vorlage).")
        settle()
        try:
            purpose = self.purpose(options)
            data = self.content(options["file"])
            if options["report"]:
                self.take_place(options["report"], "xlsx" if data[:2] == ZIP else "csv")
            report = import_cooperations(data, purpose, dry_run=options["dry_run"], progress=self.progress)
        except Refused as refused:
            raise CommandError(f"Abgelehnt, nichts geschrieben:\n{refused}") from refused
        finally:
            self.progress("", 0, 0)
        if options["report"]:
            self.write(options["report"], report_file(report, report.rows))
        self.tell(report, options)

    def tell(self, report: Report, options: dict[str, Any]) -> None:
        text = report.text(10**9 if options["all"] else MOST_SHOWN)
        if report.is_stopped:
            numbers = ", ".join(f"{report.counts[one]} {one.label}" for one in STOPPING if report.counts[one])
            raise CommandError(f"Nichts geschrieben ({numbers}): alle Zeilen oder keine.\n{text}")
        done = "Probelauf, nichts geschrieben" if options["dry_run"] else "Eingelesen"
        self.stdout.write(f"{done if report.written or options['dry_run'] else 'Nichts zu schreiben'}.\n{text}")

    def purpose(self, options: dict[str, Any]) -> Purpose:
        user = User.objects.filter(username=options["user"], is_active=True).first()
        if user is None:
            raise CommandError(f"Ein Konto „{options['user']}“ gibt es nicht.")
        day, town = timezone.localdate(), None
        if key := options["municipality"]:
            try:
                town = Municipality.objects.holding(key, day)
            except ValueError as error:
                raise CommandError(str(error)) from error
            if town is None:
                raise CommandError(f"Den Schlüssel {key} hat keine Kommune.")
        return purpose_of(user, town, day, submit=options["state"] == "submitted")

    def content(self, path: Path) -> bytes:
        """The bytes of the file; one byte more than allowed is enough to refuse it."""
        try:
            with path.open("rb") as file:
                return file.read(LARGEST + 1)
        except OSError as error:
            raise CommandError(f"Die Datei {path} lässt sich nicht lesen: {reason_of(error)}.") from error

    def take_place(self, path: Path, ending: str) -> None:
        """Before anything is done: the file can be written. One that is there keeps its content until then."""
        if path.suffix.lower() != f".{ending}":
            raise CommandError(f"Diese Datei endet auf .{ending}, nicht auf „{path.suffix}“. Nichts geschrieben.")
        try:
            path.open("ab").close()
        except OSError as error:
            raise CommandError(
                f"Die Datei {path} lässt sich nicht schreiben: {reason_of(error)}. Nichts geschrieben."
            ) from error

    def write(self, path: Path, download: Download) -> None:
        self.take_place(path, download.ending)
        try:
            path.write_bytes(download.content)
        except OSError as error:
            raise CommandError(f"Die Datei {path} lässt sich nicht schreiben: {reason_of(error)}.") from error
        self.stdout.write(f"Geschrieben: {path}")

    def progress(self, what: str, done: int, total: int) -> None:
        """A bar on a terminal, nothing elsewhere; without a total the line is wiped."""
        if not self.stderr.isatty():
            return
        share = done / total if total else 0
        bar = f"{what:<11} [{'#' * round(share * _BAR):<{_BAR}}] {share:4.0%}" if total else " " * (_BAR + 22)
        self.stderr.write(f"\r{bar}\r" if not total else f"\r{bar}", ending="")
