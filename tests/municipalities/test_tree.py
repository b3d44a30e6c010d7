"""The tree of the directory: what lies in what, how many, on which day, and how it opens."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from typing import Any

import pytest
from django.test import Client

from municipalities.models import Municipality
from municipalities.tree import Branch, Opened, told
from tests.builders import make_municipality, make_state
from tests.markup import markup

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def thuringia() -> None:
    """Jena; the Saale-Holzland-Kreis with an association of two, a town of its own and a forest of nobody."""
    make_state("16")
    make_municipality("Jena", ars="160530000000", kind="independent_city")
    make_municipality("Saale-Holzland", ars="160740000000", level="district", kind="rural_district")
    make_municipality("Südliches Saaletal", ars="160745011000", level="association", kind="administrative_community")
    make_municipality("Altenberga", ars="160745011002", kind="municipality")
    make_municipality("Kahla", ars="160745011044")
    make_municipality("Stadtroda", ars="160740094094")
    make_municipality("Forst", ars="160749999999", level="unincorporated", kind="unincorporated")


def shape(branches: list[Branch]) -> dict[str, Any]:
    """The names, nested as they are shown."""
    return {branch.name: shape(branch.children) for branch in branches}


def tree(client: Client, query: str = "") -> dict[str, Any]:
    response = client.get(f"/kommunen/baum/?{query}")
    assert response.status_code == 200
    markup(response)
    return shape(response.context["branches"])


def branch(client: Client, name: str, query: str) -> Branch:
    def found(branches: list[Branch]) -> Any:
        return next((b for one in branches if (b := one if one.name == name else found(one.children))), None)

    row: Branch = found(client.get(f"/kommunen/baum/?{query}").context["branches"])
    return row


CLOSED = {"Altenberga": {}, "Kahla": {}}


@pytest.mark.parametrize(
    ("query", "inside"),
    [
        ("", {}),
        ("land=16", {"Jena": {}, "Saale-Holzland": {}}),
        ("kommune=16053000", {"Jena": {}, "Saale-Holzland": {}}),
        ("kommune=16074", {"Jena": {}, "Saale-Holzland": {"Forst": {}, "Stadtroda": {}, "Südliches Saaletal": {}}}),
        (
            "kommune=160745011",
            {"Jena": {}, "Saale-Holzland": {"Forst": {}, "Stadtroda": {}, "Südliches Saaletal": CLOSED}},
        ),
        (
            "kommune=16074044",
            {"Jena": {}, "Saale-Holzland": {"Forst": {}, "Stadtroda": {}, "Südliches Saaletal": CLOSED}},
        ),
        ("kommune=16074094", {"Jena": {}, "Saale-Holzland": {"Forst": {}, "Stadtroda": {}, "Südliches Saaletal": {}}}),
    ],
)
def test_one_branch_is_open_down_to_what_was_asked_for(client, query, inside):
    assert tree(client, query) == {"Thüringen": inside}


def test_each_branch_tells_what_lies_in_it(client):
    assert branch(client, "Thüringen", "").counts == [
        "1 Kreis",
        "1 kreisfreie Stadt",
        "1 Verband",
        "4 Gemeinden",
        "1 gemeindefreies Gebiet",
    ]
    assert branch(client, "Saale-Holzland", "land=16").counts == ["1 Verband", "3 Gemeinden", "1 gemeindefreies Gebiet"]
    assert branch(client, "Südliches Saaletal", "kommune=16074").counts == ["2 Gemeinden"]


def test_numbers_are_told_in_words_of_their_number():
    counts = Counter({("district", False): 17, ("municipality", True): 5, ("municipality", False): 2051})
    assert told(counts, cities=True) == ["17 Kreise", "5 kreisfreie Städte", "2.056 Gemeinden"]
    assert told(counts) == ["2.056 Gemeinden"]
    assert told(Counter()) == []


def test_what_holds_nothing_cannot_be_opened(client):
    make_municipality("Leer", ars="160760000000", level="district", kind="rural_district")
    assert branch(client, "Leer", "land=16").is_leaf
    assert branch(client, "Jena", "land=16").is_leaf
    assert not branch(client, "Saale-Holzland", "land=16").is_leaf


def test_links_open_and_close_one_level(client):
    page = client.get("/kommunen/baum/?kommune=160745011&stand=2020-01-01").text
    assert 'href="?stand=2020-01-01#b16"' in page
    assert 'href="?stand=2020-01-01&amp;land=16#b16074"' in page
    assert 'href="?stand=2020-01-01&amp;kommune=16074#b160745011"' in page
    assert 'href="/kommunen/160745011000/?stand=2020-01-01"' in page
    closed = client.get("/kommunen/baum/?land=16").text
    assert 'href="?kommune=16074#b16074"' in closed


def test_bodies_hang_higher_where_what_is_above_them_is_missing(client):
    Municipality.objects.get(ars="160745011000").delete()
    make_municipality("Greiz", ars="160760022022")
    assert tree(client, "kommune=16074") == {
        "Thüringen": {
            "Jena": {},
            "Saale-Holzland": {"Altenberga": {}, "Forst": {}, "Kahla": {}, "Stadtroda": {}},
            "Greiz": {},
        }
    }


def test_the_tree_is_that_of_the_day(client):
    body = Municipality.objects.get(name="Kahla")
    body.periods.update(valid_from=dt.date(2021, 1, 1))
    body.periods.create(
        ars="160740044044", ags=body.ags, name="Kahla an der Saale", kind="town", valid_until=dt.date(2020, 12, 31)
    )
    assert "Kahla" in tree(client, "kommune=160745011")["Thüringen"]["Saale-Holzland"]["Südliches Saaletal"]
    then = tree(client, "kommune=160745011&stand=2020-01-01")["Thüringen"]["Saale-Holzland"]
    assert then == {"Forst": {}, "Kahla an der Saale": {}, "Stadtroda": {}, "Südliches Saaletal": {"Altenberga": {}}}


def test_a_wrong_question_is_told_and_the_tree_stays_closed(client):
    response = client.get("/kommunen/baum/?land=99&kommune=17&zoom=1")
    assert set(response.context["problems"]) == {"land", "kommune", "zoom"}
    assert tree(client, "land=99") == {"Thüringen": {}}


@pytest.mark.parametrize(
    ("ars", "level", "opened"),
    [
        ("160530000000", "municipality", Opened("16")),
        ("160740000000", "district", Opened("16", "16074")),
        ("160745011000", "association", Opened("16", "16074", "160745011")),
        ("160745011044", "municipality", Opened("16", "16074", "160745011")),
        ("160740094094", "municipality", Opened("16", "16074")),
        ("160749999999", "unincorporated", Opened("16", "16074")),
    ],
)
def test_how_far_a_body_opens_the_tree(ars, level, opened):
    assert Opened.at(ars, level) == opened


@pytest.mark.parametrize("number", [1, 3, 30])
def test_as_many_queries_for_one_body_as_for_thirty(client, number, django_assert_num_queries):
    for i in range(number):
        make_municipality(ars=f"160745012{i + 1:03d}")
        make_municipality(ars=f"1607450{20 + i}000", level="association", kind="administrative_community")
    for query, queries in (("", 2), ("land=16", 5), ("kommune=160745011", 6)):
        with django_assert_num_queries(queries):
            client.get(f"/kommunen/baum/?{query}")
