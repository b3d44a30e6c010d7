"""Reads files of areas: TopoJSON and GeoJSON, in degrees.

A file is taken whole or refused whole: ``GeoFileError`` says in German what is wrong and where.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from coopportal.common.reasons import reason_of
from municipalities.geometry import Box, Polygon, Position, Ring, signed_area

#: Germany with its coastal waters, in degrees.
GERMANY = Box(5.0, 47.0, 16.0, 56.0)

#: Larger files are too fine for any map of ours; mapshaper makes them smaller.
MOST_BYTES = 200_000_000


class GeoFileError(Exception):
    """Why a file is refused, in German, with the place."""


@dataclass(frozen=True)
class Geometry:
    """One geometry of a file with what the file says about it; ``polygons`` is None where it is no area."""

    place: str
    layer: str
    properties: dict[str, Any]
    polygons: list[Polygon] | None


@dataclass
class GeoFile:
    """A sound file: its geometries, what it says about its source, how many specks without extent were left out."""

    geometries: list[Geometry]
    source: str
    specks: int


def read_geofile(path: Path) -> GeoFile:
    """Read a file of areas. Raises GeoFileError."""
    content = _content_of(path)
    reader = _TopoReader(content) if content["type"] == "Topology" else _GeoReader(content)
    geometries = list(reader.geometries())
    source = content.get("source")
    return GeoFile(geometries, source.strip()[:200] if isinstance(source, str) else "", reader.specks)


# --- From bytes to JSON ---


def _content_of(path: Path) -> dict[str, Any]:
    try:
        size = path.stat().st_size
        if size > MOST_BYTES:
            raise GeoFileError(
                f"Die Datei ist zu groß ({size // 1_000_000} MB, höchstens {MOST_BYTES // 1_000_000} MB)."
            )
        raw = path.read_bytes()
    except OSError as error:
        raise GeoFileError(f"Die Datei lässt sich nicht lesen: {reason_of(error)}.") from None
    if not raw.strip():
        raise GeoFileError("Die Datei ist leer.")
    if raw[:4] == b"PK\x03\x04":
        raise GeoFileError("Die Datei ist ein ZIP-Archiv. Entpacken Sie es; erwartet wird TopoJSON oder GeoJSON.")
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise GeoFileError(f"Die Datei ist nicht in UTF-8 geschrieben (Byte {error.start}).") from None
    if text.lstrip()[:1] == "<":
        raise GeoFileError("Die Datei ist HTML oder XML; erwartet wird TopoJSON oder GeoJSON.")
    return _parsed(text)


def _parsed(text: str) -> dict[str, Any]:
    try:
        content = json.loads(text, parse_constant=_refuse_constant)
    except json.JSONDecodeError as error:
        raise GeoFileError(f"Zeile {error.lineno}, Spalte {error.colno}: kein gültiges JSON.") from None
    except RecursionError:
        raise GeoFileError("Kein gültiges JSON: zu tief verschachtelt.") from None
    except ValueError as error:  # ours, or of Python, which takes no whole number of more than 4,300 digits
        too_long = str(error).startswith("Exceeds")
        raise GeoFileError(f"Kein gültiges JSON: {'eine Zahl ist zu lang' if too_long else error}.") from None
    if not isinstance(content, dict) or content.get("type") not in {"Topology", "FeatureCollection", "Feature"}:
        found = content.get("type") if isinstance(content, dict) else None
        raise GeoFileError(
            "Die Datei ist weder TopoJSON noch GeoJSON: "
            f"„type“ ist {_shown(found)} statt „Topology“ oder „FeatureCollection“."
        )
    return content


def _refuse_constant(name: str) -> float:
    raise ValueError(f"{name} ist keine Zahl")


def _shown(value: Any) -> str:
    text = "nicht angegeben" if value is None else f"„{value}“"
    return text if len(text) <= 60 else f"{text[:58]}…“"


# --- From JSON to polygons ---


class _Reader:
    """What both formats share: checked positions, closed rings, areas of geometries."""

    def __init__(self, content: dict[str, Any]) -> None:
        self.content = content
        self.specks = 0

    def geometries(self) -> Iterator[Geometry]:
        raise NotImplementedError

    def rings_of(self, written: Any, place: str) -> Ring:
        raise NotImplementedError

    def polygons(self, kind: Any, written: Any, place: str) -> list[Polygon] | None:
        """The polygons of a geometry; None where it is no area (a point, a line, nothing)."""
        if kind not in {"Polygon", "MultiPolygon"}:
            return None
        listed = [written] if kind == "Polygon" else written
        if not isinstance(listed, list) or not all(isinstance(rings, list) for rings in listed):
            raise GeoFileError(f"{place}: „{kind}“ ohne Liste von Ringen.")
        found = [self._polygon(rings, place) for rings in listed]
        return [polygon for polygon in found if polygon]

    def _polygon(self, rings: list[Any], place: str) -> Polygon:
        """The rings that have an area; none at all where the outer one has none."""
        polygon: Polygon = []
        for number, written in enumerate(rings):
            ring = self.rings_of(written, place)
            if len(ring) > 1 and ring[0] != ring[-1]:
                raise GeoFileError(f"{place}: Ring {number + 1} ist nicht geschlossen.")
            if len(ring) < 4 or signed_area(ring) == 0:
                self.specks += 1
                if number == 0:
                    return []
                continue
            polygon.append(ring)
        return polygon


def _position(written: Any, place: str) -> Position:
    """A position in Germany. Raises GeoFileError for anything else."""
    if not isinstance(written, list) or len(written) < 2 or not all(map(_is_number, written[:2])):
        raise GeoFileError(f"{place}: {_shown(written)} ist keine Koordinate.")
    position = (float(written[0]), float(written[1]))
    if not GERMANY.holds(position):
        hint = ""
        if abs(position[0]) > 180 or abs(position[1]) > 90:
            hint = " Vermutlich sind es Meter (UTM, EPSG:25832): wandeln Sie die Datei in Grad um (EPSG:4326)."
        elif GERMANY.holds(position[::-1]):
            hint = " Länge und Breite sind vermutlich vertauscht."
        raise GeoFileError(
            f"{place}: Die Koordinate {position[0]:g} / {position[1]:g} liegt nicht in Deutschland.{hint}"
        )
    return position


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and abs(value) < 1e9


def _without_repeats(positions: Sequence[Position]) -> Ring:
    return [position for i, position in enumerate(positions) if i == 0 or position != positions[i - 1]]


def _properties(geometry: dict[str, Any], place: str) -> dict[str, Any]:
    properties = geometry.get("properties")
    if properties is not None and not isinstance(properties, dict):
        raise GeoFileError(f"{place}: „properties“ ist kein Objekt.")
    return {"id": geometry.get("id"), **(properties or {})}


class _GeoReader(_Reader):
    """GeoJSON (RFC 7946)."""

    def geometries(self) -> Iterator[Geometry]:
        is_collection = self.content["type"] == "FeatureCollection"
        features = self.content.get("features") if is_collection else [self.content]
        if not isinstance(features, list):
            raise GeoFileError("Die FeatureCollection hat keine Liste „features“.")
        for number, feature in enumerate(features, 1):
            place = f"Feature {number}"
            if not isinstance(feature, dict) or feature.get("type") != "Feature":
                raise GeoFileError(f"{place}: kein GeoJSON-Feature.")
            properties = _properties(feature, place)
            place += label_of(properties)
            geometry = feature.get("geometry")
            if geometry is not None and not isinstance(geometry, dict):
                raise GeoFileError(f"{place}: „geometry“ ist kein Objekt.")
            geometry = geometry or {}
            yield Geometry(
                place, "", properties, self.polygons(geometry.get("type"), geometry.get("coordinates"), place)
            )

    def rings_of(self, written: Any, place: str) -> Ring:
        if not isinstance(written, list):
            raise GeoFileError(f"{place}: Ein Ring ist keine Liste von Koordinaten.")
        return _without_repeats([_position(position, place) for position in written])


class _TopoReader(_Reader):
    """TopoJSON, quantised or not: https://github.com/topojson/topojson-specification (version 1.0)."""

    def __init__(self, content: dict[str, Any]) -> None:
        super().__init__(content)
        self.arcs = self._arcs()

    def _arcs(self) -> list[Ring]:
        written = self.content.get("arcs")
        if not isinstance(written, list):
            raise GeoFileError("Die Topology hat keine Liste „arcs“.")
        scale, translate = self._transform()
        arcs = []
        for number, arc in enumerate(written):
            place = f"Bogen {number}"
            if not isinstance(arc, list) or not arc:
                raise GeoFileError(f"{place}: keine Liste von Koordinaten.")
            if scale is None:
                positions = [_position(position, place) for position in arc]
            else:
                positions = self._unpacked(arc, scale, translate, place)
            arcs.append(_without_repeats(positions))
        return arcs

    @staticmethod
    def _unpacked(arc: list[Any], scale: Position, translate: Position, place: str) -> Ring:
        """Steps on a grid become degrees: each position is written as its distance from the one before."""
        x = y = 0
        positions = []
        for step in arc:
            if not isinstance(step, list) or len(step) < 2 or not all(map(_is_number, step[:2])):
                raise GeoFileError(f"{place}: {_shown(step)} ist keine Koordinate.")
            x, y = x + step[0], y + step[1]
            positions.append(_position([x * scale[0] + translate[0], y * scale[1] + translate[1]], place))
        return positions

    def _transform(self) -> tuple[Position | None, Position]:
        transform = self.content.get("transform")
        if transform is None:
            return None, (0.0, 0.0)
        try:
            (sx, sy), (tx, ty) = transform["scale"], transform["translate"]
            if all(map(_is_number, (sx, sy, tx, ty))):
                return (float(sx), float(sy)), (float(tx), float(ty))
        except (TypeError, KeyError, ValueError):
            pass
        raise GeoFileError("„transform“ hat nicht zwei Zahlen „scale“ und zwei Zahlen „translate“.")

    def geometries(self) -> Iterator[Geometry]:
        objects = self.content.get("objects")
        if not isinstance(objects, dict) or not objects:
            raise GeoFileError("Die Topology hat keine „objects“.")
        for name, thing in objects.items():
            for number, geometry in enumerate(self._members(thing, f"Objekt „{name}“"), 1):
                place = f"Objekt „{name}“, Geometrie {number}"
                properties = _properties(geometry, place)
                place += label_of(properties)
                polygons = self.polygons(geometry.get("type"), geometry.get("arcs"), place)
                yield Geometry(place, name, properties, polygons)

    def _members(self, thing: Any, place: str) -> list[dict[str, Any]]:
        listed = (
            thing.get("geometries")
            if isinstance(thing, dict) and thing.get("type") == "GeometryCollection"
            else [thing]
        )
        if not isinstance(listed, list) or not all(isinstance(geometry, dict) for geometry in listed):
            raise GeoFileError(f"{place}: keine Liste von Geometrien.")
        return listed

    def rings_of(self, written: Any, place: str) -> Ring:
        if not isinstance(written, list) or not written:
            raise GeoFileError(f"{place}: Ein Ring ist keine Liste von Bögen.")
        ring: Ring = []
        for number in written:
            if (
                not isinstance(number, int)
                or isinstance(number, bool)
                or not -len(self.arcs) <= number < len(self.arcs)
            ):
                raise GeoFileError(
                    f"{place}: Den Bogen {_shown(number)} gibt es nicht; die Datei hat {len(self.arcs)} Bögen."
                )
            arc = self.arcs[number] if number >= 0 else self.arcs[~number][::-1]
            if ring and ring[-1] != arc[0]:
                raise GeoFileError(f"{place}: Der Bogen {number} schließt nicht an den vorigen an.")
            ring += arc[1:] if ring else arc
        return ring


def label_of(properties: dict[str, Any]) -> str:
    """`` (16053000 Jena)``: what a message adds to the place, so that people find it."""
    texts = [value for value in properties.values() if isinstance(value, str) and value][:2]
    return f" ({' '.join(texts)[:60]})" if texts else ""
