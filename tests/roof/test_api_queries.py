"""A list takes the same few queries for 1, 3 and 30 rows, an object the same few whatever belongs to it."""

from __future__ import annotations

import pytest
from django.test import Client

from coopportal.common import remembered
from tests.api import RESOURCES, ROWS, counted_queries, detail_url, list_url

pytestmark = pytest.mark.django_db

# resource: list, list as of a day, object, object with its sources; of each one query asks for the version (ETag)
QUERIES = {
    "states": (3, 3, 2, 2),
    "municipalities": (4, 5, 3, 4),
    "organisations": (3, 3, 2, 3),
    "cooperations": (4, 4, 3, 5),
    "participations": (4, 4, 3, 4),
    "agreements": (3, 3, 2, 3),
    "events": (3, 3, 2, 3),
    "task-fields": (3, 3, 2, 2),
    "programmes": (4, 4, 3, 4),
    "budget-lines": (3, 3, 2, 3),
    "awards": (3, 3, 2, 3),
    "figures": (3, 3, 2, 3),
    "sources": (3, 3, 2, 3),
    "citations": (3, 3, 2, 2),
    "conflicts": (4, 4, 3, 3),
}


@pytest.mark.parametrize("resource", RESOURCES)
def test_a_list_takes_as_many_queries_for_1_row_as_for_30(client: Client, resource: str) -> None:
    most = 16 if resource == "states" else 30
    for rows in (1, 3, most):
        while (missing := rows - client.get(list_url(resource)).json()["count"]) > 0:
            for _each in range(-(-missing // 3)):  # each brings one of them, or up to three
                ROWS[resource]()
        found, again = [], []
        for query in ({}, {"as_of": "2026-01-01"}):
            remembered.forget()
            for told in (found, again):
                with counted_queries() as queries:
                    assert len(client.get(list_url(resource), query).json()["results"]) >= rows
                told.append(len(queries))
        assert found == [*QUERIES[resource][:2]], f"{rows} rows"
        assert again == [number - 1 for number in found], "the total is known"


@pytest.mark.parametrize("resource", RESOURCES)
def test_an_object_takes_few_queries(client: Client, resource: str) -> None:
    url = detail_url(resource, ROWS[resource]())
    found = []
    for query in ({}, {"include": "sources"}):
        with counted_queries() as queries:
            assert client.get(url, query).status_code == 200
        found.append(len(queries))
    assert found == [*QUERIES[resource][2:]]


@pytest.mark.parametrize("resource", RESOURCES)
def test_no_list_takes_more_than_four_and_no_object_more_than_five(resource: str) -> None:
    """Beside the one for the version, which spares all others when nothing changed."""
    of_list, of_list_as_of, of_object, _with_sources = (number - 1 for number in QUERIES[resource])
    assert max(of_list, of_list_as_of) <= 4
    assert of_object <= 5
