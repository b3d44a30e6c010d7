"""Saved searches of somebody who is logged in, and of an address that said yes."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from tests.builders import make_user
from watching import workflow
from watching.models import SavedSearch

SATURDAY = dt.date(2026, 11, 21)
SUNDAY, MONDAY = SATURDAY + dt.timedelta(days=1), SATURDAY + dt.timedelta(days=2)


@pytest.fixture
def anna() -> Any:
    return make_user("anna", email="anna@amt.example")


def make_search(user: Any, query: str = "", **values: Any) -> SavedSearch:
    """Begun on Saturday, daily, all cooperations, unless told otherwise."""
    values = {"resource": "cooperations", "title": "Meine Suche", "frequency": "daily", "day": SATURDAY} | values
    return workflow.save_search(user=user, query=query, **values)


def make_asked(email: str = "leser@example.org", query: str = "", **values: Any) -> SavedSearch | None:
    """An address was named, nothing confirmed."""
    values = {
        "resource": "cooperations",
        "title": "Meine Suche",
        "frequency": "daily",
        "day": SATURDAY,
        "address": "192.0.2.1",
    } | values
    return workflow.ask_to_confirm(email=email, query=query, **values)


def make_confirmed(email: str = "leser@example.org", query: str = "", **values: Any) -> SavedSearch:
    asked = make_asked(email, query, **values)
    assert asked is not None
    search = workflow.confirm_search(key=asked.key, day=SATURDAY)
    assert search is not None
    return search
