"""``import_boundaries``: borders into the database, joined by key, the same file twice, broken files."""

from __future__ import annotations

import datetime as dt
import json
from decimal import Decimal
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, transaction

from municipalities.geofiles import GeoFileError
from municipalities.importers.boundaries import Wishes, import_boundaries, link_boundaries
from municipalities.importers.directory import import_directory
from municipalities.models import Boundary, Municipality
from tests.builders import make_municipality, make_state
from tests.municipalities.directory_world import NEW, TODAY
from tests.municipalities.geo_samples import feature, features, square, topology, written
from tests.municipalities.lines import sample
from tests.municipalities.test_geofiles import BROKEN

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def thuringia() -> None:
    make_state("16")


def outlines(row: Boundary) -> list[dict[str, Any]]:
    return [json.loads(text) for text in (row.coarse, row.medium, row.fine)]


def everything() -> list[Any]:
    bodies = Municipality.objects.order_by("pk").values_list("pk", "lat", "lon", "coordinates_source", "updated_at")
    return [*Boundary.objects.order_by("pk").values_list(), *bodies]


def told(path: Path, *options: str) -> str:
    out = StringIO()
    call_command("import_boundaries", str(path), *options, stdout=out)
    return out.getvalue()


# --- What is stored ---


def test_a_border_is_stored_at_three_details_with_box_source_and_body(tmp_path):
    west = make_municipality("Westdorf", ars="160745011001")
    import_boundaries(written(tmp_path, topology()), Wishes(as_of=dt.date(2025, 1, 1)))
    row = Boundary.objects.get(key="16074001")
    assert (row.level, row.name, row.state_id, row.municipality) == ("municipality", "Westdorf", "16", west)
    assert (row.source, row.as_of) == ("© GeoBasis-DE / BKG", dt.date(2025, 1, 1))
    assert (row.west, row.south, row.east, row.north) == (11.0, 50.0, 11.12, 50.2)
    coarse, _medium, fine = outlines(row)
    assert coarse["type"] == fine["type"] == "Polygon"
    assert fine["coordinates"][0][0] == fine["coordinates"][0][-1]
    assert len(coarse["coordinates"][0]) <= len(fine["coordinates"][0]) == 6


def test_several_geometries_of_one_key_become_one_multipolygon(tmp_path):
    rows = features(feature(), feature(ring=square(12.0)), feature("16074002", ring=square(13.0)))
    import_boundaries(written(tmp_path, rows))
    kinds = {row.key: json.loads(row.fine)["type"] for row in Boundary.objects.all()}
    assert kinds == {"16074001": "MultiPolygon", "16074002": "Polygon"}


def test_parts_that_touch_are_drawn_without_the_line_between_them(tmp_path):
    import_boundaries(written(tmp_path, features(feature(), feature(ring=square(11.1)))))
    assert json.loads(Boundary.objects.get().fine)["type"] == "Polygon"


def test_all_levels_find_their_body(tmp_path):
    bodies = {
        "16074": make_municipality(ars="160740000000", level="district", kind="rural_district"),
        "160745011": make_municipality(ars="160745011000", level="association", kind="administrative_community"),
        "16074001": make_municipality(ars="160745011001"),
        "16074999": make_municipality(ars="160749999999", level="unincorporated", kind="unincorporated"),
    }
    keys = [*bodies, "16"]
    rows = [feature(None, ARS=key, ring=square(9 + i)) for i, key in enumerate(keys)]
    report = import_boundaries(written(tmp_path, features(*rows)))
    assert {row.key: row.municipality for row in Boundary.objects.all()} == bodies | {"16": None}
    assert [level.unknown for level in report.levels.values()] == [[], [], [], []]


def test_a_kreisfreie_stadt_has_a_border_as_district_and_as_municipality(tmp_path):
    jena = make_municipality("Jena", ars="160530000000", kind="independent_city")
    import_boundaries(written(tmp_path, features(feature("16053"), feature("16053000"))))
    assert {row.level: row.municipality for row in Boundary.objects.all()} == {"district": jena, "municipality": jena}


def test_the_present_holder_of_a_key_goes_before_a_former_one(tmp_path):
    make_municipality("Alt", ars="160745011001", valid_until=dt.date(2020, 12, 31))
    new = make_municipality("Neu", ars="160745011001", valid_from=dt.date(2021, 1, 1))
    make_municipality("Beendet", ars="160745011002", valid_until=dt.date(2022, 12, 31))
    last = make_municipality("Zuletzt", ars="160745012002", valid_until=dt.date(2024, 12, 31))
    import_boundaries(written(tmp_path, topology()))
    assert [row.municipality for row in Boundary.objects.order_by("key")] == [new, last]


