"""Which representation is sent: what was chosen once of the same question is chosen again."""

from __future__ import annotations

import pytest
from rest_framework.exceptions import NotAcceptable
from rest_framework.renderers import BaseRenderer, JSONRenderer
from rest_framework.request import Request
from rest_framework.test import APIRequestFactory

from coopportal.common import negotiation
from coopportal.common.negotiation import Negotiation
from coopportal.common.problems import BadQuery
from coopportal.common.renderers import CsvRenderer, NdjsonRenderer

RENDERERS = (JSONRenderer, CsvRenderer, NdjsonRenderer)


@pytest.fixture(autouse=True)
def _nothing_chosen() -> None:
    negotiation._chosen.clear()


def chosen(accept: str | None = None, query: str = "", offered: tuple[type[BaseRenderer], ...] = RENDERERS) -> str:
    headers = {} if accept is None else {"HTTP_ACCEPT": accept}
    request = Request(APIRequestFactory().get(f"/{query}", **headers))
    renderer, media_type = Negotiation().select_renderer(request, [one() for one in offered])
    return f"{type(renderer).__name__} {media_type}"


@pytest.mark.parametrize("turn", ["first", "again"])
def test_the_same_question_has_the_same_answer(turn: str) -> None:
    for _ in range(2 if turn == "again" else 1):
        assert chosen() == "JSONRenderer application/json"
        assert chosen("*/*") == "JSONRenderer application/json"
        assert chosen("application/json; indent=4") == "JSONRenderer application/json; indent=4"
        assert chosen("text/csv") == "CsvRenderer text/csv"
        assert chosen("text/html, text/csv;q=0.9, */*;q=0.1") == "CsvRenderer text/csv;q=0.9"
        assert chosen("application/json", "?format=csv") == "CsvRenderer text/csv"


def test_what_is_offered_is_part_of_the_question() -> None:
    assert chosen("*/*") == "JSONRenderer application/json"
    assert chosen("*/*", offered=(CsvRenderer, JSONRenderer)) == "CsvRenderer text/csv"


def test_the_renderer_is_the_one_of_the_request() -> None:
    offered = [one() for one in RENDERERS]
    for _ in range(2):
        found, _media_type = Negotiation().select_renderer(
            Request(APIRequestFactory().get("/", HTTP_ACCEPT="text/csv")), offered
        )
        assert found is offered[1]


def test_what_is_refused_is_refused_again() -> None:
    for _ in range(2):
        with pytest.raises(NotAcceptable):
            chosen("image/png")
        with pytest.raises(BadQuery):
            chosen(query="?format=png")


def test_choices_are_bounded() -> None:
    for number in range(negotiation.MOST_CHOICES + 10):
        chosen(f"application/json;v={number}, */*")
    assert len(negotiation._chosen) == negotiation.MOST_CHOICES
    negotiation._chosen.clear()
    chosen(f"application/json;v={'x' * 200}, */*")
    assert len(negotiation._chosen) == 0
