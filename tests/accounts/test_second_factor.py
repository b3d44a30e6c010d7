"""The second factor: due for reviewers and stewards, free for officers, replaceable by recovery codes."""

from __future__ import annotations

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from django.core import mail
from django.core.cache import cache
from django.test import Client

from accounts.models import User
from tests.accounts.conftest import LOG_IN, PASSWORD, is_in
from tests.builders import FACTOR, code_now, day, make_mandate, make_state, make_user
from tests.markup import markup

pytestmark = pytest.mark.django_db

CODE, SET_UP = "/konto/anmelden/code/", "/konto/zwei-faktor/einrichten/"


def enter_password(client: Client, user: User) -> None:
    assert client.post(LOG_IN, {"login": user.username, "password": PASSWORD}).url == CODE


def test_the_password_alone_opens_nothing(client, reviewer):
    enter_password(client, reviewer)
    assert not is_in(client)
    page = client.get(CODE)
    assert markup(page).text("h1") == "Zweiter Schritt: Code eingeben"
    assert 'autocomplete="one-time-code"' in page.text
    assert client.get("/konto/").url == "/konto/anmelden/?next=/konto/"


def test_password_and_code_let_a_reviewer_in(client, reviewer, log_in):
    assert log_in(client, reviewer).url == "/pruefung/"
    assert is_in(client)


def test_a_wrong_code_is_told_at_the_field(client, reviewer):
    enter_password(client, reviewer)
    page = client.post(CODE, {"code": "000000"})
    assert "Dieser Code stimmt nicht oder ist abgelaufen." in markup(page).text("main")
    assert not is_in(client)


def test_a_code_is_good_once(client, reviewer, log_in):
    log_in(client, reviewer)
    again = Client()
    log_in(again, reviewer)
    assert not is_in(again)


def test_a_recovery_code_is_good_once(client, reviewer):
    code = RecoveryCodes.activate(reviewer).get_unused_codes()[0]
    enter_password(client, reviewer)
    client.post(CODE, {"code": code})
    assert is_in(client)
    again = Client()
    enter_password(again, reviewer)
    again.post(CODE, {"code": code})
    assert not is_in(again)


def test_guessing_codes_is_slowed_down(client, reviewer):
    cache.clear()
    enter_password(client, reviewer)
    for _ in range(5):
        client.post(CODE, {"code": "000000"})
    page = client.post(CODE, {"code": code_now()})
    assert "Zu viele vergebliche Versuche. Bitte warten Sie fünf Minuten." in markup(page).text("main")
    assert not is_in(client)


def test_the_secret_lies_enciphered_in_the_database(reviewer):
    assert FACTOR not in str(Authenticator.objects.get(user=reviewer).data)


def test_another_secret_key_opens_no_secret_and_breaks_nothing(client, reviewer, settings):
    settings.SECRET_KEY = "another-secret-of-this-installation-with-more-than-fifty-signs"
    enter_password(client, reviewer)
    assert client.post(CODE, {"code": code_now()}).status_code == 200


def test_the_former_secret_key_still_opens_it(client, reviewer, settings, log_in):
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "another-secret-of-this-installation-with-more-than-fifty-signs"
    log_in(client, reviewer)
    assert is_in(client)


# --- Due ---


def without_factor(role: str) -> User:
    user = make_user(is_staff=role == "staff", second_factor=False)
    if role != "staff":
        place = {"state": make_state("16")} if role == "reviewer" else {}
        make_mandate(user, role, second_factor=False, **place)
    return user


@pytest.mark.parametrize("role", ["reviewer", "steward", "staff"])
@pytest.mark.parametrize(
    "address", ["/", "/konto/", "/kooperationen/", "/admin/", "/konto/passwort/", "/konto/sitzungen/"]
)
def test_whoever_needs_a_factor_sets_it_up_before_anything(client, role, address, log_in):
    log_in(client, without_factor(role))
    answer = client.get(address)
    assert (answer.status_code, answer.url) == (302, SET_UP)


