"""The people of these tests and the way they get in."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.core import mail
from django.core.mail import EmailMultiAlternatives
from django.test import Client

from accounts.models import User
from municipalities.models import Municipality
from tests.builders import code_now, make_mandate, make_municipality, make_state, make_user

PASSWORD = "geheim-genug-12"
LOG_IN = "/konto/anmelden/"


@pytest.fixture
def jena(db: None) -> Municipality:
    return make_municipality("Jena", ars="160530000000", kind="independent_city")


@pytest.fixture
def officer(jena: Municipality) -> User:
    """Acts for Jena; by password alone."""
    user = make_user("jena", last_name="Amt Jena", email="amt@jena.example")
    make_mandate(user, "officer", municipality=jena)
    return user


@pytest.fixture
def reviewer(db: None) -> User:
    """Reviews for Thüringen; with a second factor."""
    user = make_user("pruefung", last_name="Prüfung", email="pruefung@land.example")
    make_mandate(user, "reviewer", state=make_state("16"))
    return user


@pytest.fixture
def steward(db: None) -> User:
    """Keeps the register; may enter the admin."""
    user = make_user("redaktion", last_name="Redaktion", email="redaktion@land.example", is_staff=True)
    make_mandate(user, "steward")
    return user


@pytest.fixture
def log_in() -> Callable[..., Any]:
    """`log_in(client, user)` goes through the door as a person does, the second step included."""

    def go(client: Client, user: User, password: str = PASSWORD) -> Any:
        answer = client.post(LOG_IN, {"login": user.username, "password": password})
        if answer.status_code == 302 and answer.url == "/konto/anmelden/code/":
            answer = client.post(answer.url, {"code": code_now()})
        return answer

    return go


def is_in(client: Client) -> bool:
    return "_auth_user_id" in client.session


def only_mail() -> EmailMultiAlternatives:
    """The one mail that was sent."""
    (sent,) = mail.outbox
    assert isinstance(sent, EmailMultiAlternatives)
    return sent


def address_in(text: str) -> str:
    """The address of the portal a mail asks to open, without the host."""
    host = "http://127.0.0.1:8000"
    (line,) = [line for line in text.splitlines() if line.startswith(host + "/konto/")]
    return line.removeprefix(host)
