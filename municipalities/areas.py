"""Which official area a geometry draws: keys among the properties of VG250 (BKG) and its relatives.

VG250 has a layer for each level. Its columns ARS and AGS end where the level ends (2, 5, 9 or 12 and 8 digits), ARS_0
and AGS_0 are padded with zeros; other files pad everywhere. Levels are the words of ``BoundaryLevel``.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from municipalities.geofiles import GeoFileError, Geometry, read_geofile
from municipalities.geometry import Polygon
from municipalities.keys import AGS, ARS, ASSOCIATION_KEY, DISTRICT_KEY, STATE_CODE, ags_of

#: Properties that may hold a key, the surest first (compared in lower case).
KEY_NAMES = "ars rs ags regionalschluessel gemeindeschluessel schluessel schlüssel key ars_0 rs_0 ags_0 id".split()
NAME_NAMES = "gen name gemeindename".split()

#: From fine to coarse.
LEVELS = ("municipality", "association", "district", "state")

_CITY_STATES = frozenset({"02", "11"})  # Hamburg and Berlin are one body on every level


@dataclass
class Area:
    """All parts of one area, as the file draws them."""

    name: str
    polygons: list[Polygon]


@dataclass
class Areas:
    """What a file holds: areas by level and key, and what of it is of no use."""

    by_level: dict[str, dict[str, Area]] = field(default_factory=dict)
    without_area: list[str] = field(default_factory=list)
    without_key: Counter[str] = field(default_factory=Counter)
    specks: int = 0
    source: str = ""


@dataclass(frozen=True)
class AreaKey:
    """A key as a file writes it; ``level`` is empty where zeros at its end leave it open."""

    digits: str
    level: str

    def at(self, level: str) -> str:
        """The key as the portal writes it on that level: 2, 5, 9 or 8 digits."""
        if level == "municipality":
            return ags_of(self.digits) if len(self.digits) == 12 else self.digits
        return self.digits[: {"state": 2, "district": 5, "association": 9}[level]]


def area_key(text: str) -> AreaKey | None:
    """The key that ``text`` writes; None where it is none of ours (a Regierungsbezirk has three digits)."""
    text = text.strip()
    if not text.isascii():
        return None  # digits of other scripts
    if STATE_CODE.match(text):
        return AreaKey(text, "state")
    if DISTRICT_KEY.match(text):
        return AreaKey(text, "district")
    if AGS.match(text):
        return AreaKey(text, "municipality")
    if ASSOCIATION_KEY.match(text):
        return AreaKey(text, "association" if text[5] == "5" else "none")
    return AreaKey(text, _padded_level(text)) if ARS.match(text) else None


def _padded_level(ars: str) -> str:
    if ars[9:] != "000":
        return "municipality"
    if ars[5] == "5":
        return "association"
    return "state" if ars[2:5] == "000" and ars[:2] not in _CITY_STATES else ""


def read_areas(path: Path, level: str = "") -> Areas:
    """The areas of a file; ``level`` decides where padded keys leave it open. Raises GeoFileError."""
    file = read_geofile(path)
    result = Areas(specks=file.specks, source=file.source or _usual_source(file.geometries))
    keys = [_keys(geometry) for geometry in file.geometries]
    levels = _levels_of_layers(zip(file.geometries, keys, strict=True))
    for geometry, found in zip(file.geometries, keys, strict=True):
        _sort_in(geometry, found, result, level or levels.get(geometry.layer, ""))
    drawn = {key for shapes in result.by_level.values() for key in shapes}
    result.without_area = [key for key in dict.fromkeys(result.without_area) if key not in drawn]
    if not drawn:
        raise GeoFileError("Die Datei enthält keine Fläche mit einem amtlichen Schlüssel (AGS oder ARS).")
    return result


def _usual_source(geometries: Sequence[Geometry]) -> str:
    """GEN is the name in the files of the Bundesamt für Kartographie und Geodäsie, and in what is made of them."""
    bkg = any(geometry.layer.upper().startswith("VG250") or "GEN" in geometry.properties for geometry in geometries)
    return "© GeoBasis-DE / BKG" if bkg else ""


def _keys(geometry: Geometry) -> list[AreaKey]:
    """The official keys among the properties, the surest first. Raises GeoFileError for a key written as a number."""
    values = _lowered(geometry.properties)
    found = []
    for name in KEY_NAMES:
        value = values.get(name)
        if name != "id" and isinstance(value, int | float) and not isinstance(value, bool):
            raise GeoFileError(
                f"{geometry.place}: Der Schlüssel „{name.upper()}“ ist als Zahl geschrieben; "
                "dabei gehen führende Nullen verloren. Schlüssel sind Text."
            )
        if isinstance(value, str) and (key := area_key(value)):
            found.append(key)
    # Nine digits tell an association, whatever the district's key beside them says.
    return sorted(found, key=lambda key: len(key.digits) != 9)


def _lowered(properties: dict[str, Any]) -> dict[str, Any]:
    return {str(name).lower(): value for name, value in properties.items()}


def _levels_of_layers(pairs: Iterable[tuple[Geometry, list[AreaKey]]]) -> dict[str, str]:
    """For each layer the finest level its keys name: it decides about keys padded with zeros."""
    seen: dict[str, set[str]] = {}
    for geometry, keys in pairs:
        seen.setdefault(geometry.layer, set()).update(key.level for key in keys[:1])
    found = {layer: next((level for level in LEVELS if level in levels), "") for layer, levels in seen.items()}
    return {layer: level for layer, level in found.items() if level}


def _sort_in(geometry: Geometry, keys: list[AreaKey], result: Areas, level: str) -> None:
    if not keys or keys[0].level == "none":
        result.without_key[geometry.layer or "FeatureCollection"] += 1
        return
    key = next((key for key in keys if key.level), keys[0])
    at = key.level or level
    if not at:
        raise GeoFileError(
            f"{geometry.place}: Der Schlüssel {key.digits} lässt offen, ob ein Kreis oder eine Gemeinde gemeint ist; "
            "geben Sie die Ebene an (--level)."
        )
    if not geometry.polygons:
        result.without_area.append(key.at(at))
        return
    area = result.by_level.setdefault(at, {}).setdefault(key.at(at), Area("", []))
    values = _lowered(geometry.properties)
    area.name = area.name or next((str(values[name])[:120] for name in NAME_NAMES if values.get(name)), "")
    area.polygons += geometry.polygons
