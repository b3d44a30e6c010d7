"""Guessing is slowed down, per account and per network address, and nobody learns who has an account."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.core import mail
from django.core.cache import cache
from django.db import connection
from django.test import Client

from tests.accounts.conftest import LOG_IN, PASSWORD, is_in
from tests.builders import make_user
from tests.markup import markup

pytestmark = pytest.mark.django_db

FORGOTTEN = "/konto/passwort/vergessen/"
SLOWED = "Zu viele vergebliche Versuche. Bitte warten Sie fünf Minuten."


@pytest.fixture(autouse=True)
def _nothing_counted() -> Iterator[None]:
    cache.clear()
    yield
    cache.clear()


def guess(client: Client, name: str, password: str = "falsch", address: str = "192.0.2.1"):
    return client.post(LOG_IN, {"login": name, "password": password}, REMOTE_ADDR=address)


@pytest.mark.parametrize("name", ["anna", "anna@amt.example", "nobody"])
def test_after_five_failures_even_the_right_password_waits(client, name):
    make_user("anna", email="anna@amt.example")
    for number in range(5):
        assert SLOWED not in guess(client, name, address=f"192.0.2.{number}").text
    page = guess(client, name, PASSWORD, address="192.0.2.99")
    assert SLOWED in markup(page).text("main")
    assert not is_in(client)


def test_others_get_in_meanwhile(client, officer):
    for number in range(6):
        guess(client, "anna", address=f"192.0.2.{number}")
    guess(client, officer.username, PASSWORD)
    assert is_in(client)


def test_one_address_does_not_try_many_names(client, officer):
    for number in range(10):
        guess(client, f"name-{number}")
    page = guess(client, officer.username, PASSWORD)
    assert SLOWED in markup(page).text("main")
    guess(client, officer.username, PASSWORD, address="192.0.2.2")
    assert is_in(client)


def test_whoever_logs_in_often_is_not_slowed_down(officer):
    for _ in range(8):
        client = Client()
        guess(client, officer.username, PASSWORD)
        assert is_in(client)


def test_a_flood_of_log_ins_from_one_address_is_answered_429(client, officer):
    for _ in range(30):
        guess(client, officer.username, "")
    page = guess(client, officer.username, PASSWORD)
    assert page.status_code == 429
    assert markup(page).text("h1") == "Das waren zu viele Versuche in kurzer Zeit."


def test_behind_a_proxy_the_address_is_the_one_the_proxy_saw(client, officer, settings):
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
    for number in range(10):
        client.post(
            LOG_IN, {"login": f"n{number}", "password": "x"}, headers={"x-forwarded-for": f"{number}.1.1.1, 192.0.2.1"}
        )
    data = {"login": officer.username, "password": PASSWORD}
    assert SLOWED in client.post(LOG_IN, data, headers={"x-forwarded-for": "9.9.9.9, 192.0.2.1"}).text
    client.post(LOG_IN, data, headers={"x-forwarded-for": "192.0.2.2"})
    assert is_in(client)


def test_what_is_counted_names_neither_person_nor_address(client):
    guess(client, "anna")
    with connection.cursor() as cursor:
        cursor.execute("SELECT cache_key FROM cache")
        keys = " ".join(row[0] for row in cursor.fetchall())
    assert keys
    assert not any(word in keys for word in ("anna", "192.0.2.1", "login"))


@pytest.mark.parametrize("email", ["anna@amt.example", "nobody@amt.example"])
def test_a_forgotten_password_is_answered_alike_for_known_and_unknown(client, email):
    make_user("anna", email="anna@amt.example")
    answer = client.post(FORGOTTEN, {"email": email})
    assert answer.url == f"{FORGOTTEN}gesendet/"
    assert "Bitte sehen Sie in Ihr Postfach" in client.get(answer.url).text
    assert [sent.to for sent in mail.outbox] == [[email]]


def test_one_address_gets_five_reset_mails_a_minute_at_most(client):
    answers = [client.post(FORGOTTEN, {"email": "anna@amt.example"}).status_code for _ in range(6)]
    assert answers == [302] * 5 + [429]


def test_passwords_of_new_people_are_hashed_for_unknown_names_too(client, monkeypatch):
    """Otherwise the time of the answer would tell who exists."""
    hashed = []
    monkeypatch.setattr("accounts.models.User.set_password", lambda self, password: hashed.append(password))
    guess(client, "nobody", "x-y-z")
    assert hashed == ["x-y-z"]
