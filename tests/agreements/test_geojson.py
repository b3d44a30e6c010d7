"""Cooperations as GeoJSON: they lie where their participants lie."""

from __future__ import annotations

import datetime as dt

import pytest

from tests.builders import make_cooperation, make_municipality, make_organisation, make_participation
from tests.municipalities.geo_samples import streamed_json

pytestmark = pytest.mark.django_db
URL = "/api/v1/cooperations/?format=geojson"


def test_a_cooperation_lies_where_its_municipal_participants_lie(client):
    row = make_cooperation("Leitstelle", slug="leitstelle")
    jena = make_municipality("Jena", ars="160530000000", lat=50.92878, lon=11.5899)
    gera = make_municipality("Gera", ars="160520000000", lat=50.881, lon=12.083)
    nowhere = make_municipality("Nirgends", ars="160745011001")
    for body in (jena, gera, nowhere, make_organisation("Ministerium", slug="ministerium")):
        make_participation(row, body, steps=[("party", "2019-04-24")])
    [feature] = streamed_json(client.get(URL))["features"]
    assert feature["id"] == "leitstelle"
    assert feature["geometry"] == {"type": "MultiPoint", "coordinates": [[12.083, 50.881], [11.5899, 50.92878]]}
    members = feature["properties"]["participations"]
    assert [(member["municipality"], member["organisation"], member["position"]) for member in members] == [
        ("160520000000", None, [12.083, 50.881]),
        ("160530000000", None, [11.5899, 50.92878]),
        ("160745011001", None, None),
        (None, "ministerium", None),
    ]
    record = client.get("/api/v1/cooperations/leitstelle/").json()
    assert feature["properties"] | {"participations": record["participations"]} == record


def test_a_cooperation_of_no_known_place_has_no_geometry(client):
    make_participation(make_cooperation(), make_organisation())
    assert [row["geometry"] for row in streamed_json(client.get(URL))["features"]] == [None]


def test_the_present_holder_of_a_key_tells_the_place(client):
    row = make_cooperation()
    old = make_municipality(ars="160745011001", lat=50, lon=11, valid_until=dt.date(2020, 12, 31))
    make_municipality(ars="160745011001", lat=50.5, lon=11.5, valid_from=dt.date(2021, 1, 1))
    make_participation(row, old, steps=[("party", "2019-04-24")])
    [feature] = streamed_json(client.get(URL))["features"]
    assert feature["geometry"]["coordinates"] == [[11.5, 50.5]]


def test_geojson_takes_the_day_and_leaves_out_drafts(client):
    row = make_cooperation(slug="spaeter")
    make_participation(row, make_municipality(lat=50, lon=11), steps=[("party", "2019-04-24")])
    make_participation(make_cooperation(record_state="draft"), make_municipality(lat=50, lon=11))
    assert [row["id"] for row in streamed_json(client.get(URL))["features"]] == ["spaeter"]
    assert streamed_json(client.get(f"{URL}&as_of=2018-01-01"))["features"] == []


@pytest.mark.parametrize("number", [1, 3, 30])
def test_as_many_queries_for_one_cooperation_as_for_thirty(client, number, django_assert_num_queries):
    for _ in range(number):
        make_participation(make_cooperation(), make_municipality(lat=50, lon=11))
    with django_assert_num_queries(6):  # version, how many, keys, cooperations, participations, places
        assert len(streamed_json(client.get(URL))["features"]) == number
