"""Tokens of one's programs: shown once, listed with their last use, revoked."""

from __future__ import annotations

import datetime as dt
import re

import pytest
from django.core import mail
from django.utils import timezone
from knox.models import AuthToken

from accounts.workflow import create_token, note_use
from tests.accounts.conftest import PASSWORD, address_in, only_mail
from tests.agreements.reading import words
from tests.markup import markup

pytestmark = pytest.mark.django_db

PAGE = "/konto/zugang/"


def bearer(text: str) -> dict[str, str]:
    return {"Authorization": f"Token {text}"}


def made(client, **data: str) -> str:
    """The text of a token made on the page."""
    page = client.post(PAGE, {"name": "Intranet", "days": "30"} | data)
    found = re.search(r'class="token"><code>(\w+)</code>', page.text)
    assert found
    assert markup(page)
    return found[1]


def test_a_token_is_shown_once_and_opens_the_api(client, officer, log_in):
    log_in(client, officer)
    text = made(client)
    assert text not in client.get(PAGE).text
    programm = type(client)()
    assert programm.get("/api/v1/registrations/", headers=bearer(text)).status_code == 200
    assert programm.get("/api/v1/registrations/", headers=bearer("x" * 64)).status_code == 401


def test_the_list_says_what_for_how_long_and_when_last_used(client, officer, log_in):
    log_in(client, officer)
    text = made(client)
    until = timezone.localdate() + dt.timedelta(days=30)
    row = client.get(PAGE).text.split("<tbody>")[1].split("</tbody>")[0]
    today = timezone.localdate()
    assert words(row).startswith(f"Intranet {today:%d.%m.%Y} noch nie {until:%d.%m.%Y} Widerrufen")
    type(client)().get("/api/v1/registrations/", headers=bearer(text))
    assert f"{today:%d.%m.%Y}," in words(client.get(PAGE).text.split("<tbody>")[1])


def test_the_last_use_is_noted_once_an_hour(officer):
    token, _text = create_token(user=officer)
    now = timezone.now()
    for minutes in (0, 59, 61):
        note_use(token, now + dt.timedelta(minutes=minutes))
        token.note.refresh_from_db()
        assert token.note.last_used_at == now + dt.timedelta(minutes=61 if minutes == 61 else 0)


def test_a_revoked_token_opens_nothing(client, officer, log_in):
    log_in(client, officer)
    text = made(client)
    digest = AuthToken.objects.get().digest
    assert client.post(f"{PAGE}{digest}/widerrufen/").url == PAGE
    assert "gilt nicht mehr" in client.get(PAGE).text
    assert type(client)().get("/api/v1/registrations/", headers=bearer(text)).status_code == 401
    assert client.post(f"{PAGE}{digest}/widerrufen/").status_code == 404


def test_nobody_sees_or_revokes_another_s(client, officer, reviewer):
    token, _text = create_token(user=officer, name="Intranet")
    client.force_login(reviewer)
    assert "Sie haben keinen Zugangsschlüssel." in client.get(PAGE).text
    assert client.post(f"{PAGE}{token.digest}/widerrufen/").status_code == 404
    assert AuthToken.objects.filter(pk=token.pk).exists()


def test_a_token_has_a_name_and_there_are_not_too_many(client, officer, log_in):
    log_in(client, officer)
    assert client.post(PAGE, {"name": " ", "days": "30"}).status_code == 422
    assert client.post(PAGE, {"name": "Ewig", "days": "9999"}).status_code == 422
    for _ in range(10):
        create_token(user=officer)
    page = client.post(PAGE, {"name": "Elf", "days": "30"})
    assert (page.status_code, AuthToken.objects.count()) == (422, 10)
    assert "Sie haben schon 10 Zugangsschlüssel." in page.text


def test_who_logged_in_long_ago_confirms_before_making_one(client, officer):
    client.force_login(officer)  # no record of a log-in just now
    answer = client.post(PAGE, {"name": "Intranet", "days": "30"})
    assert answer.url == "/konto/bestaetigen/?next=%2Fkonto%2Fzugang%2F"
    assert not AuthToken.objects.exists()
    page = client.post("/konto/bestaetigen/", {"password": PASSWORD, "next": PAGE})
    assert 'class="token"><code>' in page.text
    assert AuthToken.objects.count() == 1


def test_no_token_outlives_a_forgotten_password(client, officer):
    text = create_token(user=officer)[1]
    client.post("/konto/passwort/vergessen/", {"email": officer.email})
    form = client.get(address_in(only_mail().body)).url
    client.post(form, {"password1": "vier lose Worte hier", "password2": "vier lose Worte hier"})
    assert client.get("/api/v1/registrations/", headers=bearer(text)).status_code == 401
    assert "alle Zugangsschlüssel für Programme gelten nicht mehr" in mail.outbox[-1].body


def test_no_token_outlives_a_second_factor_that_was_lost(client, officer, steward):
    create_token(user=officer)
    client.force_login(steward)
    answer = client.post(f"/redaktion/personen/{officer.pk}/zweiter-faktor/", follow=True)
    assert "alle Zugangsschlüssel gelten nicht mehr" in answer.text
    assert not AuthToken.objects.exists()


@pytest.mark.parametrize("tokens", [1, 3])
def test_the_number_of_queries_does_not_grow(client, officer, tokens, django_assert_num_queries):
    for _ in range(tokens):
        create_token(user=officer, name="Intranet")
    client.force_login(officer)
    client.get(PAGE)
    # session, person, second factor, tokens; may invite (twice), roles of the header
    with django_assert_num_queries(7):
        client.get(PAGE)
