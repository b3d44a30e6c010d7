"""``import_extract``: coordinates, travel area and urbanisation from AuszugGV into the bodies that exist."""

from __future__ import annotations

import datetime as dt
import re
from decimal import Decimal

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from coopportal.common.dates import format_day
from municipalities.choices import Level, Urbanisation
from municipalities.importers.auszug import Extract, Place, read_extract
from municipalities.importers.refusal import Refused
from municipalities.importers.report import DOUBTFUL, Report, number
from municipalities.models import Municipality

URBANISATION = {"01": Urbanisation.DENSE, "02": Urbanisation.INTERMEDIATE, "03": Urbanisation.THIN}
#: AuszugGV tells degrees to the fifth decimal or so; the column holds six.
_STEP = Decimal("0.000001")
_DAY_IN_NAME = re.compile(r"(\d{2})(\d{2})(\d{4}|\d{2})(?!\d)")
PLACED, WITHOUT, UNKNOWN = "Geändert", "Ohne Angaben im Auszug", "Im Portal unbekannt"


def import_extract(data: bytes, *, dry_run: bool = False) -> Report:
    """Give the existing municipalities what the extract says of them; one transaction. Raises Refused.

    Districts and associations keep their coordinates: the extract has none for them.
    """
    extract = read_extract(data)
    day = day_of(extract.sheet)
    with transaction.atomic():
        rows = {str(row.ags): row for row in _existing(day).defer("search_text")}
        wanted = {place.ags: place for place in extract.places}
        if not wanted.keys() & rows.keys():
            raise Refused("Keine Gemeinde des Auszugs ist im Portal bekannt. Lesen Sie zuerst GV100AD ein.")
        changed = [row for ags, row in rows.items() if ags in wanted and _fill(row, wanted[ags], day)]
        report = _report(extract, day, changed, rows, wanted)
        if not dry_run and changed:
            now = timezone.now()
            for row in changed:
                row.updated_at = now
            columns = ["lat", "lon", "coordinates_source", "travel_area_key", "travel_area", "urbanisation"]
            Municipality.objects.bulk_update(changed, [*columns, "updated_at"], batch_size=300)
    return report


def day_of(sheet: str) -> dt.date | None:
    """The state in the name of the sheet ("Onlineprodukt_Gemeinden30112025", older "…_311220"), if it names one."""
    found = _DAY_IN_NAME.search(sheet)
    if not found:
        return None
    day, month, year = (int(part) for part in found.groups())
    try:
        return dt.date(year if year > 99 else 2000 + year, month, day)
    except ValueError:
        return None


def _existing(day: dt.date | None) -> QuerySet[Municipality]:
    rows = Municipality.objects.filter(level__in=(Level.MUNICIPALITY, Level.UNINCORPORATED), ags__isnull=False)
    return rows.existing_on(day) if day else rows.filter(valid_until__isnull=True)


def _fill(row: Municipality, place: Place, day: dt.date | None) -> bool:
    """Give a body what the extract says; did that change anything? What the extract does not say stays."""
    values: dict[str, object] = {}
    if place.lat is not None and place.lon is not None:
        state = f", Gebietsstand {format_day(day)}" if day else ""
        values["lat"] = Decimal(str(place.lat)).quantize(_STEP)
        values["lon"] = Decimal(str(place.lon)).quantize(_STEP)
        values["coordinates_source"] = f"© Statistisches Bundesamt (Destatis), AuszugGV{state}"
    if place.travel_area_key:
        values["travel_area_key"] = place.travel_area_key[:10]
        values["travel_area"] = place.travel_area[:120]
    if place.urbanisation in URBANISATION:
        values["urbanisation"] = URBANISATION[place.urbanisation]
    changed = any(getattr(row, name) != value for name, value in values.items())
    for name, value in values.items():
        setattr(row, name, value)
    return changed


def _report(
    extract: Extract,
    day: dt.date | None,
    changed: list[Municipality],
    rows: dict[str, Municipality],
    wanted: dict[str, Place],
) -> Report:
    heading = f"AuszugGV, Blatt „{extract.sheet}“, Gebietsstand {format_day(day) if day else 'unbekannt'}"
    report = Report(day or dt.date.min, heading, f"{number(len(wanted))} Gemeinden im Auszug")
    report.sections = {
        PLACED: [f"{row.official_name} ({row.ags})" for row in changed],
        WITHOUT: [f"{row.official_name} ({ags})" for ags, row in rows.items() if ags not in wanted],
        UNKNOWN: [f"Zeile {place.row}: {ags}" for ags, place in wanted.items() if ags not in rows],
        DOUBTFUL: extract.faults,
    }
    return report
