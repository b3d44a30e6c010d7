"""The map's page and its files: the same selection as the list of cooperations, as tables and for the script."""

from __future__ import annotations

import datetime as dt
import html
import json
import re
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from agreements.places import CLASSES, Share
from coopportal.common import remembered
from municipalities.choices import SharedName
from municipalities.importers.boundaries import import_boundaries
from municipalities.models import Municipality
from tests.agreements.reading import words
from tests.builders import make_confirmation, make_cooperation, make_municipality, make_participation, make_state
from tests.markup import markup
from tests.municipalities.geo_samples import feature, features, square, written

pytestmark = pytest.mark.django_db

STATE = dt.date(2025, 11, 30)


def page(client: Client, query: str = "") -> Any:
    response = client.get(f"{reverse('map')}?{query}")
    assert response.status_code == 200
    return response


def drawing(response: Any) -> dict[str, Any]:
    """What the page tells the script."""
    [told] = re.findall(r'data-drawing="([^"]*)"', response.text)
    return dict(json.loads(html.unescape(told)))


def rows(response: Any) -> list[tuple[str, str, int, list[str]]]:
    """The table of places: name, Land, number of cooperations, cooperations with degree."""
    return [
        (
            row["place"].name,
            row["state"],
            row["place"].listed,
            [f"{one.cooperation} ({one.degree_label})" for one in row["participations"]],
        )
        for row in response.context["rows"]
    ]


@pytest.fixture
def bodies() -> dict[str, Municipality]:
    """Two cooperations: Jena is in both, Gera counts in one, Weimar is only invited; all told by the directory."""
    jena, gera, weimar = (
        make_municipality(name, ars=ars, kind="independent_city", lat=lat, lon=lon, directory_state=STATE)
        for name, ars, lat, lon in (
            ("Jena", "160530000000", 50.92878, 11.5899),
            ("Gera", "160520000000", 50.881, 12.083),
            ("Weimar", "160550000000", 50.98, 11.33),
        )
    )
    leitstelle = make_cooperation("Leitstelle", slug="leitstelle", task_fields=["04.01"])
    region = make_cooperation("Region", slug="region", task_fields=["05.02"])
    make_participation(leitstelle, jena, steps=[("party", "2019-04-24")])
    make_participation(leitstelle, gera, steps=[("intended", "2019-02-23"), ("party", "2019-04-24")])
    make_participation(leitstelle, weimar, steps=[("invited", "2019-02-23")])
    make_participation(region, jena, steps=[("member", "2005-01-01")])
    return {"Jena": jena, "Gera": gera, "Weimar": weimar}


# --- The tables ---


def test_the_table_tells_each_place_once_with_its_cooperations(client, bodies):
    response = page(client)
    assert rows(response) == [
        ("Jena", "Thüringen", 2, ["Leitstelle (Vertragspartei)", "Region (Mitglied)"]),
        ("Gera", "Thüringen", 1, ["Leitstelle (Vertragspartei)"]),
        ("Weimar", "Thüringen", 1, ["Leitstelle (eingeladen)"]),
    ]
    assert markup(response).text("h1") == "Karte"
    assert 'href="/kommunen/160530000000/"' in response.text
    assert 'href="/kooperationen/leitstelle/"' in response.text


def test_who_refuses_is_said_to(client, bodies):
    make_confirmation(bodies["Gera"].participations.get(), answer="refused")
    assert "Leitstelle Vertragspartei widerspricht" in words(page(client).text)


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("kooperation=region", ["Jena"]),
        ("q=leitstelle", ["Gera", "Jena", "Weimar"]),
        ("kommune=160550000000", ["Gera", "Jena", "Weimar"]),
        ("aufgabenfeld=05", ["Jena"]),
        ("land=07", []),
        ("grad=invited", ["Gera", "Jena", "Weimar"]),
        ("stand=2010-01-01", ["Jena"]),
        ("stand=2019-03-01", ["Gera", "Jena", "Weimar"]),
    ],
)
def test_the_filters_are_those_of_the_list(client, bodies, query, names):
    make_state("07")
    response = page(client, query)
    assert [name for name, *_rest in rows(response)] == names
    listed = client.get(f"{reverse('agreements:list')}?{query}").context["count"]
    assert response.context["cooperation_count"] == listed
    told = client.get(drawing(response)["places"]).json()["features"]
    assert [place["properties"]["name"] for place in told] == names


def test_a_wrong_question_is_told_and_not_handed_on(client, bodies):
    response = page(client, "land=99&q=leitstelle&zoom=3")
    assert set(response.context["problems"]) == {"land", "zoom"}
    assert len(rows(response)) == 3
    assert drawing(response)["places"] == "/karte/orte.geojson?q=leitstelle"


def test_unpublished_cooperations_are_on_no_map(client, bodies):
    secret = make_cooperation("Geheim", slug="geheim", record_state="submitted")
    make_participation(secret, make_municipality("Stille", lat=50, lon=11), steps=[("party", "2019-04-24")])
    response = page(client)
    assert "Stille" not in response.text
    assert "Stille" not in client.get("/karte/orte.geojson").text