def test_bodies_without_coordinates_get_a_point_on_their_area(tmp_path):
    unplaced = make_municipality(ars="160745011001")
    placed = make_municipality(ars="160745011002", lat=50.5, lon=11.5, coordinates_source="AuszugGV")
    before = unplaced.updated_at
    report = import_boundaries(written(tmp_path, topology()))
    unplaced.refresh_from_db()
    placed.refresh_from_db()
    assert report.placed == 1
    assert 11.0 < unplaced.lon < 11.12  # type: ignore[operator]
    assert 50.0 < unplaced.lat < 50.2  # type: ignore[operator]
    assert unplaced.coordinates_source == "abgeleitet: Punkt auf der Fläche (© GeoBasis-DE / BKG)"
    assert unplaced.updated_at > before
    assert (placed.lat, placed.coordinates_source) == (50.5, "AuszugGV")


def test_a_key_of_another_level_is_refused_by_the_database():
    row = Boundary(level="district", key="16", source="x", west=1, south=1, east=1, north=1, state_id="16")
    with pytest.raises(IntegrityError), transaction.atomic():
        row.save()


# --- Again, and later ---


def test_a_second_run_changes_nothing(tmp_path):
    make_municipality(ars="160745011001")
    path = written(tmp_path, topology())
    import_boundaries(path)
    before = everything()
    report = import_boundaries(path)
    level = report.levels["municipality"]
    assert (level.new, level.changed, level.unchanged, report.placed) == (0, 0, 2, 0)
    assert not report.wrote
    assert everything() == before


def test_a_changed_border_is_changed_and_keeps_its_id(tmp_path):
    import_boundaries(written(tmp_path, topology()))
    before = {row.key: row for row in Boundary.objects.all()}
    moved = topology(transform={"scale": [0.01, 0.01], "translate": [11.5, 50.0]})
    report = import_boundaries(written(tmp_path, moved))
    assert (report.levels["municipality"].new, report.levels["municipality"].changed) == (0, 2)
    for row in Boundary.objects.all():
        assert (row.pk, row.created_at) == (before[row.key].pk, before[row.key].created_at)
        assert row.updated_at > before[row.key].updated_at
        assert row.west == pytest.approx(before[row.key].west + 0.5)


def test_borders_the_file_does_not_hold_stay(tmp_path):
    import_boundaries(written(tmp_path, topology()))
    import_boundaries(written(tmp_path, features(feature("16074009", ring=square(12.0)))))
    assert Boundary.objects.count() == 3


def test_links_follow_the_directory(tmp_path):
    import_boundaries(written(tmp_path, topology()))
    body = make_municipality(ars="160745011001")
    assert link_boundaries() == 1
    assert Boundary.objects.get(key="16074001").municipality == body
    body.refresh_from_db()
    assert body.coordinates_source == "abgeleitet: Punkt auf der Fläche (© GeoBasis-DE / BKG)"
    assert link_boundaries() == 0


def test_without_borders_there_is_nothing_to_link(django_assert_num_queries):
    make_municipality()
    with django_assert_num_queries(3):  # a savepoint around one question
        assert link_boundaries() == 0


def test_a_city_lies_where_its_municipality_lies(tmp_path):
    jena = make_municipality("Jena", ars="160530000000", kind="independent_city")
    rows = [feature("16053000", ring=square(11.0)), feature("16053", ring=square(12.0))]
    import_boundaries(written(tmp_path, features(*rows)))
    jena.refresh_from_db()
    assert (jena.lon, jena.lat) == (Decimal("11.05"), Decimal("50.05"))


def test_what_came_with_the_project_does_not_take_the_place_of_an_import(tmp_path):
    own = written(tmp_path, features(feature("16"), source="Natural Earth"), "eigene.geojson")
    better = written(tmp_path, features(feature("16", ring=square(11.5), GEN="Thüringen")), "vg250.geojson")
    import_boundaries(own, Wishes(only_own=True))
    import_boundaries(better)
    report = import_boundaries(own, Wishes(only_own=True))
    assert (report.levels["state"].left_alone, report.wrote) == (1, False)
    assert Boundary.objects.get().source == "© GeoBasis-DE / BKG"


def test_a_corrected_outline_of_the_project_is_followed(tmp_path):
    for west in (11.0, 11.5):
        rows = features(feature("16", ring=square(west)), source="Natural Earth")
        import_boundaries(written(tmp_path, rows), Wishes(only_own=True))
    assert Boundary.objects.get().west == 11.5


# --- What is told ---


def test_missing_and_surplus_keys_are_told_and_stop_nothing(tmp_path):
    make_state("07")
    make_municipality("Westdorf", ars="160745011001")
    make_municipality("Norddorf", ars="160745011003")
    make_municipality("Vergangen", ars="160745011004", valid_until=dt.date(2020, 12, 31))
    make_municipality("Anderswo", ars="073355011022")
    level = import_boundaries(written(tmp_path, topology())).levels["municipality"]
    assert level.unknown == ["16074002"]
    assert level.missing == ["16074003 Norddorf"]
    assert level.new == 2


