"""Borders as files for the map, and municipal bodies as GeoJSON."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from municipalities.importers.boundaries import import_boundaries
from municipalities.models import Boundary, Municipality
from tests.builders import make_municipality, make_state
from tests.municipalities.geo_samples import feature, features, square, streamed_json, topology, written

pytestmark = pytest.mark.django_db


def url(level: str, query: str = "") -> str:
    return f"{reverse('municipalities:boundaries', args=[level])}?{query}"


def ids(client: Client, level: str, query: str = "") -> list[str]:
    return [row["id"] for row in client.get(url(level, query)).json()["features"]]


@pytest.fixture
def borders(tmp_path: Any) -> dict[str, Municipality]:
    """Two municipalities, a district and two Länder; Westdorf, Jena and the district are in the directory."""
    make_state("09")
    bodies = {
        "Westdorf": make_municipality("Westdorf", ars="160745011001"),
        "Jena": make_municipality("Jena", ars="160530000000", kind="independent_city"),
        "Kreis": make_municipality("Saale-Holzland", ars="160740000000", level="district", kind="rural_district"),
    }
    import_boundaries(written(tmp_path, topology()))
    keys = ["16", "09", "16074", "16053", "16053000"]
    rows = [feature(key, ring=square(9 + i), GEN="Name der Datei") for i, key in enumerate(keys)]
    import_boundaries(written(tmp_path, features(*rows)))
    return bodies


def test_a_border_tells_key_name_and_whose_it_is(client, borders):
    first, second = client.get(url("gemeinden", "land=16&detail=3")).json()["features"][1:]
    assert (first["id"], first["properties"]) == ("16074001", {"name": "Westdorf", "ars": "160745011001"})
    assert (second["id"], second["properties"]) == ("16074002", {"name": "Ostdorf"})
    assert first["geometry"]["type"] == "Polygon"
    assert first["geometry"]["coordinates"][0][0] == [11.1, 50.0]


@pytest.mark.parametrize(
    ("level", "query", "expected"),
    [
        ("laender", "", ["09", "16"]),
        ("laender", "land=16", ["16"]),
        ("laender", "land=16,09", ["09", "16"]),
        ("kreise", "", ["16053", "16074"]),
        ("kreise", "kommune=16053", ["16053"]),
        ("gemeinden", "land=09", []),
        ("gemeinden", "land=16", ["16053000", "16074001", "16074002"]),
        ("verbaende", "", []),
        ("kommunen", "kommune=160530000000,16074", ["16074", "16053000"]),
    ],
)
def test_levels_and_filters(client, borders, level, query, expected):
    assert ids(client, level, query) == expected


def test_the_detail_decides_how_fine(client, borders):
    Boundary.objects.filter(key="16").update(coarse='"grob"', medium='"mittel"', fine='"fein"')
    told = [client.get(url("laender", f"land=16&{q}")).json()["features"][0] for q in ("", "detail=2", "detail=3")]
    assert [row["geometry"] for row in told] == ["grob", "mittel", "fein"]


def test_a_name_goes_out_as_it_is(client, borders):
    Municipality.objects.filter(name="Westdorf").update(name='</script>"Ö\\')
    rows = client.get(url("gemeinden", "land=16")).json()["features"]
    assert rows[1]["properties"]["name"] == '</script>"Ö\\'


def test_borders_of_what_has_ended_are_drawn_for_days_before_that(client, borders):
    Municipality.objects.filter(name="Westdorf").update(valid_until=dt.date(2020, 12, 31))
    assert ids(client, "gemeinden", "land=16") == ["16053000", "16074002"]
    assert ids(client, "gemeinden", "land=16&stand=2020-12-31") == ["16053000", "16074001", "16074002"]


@pytest.mark.parametrize(
    ("query", "parameter"),
    [("land=17", "land"), ("detail=4", "detail"), ("kommune=1", "kommune"), ("zoom=3", "zoom"), ("stand=x", "stand")],
)
def test_a_wrong_question_is_named(client, borders, query, parameter):
    response = client.get(url("kreise", query))
    assert response.status_code == 400
    assert [error["parameter"] for error in response.json()["errors"]] == [parameter]


def test_a_level_that_is_none_is_not_found(client):
    assert client.get(url("stadtteile")).status_code == 404


def test_unchanged_borders_are_not_sent_again(client, borders):
    first = client.get(url("gemeinden", "land=16"))
    assert first["Cache-Control"] == "public, max-age=3600"
    again = {"If-None-Match": first["ETag"]}
    assert client.get(url("gemeinden", "land=16"), headers=again).status_code == 304
    Municipality.objects.get(name="Westdorf").save()
    assert client.get(url("gemeinden", "land=16"), headers=again).status_code == 200


@pytest.mark.parametrize("number", [1, 3, 30])
def test_as_many_queries_for_one_border_as_for_thirty(client, tmp_path, number, django_assert_num_queries):
    rows = []
    for i in range(number):
        body = make_municipality(ars=f"160745011{i + 1:03d}")
        rows.append(feature(body.ags, ring=square(9 + i / 10)))
    import_boundaries(written(tmp_path, features(*rows)))
    with django_assert_num_queries(3):  # the Land, the version, the borders
        assert len(client.get(url("gemeinden", "land=16")).json()["features"]) == number


# --- Municipal bodies as GeoJSON ---


def test_bodies_as_geojson_have_a_point_where_it_is_known(client):
    make_municipality("Jena", ars="160530000000", lat=50.92878, lon=11.5899)
    make_municipality("Nirgends", ars="160745011001")
    response = client.get("/api/v1/municipalities/?format=geojson&ordering=name")
    assert response["Content-Type"].startswith("application/geo+json")
    assert response["Content-Disposition"] == f'attachment; filename="municipalities_{timezone.localdate()}.geojson"'
    jena, nowhere = streamed_json(response)["features"]
    assert (jena["id"], jena["geometry"]) == ("160530000000", {"type": "Point", "coordinates": [11.5899, 50.92878]})
    assert nowhere["geometry"] is None
    record = client.get("/api/v1/municipalities/160530000000/").json()
    assert jena["properties"] == {name: value for name, value in record.items() if name not in {"lat", "lon"}}


def test_geojson_follows_the_filters_of_the_list(client):
    make_municipality("Jena", ars="160530000000")
    make_municipality("München", ars="091620000000")
    rows = streamed_json(client.get("/api/v1/municipalities/?format=geojson&state=09"))["features"]
    assert [row["id"] for row in rows] == ["091620000000"]
    assert client.get("/api/v1/municipalities/?format=geojson&state=99").status_code == 400


def test_a_single_body_is_no_file(client):
    make_municipality(ars="160530000000")
    assert client.get("/api/v1/municipalities/160530000000/?format=geojson").status_code == 400
    assert client.get("/api/v1/organisations/?format=geojson").status_code == 400
