"""No door of the portal tells strangers what is kept from the public: every address of the table of rights is opened.

What is hidden: records in every state but published; of published ones the documents not released, the remarks of the
review, proposals, reasons of steps and refusals, what was written before, the words of the public, the names of people.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import transaction

from tests.permission_table import LINES
from tests.permission_world import House, make_house
from tests.planted import WORD, found_in, plant, word

pytestmark = pytest.mark.django_db

ADDRESSES = [line.address for line in LINES if line.method == "GET"]
OUTSIDE = ("officer_elsewhere", "reviewer_elsewhere")
LISTS = [address for address in ADDRESSES if not any(part in address for part in ("{", "konto", "schema", "?"))]
#: The bearer of the link is told whom it invites, and who did.
OF_THE_BEARER = {"/konto/einladung/einladung/": {word("invited"), word("person", "lead_officer")}}
QUESTIONS = (
    *({"q": WORD}, {"search": WORD}, {"stand": "2026-11-21"}, {"as_of": "2026-11-21"}, {"include": "sources"}),
    *({"format": form} for form in ("csv", "xlsx", "ndjson", "geojson")),
    *({"cursor": ""}, {"expand": "cooperation"}, {"expand": "participations.municipality,agreements,events"}),
)


@pytest.fixture(scope="module")
def house(django_db_setup: None, django_db_blocker: Any) -> Iterator[House]:
    with django_db_blocker.unblock(), transaction.atomic():
        built = make_house()
        plant(built)
        with django_db_blocker.block():
            yield built
        transaction.set_rollback(True)


def leaks(house: House, role: str, address: str, query: dict[str, str]) -> set[str]:
    """What this person reads there that he must not; his own name, and the words he asked with, he may."""
    asked = address.format(**house.things)
    known = {word("person", role)} | OF_THE_BEARER.get(address, set())
    return {found for found in found_in(house.clients[role].get(asked, query or None)) - known if found not in asked}


@pytest.mark.parametrize("address", ADDRESSES)
def test_no_address_tells_outsiders(house: House, address: str) -> None:
    assert leaks(house, "anonymous", address, {}) == set()
    for role in OUTSIDE:
        assert leaks(house, role, address, {}) == set(), role


@pytest.mark.parametrize("address", LISTS)
def test_no_question_gets_it_out(house: House, address: str) -> None:
    found = {str(query): leaks(house, "anonymous", address, query) for query in QUESTIONS}
    assert {query: told for query, told in found.items() if told} == {}


def test_the_planted_words_could_be_found(house: House) -> None:
    """Those who may read them do: at the desks, in the API for the registering, in the page of the record."""
    things = house.things

    def told(role: str, address: str) -> set[str]:
        return found_in(house.clients[role].get(address.format(**things)))

    own = told("lead_officer", "/api/v1/registrations/{draft.pk}/")
    assert {word("draft", "name"), word("draft", "basis"), word("draft", "act")} <= own
    assert word("published", "reason of a refusal") in told("reviewer", "/api/v1/registrations/{published.pk}/")
    assert word("returned", "remark of the review") in told("lead_officer", "/api/v1/registrations/{returned.pk}/")


@pytest.mark.parametrize("role", ["anonymous", *OUTSIDE])
def test_the_search_over_everything_finds_nothing_hidden(house: House, role: str) -> None:
    page = house.clients[role].get("/suche/", {"q": WORD}).text
    assert "Dazu haben wir nichts gefunden" in page
