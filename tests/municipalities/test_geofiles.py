"""Files of borders: what is read, and that a broken one is refused whole with place and reason."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from municipalities.areas import area_key, read_areas
from municipalities.geofiles import GeoFileError, read_geofile
from municipalities.geometry import signed_area
from tests.municipalities.geo_samples import ARCS, EAST, WEST, feature, features, square, topology, written


def areas(folder: Path, content: Any, level: str = "") -> dict[str, list[str]]:
    found = read_areas(written(folder, content), level).by_level
    return {of: sorted(shapes) for of, shapes in found.items()}


def geometry(arcs: Any = None, kind: str | None = "Polygon", **more: Any) -> dict[str, Any]:
    return {"type": kind, "arcs": WEST if arcs is None else arcs, "properties": {"AGS": "16074001"}} | more


def layer(*geometries: dict[str, Any], name: str = "GEM") -> dict[str, Any]:
    return topology(objects={name: {"type": "GeometryCollection", "geometries": list(geometries)}})


# --- What is read ---


def test_a_quantised_topojson(tmp_path):
    file = read_geofile(written(tmp_path, topology()))
    west, east = file.geometries
    assert west.properties == {"id": None, "AGS": "16074001", "GEN": "Westdorf"}
    assert west.polygons is not None
    assert west.polygons[0][0][:2] == [(11.1, 50.0), pytest.approx((11.12, 50.1))]
    assert east.polygons is not None
    shared = set(west.polygons[0][0]) & set(east.polygons[0][0])
    assert len(shared) == 3


def test_a_topojson_without_quantisation(tmp_path):
    ring = square()
    content = {"type": "Topology", "arcs": [ring], "objects": {"a": geometry([[0]])}}
    [only] = read_geofile(written(tmp_path, content)).geometries
    assert only.polygons == [[[tuple(position) for position in ring]]]


def test_geojson_with_a_height_and_a_byte_order_mark(tmp_path):
    ring = [[*position, 312.5] for position in square()]
    text = "\ufeff" + json.dumps(features(feature(ring=ring)))
    [only] = read_geofile(written(tmp_path, text)).geometries
    assert only.polygons == [[[(x, y) for x, y in square()]]]


def test_a_single_feature(tmp_path):
    assert areas(tmp_path, feature()) == {"municipality": ["16074001"]}


def test_several_geometries_of_one_key_are_one_area(tmp_path):
    rows = [feature(GEN="Insel"), feature(ring=square(12.0))]
    rows[1]["geometry"] = {"type": "MultiPolygon", "coordinates": [[square(12.0)], [square(13.0)]]}
    area = read_areas(written(tmp_path, features(*rows))).by_level["municipality"]["16074001"]
    assert (area.name, len(area.polygons)) == ("Insel", 3)


def test_all_levels_of_a_file_are_told_by_their_keys(tmp_path):
    rows = [feature("16"), feature("16074"), feature(None, ARS="160745011"), feature("16074001")]
    assert areas(tmp_path, features(*rows)) == {
        "state": ["16"],
        "district": ["16074"],
        "association": ["160745011"],
        "municipality": ["16074001"],
    }


@pytest.mark.parametrize(
    ("properties", "key"),
    [
        ({"AGS": "16074001"}, "16074001"),
        ({"ags": " 16074001 "}, "16074001"),
        ({"RS": "160745011001"}, "16074001"),
        ({"ARS": "160745011001", "AGS": "16074001", "ARS_0": "160745011001"}, "16074001"),
        ({"Schluessel": "16074001"}, "16074001"),
        ({"key": "16074001"}, "16074001"),
        ({"OBJID": 7, "AGS_0": "16074001"}, "16074001"),
    ],
)
def test_names_of_the_key_are_taken_with_tolerance(tmp_path, properties, key):
    assert areas(tmp_path, features(feature(None, **properties))) == {"municipality": [key]}


def test_the_id_of_a_feature_may_be_the_key(tmp_path):
    assert areas(tmp_path, features(feature(None) | {"id": "16053000"})) == {"municipality": ["16053000"]}


def test_nine_digits_are_an_association_whatever_stands_beside_them(tmp_path):
    rows = features(feature("16074", ARS="160745011"), feature("16074", ARS="160740011"))
    found = read_areas(written(tmp_path, rows))
    assert {level: list(shapes) for level, shapes in found.by_level.items()} == {"association": ["160745011"]}
    assert found.without_key == {"FeatureCollection": 1}  # 0 at the sixth place: a municipality of its own


def test_a_regierungsbezirk_is_no_level_of_ours(tmp_path):
    found = read_areas(written(tmp_path, features(feature("091"), feature("09162"))))
    assert list(found.by_level) == ["district"]
    assert found.without_key == {"FeatureCollection": 1}


def test_an_area_without_geometry_is_told(tmp_path):
    rows = features(feature(), feature("16074002") | {"geometry": None}, feature() | {"geometry": None})
    assert read_areas(written(tmp_path, rows)).without_area == ["16074002"]
    nothing = layer(geometry(), {"type": None, "properties": {"AGS": "16074002"}})
    assert read_areas(written(tmp_path, nothing)).without_area == ["16074002"]


def test_points_and_lines_are_no_areas(tmp_path):
    row = feature("16074002") | {"geometry": {"type": "Point", "coordinates": [11, 50]}}
    assert read_areas(written(tmp_path, features(feature(), row))).without_area == ["16074002"]


def test_specks_without_extent_are_left_out_and_counted(tmp_path):
    line = [[11, 50], [11.1, 50], [11, 50]]
    row = feature()
    row["geometry"] = {"type": "MultiPolygon", "coordinates": [[square()], [line], [square(12.0), line]]}
    found = read_areas(written(tmp_path, features(row)))
    assert found.specks == 2
    assert [len(polygon) for polygon in found.by_level["municipality"]["16074001"].polygons] == [1, 1]


def test_the_source_is_what_the_file_says_or_the_usual_one(tmp_path):
    assert read_areas(written(tmp_path, features(feature(), source="Natural Earth"))).source == "Natural Earth"
    assert read_areas(written(tmp_path, topology())).source == "© GeoBasis-DE / BKG"
    assert read_areas(written(tmp_path, features(feature()))).source == ""


# --- Padded keys ---


@pytest.mark.parametrize(
    ("text", "level"),
    [
        ("160745011001", "municipality"),
        ("160745011000", "association"),
        ("160740000000", ""),
        ("160000000000", "state"),
        ("110000000000", ""),
        ("160740011", "none"),
    ],
)
def test_what_zeros_at_the_end_leave_open(text, level):
    key = area_key(text)
    assert key is not None
    assert key.level == level


@pytest.mark.parametrize("text", ["", "17", "091", "16x74001", "00000000", "1607400", "16074０01"])
def test_what_is_no_key(text):
    assert area_key(text) is None


def test_padded_keys_follow_the_finest_level_of_their_layer(tmp_path):
    cities = [feature(None, ARS="160530000000"), feature(None, ARS="110000000000")]
    assert areas(tmp_path, features(*cities, feature(None, ARS="160745011001"))) == {
        "municipality": ["11000000", "16053000", "16074001"]
    }
    assert areas(tmp_path, features(*cities), "district") == {"district": ["11000", "16053"]}


def test_layers_decide_for_themselves(tmp_path):
    def row(key: str) -> dict[str, Any]:
        return geometry(properties={"ARS": key})

    both = {
        "KRS": {"type": "GeometryCollection", "geometries": [row("16053"), row("160740000000")]},
        "GEM": {"type": "GeometryCollection", "geometries": [row("160530000000"), row("160745011001")]},
    }
    assert areas(tmp_path, topology(objects=both)) == {
        "district": ["16053", "16074"],
        "municipality": ["16053000", "16074001"],
    }


# --- Broken files ---

METRES = [[x * 50_000, y * 100_000] for x, y in square()]
SWAPPED = [[y, x] for x, y in square()]

BROKEN: dict[str, tuple[Any, str]] = {
    "empty": (b"", "Die Datei ist leer."),
    "blank": (b" \n ", "Die Datei ist leer."),
    "html": ("<!doctype html><title>Nicht gefunden</title>", "HTML oder XML"),
    "zip": (b"PK\x03\x04rest", "ZIP-Archiv"),
    "latin-1": (
        '{"type": "FeatureCollection", "name": "Thüringen"}'.encode("latin-1"),
        "nicht in UTF-8 geschrieben (Byte",
    ),
    "cut off": (json.dumps(topology())[:200], "Zeile 1, Spalte"),
    "nul": (b"\x00\x00\x00\x00", "Zeile 1, Spalte 1: kein gültiges JSON"),
    "not json": ("type,arcs\n1,2", "Zeile 1, Spalte 1: kein gültiges JSON"),
    "nan": ('{"type": "FeatureCollection", "features": [NaN]}', "NaN ist keine Zahl"),
    "too deep": ("[" * 100_000, "Kein gültiges JSON"),
    "list": ([1, 2], "„type“ ist nicht angegeben"),
    "other type": ({"type": "Polygon", "coordinates": [square()]}, "„type“ ist „Polygon“"),
    "long type": ({"type": "x" * 500}, "„type“ ist „xxx"),
    "no features": ({"type": "FeatureCollection"}, "keine Liste „features“"),
    "no feature": (features({"type": "Polygon"}), "Feature 1: kein GeoJSON-Feature"),
    "properties": (features(feature() | {"properties": [1]}), "Feature 1: „properties“ ist kein Objekt"),
    "geometry": (features(feature() | {"geometry": [1]}), "Feature 1 (16074001): „geometry“ ist kein Objekt"),
    "coordinates": (features(feature() | {"geometry": {"type": "Polygon"}}), "ohne Liste von Ringen"),
    "ring": (features(feature(ring=7)), "Feature 1 (16074001): Ein Ring ist keine Liste"),
    "open ring": (features(feature(ring=square()[:-1])), "Feature 1 (16074001): Ring 1 ist nicht geschlossen"),
    "text as number": (features(feature(ring=[["11", "50"], *square()])), "ist keine Koordinate"),
    "true as number": (features(feature(ring=[[True, 50], *square()])), "ist keine Koordinate"),
    "huge number": (features(feature(ring=[[10**400, 50], *square()])), "ist keine Koordinate"),
    "metres": (features(feature(ring=METRES)), "Vermutlich sind es Meter (UTM, EPSG:25832)"),
    "swapped": (features(feature(ring=SWAPPED)), "Länge und Breite sind vermutlich vertauscht"),
    "elsewhere": (features(feature(ring=square(2.0, 48.0))), "Die Koordinate 2 / 48 liegt nicht in Deutschland"),
    "no key": (features(feature(None, name="Jena")), "keine Fläche mit einem amtlichen Schlüssel"),
    "no area": (features(feature() | {"geometry": None}), "keine Fläche mit einem amtlichen Schlüssel"),
    "number as key": (features(feature(1051011)), "Feature 1: Der Schlüssel „AGS“ ist als Zahl geschrieben"),  # type: ignore[arg-type]
    "open level": (features(feature(None, ARS="160530000000")), "lässt offen, ob ein Kreis oder eine Gemeinde"),
    "no arcs": (topology(arcs=None), "keine Liste „arcs“"),
    "empty arc": (topology(arcs=[*ARCS, []]), "Bogen 3: keine Liste"),
    "step": (topology(arcs=[[["a", 1]]]), "Bogen 0: „['a', 1]“ ist keine Koordinate"),
    "arc elsewhere": (topology(arcs=[[[0, 0], [5000, 0]]]), "Bogen 0: Die Koordinate 61 / 50 liegt nicht"),
    "transform": (topology(transform={"scale": [1]}), "„transform“ hat nicht zwei Zahlen"),
    "transform text": (topology(transform={"scale": ["1", 1], "translate": [0, 0]}), "„transform“ hat nicht"),
    "no objects": (topology(objects={}), "keine „objects“"),
    "geometries": (
        layer() | {"objects": {"a": {"type": "GeometryCollection", "geometries": 1}}},
        "Objekt „a“: keine Liste",
    ),
    "arc out of range": (
        layer(geometry([[0, 7]])),
        "Objekt „GEM“, Geometrie 1 (16074001): Den Bogen „7“ gibt es nicht; die Datei hat 3",
    ),
    "arc below range": (layer(geometry([[0, -4]])), "Den Bogen „-4“ gibt es nicht"),
    "arc as text": (layer(geometry([["0"]])), "Den Bogen „0“ gibt es nicht"),
    "arcs apart": (layer(geometry([[0, 2, 1]])), "Der Bogen 1 schließt nicht an den vorigen an"),
    "arcs open": (layer(geometry([[0]])), "Ring 1 ist nicht geschlossen"),
    "ring of arcs": (layer(geometry([0, 1])), "Ein Ring ist keine Liste von Bögen"),
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_file_is_refused_with_place_and_reason(tmp_path, name):
    content, reason = BROKEN[name]
    with pytest.raises(GeoFileError) as refused:
        read_areas(written(tmp_path, content))
    assert reason in str(refused.value)
    assert len(str(refused.value)) < 400


def test_a_file_that_is_not_there(tmp_path):
    with pytest.raises(GeoFileError, match="lässt sich nicht lesen"):
        read_areas(tmp_path / "nirgends.json")


def test_a_file_too_large_is_not_even_opened(tmp_path, monkeypatch):
    monkeypatch.setattr("municipalities.geofiles.MOST_BYTES", 10)
    with pytest.raises(GeoFileError, match="zu groß"):
        read_areas(written(tmp_path, topology()))


def test_rings_may_run_either_way(tmp_path):
    found = read_areas(written(tmp_path, layer(geometry(), geometry(EAST, properties={"AGS": "16074002"}))))
    rings = [area.polygons[0][0] for area in found.by_level["municipality"].values()]
    assert [signed_area(ring) != 0 for ring in rings] == [True, True]