def test_the_command_reports_in_german(tmp_path):
    make_municipality(ars="160745011001")
    rows = features(feature(GEN="Westdorf"), feature("091"), feature("16074007") | {"geometry": None})
    path = written(tmp_path, rows)
    assert told(path, "--source", "© Beispiel", "--as-of", "31.12.2024").splitlines() == [
        "Grenzen eingelesen. Quelle: © Beispiel",
        "  Gemeinden: 1 neu, 0 geändert, 0 unverändert",
        "  Lage ergänzt: 1 Kommunen ohne Koordinaten",
        "  Schlüssel ohne Fläche in der Datei: 1 (16074007)",
        "  FeatureCollection: 1 Geometrien ohne Schlüssel einer Ebene des Portals",
    ]
    row = Boundary.objects.get()
    assert (row.source, row.as_of) == ("© Beispiel", dt.date(2024, 12, 31))


def test_a_file_without_source_is_named_itself(tmp_path):
    assert told(written(tmp_path, features(feature()), "kreis.json")).startswith(
        "Grenzen eingelesen. Quelle: Datei kreis.json"
    )


def test_long_lists_of_keys_are_cut(tmp_path):
    keys = [f"160740{number:02d}" for number in range(1, 13)]
    rows = [feature(key, ring=square(9 + number / 5)) for number, key in enumerate(keys)]
    line = told(written(tmp_path, features(*rows))).splitlines()[2]
    assert line == f"    in der Datei, aber nicht im Portal: 12 ({', '.join(keys[:10])} … und 2 weitere)"


def test_a_dry_run_tells_the_same_and_writes_nothing(tmp_path):
    make_municipality(ars="160745011001")
    path = written(tmp_path, topology())
    before = everything()
    dry = told(path, "--dry-run")
    assert everything() == before
    assert dry.splitlines()[0] == "Grenzen geprüft, nichts geschrieben. Quelle: © GeoBasis-DE / BKG"
    assert dry.splitlines()[1:] == told(path).splitlines()[1:]


def test_a_wrong_day_is_refused(tmp_path):
    with pytest.raises(CommandError, match="„gestern“ ist kein Tag"):
        told(written(tmp_path, topology()), "--as-of", "gestern")


# --- Broken files ---


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_file_writes_nothing(tmp_path, name):
    make_municipality(ars="160745011001")
    import_boundaries(written(tmp_path, topology()))
    before = everything()
    path = written(tmp_path, BROKEN[name][0], "kaputt.json")
    with pytest.raises(CommandError) as refused:
        told(path)
    assert everything() == before
    message = str(refused.value)
    assert message.startswith("kaputt.json: ")
    assert BROKEN[name][1] in message
    assert message.endswith("Nichts wurde geändert.")


def test_a_land_that_is_not_there_yet_refuses_the_file(tmp_path):
    with pytest.raises(GeoFileError, match=r"Die Länder 09, 12 sind noch nicht angelegt \(manage.py load_fixtures\)"):
        import_boundaries(written(tmp_path, features(feature("09162"), feature("12054"), feature("16053"))))


# --- The files beside the project ---


def test_the_shared_files_are_imported_and_found_unchanged(shared):
    for number in range(1, 17):
        make_state(f"{number:02d}")
    folder = shared / "data" / "geo"
    expected = {
        "gemeinden.topojson": ("municipality", 10_946),
        "verbaende.topojson": ("association", 1_203),
        "kreise_klein.geojson": ("district", 400),
        "laender_klein.geojson": ("state", 16),
    }
    reports = {name: import_boundaries(folder / name) for name in expected}
    assert reports["gemeinden.topojson"].without_area == ["03457501", "07132001", "09472470"]
    for name, (level, number) in expected.items():
        assert (reports[name].levels[level].new, reports[name].source) == (number, "© GeoBasis-DE / BKG")
        again = import_boundaries(folder / name)
        assert (again.levels[level].unchanged, again.wrote) == (number, False)
    assert Boundary.objects.filter(level="municipality", state="09").count() == 2_220
    widest = Boundary.objects.get(level="state", key="09")
    assert (round(widest.west, 1), round(widest.north, 1)) == (9.0, 50.6)


def test_an_import_of_the_directory_links_the_borders(tmp_path):
    import_boundaries(written(tmp_path, features(feature("16076003"), feature("16076", ring=square(12.0)))))
    import_directory(sample("20251130", *NEW), today=TODAY)
    names = {row.level: row.municipality.name for row in Boundary.objects.select_related("municipality")}  # type: ignore[union-attr]
    assert names == {"district": "Greiz", "municipality": "Bad Köstritz"}
    placed = Municipality.objects.filter(lat__isnull=False).values_list("name", flat=True)
    assert sorted(placed) == ["Bad Köstritz", "Greiz"]
