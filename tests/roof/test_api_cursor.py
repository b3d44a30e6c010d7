"""Lists from place to place: nothing skipped, nothing twice, whatever the order, and whatever happens meanwhile."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.test import Client

from agreements.models import Participation
from coopportal.api import RESOURCES as ROUTED
from municipalities.models import Organisation
from tests import builders as make
from tests.agreements.people import make_world
from tests.api import RESOURCES, ROWS, counted_queries, list_url
from tests.roof.test_api import problem

pytestmark = pytest.mark.django_db


def walk(client: Client, url: str | None, way: str = "next") -> list[list[dict[str, Any]]]:
    """The rows of all pages that a way leads through."""
    pages = []
    while url:
        body = client.get(url).json()
        assert body["count"] is None
        pages.append(body["results"])
        url = body[way]
    return pages


def keys(pages: list[list[dict[str, Any]]]) -> list[Any]:
    return [next(iter(row.values())) for page in pages for row in page]


def asked(resource: str, **query: Any) -> str:
    return f"{list_url(resource)}?cursor=&page_size=2" + "".join(f"&{name}={value}" for name, value in query.items())


@pytest.mark.parametrize("resource", RESOURCES)
def test_it_leads_through_every_order_there_and_back(client: Client, resource: str) -> None:
    for _ in range(3):
        ROWS[resource]()
    orders = [sign + name for name in ROUTED[resource].filterset_class.orderings for sign in ("", "-")]
    for query in ({}, *({"ordering": order} for order in orders)):
        whole = [next(iter(row.values())) for row in client.get(list_url(resource), query).json()["results"]]
        there = walk(client, asked(resource, **query))
        assert keys(there) == whole, query
        assert len(there) == -(-len(whole) // 2)
        last = asked(resource, **query)
        while (further := client.get(last).json()["next"]) is not None:
            last = further
        back = walk(client, last, "previous")
        assert keys(back[::-1]) == whole, query


@pytest.mark.parametrize("order", ["since", "-since", "municipality", "-municipality,role_of", "updated_at,-since"])
def test_rows_without_a_value_stand_where_the_order_has_them(client: Client, order: str) -> None:
    order = order.removesuffix(",role_of")
    row = make.make_cooperation()
    for number, day in enumerate(["2019-01-01", None, "2019-01-01", "2020-01-01", None]):
        body = make.make_organisation() if number % 2 else make.make_municipality()
        make.make_participation(row, body, steps=[("member", day)] if day else [])
    Participation.objects.update(updated_at=row.updated_at)
    whole = [one["id"] for one in client.get(list_url("participations"), {"ordering": order}).json()["results"]]
    assert len(whole) == 5
    assert keys(walk(client, asked("participations", ordering=order))) == whole


def test_searched_municipalities_come_in_the_order_of_the_search(client: Client) -> None:
    for name in ("Neustadt", "Altneustadt", "Neustadt an der Orla", "Bad Neustadt", "Neustadtl"):
        make.make_municipality(name)
    whole = [one["ars"] for one in client.get(list_url("municipalities"), {"search": "neustadt"}).json()["results"]]
    assert len(whole) == 5
    assert keys(walk(client, asked("municipalities", search="neustadt"))) == whole


def test_rows_that_come_and_go_move_nothing(client: Client) -> None:
    for name in ("b", "d", "f", "h"):
        make.make_organisation(name, slug=name)
    first = client.get(asked("organisations")).json()
    make.make_organisation("a", slug="a")
    make.make_organisation("g", slug="g")
    Organisation.objects.get(slug="d").delete()
    assert keys([first["results"], *walk(client, first["next"])]) == ["b", "d", "f", "g", "h"]


def test_an_empty_page_leads_back(client: Client) -> None:
    for name in ("a", "b", "c"):
        make.make_organisation(name, slug=name)
    first = client.get(asked("organisations")).json()
    Organisation.objects.get(slug="c").delete()
    empty = client.get(first["next"]).json()
    assert (empty["results"], empty["next"]) == ([], None)
    assert keys(walk(client, empty["previous"], "previous")) == ["a", "b"]


def test_how_an_answer_looks_may_change_on_the_way(client: Client) -> None:
    for name in ("a", "b", "c", "d"):
        make.make_organisation(name, slug=name)
    url = client.get(asked("organisations")).json()["next"] + "&fields=slug"
    assert client.get(url.replace("page_size=2", "page_size=9")).json()["results"] == [{"slug": "c"}, {"slug": "d"}]


def test_the_links_are_the_same_as_long_as_the_list_is(client: Client) -> None:
    for _ in range(3):
        ROWS["cooperations"]()
    url = asked("cooperations")
    assert client.get(url).json() == client.get(url).json()


@pytest.mark.parametrize("query", [{}, {"ordering": "name"}, {"search": "stelle"}, {"modified_since": "2020-01-01"}])
def test_a_cursor_belongs_to_its_question(client: Client, query: dict[str, str]) -> None:
    for _ in range(3):
        make.make_organisation()
    [text] = parse_qs(urlsplit(client.get(asked("organisations", state="")).json()["next"]).query)["cursor"]
    for url in (list_url("organisations"), list_url("programmes")):
        answer = client.get(url, query | {"cursor": text})
        assert answer.status_code == 400
        assert [error["parameter"] for error in problem(answer)["errors"]] == ["cursor"]


@pytest.mark.parametrize("text", ["x", "0", "latest", "WyJhIl0:abc", "\x00", "ä", "a:b:c", "😀" * 9])
def test_a_cursor_that_is_none_is_named(client: Client, text: str) -> None:
    body = problem(client.get(list_url("states"), {"cursor": text}))
    message = "Diese Stelle gibt es in dieser Liste nicht. Nehmen Sie next oder previous einer Antwort."
    assert body["errors"] == [{"parameter": "cursor", "message": message}]


def test_a_number_of_a_page_and_a_place_are_not_asked_together(client: Client) -> None:
    body = problem(client.get(list_url("states"), {"cursor": "", "page": "1"}))
    assert [error["parameter"] for error in body["errors"]] == ["page"]
    body = problem(client.get(list_url("states"), {"cursor": "", "format": "csv"}))
    assert [error["parameter"] for error in body["errors"]] == ["cursor"]
    assert client.get("/organisationen/?cursor=").status_code == 404
    assert "Diesen Parameter gibt es hier nicht." in client.get("/stellen/?cursor=").text


def test_ones_own_registrations_come_so_too(client: Client) -> None:
    world = make_world()
    client.force_login(world["lead_officer"])
    kept = [world.draft().pk for _ in range(5)]
    assert keys(walk(client, "/api/v1/registrations/?cursor=&page_size=2")) == kept[::-1]


@pytest.mark.parametrize("resource", ["cooperations", "municipalities", "agreements", "citations"])
def test_every_page_takes_as_many_queries(client: Client, resource: str) -> None:
    expected = {"cooperations": 4, "municipalities": 4, "agreements": 3, "citations": 3}
    for _ in range(4):
        ROWS[resource]()
    url: str | None = asked(resource)
    found = []
    while url:
        with counted_queries() as queries:
            url = client.get(url).json()["next"]
        found.append(len(queries))
    assert set(found) == {expected[resource]}
