"""Forgotten, changed and first passwords."""

from __future__ import annotations

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse

from accounts.workflow import create_token, tokens_of
from tests.accounts.conftest import LOG_IN, PASSWORD, address_in, is_in, only_mail
from tests.builders import make_user
from tests.markup import markup

pytestmark = pytest.mark.django_db

FORGOTTEN, CHANGE, FIRST = "/konto/passwort/vergessen/", "/konto/passwort/", "/konto/passwort/festlegen/"
NEW = "vier lose Worte hier"
TWICE = {"password1": NEW, "password2": NEW}


def test_a_forgotten_password_is_replaced_by_the_link_of_a_mail(client, officer):
    client.post(FORGOTTEN, {"email": "AMT@jena.example"})
    sent = only_mail()
    assert sent.subject == "Neues Passwort für das Kooperationsportal"
    assert "Konto „jena“" in sent.body
    assert "http://127.0.0.1:8000/konto/passwort/neu/" in sent.alternatives[0][0]
    form = client.get(address_in(sent.body))
    assert form.status_code == 302
    assert form.url.endswith("-set-password/")  # the secret left the address
    page = client.get(form.url)
    assert markup(page).text("h1") == "Neues Passwort wählen"
    answer = client.post(form.url, TWICE, follow=True)
    assert "Ihr neues Passwort gilt." in markup(answer).text("main")
    assert not is_in(client)
    client.post(LOG_IN, {"login": "jena", "password": NEW})
    assert is_in(client)
    assert [sent.subject for sent in mail.outbox[1:]] == ["Ihr Passwort wurde neu gesetzt"]


def test_the_link_is_good_once(client, officer):
    client.post(FORGOTTEN, {"email": officer.email})
    address = address_in(only_mail().body)
    client.post(client.get(address).url, TWICE)
    page = Client().get(address)
    assert "Dieser Link gilt nicht mehr." in markup(page).text("main")


def test_a_made_up_link_says_so(client, officer):
    assert "Dieser Link gilt nicht mehr." in client.get("/konto/passwort/neu/1-abc/").text


def test_a_reset_opens_no_way_around_the_second_factor(client, reviewer):
    client.post(FORGOTTEN, {"email": reviewer.email})
    client.post(client.get(address_in(only_mail().body)).url, TWICE)
    assert client.post(LOG_IN, {"login": reviewer.username, "password": NEW}).url == "/konto/anmelden/code/"


def test_a_locked_account_gets_no_link(client, officer):
    type(officer).objects.filter(pk=officer.pk).update(is_active=False)
    client.post(FORGOTTEN, {"email": officer.email})
    assert "kein Konto" in only_mail().body


def test_a_former_address_of_a_person_gets_no_link(client, officer):
    client.post(FORGOTTEN, {"email": officer.email})
    type(officer).objects.filter(pk=officer.pk).update(email="neu@jena.example")
    mail.outbox.clear()
    client.post(FORGOTTEN, {"email": "amt@jena.example"})
    assert "kein Konto" in only_mail().body


def test_changing_the_password_asks_for_the_old_one(client, officer, log_in):
    log_in(client, officer)
    page = client.post(CHANGE, {"oldpassword": "falsch", **TWICE})
    assert "Das bisherige Passwort stimmt nicht." in markup(page).text("main")
    assert client.post(CHANGE, {"oldpassword": PASSWORD, **TWICE}).status_code == 302
    assert only_mail().subject == "Ihr Passwort wurde geändert"
    officer.refresh_from_db()
    assert officer.check_password(NEW)


def test_a_new_password_ends_other_sessions_and_all_tokens_and_leaves_this_one(client, officer, log_in):
    elsewhere = Client()
    log_in(elsewhere, officer)
    log_in(client, officer)
    create_token(user=officer)
    assert client.post(CHANGE, {"oldpassword": PASSWORD, **TWICE}).status_code == 302
    assert (is_in(client), is_in(elsewhere), tokens_of(officer).count()) == (True, False, 0)


def test_a_password_given_in_the_admin_ends_all_sessions_and_tokens(client, officer, log_in):
    elsewhere = Client()
    log_in(elsewhere, officer)
    create_token(user=officer)
    chief = make_user("chefin", is_staff=True, is_superuser=True, second_factor=True)
    client.force_login(chief)
    new = {**TWICE, "usable_password": "true"}
    assert client.post(reverse("admin:auth_user_password_change", args=[officer.pk]), new).status_code == 302
    assert (is_in(elsewhere), tokens_of(officer).count(), officer.login_sessions.count()) == (False, 0, 0)


@pytest.mark.parametrize(
    ("password", "told"),
    [
        ("zu-kurz-11", "Dieses Passwort ist zu kurz. Es muss mindestens 12 Zeichen enthalten."),
        ("password1234", "Dieses Passwort ist zu üblich."),
        ("amt@jena.example", "zu ähnlich"),
    ],
)
def test_the_rules_are_told_in_german(client, officer, log_in, password, told):
    log_in(client, officer)
    page = client.post(CHANGE, {"oldpassword": PASSWORD, "password1": password, "password2": password})
    assert told in markup(page).text("main")


def test_two_different_ones_are_told_once_and_in_our_words(client, officer, log_in):
    log_in(client, officer)
    page = client.post(CHANGE, {"oldpassword": PASSWORD, "password1": NEW, "password2": "anders als zuvor"})
    assert page.context["form"].errors == {"password2": ["Die beiden Passwörter sind nicht gleich."]}


def test_who_came_through_the_provider_may_choose_a_first_password(client, officer):
    officer.set_unusable_password()
    officer.save()
    client.force_login(officer)
    assert client.get(CHANGE).url == FIRST
    assert markup(client.get(FIRST)).text("h1") == "Passwort festlegen"
    client.post(FIRST, TWICE)
    officer.refresh_from_db()
    assert officer.check_password(NEW)
