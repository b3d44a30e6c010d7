"""``import_boundaries``: borders from TopoJSON or GeoJSON (VG250) for the map."""

from __future__ import annotations

from argparse import ArgumentParser, ArgumentTypeError
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from coopportal.common.dates import parse_day
from coopportal.common.templatetags.portal import german_number
from municipalities.choices import BoundaryLevel
from municipalities.geofiles import GeoFileError
from municipalities.importers.boundaries import LevelReport, Report, Wishes, import_boundaries

#: How many keys of a kind are told.
SHOWN = 10

_NAMES = {
    BoundaryLevel.STATE: "Länder",
    BoundaryLevel.DISTRICT: "Kreise und kreisfreie Städte",
    BoundaryLevel.ASSOCIATION: "Gemeindeverbände",
    BoundaryLevel.MUNICIPALITY: "Gemeinden",
}


def _day(text: str) -> Any:
    try:
        return parse_day(text)
    except ValueError:
        raise ArgumentTypeError(f"„{text}“ ist kein Tag (JJJJ-MM-TT oder TT.MM.JJJJ)") from None


class Command(BaseCommand):
    help = (
        "Liest Grenzen aus TopoJSON oder GeoJSON (etwa VG250 des BKG, in Grad), verbunden über AGS oder ARS. "
        "Alles oder nichts; ein zweiter Lauf derselben Datei ändert nichts."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, metavar="DATEI")
        parser.add_argument("--source", default="", help="Quellenangabe, wie sie auf der Karte stehen soll")
        parser.add_argument("--as-of", type=_day, help="Stand der Geometrie")
        parser.add_argument(
            "--level",
            default="",
            choices=BoundaryLevel.values,
            help="Ebene, wo mit Nullen aufgefüllte Schlüssel sie offen lassen",
        )
        parser.add_argument("--dry-run", action="store_true", help="nur berichten, nichts schreiben")

    def handle(self, *args: Any, **options: Any) -> None:
        path: Path = options["file"]
        wishes = Wishes(options["source"].strip()[:200], options["as_of"], options["level"])
        try:
            report = import_boundaries(path, wishes, only_check=options["dry_run"])
        except GeoFileError as error:
            raise CommandError(f"{path.name}: {error} Nichts wurde geändert.") from error
        self.tell(report, only_check=options["dry_run"])

    def tell(self, report: Report, *, only_check: bool) -> None:
        done = "Grenzen geprüft, nichts geschrieben" if only_check else "Grenzen eingelesen"
        self.stdout.write(f"{done}. Quelle: {report.source}")
        for level, told in report.levels.items():
            self.tell_level(_NAMES[BoundaryLevel(level)], told)
        if report.placed:
            self.stdout.write(f"  Lage ergänzt: {german_number(report.placed)} Kommunen ohne Koordinaten")
        self.tell_keys("Schlüssel ohne Fläche in der Datei", report.without_area)
        for layer, number in report.without_key.items():
            self.stdout.write(f"  {layer}: {german_number(number)} Geometrien ohne Schlüssel einer Ebene des Portals")
        if report.specks:
            self.stdout.write(f"  {german_number(report.specks)} Teilflächen ohne Ausdehnung weggelassen")

    def tell_level(self, name: str, told: LevelReport) -> None:
        counts = [
            f"{german_number(told.new)} neu",
            f"{german_number(told.changed)} geändert",
            f"{german_number(told.unchanged)} unverändert",
        ]
        if told.left_alone:
            counts.append(f"{german_number(told.left_alone)} belassen")
        self.stdout.write(f"  {name}: {', '.join(counts)}")
        self.tell_keys("  in der Datei, aber nicht im Portal", told.unknown)
        self.tell_keys("  im Portal, aber nicht in der Datei", told.missing)

    def tell_keys(self, title: str, keys: list[str]) -> None:
        if keys:
            more = f" … und {german_number(len(keys) - SHOWN)} weitere" if len(keys) > SHOWN else ""
            self.stdout.write(f"  {title}: {german_number(len(keys))} ({', '.join(keys[:SHOWN])}{more})")
