"""The pages of the own account: who sees what, by how many questions; and the addresses that are none."""

from __future__ import annotations

import re

import pytest
from django.urls import reverse

from tests.builders import day, make_invitation, make_mandate, make_municipality, make_state, make_user
from tests.markup import markup

pytestmark = pytest.mark.django_db

OWN = [
    *("/konto/", "/konto/einladungen/", "/konto/sitzungen/", "/konto/passwort/", "/konto/zwei-faktor/"),
    *("/konto/zwei-faktor/einrichten/", "/konto/zwei-faktor/notfallcodes/", "/konto/bestaetigen/"),
]


@pytest.mark.parametrize("address", [*OWN, "/konto/zwei-faktor/abschalten/", "/konto/zwei-faktor/notfallcodes.txt"])
def test_strangers_are_led_to_the_log_in(client, address):
    answer = client.get(address)
    assert answer.status_code in {302, 404}
    if answer.status_code == 302:
        assert answer.url.startswith("/konto/anmelden/?next=/konto/") or answer.url.startswith(
            "/konto/anmelden/?next=%2Fkonto%2F"
        )


@pytest.mark.parametrize(
    "address",
    [
        *("/accounts/signup/", "/accounts/login/", "/konto/registrieren/", "/konto/signup/", "/konto/email/"),
        *("/konto/confirm-email/", "/konto/3rdparty/", "/konto/extern/", "/konto/social/signup/", "/konto/login/code/"),
        *("/konto/2fa/", "/konto/webauthn/", "/konto/extern/google/", "/konto/anmelden/vertrauen/"),
    ],
)
def test_what_is_not_used_has_no_address(client, officer, address):
    assert [client.get(address).status_code, client.post(address).status_code] == [404, 404]
    client.force_login(officer)
    assert client.get(address).status_code == 404


def test_the_overview_shows_every_mandate_with_its_time(client, officer, jena):
    make_mandate(officer, "officer", municipality=make_municipality("Apolda"), valid_until=day("2020-12-31"))
    make_mandate(officer, "reviewer", state=make_state("07"), valid_from=day("2099-01-01"), second_factor=False)
    client.force_login(officer)
    text = markup(client.get("/konto/")).text("main")
    assert "Sachbearbeitung einer Kommune: Jena jeher auf Weiteres gilt" in text
    assert "Sachbearbeitung einer Kommune: Apolda jeher 31.12.2020 beendet" in text
    assert "Prüfung für ein Land: Rheinland-Pfalz 01.01.2099 auf Weiteres beginnt noch" in text
    assert "amt@jena.example" in text


def test_who_has_no_mandate_is_told_so(client, db):
    client.force_login(make_user())
    text = markup(client.get("/konto/")).text("main")
    assert "Sie haben noch kein Mandat." in text
    assert "keine hinterlegt" in text


def test_the_header_leads_to_the_own_account(client, officer):
    client.force_login(officer)
    assert re.search(r'<a [^>]*href="/konto/"[^>]*>.*Amt Jena</span></a>', client.get("/").text)


@pytest.mark.parametrize(
    ("address", "queries"), [("/konto/", 10), ("/konto/einladungen/", 10), ("/konto/sitzungen/", 7)]
)
def test_pages_of_officers_ask_as_often_for_one_row_as_for_three(
    client, officer, jena, address, queries, log_in, django_assert_num_queries
):
    log_in(client, officer)
    make_invitation(officer, municipality=jena)
    with django_assert_num_queries(queries):
        client.get(address)
    for _ in range(2):
        make_invitation(officer, municipality=jena)
        make_mandate(officer, "reviewer", state=make_state("16"), valid_until=day("2020-12-31"))
        other = type(client)()
        log_in(other, officer)
    with django_assert_num_queries(queries):
        client.get(address)


def test_pages_of_the_own_account_are_kept_by_no_cache(client, officer):
    client.force_login(officer)
    for name in ("account", "invitations", "sessions"):
        assert "no-store" in client.get(reverse(name))["Cache-Control"]


GERMAN_FREE = re.compile(r"\b(Password|Sign In|Sign Out|Email|Your|Please|Change|Authenticator app|Recovery codes)\b")


def test_no_page_falls_back_to_english(client, reviewer, log_in):
    for address in ("/konto/anmelden/", "/konto/passwort/vergessen/", "/konto/passwort/vergessen/gesendet/"):
        assert not GERMAN_FREE.search(markup(client.get(address)).text("main")), address
    log_in(client, reviewer)
    for address in ("/konto/", "/konto/sitzungen/", "/konto/passwort/", "/konto/zwei-faktor/", "/konto/bestaetigen/"):
        assert not GERMAN_FREE.search(markup(client.get(address)).text("main")), address
    for address in ("abschalten/", "notfallcodes/neu/"):
        assert not GERMAN_FREE.search(markup(client.get(f"/konto/zwei-faktor/{address}")).text("main")), address


def test_pages_are_well_built_and_need_no_inline_script_or_style(client, reviewer, log_in):
    log_in(client, reviewer)
    for address in ("/konto/", "/konto/sitzungen/", "/konto/passwort/", "/konto/zwei-faktor/"):
        page = markup(client.get(address))
        assert (page.inline, page.foreign) == ([], []), address
        assert {str(control.get("id")) for control in page.controls} <= page.labelled | {"None"}, address
