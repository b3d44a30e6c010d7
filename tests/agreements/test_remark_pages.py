"""Remarks without log-in: what comes in, what is asked of machines, how many are enough."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

import pytest
from django.contrib.sessions.models import Session
from django.test import Client
from django.utils import timezone

from agreements.forms.remarks import stamp
from agreements.models import Cooperation, PublicRemark
from agreements.workflow.remarks import PER_SENDER, sender_digest
from tests.agreements.people import make_world
from tests.builders import make_cooperation
from tests.markup import markup

pytestmark = pytest.mark.django_db


@pytest.fixture
def record() -> Cooperation:
    return make_cooperation("Bauhof")


def address_of(record: Cooperation) -> str:
    return f"{record.get_absolute_url()}hinweis/"


def typed(seconds: float = 30, **values: str) -> dict[str, Any]:
    """What a person sends who looked at the form for so long."""
    shown = stamp(timezone.now() - dt.timedelta(seconds=seconds))
    return {"text": "Der Name ist falsch.", "name": "", "email": "", "website": "", "shown": shown} | values


def test_anybody_leaves_a_remark_that_nobody_reads_in_public(client, record):
    page = client.get(address_of(record))
    markup(page)
    assert page["Cache-Control"] == "max-age=0, no-cache, no-store, must-revalidate, private"
    answer = client.post(address_of(record), typed(name="A. Muster", email="a.muster@example.org"), follow=True)
    markup(answer)
    assert answer.redirect_chain == [(f"{address_of(record)}danke/", 302)]
    remark = PublicRemark.objects.get()
    assert (remark.cooperation, remark.text, remark.email) == (record, "Der Name ist falsch.", "a.muster@example.org")
    assert "127.0.0.1" not in remark.sender
    for shown in (client.get(record.get_absolute_url()), answer):
        assert "Muster" not in shown.text
        assert "Der Name ist falsch." not in shown.text


def test_its_page_leads_there(client, record):
    assert address_of(record) in client.get(record.get_absolute_url()).text


def test_what_is_not_published_takes_none(client):
    assert client.get(address_of(make_cooperation(record_state="submitted"))).status_code == 404


@pytest.mark.parametrize(
    "sent",
    [
        lambda: typed(website="https://kaufen.example"),
        lambda: typed(seconds=0),
        lambda: typed(shown=""),
        lambda: typed(shown="gefälscht"),
    ],
    ids=["the hidden field filled in", "too quick", "never shown", "made up"],
)
def test_machines_are_thanked_and_forgotten(client, record, sent):
    assert client.post(address_of(record), sent())["Location"] == f"{address_of(record)}danke/"
    assert not PublicRemark.objects.exists()


def test_faults_stand_at_their_fields_and_what_was_typed_stays(client, record):
    links = "http://a.example http://b.example"
    for values, field in (({"text": " "}, "text"), ({"email": "nirgends"}, "email"), ({"text": links}, "text")):
        page = client.post(address_of(record), typed(**values))
        markup(page)
        assert list(page.context["form"].errors) == [field]
        assert f'href="#id_{field}"' in page.text
    assert links in page.text
    assert not PublicRemark.objects.exists()


def test_who_sends_too_many_is_asked_to_wait_and_loses_nothing(client, record):
    for _ in range(PER_SENDER):
        client.post(address_of(record), typed())
    page = client.post(address_of(record), typed(text="Noch einer."))
    markup(page)
    assert page.status_code == 429
    assert "Bitte versuchen Sie es in einer Stunde noch einmal." in page.text
    assert ">\nNoch einer.</textarea>" in page.text
    assert PublicRemark.objects.count() == PER_SENDER


def test_a_form_shown_long_ago_is_shown_again_and_not_good_for_ever(client, record):
    page = client.post(address_of(record), typed(seconds=2 * 24 * 3600))
    markup(page)
    assert page.status_code == 409
    assert ">\nDer Name ist falsch.</textarea>" in page.text
    assert not PublicRemark.objects.exists()
    shown = page.context["form"]["shown"].value()
    assert client.post(address_of(record), typed(shown=shown)).status_code == 302
    assert PublicRemark.objects.count() == 1


def test_one_line_is_one_sender_however_many_addresses_it_has(db):
    day = dt.date(2026, 11, 22)
    assert sender_digest("2001:db8::1", day) == sender_digest("2001:db8:0:0:ffff::2", day)
    assert sender_digest("2001:db8::1", day) != sender_digest("2001:db8:0:1::1", day)
    assert sender_digest("::ffff:192.0.2.1", day) == sender_digest("192.0.2.1", day)
    assert sender_digest("192.0.2.1", day) != sender_digest("192.0.2.2", day)
    assert sender_digest("", day) != sender_digest("", dt.date(2026, 11, 23))


def test_the_reviewer_of_the_land_is_told(client, mailoutbox, django_capture_on_commit_callbacks):
    record = make_world().published()
    mailoutbox.clear()
    with django_capture_on_commit_callbacks(execute=True):
        client.post(address_of(record), typed())
    assert [mail.to for mail in mailoutbox] == [["reviewer@example.org"]]


def test_the_form_says_who_reads_the_remark(client, record):
    registered = make_world().published()
    told = [
        re.findall(r"Ihr Hinweis geht an ([^.]+)\.", client.get(address_of(row)).text) for row in (record, registered)
    ]
    assert told == [["die Redaktion"], ["die Prüfung des Landes Rheinland-Pfalz"]]


# --- a token that has run out ---


def test_a_remark_with_an_old_token_stands_in_the_answer_and_in_no_session(record):
    strict = Client(enforce_csrf_checks=True)
    page = strict.post(address_of(record), typed(), headers={"origin": "http://testserver"})
    markup(page)
    assert page.status_code == 403
    assert "Prüfen Sie Ihren Hinweis und senden Sie ihn noch einmal ab." in page.text
    assert ">\nDer Name ist falsch.</textarea>" in page.text
    assert not PublicRemark.objects.exists()
    assert not Session.objects.exists()
    token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', page.text)
    assert token
    assert strict.post(address_of(record), typed(csrfmiddlewaretoken=token[1])).status_code == 302
    assert PublicRemark.objects.count() == 1


def test_others_put_no_words_into_the_form(record):
    strict = Client(enforce_csrf_checks=True)
    page = strict.post(address_of(record), typed(), headers={"origin": "https://evil.example"})
    assert page.status_code == 403
    assert "Der Name ist falsch." not in page.text