def test_on_a_day_places_are_called_as_they_were(client):
    body = make_municipality("Neu", ars="160745011001", lat=50.9, lon=11.8, valid_from=dt.date(2000, 1, 1))
    body.periods.update(valid_from=dt.date(2020, 1, 1))
    body.periods.create(ars=body.ars, ags=body.ags, name="Alt", kind="town", valid_until=dt.date(2019, 12, 31))
    make_participation(make_cooperation(), body, steps=[("party", "2010-01-01")])
    assert [name for name, *_rest in rows(page(client))] == ["Neu"]
    assert [name for name, *_rest in rows(page(client, "stand=2015-01-01"))] == ["Alt"]
    [place] = client.get("/karte/orte.geojson?stand=2015-01-01").json()["features"]
    assert place["properties"]["name"] == "Alt"


def test_a_body_in_many_cooperations_shows_the_first_and_leads_to_the_rest(client):
    body = make_municipality("Jena", ars="160530000000")
    for number in range(10):
        make_participation(make_cooperation(f"Kooperation {number}"), body)
    response = page(client, "q=kooperation")
    assert len(response.context["rows"][0]["participations"]) == 8
    assert "und 2 weitere" in response.text
    assert 'href="/kooperationen/?q=kooperation&amp;kommune=160530000000"' in response.text


def test_places_are_paged_and_those_with_most_cooperations_come_first(client):
    cooperations = [make_cooperation() for _ in range(3)]
    for number in range(27):
        make_participation(cooperations[0], make_municipality(f"Ort {number:02d}"))
    for cooperation in cooperations:
        make_participation(
            cooperation,
            make_municipality("Zuletzt", ars="160530000000")
            if cooperation == cooperations[0]
            else Municipality.objects.get(ars="160530000000"),
        )
    first, second = page(client), page(client, "seite=2")
    assert rows(first)[0][:3] == ("Zuletzt", "Thüringen", 3)
    assert (len(rows(first)), len(rows(second))) == (25, 3)


def test_nothing_found_says_so(client):
    response = page(client, "q=nirgendwo")
    assert "Keine Kommune auf der Karte" in response.text
    markup(response)


# --- Shares ---


@pytest.mark.parametrize(
    ("taking_part", "of", "shade"),
    [(0, 40, 0), (1, 40, 1), (4, 40, 1), (5, 40, 2), (10, 40, 2), (20, 40, 3), (21, 40, 4), (1, 1, 4)],
)
def test_shades_follow_the_classes(taking_part, of, shade):
    assert CLASSES == (10, 25, 50)
    assert Share("16", "Thüringen", taking_part, of).shade == shade


def test_shares_count_municipalities_that_take_part_themselves(client, bodies):
    make_municipality("Suhl", ars="160540000000", kind="independent_city", directory_state=STATE)
    make_municipality("Greiz", ars="160760000000", level="district", kind="rural_district", directory_state=STATE)
    for number in (1, 2):
        make_municipality(ars=f"16076000000{number}", directory_state=STATE)
    [share] = page(client).context["shares"]
    assert (share.name, share.taking_part, share.of) == ("Thüringen", 2, 6)
    told = {share.name: (share.taking_part, share.of) for share in page(client, "land=16").context["shares"]}
    assert told == {"Gera": (1, 1), "Greiz": (0, 2), "Jena": (1, 1), "Suhl": (0, 1), "Weimar": (0, 1)}
    shares = client.get("/karte/orte.geojson?land=16").json()["shares"]
    assert shares == {
        "16052": [1, 1, 4],
        "16053": [1, 1, 4],
        "16054": [0, 1, 0],
        "16055": [0, 1, 0],
        "16076": [0, 2, 0],
    }


def test_shares_follow_filters_and_day(client, bodies):
    def taking_part(query: str) -> list[int]:
        return [share.taking_part for share in page(client, query).context["shares"]]

    assert taking_part("kooperation=region") == [1]
    assert taking_part("stand=2019-03-01") == [1]
    bodies["Gera"].valid_until = dt.date(2020, 12, 31)
    bodies["Gera"].save()
    assert [(share.taking_part, share.of) for share in page(client).context["shares"]] == [(1, 2)]


def test_without_the_directory_there_is_no_share(client, bodies):
    Municipality.objects.update(directory_state=None)
    response = page(client)
    assert response.context["shares"] == []
    assert "Anteil der Gemeinden" not in response.text
    assert client.get("/karte/orte.geojson").json()["shares"] == {}


# --- What the script is told ---


