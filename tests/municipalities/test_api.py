"""The directory as the API tells it: keys, days, changes of territory."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from municipalities.models import Municipality
from tests.api import column, detail, detail_url, results, told
from tests.builders import (
    day,
    make_citation,
    make_municipality,
    make_organisation,
    make_period,
    make_state,
    make_succession,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def district() -> Municipality:
    return make_municipality("Kaiserslautern", ars="073350000000", level="district", kind="rural_district")


@pytest.fixture
def renamed() -> Municipality:
    """A market until the end of 2009, then a town of another name, another key and another parent."""
    before = make_municipality("Altkreis", ars="160640000000", level="district", kind="rural_district")
    after = make_municipality("Neukreis", ars="160630000000", level="district", kind="rural_district")
    body = make_municipality("Neustadt", ars="160635050012", kind="town", parent=after)
    old = {"name": "Altstadt", "official_name": "Altstadt, M", "kind": "market", "parent": before}
    keys = {"ars": "160640000012", "ags": "16064012"}
    body.periods.update(valid_from=day("2010-01-01"))
    make_period(body, **old, **keys, valid_from=None, valid_until=day("2009-12-31"))
    return body


def test_a_state(client: Client) -> None:
    make_state("16", official_name="Freistaat Thüringen")
    assert detail(client, "states", "16") == {
        "code": "16",
        "name": "Thüringen",
        "official_name": "Freistaat Thüringen",
        "iso": "DE-TH",
    }


def test_a_municipality(client: Client, district: Municipality) -> None:
    body = make_municipality(
        "Weilerbach",
        ars="073355010049",
        official_name="Weilerbach, Ortsgemeinde",
        kind="municipality",
        parent=district,
        title="Markt",
        population=4500,
        population_date=day("2023-12-31"),
        area_km2="20.50",
        lat="49.480000",
        lon="7.630000",
        valid_from=day("1972-04-22"),
    )
    assert detail(client, "municipalities", "073355010049") == {
        "ars": "073355010049",
        "ags": "07335049",
        "name": "Weilerbach",
        "official_name": "Weilerbach, Ortsgemeinde",
        "level": "municipality",
        "kind": "municipality",
        "title": "Markt",
        "state": "07",
        "parent": "073350000000",
        "population": 4500,
        "population_date": "2023-12-31",
        "area_km2": 20.5,
        "lat": 49.48,
        "lon": 7.63,
        "valid_from": "1972-04-22",
        "valid_until": None,
        "successors": [],
        "updated_at": told(body),
    }


@pytest.mark.parametrize("key", ["160530000000", "16053000", "160530000", "16053"])
def test_every_key_of_a_body_leads_to_it(client: Client, key: str) -> None:
    make_municipality("Jena", ars="160530000000", kind="independent_city")
    assert detail(client, "municipalities", key)["ars"] == "160530000000"


@pytest.mark.parametrize(
    ("key", "name"),
    [("07335", "Kaiserslautern"), ("073355010", "VG Weilerbach"), ("073355010049", "Weilerbach")],
)
def test_short_keys_name_districts_and_associations(
    client: Client, district: Municipality, key: str, name: str
) -> None:
    make_municipality("VG Weilerbach", ars="073355010000", level="association", kind="verbandsgemeinde")
    make_municipality("Weilerbach", ars="073355010049")
    assert detail(client, "municipalities", key)["name"] == name


def test_a_body_that_has_ended_answers_with_its_successors(client: Client) -> None:
    ended = make_municipality("Alt", ars="160640000012", valid_until=day("2018-12-31"))
    new = make_municipality("Neu", ars="160640000099", valid_from=day("2019-01-01"))
    make_succession(ended, new, kind="merger", on=day("2019-01-01"), confirmed=True)
    make_succession(ended, make_municipality("Anders", ars="160640000100"), on=None)
    found = detail(client, "municipalities", "160640000012")
    assert (found["valid_until"], found["successors"]) == (
        "2018-12-31",
        [
            {
                "ars": "160640000099",
                "ags": "16064099",
                "name": "Neu",
                "kind": "merger",
                "on": "2019-01-01",
                "confirmed": True,
            },
            {
                "ars": "160640000100",
                "ags": "16064100",
                "name": "Anders",
                "kind": "absorption",
                "on": None,
                "confirmed": False,
            },
        ],
    )


def test_a_list_holds_the_bodies_of_the_day_else_those_of_today(client: Client) -> None:
    make_municipality("Alt", ars="160640000012", valid_until=day("2018-12-31"))
    make_municipality("Neu", ars="160640000099", valid_from=day("2019-01-01"))
    make_municipality("Immer", ars="160530000000")
    assert column(client, "municipalities", "name") == ["Immer", "Neu"]
    assert column(client, "municipalities", "name", as_of="2018-12-31") == ["Alt", "Immer"]
    assert column(client, "municipalities", "name", as_of="2019-01-01") == ["Immer", "Neu"]


def test_a_key_finds_its_holder_on_the_day_else_the_latest(client: Client) -> None:
    make_municipality("Erste", ars="160640000012", valid_until=day("1993-12-31"))
    make_municipality("Zweite", ars="160640000012", valid_from=day("1994-01-01"), valid_until=day("2018-12-31"))
    holder = {
        as_of: detail(client, "municipalities", "16064012", as_of=as_of)["name"]
        for as_of in ("1993-12-31", "1994-01-01", "2019-01-01")
    }
    assert holder == {"1993-12-31": "Erste", "1994-01-01": "Zweite", "2019-01-01": "Zweite"}
    assert detail(client, "municipalities", "16064012")["name"] == "Zweite"


def test_a_body_is_told_as_it_was_on_the_day(client: Client, renamed: Municipality) -> None:
    fields = ("ars", "ags", "name", "official_name", "kind", "parent")
    before = ("160640000012", "16064012", "Altstadt", "Altstadt, M", "market", "160640000000")
    after = ("160635050012", "16063012", "Neustadt", "Neustadt", "town", "160630000000")

    def on(as_of: str, key: str) -> tuple[Any, ...]:
        in_list = next(row for row in results(client, "municipalities", as_of=as_of) if row["level"] == "municipality")
        found = detail(client, "municipalities", key, as_of=as_of)
        assert found == in_list
        return tuple(found[field] for field in fields)

    assert on("2009-12-31", "160640000012") == before
    assert on("2010-01-01", "160635050012") == after
    assert detail(client, "municipalities", "16063012")["name"] == "Neustadt"
    assert detail(client, "municipalities", "16064012")["name"] == "Neustadt"  # nobody else ever held the old key


def test_filters_ask_what_was_true_on_the_day(client: Client, renamed: Municipality) -> None:
    for query, before, after in (
        ({"kind": "market"}, ["Altstadt"], []),
        ({"kind": "town"}, [], ["Neustadt"]),
        ({"parent": "16064"}, ["Altstadt"], []),
        ({"parent": "16063"}, [], ["Neustadt"]),
        ({"within": "16064", "level": "municipality"}, ["Altstadt"], []),
        ({"within": "16063", "level": "municipality"}, [], ["Neustadt"]),
    ):
        assert column(client, "municipalities", "name", as_of="2009-12-31", **query) == before, query
        assert column(client, "municipalities", "name", as_of="2010-01-01", **query) == after, query
        assert column(client, "municipalities", "name", **query) == after, query


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ({}, ["Jena", "Kaiserslautern", "Kaiserslautern", "Weilerbach"]),
        ({"state": "16"}, ["Jena"]),
        ({"level": "district,association"}, ["Kaiserslautern", "Weilerbach"]),
        ({"kind": "independent_city"}, ["Jena", "Kaiserslautern"]),
        ({"parent": "07335"}, ["Weilerbach"]),
        ({"within": "073350000000"}, ["Kaiserslautern", "Weilerbach"]),
        ({"within": "07312000"}, ["Kaiserslautern"]),
        ({"search": "kaisersl"}, ["Kaiserslautern", "Kaiserslautern"]),
        ({"search": "07312000"}, ["Kaiserslautern"]),
        ({"modified_since": "2020-01-01", "state": "16"}, ["Jena"]),
        ({"ordering": "-population"}, ["Jena", "Kaiserslautern", "Kaiserslautern", "Weilerbach"]),
        ({"ordering": "-ars"}, ["Jena", "Weilerbach", "Kaiserslautern", "Kaiserslautern"]),
    ],
)
def test_filters(client: Client, district: Municipality, query: dict[str, str], names: list[str]) -> None:
    make_municipality("Jena", ars="160530000000", kind="independent_city", population=110_000)
    make_municipality("Kaiserslautern", ars="073120000000", kind="independent_city", population=100_000)
    make_municipality("Weilerbach", ars="073355010000", level="association", kind="verbandsgemeinde", parent=district)
    assert column(client, "municipalities", "name", **query) == names


def test_the_sources_of_a_municipality(client: Client) -> None:
    body = make_municipality(ars="160530000000")
    citation = make_citation(body, "title", "Lichtstadt")
    found = detail(client, "municipalities", "160530000000", include="sources")["_sources"]
    assert {field: [said["id"] for said in citations] for field, citations in found.items()} == {"title": [citation.pk]}


def test_a_well_formed_key_of_nobody_is_not_found(client: Client) -> None:
    make_municipality(ars="160530000000")
    for key in ("160540000000", "16054000", "99999", "1", "0" * 12):
        assert client.get(detail_url("municipalities", key)).status_code == 404


def test_an_organisation(client: Client) -> None:
    row = make_organisation(
        "Landesverwaltungsamt", slug="tlvwa", short_name="TLVwA", state=make_state("16"), address="Jorge-Semprún-Platz"
    )
    assert detail(client, "organisations", "tlvwa") == {
        "slug": "tlvwa",
        "name": "Landesverwaltungsamt",
        "short_name": "TLVwA",
        "kind": "state_authority",
        "state": "16",
        "address": "Jorge-Semprún-Platz",
        "updated_at": told(row),
    }


@pytest.mark.parametrize(
    ("resource", "field", "query", "expected"),
    [
        ("organisations", "slug", {"state": "16"}, ["a"]),
        ("organisations", "slug", {"kind": "state_ministry"}, ["b"]),
        ("organisations", "slug", {"search": "aemter"}, ["a"]),
        ("organisations", "slug", {"ordering": "-name"}, ["b", "a"]),
        ("states", "code", {"search": "thueringen"}, ["16"]),
        ("states", "code", {"search": "-bayern"}, ["16"]),
        ("states", "code", {"ordering": "-code"}, ["16", "09"]),
    ],
)
def test_other_lists(client: Client, resource: str, field: str, query: dict[str, str], expected: list[str]) -> None:
    make_organisation("Ämter", slug="a", state=make_state("16"))
    make_organisation("Ministerium", slug="b", kind="state_ministry", state=make_state("09"))
    assert column(client, resource, field, **query) == expected
