"""What a page costs: statements, and calls of functions, which hardly move whatever the machine does.

The bounds lie a little above what is reached; ``make bench`` says how long it takes.
"""

from __future__ import annotations

from functools import cache
from typing import Any

import pytest
from django.core.wsgi import get_wsgi_application
from django.db import connection

from agreements.models import Participation
from benchmarks.racing import ask, calls
from coopportal.common import remembered
from tests import builders as make
from tests.api import counted_queries

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(connection.vendor != "sqlite", reason="calls of the driver of SQLite"),
]


def many(number: int) -> dict[str, str]:
    """So many cooperations, each of so many municipalities, with an agreement; the addresses of pages about them."""
    bodies = [make.make_municipality(state=make.make_state("16")) for _ in range(number)]
    rows = [make.make_cooperation() for _ in range(number)]
    Participation.objects.bulk_create(
        Participation(cooperation=row, municipality=body, role="partner") for row in rows for body in bodies
    )
    for row in rows:
        make.make_agreement(row)
        make.make_document()
    return {
        "list": "/kooperationen/",
        "land": "/kooperationen/?land=16",
        "detail": f"/kooperationen/{rows[0].slug}/",
        "municipalities": "/kommunen/",
        "municipality": f"/kommunen/{bodies[0].ars}/",
        "agreements": "/vereinbarungen/",
        "sources": "/quellen/",
        "start": "/",
        "map": "/karte/",
        "map of a Land": "/karte/?land=16",
        "places": "/karte/orte.geojson",
        "statistics": "/statistik/",
        "statistic": "/statistik/anteil/",
    }


def statements(address: str) -> int:
    with counted_queries() as queries:
        assert ask(application(), address)[0] == 200
    return len(queries)


@cache
def application() -> Any:
    """Made once: it sets up the loggers, which are the more, the more tests were collected."""
    return get_wsgi_application()


def cost(address: str) -> int:
    """Calls of an answer to a question that was asked before."""
    for _ in range(2):
        assert ask(application(), address)[0] == 200
    return calls(lambda: ask(application(), address))


#: Statements of a page that was asked before, and of one that nobody asked since the register changed.
STATEMENTS = {
    "list": (4, 5),
    "land": (4, 5),
    "detail": (10, 10),
    "municipalities": (4, 6),
    "municipality": (17, 17),
    "agreements": (3, 4),
    "sources": (4, 7),
    "start": (3, 9),
    "map": (3, 6),
    "map of a Land": (4, 7),
    "places": (1, 1),
    "statistics": (2, 8),
    "statistic": (2, 4),
}


@pytest.mark.parametrize("number", [1, 25])
def test_a_page_takes_as_many_statements_whatever_its_length(number: int) -> None:
    pages, found = many(number), {}
    for name, address in pages.items():
        statements(address)
        warm = statements(address)
        remembered.forget()
        found[name] = (warm, statements(address))
    assert found == STATEMENTS


#: Fewer calls than these for a page of 25 rows.
MOST = {
    "list": 9_800,
    "land": 10_400,
    "detail": 28_600,
    "municipalities": 15_000,
    "municipality": 28_200,
    "agreements": 9_800,
    "sources": 11_800,
    "start": 31_300,
    "map": 17_900,
    "map of a Land": 31_300,
    "places": 2_900,
    "statistics": 16_300,
    "statistic": 8_400,
}


def test_pages_cost_few_calls() -> None:
    found = {name: cost(address) for name, address in many(25).items()}
    assert {name: number for name, number in found.items() if number >= MOST[name]} == {}


def test_a_list_of_events_costs_little() -> None:
    bodies = [make.make_municipality(state=make.make_state("16")) for _ in range(25)]
    for body in bodies:
        make.make_event(cooperations=[make.make_cooperation()], municipalities=[body])
    for address in ("/ereignisse/", "/ereignisse/?land=16"):
        statements(address)
        warm = statements(address)
        remembered.forget()
        assert (warm, statements(address)) == (3, 4)  # the version, the rows, who took part; the Länder
        assert cost(address) < 13_300