def test_places_have_a_point_where_it_is_known(client, bodies):
    Municipality.objects.filter(name="Weimar").update(lat=None, lon=None)
    response = client.get("/karte/orte.geojson")
    assert (response["Content-Type"], response["Cache-Control"]) == ("application/geo+json", "public, no-cache")
    jena, _gera, weimar = response.json()["features"]
    assert jena == {
        "type": "Feature",
        "id": "160530000000",
        "geometry": {"type": "Point", "coordinates": [11.5899, 50.92878]},
        "properties": {"name": "Jena", "kind": "kreisfreie Stadt", "level": "municipality", "listed": 2, "counted": 2},
    }
    assert (weimar["geometry"], weimar["properties"]["counted"]) == (None, 0)
    assert "1 Kommune ohne bekannte Lage" in page(client).text
    assert client.get("/karte/orte.geojson", headers={"If-None-Match": response["ETag"]}).status_code == 304


def test_places_that_share_a_name_say_what_tells_them_apart(client, bodies):
    names = []
    for shared in SharedName:
        Municipality.objects.filter(name="Jena").update(shares_name=shared)
        names.append(client.get("/karte/orte.geojson").json()["features"][0]["properties"]["name"])
    assert names == ["Jena", "Jena (kreisfreie Stadt)", "Jena (kreisfreie Stadt, 16053000)"]


@pytest.fixture
def borders(bodies, tmp_path) -> None:
    keys = ["16", "16053", "16053000", "16052000"]
    rows = [feature(key, ring=square(10 + i)) for i, key in enumerate(keys)]
    import_boundaries(written(tmp_path, features(*rows, source="© Vermessung")))


def test_without_borders_nothing_is_shaded(client, bodies):
    told = drawing(page(client))
    assert (told["shaded"], told["borders"], told["own"]) == (None, {}, None)


def test_districts_are_shaded_and_of_one_land_all_municipalities(client, borders):
    assert drawing(page(client))["shaded"] == "district"
    told = drawing(page(client, "land=16&stand=2020-01-01"))
    assert (told["shaded"], told["states"]) == ("municipality", ["16"])
    assert told["borders"] == {
        "state": "/karte/grenzen/laender.geojson?stand=2020-01-01",
        "district": "/karte/grenzen/kreise.geojson?stand=2020-01-01",
        "municipality": "/karte/grenzen/gemeinden.geojson?stand=2020-01-01",
    }
    assert told["sources"] == {level: ["© Vermessung"] for level in ("district", "municipality", "state")}
    assert "© Vermessung" in page(client).text


def test_without_shares_districts_are_not_shaded(client, borders):
    Municipality.objects.update(directory_state=None)
    assert drawing(page(client))["shaded"] is None


def test_a_single_cooperation_is_drawn_with_the_areas_of_its_participants(client, borders):
    told = drawing(page(client, "kooperation=leitstelle"))
    assert told["shaded"] is None
    drawn = client.get(told["own"]).json()["features"]
    assert [row["id"] for row in drawn] == ["16052000", "16053000"]
    lines = client.get(told["cooperations"])
    assert json.loads(b"".join(lines.streaming_content))["features"][0]["id"] == "leitstelle"


def test_many_cooperations_have_no_lines(client, bodies, monkeypatch):
    assert drawing(page(client))["cooperations"] == "/api/v1/cooperations/?format=geojson"
    assert "mit Linien zu ihren Kommunen" in page(client).text
    monkeypatch.setattr("agreements.maps.MOST_WITH_LINES", 1)
    assert drawing(page(client))["cooperations"] is None
    assert "mit Linien zu ihren Kommunen" not in page(client).text


def test_the_script_narrows_to_what_was_chosen(client, bodies):
    assert [
        drawing(page(client, query))["isFiltered"] for query in ("", "land=16", "stand=2019-03-01", "q=region")
    ] == [
        False,
        False,
        False,
        True,
    ]


def test_htmx_gets_the_results_alone(client, bodies):
    response = client.get(reverse("map"), headers={"HX-Request": "true"})
    assert "<html" not in response.text
    assert "data-drawing" in response.text


@pytest.mark.parametrize("number", [1, 3, 30])
def test_as_many_queries_for_one_cooperation_as_for_thirty(client, borders, number, django_assert_num_queries):
    for _ in range(number):
        make_participation(make_cooperation(), make_municipality(lat=50, lon=11), steps=[("party", "2019-04-24")])
    page(client)  # the process keeps cooperations, spells and bodies from now on
    remembered.forget()
    for query, queries in (("", 6), ("land=16", 6), ("stand=2020-01-01", 7)):
        with django_assert_num_queries(queries):
            page(client, query)
    with django_assert_num_queries(1):  # version, since the places are known
        client.get("/karte/orte.geojson")


def test_a_write_makes_the_kept_places_new(client, bodies):
    def places():
        return {one["properties"]["name"] for one in client.get("/karte/orte.geojson").json()["features"]}

    before = places()
    make_participation(make_cooperation(), make_municipality("Neuort"), steps=[("party", "2019-04-24")])
    assert (len(before) > 0, places()) == (True, before | {"Neuort"})
