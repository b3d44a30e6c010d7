"""Saved searches in a real browser: read by everybody in every look, saved and ended by clicks."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

import pytest
from django.utils import timezone

from tests.browser.conftest import expect, fits, looks
from tests.browser.test_desk import let_in
from tests.builders import make_cooperation, make_state, make_user
from tests.watching.conftest import SATURDAY, make_asked, make_confirmed, make_search
from watching import workflow
from watching.models import Delivery
from watching.tokens import confirm_url, end_url


@pytest.fixture
def anna(live_server):
    make_state("16")
    make_cooperation("Bauhof")
    return make_user("anna", email="anna@amt.example")


def test_pages_of_strangers_can_be_read_by_everybody(page, live_server, anna, axe):
    asked, confirmed = make_asked("neu@example.org", "state=16"), make_confirmed()
    assert asked
    links = [urlsplit(link).path for link in (confirm_url(asked.key), end_url(confirmed.key))]
    for address in ("/merken/kooperationen/?land=16&stand=2020-01-01", "/merken/gesendet/", *links):
        page.goto(live_server.url + address)
        for look in looks(page):
            axe(page, look)
            fits(page)


def test_pages_of_ones_own_can_be_read_by_everybody(page, live_server, anna, axe):
    search = make_search(anna, "state=16")
    hook, _secret = workflow.set_up_webhook(
        user=anna, search=search, url="https://daten.amt.example/eingang", day=SATURDAY
    )
    now = timezone.now()
    Delivery.objects.create(webhook=hook, body="{}", created_at=now, attempts=1, status=204, delivered_at=now)
    Delivery.objects.create(webhook=hook, body="{}", created_at=now, attempts=1, error="Keine Antwort.", next_at=now)
    let_in(page.context, live_server, anna)
    for place in ("", f"{search.pk}/", f"{search.pk}/webhook/"):
        page.goto(f"{live_server.url}/meine/suchen/{place}")
        for look in looks(page):
            axe(page, look)
            fits(page)


def test_a_search_is_saved_from_its_list_changed_and_deleted(page, live_server, anna):
    let_in(page.context, live_server, anna)
    page.goto(f"{live_server.url}/kooperationen/?land=16")
    page.get_by_text("Mitnehmen und beobachten").click()
    page.get_by_role("link", name="Suche merken, Bescheid bekommen").click()
    page.get_by_label("Bezeichnung").fill("Thüringen")
    page.get_by_label("nur merken").check()
    page.get_by_role("button", name="Suche speichern").click()
    expect(page).to_have_url(re.compile("/meine/suchen/$"))
    row = page.get_by_role("row", name="Thüringen")
    expect(row).to_contain_text("keine")
    row.get_by_role("button", name="Löschen").click()
    expect(page.get_by_text("Die Suche „Thüringen“ ist gelöscht.")).to_be_visible()
