"""Any form with anything in it is answered: done, or shown again with what is wrong, never a fault of ours.

Every form of the table of rights, sent by those whom it lets in, with the fields that its page shows: signs of SQL and
HTML, numbers beyond every column, days that are none. 100 forms in the suite (those of the steps of a registration have
200 of their own), 2,000 by `make fuzz`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import transaction
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.agreements.people import ROLES
from tests.permission_table import BODIES, LINES, Line
from tests.permission_world import House, make_house
from tests.test_fuzz import VALUES

pytestmark = [pytest.mark.fuzz, pytest.mark.django_db]

IS_LONG = settings.default is not None and settings.default.max_examples > 1000
FORMS = [line for line in LINES if line.method == "POST" and not line.address.startswith("/api/")]
PAGES = {line.address: line for line in LINES if line.method == "GET"}
REFUSALS = "LUF-G>"
NAME = re.compile(r'<(?:input|select|textarea|button)\b[^>]*\bname="([^"]+)"')


@pytest.fixture(scope="module")
def house(django_db_setup: None, django_db_blocker: Any) -> Iterator[House]:
    with django_db_blocker.unblock(), transaction.atomic():
        built = make_house()
        with django_db_blocker.block():
            yield built
        transaction.set_rollback(True)


def let_in(line: Line) -> list[str]:
    """Who gets as far as the form; a stranger where nobody does."""
    return [role for role, cell in zip(ROLES, line.cells, strict=True) if cell not in REFUSALS] or ["anonymous"]


def names_on(house: House, role: str, line: Line) -> list[str]:
    """The names of the fields that the page shows, or of those that the table sends; looked up once."""
    if (role, line) not in house.names:
        house.names[role, line] = _look_up(house, role, line)
    return house.names[role, line]


def _look_up(house: House, role: str, line: Line) -> list[str]:
    sent = set(BODIES[line.body](house.things)) if line.body else set()
    if line.address in PAGES:
        answer = house.clients[role].get(line.address.format(**house.things))
        if answer.status_code == 200 and not answer.streaming:
            sent |= set(NAME.findall(answer.content.decode()))
    return sorted(sent - {"csrfmiddlewaretoken", "q"}) or ["anything"]


@settings(max_examples=2000 if IS_LONG else 100)
@given(data=st.data())
def test_no_form_breaks_a_page(house: House, data: st.DataObject) -> None:
    line = data.draw(st.sampled_from(FORMS))
    role = data.draw(st.sampled_from(let_in(line)))
    address = line.address.format(**house.things)
    valid = BODIES[line.body](house.things) if line.body else {}
    with transaction.atomic():
        names = st.sampled_from(names_on(house, role, line))
        wrong = data.draw(st.dictionaries(names, VALUES | st.lists(VALUES, max_size=3), min_size=1, max_size=4))
        status = house.clients[role].post(address, valid | wrong).status_code
        transaction.set_rollback(True)
    house.clients[role].cookies.clear()
    house.clients[role].cookies.update(house.cookies[role])
    assert status < 500, (role, address, wrong)