def test_logging_out_stays_possible(client, log_in):
    log_in(client, without_factor("reviewer"))
    assert client.post("/konto/abmelden/").url == "/"
    assert not is_in(client)


def test_what_the_api_tells_everybody_it_tells_who_has_no_factor_yet(client, log_in):
    log_in(client, without_factor("reviewer"))
    assert client.get("/api/v1/cooperations/").status_code == 200


def test_setting_up_leads_to_the_recovery_codes(client, log_in, django_capture_on_commit_callbacks):
    user = without_factor("reviewer")
    User.objects.filter(pk=user.pk).update(email="r@land.example")
    log_in(client, user)
    page = client.get(SET_UP)
    assert page.status_code == 200
    secret = page.context["form"].secret
    assert f"<code>{secret}</code>" in page.text
    with django_capture_on_commit_callbacks(execute=True):
        answer = client.post(SET_UP, {"code": code_now(secret)})
    assert answer.url == "/konto/zwei-faktor/notfallcodes/"
    codes = client.get(answer.url)
    assert "Von 10 Codes sind noch 10 unbenutzt." in markup(codes).text("main")
    assert client.get("/").status_code == 200
    assert [sent.subject for sent in mail.outbox] == ["Ihr zweiter Faktor ist eingerichtet"]
    file = client.get("/konto/zwei-faktor/notfallcodes.txt")
    assert file.text.startswith("Notfallcodes des Kooperationsportals.")


def test_setting_up_ends_the_sessions_that_began_without(client, log_in, django_capture_on_commit_callbacks):
    user, elsewhere = without_factor("reviewer"), Client()
    log_in(elsewhere, user)
    log_in(client, user)
    secret = client.get(SET_UP).context["form"].secret
    with django_capture_on_commit_callbacks(execute=True):
        client.post(SET_UP, {"code": code_now(secret)})
    assert elsewhere.get("/konto/").status_code == 302
    assert client.get("/konto/").status_code == 200


def test_a_mandate_that_ended_asks_for_no_factor(client, log_in):
    user = make_user()
    make_mandate(user, "reviewer", state=make_state("16"), second_factor=False, valid_until=day("2020-12-31"))
    log_in(client, user)
    assert client.get("/konto/").status_code == 200


def test_an_officer_gets_in_by_password_and_may_add_a_factor(client, officer, log_in):
    assert log_in(client, officer).url == "/meine/"
    page = client.get("/konto/zwei-faktor/")
    assert "Es ist noch kein zweiter Faktor eingerichtet." in markup(page).text("main")
    secret = client.get(SET_UP).context["form"].secret
    assert client.post(SET_UP, {"code": code_now(secret)}).url == "/konto/zwei-faktor/notfallcodes/"
    assert "Der zweite Faktor ist eingerichtet." in markup(client.get("/konto/zwei-faktor/")).text("main")


def test_a_reviewer_who_takes_a_new_telephone_sets_it_up_at_once(client, reviewer, log_in):
    log_in(client, reviewer)
    assert client.get("/konto/zwei-faktor/abschalten/").status_code == 200
    client.post("/konto/zwei-faktor/abschalten/")
    assert client.get("/konto/").url == SET_UP


# --- Asked again ---


def test_who_logged_in_long_ago_confirms_before_changing_a_factor(client, officer, log_in):
    log_in(client, officer)
    session = client.session
    records = session["account_authentication_methods"]
    session["account_authentication_methods"] = [record | {"at": record["at"] - 301} for record in records]
    session.save()
    answer = client.get(SET_UP)
    assert answer.url == f"/konto/bestaetigen/?next={SET_UP.replace('/', '%2F')}"
    page = client.get(answer.url)
    assert markup(page).text("h1") == "Bitte bestätigen Sie, dass Sie es sind"
    wrong = client.post("/konto/bestaetigen/", {"password": "falsch", "next": SET_UP})
    assert "Das Passwort stimmt nicht." in markup(wrong).text("main")
    assert client.post("/konto/bestaetigen/", {"password": PASSWORD, "next": SET_UP}).url == SET_UP
    assert client.get(SET_UP).status_code == 200
