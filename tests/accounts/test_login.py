"""Log in and out, by password."""

from __future__ import annotations

import pytest
from django.urls import reverse

from tests.builders import make_user
from tests.markup import markup

pytestmark = pytest.mark.django_db

LOGIN, LOGOUT = "/konto/anmelden/", "/konto/abmelden/"
PASSWORD = "geheim-genug-12"


def test_the_addresses_have_names_of_no_room():
    assert [reverse("login"), reverse("logout")] == [LOGIN, LOGOUT]


def test_the_form_is_well_built(client):
    page = client.get(LOGIN)
    assert markup(page).text("h1") == "Anmelden"
    assert 'autocomplete="username"' in page.text
    assert 'autocomplete="current-password"' in page.text


def test_who_knows_the_password_gets_in_and_back_to_where_he_was(client):
    make_user("anna", last_name="Amt Jena")
    answer = client.post(LOGIN, {"login": "anna", "password": PASSWORD, "next": "/kommunen/"})
    assert (answer.status_code, answer.url) == (302, "/kommunen/")
    page = client.get("/")
    assert "Amt Jena" in page.text
    assert f'<form method="post" action="{LOGOUT}">' in page.text
    assert "Verwaltung" not in markup(page).text("header")


def test_nobody_is_sent_to_another_host(client):
    make_user("anna")
    answer = client.post(LOGIN, {"login": "anna", "password": PASSWORD, "next": "https://elsewhere.example/"})
    assert answer.url == "/"


@pytest.mark.parametrize("username", ["anna", "nobody"])
def test_a_wrong_password_and_a_wrong_name_are_told_alike(client, username):
    make_user("anna")
    page = client.post(LOGIN, {"login": username, "password": "falsch"})
    assert page.status_code == 200
    assert "Anmeldename und Passwort passen nicht zusammen." in markup(page).text("main")
    assert f'value="{username}"' in page.text


def test_a_closed_account_stays_outside(client):
    make_user("anna", is_active=False)
    client.post(LOGIN, {"login": "anna", "password": PASSWORD})
    assert "_auth_user_id" not in client.session


def test_empty_fields_are_named(client):
    page = client.post(LOGIN, {})
    assert page.text.count("Bitte füllen Sie dieses Feld aus.") == 4


def test_logging_out_needs_a_post(client):
    client.force_login(make_user("anna"))
    assert client.get(LOGOUT).status_code == 405
    assert client.post(LOGOUT).url == "/"
    assert "_auth_user_id" not in client.session


def test_staff_finds_the_admin(client):
    client.force_login(make_user("anna", is_staff=True))
    assert f'href="{reverse("admin:index")}"' in client.get("/").text


def test_who_is_logged_in_needs_no_form(client):
    client.force_login(make_user("anna"))
    assert client.get(LOGIN).url == "/"
