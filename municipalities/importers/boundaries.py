"""Borders into the database: drawn at three details, joined to the bodies of the directory by key.

One transaction; a broken file writes nothing. Borders the file does not hold stay: a file of one Land takes nothing
away from the others, and a border of a body that has ended is no longer drawn anyway (``standing_on``).
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from django.db import connection, transaction
from django.db.models import F
from django.utils import timezone

from municipalities.areas import Areas, read_areas
from municipalities.choices import DISTRICT_FREE, BoundaryLevel, Level
from municipalities.geofiles import GeoFileError
from municipalities.geometry import Polygon, box_of, point_on
from municipalities.keys import ags_of
from municipalities.mesh import DETAILS, Mesh, mesh_of
from municipalities.models import Boundary, Municipality, State

_OUTLINES = ("coarse", "medium", "fine")
_COLUMNS = ("name", "state_id", "municipality_id", "source", "as_of", "west", "south", "east", "north", "digest")

Place = tuple[str, str]


@dataclass
class LevelReport:
    """What happened on one level; keys in the order of the file or the directory."""

    new: int = 0
    changed: int = 0
    unchanged: int = 0
    left_alone: int = 0
    unknown: list[str] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)


@dataclass
class Report:
    """What an import did, or would do: by level, and what of the file was of no use."""

    source: str
    levels: dict[str, LevelReport] = field(default_factory=dict)
    without_area: list[str] = field(default_factory=list)
    without_key: dict[str, int] = field(default_factory=dict)
    specks: int = 0
    placed: int = 0

    @property
    def wrote(self) -> bool:
        return bool(self.placed) or any(level.new or level.changed for level in self.levels.values())


@dataclass(frozen=True)
class Wishes:
    """How to read a file: whose geometry it is, of which day, on which level padded keys are meant.

    With ``only_own`` borders of another source stay as they are: what a steward imported goes before what came with
    the project.
    """

    source: str = ""
    as_of: dt.date | None = None
    level: str = ""
    only_own: bool = False


@transaction.atomic
def import_boundaries(path: Path, wishes: Wishes = Wishes(), *, only_check: bool = False) -> Report:
    """Bring the borders of a file into the database; ``only_check`` writes nothing. Raises GeoFileError."""
    areas = read_areas(path, wishes.level)
    source = wishes.source or areas.source or f"Datei {path.name}"[:200]
    report = Report(source, {}, areas.without_area, dict(areas.without_key), areas.specks)
    holders = _holders()
    _refuse_unknown_states(areas)
    for level in BoundaryLevel.values:
        if shapes := areas.by_level.get(level):
            mesh = mesh_of({key: area.polygons for key, area in shapes.items()})
            names = {key: area.name for key, area in shapes.items()}
            drawn = _drawn(mesh, names, level, source, wishes.as_of, holders)
            report.levels[level] = _write(level, drawn, only_own=wishes.only_own)
            report.levels[level].unknown = [key for key in shapes if not _is_known((level, key), holders)]
            report.levels[level].missing = _missing(level, shapes, holders)
    report.placed = place_bodies()
    if only_check:
        transaction.set_rollback(True)
    return report


@dataclass(frozen=True)
class _Holder:
    """The body that has a key on a level, or had it last."""

    pk: int
    name: str
    exists: bool


def _holders() -> dict[Place, _Holder]:
    """Who holds which key: a kreisfreie Stadt holds one as a district and one as a municipality."""
    rows = Municipality.objects.order_by(F("valid_until").asc(nulls_last=True), "pk").values_list(
        "pk", "name", "ars", "level", "kind", "valid_until"
    )
    holders: dict[Place, _Holder] = {}
    for pk, name, ars, level, kind, valid_until in rows:
        holder = _Holder(pk, name, valid_until is None)
        if level == Level.DISTRICT or kind in DISTRICT_FREE:
            holders[BoundaryLevel.DISTRICT, ars[:5]] = holder
        if level == Level.ASSOCIATION:
            holders[BoundaryLevel.ASSOCIATION, ars[:9]] = holder
        if level in {Level.MUNICIPALITY, Level.UNINCORPORATED}:
            holders[BoundaryLevel.MUNICIPALITY, ags_of(ars)] = holder
    return holders


@transaction.atomic
def link_boundaries() -> int:
    """Join the borders to those who hold their keys now, and give these a place where they have none.

    To be called after the directory changed. Tells how many borders changed hands.
    """
    rows = Boundary.objects.exclude(level=BoundaryLevel.STATE).only("level", "key", "municipality_id")
    if not rows.exists():
        return 0
    holders = _holders()
    moved = []
    for row in rows:
        holder = holders.get((row.level, row.key))
        if row.municipality_id != (pk := holder.pk if holder else None):
            row.municipality_id, row.updated_at = pk, timezone.now()
            moved.append(row)
    Boundary.objects.bulk_update(moved, ["municipality_id", "updated_at"], batch_size=500)
    place_bodies()
    return len(moved)


def place_bodies() -> int:
    """Give bodies without coordinates a point on their area, and say where it comes from. Tells how many."""
    unplaced = Boundary.objects.filter(municipality__isnull=False, municipality__lat__isnull=True)
    points: dict[int, tuple[float, float, int]] = {}
    origins: dict[str, list[int]] = {}
    for pk, source, outline in unplaced.order_by("level").values_list("municipality_id", "source", "fine"):
        geometry = json.loads(outline)
        several = geometry["type"] == "MultiPolygon"
        lon, lat = point_on(geometry["coordinates"] if several else [geometry["coordinates"]])
        points[pk] = (round(lon, 5), round(lat, 5), pk)
        origins.setdefault(source, []).append(pk)
    for source, pks in origins.items():
        origin = f"abgeleitet: Punkt auf der Fläche ({source})"[:200]
        for first in range(0, len(pks), 10_000):
            chosen = Municipality.objects.filter(pk__in=pks[first : first + 10_000])
            chosen.update(coordinates_source=origin, updated_at=timezone.now())
    with connection.cursor() as cursor:  # ten thousand rows by bulk_update take five seconds, so 0.1
        table = Municipality._meta.db_table
        cursor.executemany(f"UPDATE {table} SET lon = %s, lat = %s WHERE id = %s", list(points.values()))  # noqa: S608
    return len(points)


def _is_known(place: Place, holders: Mapping[Place, _Holder]) -> bool:
    return place[0] == BoundaryLevel.STATE or place in holders


def _refuse_unknown_states(areas: Areas) -> None:
    """A border belongs to a Land. Raises GeoFileError where that is not in the database yet."""
    wanted = {key[:2] for shapes in areas.by_level.values() for key in shapes}
    if missing := sorted(wanted - set(State.objects.values_list("code", flat=True))):
        raise GeoFileError(f"Die Länder {', '.join(missing)} sind noch nicht angelegt (manage.py load_fixtures).")


def _missing(level: str, shapes: Iterable[str], holders: Mapping[Place, _Holder]) -> list[str]:
    """Existing bodies of the file's Länder for which it has no border."""
    have = set(shapes)
    states = {key[:2] for key in have}
    return [
        f"{key} {holder.name}"
        for (of, key), holder in sorted(holders.items())
        if of == level and holder.exists and key[:2] in states and key not in have
    ]


