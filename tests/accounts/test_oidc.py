"""Log-in through an OpenID Connect provider: a real one, run as a program of its own on 127.0.0.1."""

from __future__ import annotations

import json
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qs, urljoin, urlsplit

import environ
import pytest
import requests
from allauth.socialaccount.models import SocialAccount
from django.conf import settings as portal
from django.test import Client

from accounts.login_rules import origins, providers
from accounts.models import User
from tests.accounts.conftest import is_in
from tests.builders import code_now, make_invitation, make_user
from tests.markup import markup

pytestmark = pytest.mark.django_db


class EnvOf(environ.Env):
    """An environment of a test's own."""

    def __init__(self, values: dict[str, str]) -> None:
        super().__init__()
        self.ENVIRON = values


BUTTON = "/konto/extern/oidc/"
PEOPLE = {
    "anna": {"email": "anna@amt.example", "email_verified": True, "given_name": "Anna", "family_name": "Amt"},
    "unchecked": {"email": "anna@amt.example", "email_verified": False},
    "stranger": {"email": "stranger@elsewhere.example", "email_verified": True},
    "guest": {"email": "Gast@amt.example", "email_verified": True, "given_name": "Gerd", "family_name": "Gast"},
}


@pytest.fixture(scope="module")
def issuer() -> Iterator[str]:
    """The address of the provider; the program ends with the module."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    people = [part for sub, claims in PEOPLE.items() for part in ("--user-claims", json.dumps({"sub": sub, **claims}))]
    command = [sys.executable, "-W", "ignore", "-m", "oidc_provider_mock", "--port", str(port), *people]
    program = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    address = f"http://127.0.0.1:{port}"
    for _ in range(200):
        try:
            requests.get(f"{address}/.well-known/openid-configuration", timeout=1).raise_for_status()
            break
        except requests.RequestException:
            assert program.poll() is None, "the provider ended at once"
            time.sleep(0.1)
    yield address
    program.terminate()
    program.wait()


@pytest.fixture
def provider(issuer: str, settings: Any) -> str:
    """A portal whose environment names the provider."""
    app = {
        "provider_id": "oidc",
        "name": "Stadtkonto",
        "client_id": "portal",
        "secret": "secret-of-the-portal",
        "settings": {"server_url": issuer, "verified_email": False},
    }
    settings.SOCIALACCOUNT_PROVIDERS = {"openid_connect": {"OAUTH_PKCE_ENABLED": True, "APPS": [app]}}
    return issuer


def through(client: Client, sub: str, button: str = BUTTON) -> Any:
    """Press the button, log in at the provider as its person `sub`, come back; the answer we then give."""
    outward = client.post(button)
    assert outward.status_code == 302
    asked = parse_qs(urlsplit(outward.url).query)
    assert asked["code_challenge_method"] == ["S256"]
    assert sorted(asked["scope"][0].split()) == ["email", "openid", "profile"]
    there = requests.Session()
    form = there.get(outward.url, timeout=10)
    assert form.status_code == 200
    back = there.post(form.url, data={"sub": sub}, allow_redirects=False, timeout=10)
    assert back.status_code in {302, 303}
    address = urlsplit(urljoin(form.url, back.headers["Location"]))
    return client.get(f"{address.path}?{address.query}")


def test_a_known_person_gets_in_by_the_checked_address(client, provider):
    anna = make_user("anna", email="Anna@amt.example")
    page = client.get("/konto/anmelden/")
    assert "Anmelden mit Stadtkonto" in markup(page).text("main")
    answer = through(client, "anna")
    assert (answer.status_code, answer.url) == (302, "/")
    assert client.session["_auth_user_id"] == str(anna.pk)
    assert SocialAccount.objects.get().user == anna


def test_the_second_time_the_person_is_known_by_the_provider_s_own_name(client, provider):
    anna = make_user("anna", email="anna@amt.example")
    through(client, "anna")
    User.objects.filter(pk=anna.pk).update(email="neu@amt.example")
    again = Client()
    through(again, "anna")
    assert again.session["_auth_user_id"] == str(anna.pk)


def test_she_comes_back_to_where_she_was(client, provider):
    make_user("anna", email="anna@amt.example")
    assert through(client, "anna", f"{BUTTON}?next=/konto/sitzungen/").url == "/konto/sitzungen/"


@pytest.mark.parametrize("sub", ["stranger", "unchecked"])
def test_who_is_not_known_by_a_checked_address_stays_outside(client, provider, sub):
    make_user("anna", email="anna@amt.example")
    answer = through(client, sub)
    assert answer.status_code == 403
    assert markup(answer).text("h1") == "Zu dieser Anmeldung gibt es hier kein Konto."
    assert not is_in(client)
    assert (User.objects.count(), SocialAccount.objects.count()) == (1, 0)


def test_an_operator_may_vouch_for_the_addresses_of_the_provider(client, provider, settings):
    settings.SOCIALACCOUNT_PROVIDERS["openid_connect"]["APPS"][0]["settings"]["verified_email"] = True
    make_user("anna", email="anna@amt.example")
    through(client, "unchecked")
    assert is_in(client)


def test_an_invited_person_accepts_by_logging_in(client, provider, officer, jena):
    invitation = make_invitation(officer, "gast@amt.example", token="t", municipality=jena)
    page = client.get("/konto/einladung/t/")
    assert "Annehmen und anmelden mit Stadtkonto" in markup(page).text("main")
    through(client, "guest")
    user = User.objects.get(email="gast@amt.example")
    assert client.session["_auth_user_id"] == str(user.pk)
    assert (str(user), user.has_usable_password()) == ("Gerd Gast", False)
    assert [mandate.municipality for mandate in user.mandates.all()] == [jena]
    invitation.refresh_from_db()
    assert invitation.accepted_by == user


def test_an_expired_invitation_lets_nobody_in(client, provider, officer):
    make_invitation(officer, "gast@amt.example", expires_at="2020-01-01T00:00:00Z")
    assert through(client, "guest").status_code == 403


def test_the_provider_is_no_way_around_the_second_factor(client, provider, reviewer):
    User.objects.filter(pk=reviewer.pk).update(email="anna@amt.example")
    assert through(client, "anna").url == "/konto/anmelden/code/"
    assert not is_in(client)
    client.post("/konto/anmelden/code/", {"code": code_now()})
    assert is_in(client)


def test_a_locked_account_stays_outside(client, provider):
    make_user("anna", email="anna@amt.example", is_active=False)
    assert through(client, "anna").url == "/konto/gesperrt/"
    assert markup(client.get("/konto/gesperrt/")).text("h1") == "Dieses Konto ist gesperrt."
    assert not is_in(client)


def test_nobody_ties_a_foreign_log_in_to_the_own_account(client, provider, officer):
    client.force_login(officer)
    assert through(client, "anna", f"{BUTTON}?process=connect").status_code == 403
    assert not SocialAccount.objects.exists()


def test_an_answer_nobody_asked_for_is_refused(client, provider):
    answer = client.get(f"{BUTTON}zurueck/", {"code": "made-up", "state": "made-up"})
    assert "ist nicht gelungen" in markup(answer).text("main")
    assert not is_in(client)


def test_a_provider_that_is_away_is_told(client, provider, settings):
    settings.SOCIALACCOUNT_PROVIDERS["openid_connect"]["APPS"][0]["settings"]["server_url"] = "http://127.0.0.1:9"
    answer = client.post(BUTTON)
    assert "ist nicht gelungen" in markup(answer).text("main")


def test_opening_the_address_by_hand_asks_first(client, provider):
    assert markup(client.get(BUTTON)).text("h1") == "Anmelden mit Stadtkonto"


def test_the_policy_lets_forms_lead_to_the_provider():
    environment = {"OIDC_ISSUER": "https://login.land.example:8443/realms/amt/", "OIDC_CLIENT_ID": "portal"}
    told = providers(EnvOf(environment))
    assert origins(told) == ["https://login.land.example:8443"]
    (app,) = told["openid_connect"]["APPS"]
    assert app["settings"] == {"server_url": "https://login.land.example:8443/realms/amt", "verified_email": False}


def test_without_a_provider_there_is_neither_button_nor_address(client):
    assert "openid" not in client.get("/konto/anmelden/").text
    assert [client.get(BUTTON).status_code, client.post(BUTTON).status_code] == [404, 404]
    assert origins(portal.SOCIALACCOUNT_PROVIDERS) == []
