"""``export_all DIRECTORY``: the full dump of what everybody may read (docs/export.md)."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from coopportal.common.reasons import reason_of
from coopportal.common.templatetags.portal import german_number
from coopportal.dump.writing import TargetTaken, write_dump


class Command(BaseCommand):
    """Exit status 0: the dump stands there as a whole; 1: it does not, and nothing was left behind."""

    help = "Schreibt alles Öffentliche als NDJSON und CSV mit Angaben und Prüfsummen in ein Verzeichnis."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("directory", type=Path, metavar="VERZEICHNIS", help="leer oder noch nicht da")
        parser.add_argument("--replace", action="store_true", help="einen früheren Abzug an dieser Stelle ersetzen")

    def handle(self, *args: Any, **options: Any) -> None:
        directory: Path = options["directory"]
        try:
            metadata = write_dump(directory, replace=options["replace"], progress=self.progress)
        except TargetTaken as error:
            raise CommandError(f"{error} Nichts geschrieben.") from error
        except OSError as error:
            raise CommandError(
                f"{directory} lässt sich nicht schreiben: {reason_of(error)}. Nichts geschrieben."
            ) from error
        finally:
            self.wipe()
        files = metadata["files"]
        rows = sum(one["rows"] for one in files if one["path"].endswith(".csv"))
        size = sum(one["bytes"] for one in files)
        self.stdout.write(
            f"Abzug geschrieben: {directory} – {german_number(rows)} Datensätze, {len(files)} Dateien, "
            f"{german_number(round(size / 1_000_000, 1))} MB, Stelle {metadata['changes']['cursor']} der Änderungen."
        )

    def progress(self, name: str, number: int, total: int, rows: int) -> None:
        """On a terminal: which file, and how many rows of it."""
        if self.stderr.isatty():
            self.stderr.write(f"\r{f'[{number}/{total}] {name}: {german_number(rows)} Zeilen':<70}", ending="")

    def wipe(self) -> None:
        if self.stderr.isatty():
            self.stderr.write(f"\r{'':<70}\r", ending="")