# --- Drawing ---


def _drawn(
    mesh: Mesh,
    names: Mapping[str, str],
    level: str,
    source: str,
    as_of: dt.date | None,
    holders: Mapping[Place, _Holder],
) -> Iterator[Boundary]:
    """A row for each area of the mesh, not saved."""
    for (key, coarse), (_k2, medium), (_k3, fine) in zip(*(mesh.drawn(detail) for detail in DETAILS), strict=True):
        texts = [_geometry_text(polygons) for polygons in (coarse, medium, fine)]
        box = box_of(position for polygon in fine for position in polygon[0])
        holder = holders.get((level, key))
        yield Boundary(
            level=level,
            key=key,
            name=names[key],
            state_id=key[:2],
            municipality_id=holder.pk if holder else None,
            source=source,
            as_of=as_of,
            digest=hashlib.sha256("".join(texts).encode()).hexdigest(),
            **dict(zip(_OUTLINES, texts, strict=True)),
            **box._asdict(),
        )


def _geometry_text(polygons: list[Polygon]) -> str:
    """A GeoJSON geometry in as few characters as can be; never in the locale's numbers."""
    several = len(polygons) > 1
    geometry = {
        "type": "MultiPolygon" if several else "Polygon",
        "coordinates": polygons if several else polygons[0],
    }
    return json.dumps(geometry, separators=(",", ":"))


# --- Writing ---


def _write(level: str, drawn: Iterable[Boundary], *, only_own: bool) -> LevelReport:
    """Add what is new and change what differs; a border that is as it was is not touched."""
    known = {row.key: row for row in Boundary.objects.filter(level=level).defer(*_OUTLINES)}
    report, new, changed = LevelReport(), [], []
    for row in drawn:
        before = known.get(row.key)
        if before is None:
            new.append(row)
        elif only_own and before.source != row.source:
            report.left_alone += 1
        elif all(getattr(before, column) == getattr(row, column) for column in _COLUMNS):
            report.unchanged += 1
        else:
            row.pk, row.created_at, row.updated_at = before.pk, before.created_at, timezone.now()
            changed.append(row)
    Boundary.objects.bulk_create(new, batch_size=500)
    Boundary.objects.bulk_update(changed, [*_COLUMNS, *_OUTLINES, "updated_at"], batch_size=100)
    report.new, report.changed = len(new), len(changed)
    return report
