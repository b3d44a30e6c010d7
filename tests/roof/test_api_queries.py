"""A list takes the same few queries for 1, 3 and 30 rows, an object the same few whatever belongs to it."""

from __future__ import annotations

import pytest
from django.test import Client

from tests.api import RESOURCES, ROWS, counted_queries, detail_url, list_url

pytestmark = pytest.mark.django_db

# resource: list, list as of a day, object, object with its sources
QUERIES = {
    "states": (2, 2, 1, 1),
    "municipalities": (3, 4, 2, 3),
    "organisations": (2, 2, 1, 2),
    "cooperations": (3, 3, 2, 4),
    "participations": (3, 3, 2, 3),
    "agreements": (2, 2, 1, 2),
    "events": (2, 2, 1, 2),
    "task-fields": (2, 2, 1, 1),
    "programmes": (3, 3, 2, 3),
    "budget-lines": (2, 2, 1, 2),
    "awards": (2, 2, 1, 2),
    "figures": (2, 2, 1, 2),
    "sources": (2, 2, 1, 2),
    "citations": (2, 2, 1, 1),
    "conflicts": (3, 3, 2, 2),
}


@pytest.mark.parametrize("resource", RESOURCES)
def test_a_list_takes_as_many_queries_for_1_row_as_for_30(client: Client, resource: str) -> None:
    most = 16 if resource == "states" else 30
    for rows in (1, 3, most):
        while client.get(list_url(resource)).json()["count"] < rows:
            ROWS[resource]()
        found = []
        for query in ({}, {"as_of": "2026-01-01"}):
            with counted_queries() as queries:
                assert len(client.get(list_url(resource), query).json()["results"]) >= rows
            found.append(len(queries))
        assert found == [*QUERIES[resource][:2]], f"{rows} rows"


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
    of_list, of_list_as_of, of_object, _with_sources = QUERIES[resource]
    assert max(of_list, of_list_as_of) <= 4
    assert of_object <= 5
