"""The outlines that come with the project: small, sound, there before any import."""

from __future__ import annotations

import json

import pytest

from coopportal.fixtures.loading import load
from coopportal.fixtures.reading import FixtureError
from municipalities.areas import read_areas
from municipalities.importers.boundaries import import_boundaries
from municipalities.keys import STATE_CODE
from municipalities.models import Boundary
from tests.builders import STATES, make_state
from tests.municipalities.geo_samples import feature, features, square, written
from tests.roof.fixture_files import FIXTURES, copy_of_fixtures

OUTLINES = FIXTURES / "laender.geojson"


def test_the_file_is_small_names_its_source_and_holds_all_sixteen():
    assert OUTLINES.stat().st_size <= 150_000
    content = json.loads(OUTLINES.read_text(encoding="utf-8"))
    assert content["source"] == "Natural Earth"
    assert content["licence"].startswith("public domain")
    areas = read_areas(OUTLINES)
    assert areas.source == "Natural Earth"
    assert {key: area.name for key, area in areas.by_level["state"].items()} == {
        code: name for code, (name, _iso) in STATES.items()
    }
    assert all(STATE_CODE.match(key) for key in areas.by_level["state"])


@pytest.mark.django_db
def test_the_fixtures_bring_them_once():
    assert load(FIXTURES).outlines == 16
    before = list(Boundary.objects.order_by("pk").values())
    assert {row["source"] for row in before} == {"Natural Earth"}
    assert load(FIXTURES).outlines == 0
    assert list(Boundary.objects.order_by("pk").values()) == before


@pytest.mark.django_db
def test_an_imported_border_is_left_alone(tmp_path):
    make_state("16")
    import_boundaries(written(tmp_path, features(feature("16", ring=square(), GEN="Thüringen"))))
    assert load(FIXTURES).outlines == 15
    assert Boundary.objects.get(key="16").source == "© GeoBasis-DE / BKG"


@pytest.mark.django_db
def test_a_broken_file_stops_the_whole_load(tmp_path):
    folder = copy_of_fixtures(tmp_path)
    (folder / "laender.geojson").write_text("<html>", encoding="utf-8")
    with pytest.raises(FixtureError, match=r"laender\.geojson: Die Datei ist HTML oder XML"):
        load(folder)
    assert Boundary.objects.count() == 0
