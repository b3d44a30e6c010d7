"""What an answer of the API costs: statements, and calls of functions, which hardly move whatever the machine does.

The bounds lie a little above what is reached; ``make bench`` says how long it takes.
"""

from __future__ import annotations

from typing import Any

import pytest
from django.core.wsgi import get_wsgi_application
from django.db import connection
from django.utils import timezone

from agreements.filters.cooperation_records import RECORDS
from agreements.models import Participation
from benchmarks.racing import ask, calls
from coopportal.common import feed
from tests import builders as make
from tests.api import ROWS, counted_queries

LIST = "/api/v1/cooperations/?state=16&page_size=25&fields=slug,name,kind,status,participant_count,mentioned_count"
PAGE = "/api/v1/cooperations/?page_size=100"
MEMBERS = 10

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(connection.vendor != "sqlite", reason="calls of the driver of SQLite"),
]


def many(number: int) -> str:
    """So many cooperations of ten municipalities each; the address of one of them."""
    bodies = [make.make_municipality(state=make.make_state("16")) for _ in range(MEMBERS)]
    rows = [make.make_cooperation() for _ in range(number)]
    Participation.objects.bulk_create(
        Participation(cooperation=row, municipality=body, role="partner") for row in rows for body in bodies
    )
    return f"/api/v1/cooperations/{rows[0].slug}/" if rows else ""


def cost(address: str) -> tuple[int, int]:
    """Statements and calls of an answer to a question that was asked before."""
    portal: Any = get_wsgi_application()
    for _ in range(2):
        assert ask(portal, address)[0] == 200
    with counted_queries() as queries:
        ask(portal, address)
    return len(queries), calls(lambda: ask(portal, address))


def test_a_list_of_25_a_page_of_100_and_an_object_cost_few_calls() -> None:
    one = many(100)
    (of_list, list_calls), (of_page, page_calls), (of_one, one_calls) = map(cost, (LIST, PAGE, one))
    assert (of_list, of_page, of_one) == (3, 3, 3)
    assert list_calls < 2_500
    assert page_calls < 7_500
    assert one_calls < 2_250


def test_records_that_are_kept_cost_no_statement_but_the_version() -> None:
    one = many(100)
    RECORDS.prepare(timezone.localdate(), feed.version().number)
    (of_list, list_calls), (of_page, page_calls), (of_one, one_calls) = map(cost, (LIST, PAGE, one))
    assert (of_list, of_page, of_one) == (1, 1, 1)
    assert list_calls < 2_250
    assert page_calls < 2_350
    assert one_calls < 2_000


@pytest.mark.parametrize("number", [1, 25])
def test_a_list_takes_three_statements_whatever_its_length(number: int) -> None:
    one = many(number)
    assert [cost(address)[0] for address in (LIST, PAGE, one)] == [3, 3, 3]


def test_an_empty_list_takes_two() -> None:
    make.make_state("16")
    assert [cost(address)[0] for address in (LIST, PAGE)] == [2, 2]


def test_a_question_asked_for_the_first_time_takes_two_more() -> None:
    """One for its keys (the Land), one for the number of its rows."""
    many(3)
    portal: Any = get_wsgi_application()
    with counted_queries() as queries:
        ask(portal, LIST)
    assert len(queries) == 5


@pytest.mark.parametrize(
    ("resource", "most"), [("participations", 3), ("agreements", 2), ("events", 2), ("awards", 2), ("organisations", 2)]
)
def test_other_lists_take_as_few(resource: str, most: int) -> None:
    ROWS[resource]()
    assert cost(f"/api/v1/{resource}/")[0] == most


def test_what_is_unchanged_takes_one_statement_and_few_calls() -> None:
    one = many(1)
    portal: Any = get_wsgi_application()
    tag = ask(portal, one)[1]["ETag"]
    with counted_queries() as queries:
        assert ask(portal, one, IF_NONE_MATCH=tag)[0] == 304
    assert len(queries) == 1
    assert calls(lambda: ask(portal, one, IF_NONE_MATCH=tag)) < 1_600
