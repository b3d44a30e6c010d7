"""The desk of a municipality by browser: read by everybody in every look, done by keyboard and without script."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from agreements import workflow
from agreements.models import Confirmation
from tests.agreements.people import TODAY, World, make_world
from tests.browser.conftest import expect, fits, looks


@pytest.fixture
def world(live_server: Any) -> World:
    return make_world()


def let_in(context: Any, live_server: Any, user: Any) -> None:
    """The browser of somebody who is logged in."""
    client = Client()
    client.force_login(user)
    context.add_cookies([{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": live_server.url}])


def full_house(world: World) -> list[str]:
    """Something on every page; their addresses for an officer of Landstuhl."""
    row = world.published()
    world.submitted(name="Klärwerk")
    part = world.part_of(row, world.partner)
    officer = world["officer_of_participant"]
    workflow.answer(user=officer, participation=part, day=TODAY, answer="refused", reason="Kein Beschluss.")
    proposal = workflow.propose(
        user=officer,
        cooperation=row,
        municipality=world.partner,
        day=TODAY,
        changes=workflow.Changes(fields={"name": "Bauhof der vier"}),
        reason="Umbenannt",
        source="Ratsbeschluss",
    )
    return [
        "/meine/",
        f"/meine/bestaetigungen/{part.pk}/",
        f"/meine/kooperationen/{row.pk}/vorschlag/",
        "/meine/vorschlaege/",
        f"/meine/vorschlaege/{proposal.pk}/",
        row.get_absolute_url(),
        f"{row.get_absolute_url()}verlauf/",
        f"{row.get_absolute_url()}hinweis/",
    ]


def test_every_page_can_be_read_by_everybody(page, live_server, axe, world):
    addresses = full_house(world)
    let_in(page.context, live_server, world["officer_of_participant"])
    for address in addresses:
        page.goto(live_server.url + address)
        for look in looks(page):
            axe(page, look)
        page.set_viewport_size({"width": 320, "height": 900})
        fits(page)


def test_a_refusal_without_reason_is_told_in_a_summary_that_has_the_focus(page, live_server, axe, world):
    row = world.submitted()
    let_in(page.context, live_server, world["officer_of_participant"])
    page.goto(f"{live_server.url}/meine/")
    page.get_by_role("link", name="Ansehen und antworten").click()
    page.get_by_label("Nein, wir widersprechen").check()
    page.get_by_role("button", name="Antwort speichern").click()
    alert = page.get_by_role("alert")
    expect(alert).to_be_focused()
    axe(page)
    alert.get_by_role("link").click()
    reason = page.get_by_label("Grund des Widerspruchs")
    expect(reason).to_be_focused()
    page.keyboard.type("Der Rat hat es abgelehnt.")
    page.get_by_role("button", name="Antwort speichern").click()
    expect(page.get_by_role("status").filter(has_text="widersprochen")).to_be_visible()
    answer = Confirmation.objects.get(participation=world.part_of(row, world.partner))
    assert (answer.answer, answer.reason) == ("refused", "Der Rat hat es abgelehnt.")


def test_without_script_an_officer_answers_and_proposes_and_anybody_remarks(browser, live_server, world):
    row = world.published()
    context = browser.new_context(java_script_enabled=False, locale="de-DE")
    page = context.new_page()
    let_in(context, live_server, world["officer_of_participant"])
    page.goto(live_server.url + row.get_absolute_url())
    page.get_by_role("link", name="Beteiligung bestätigen oder widersprechen").click()
    page.get_by_label("Ja, wir bestätigen die Beteiligung").check()
    page.get_by_role("button", name="Antwort speichern").click()
    expect(page.get_by_role("status").filter(has_text="gespeichert: bestätigt")).to_be_visible()
    page.goto(live_server.url + row.get_absolute_url())
    page.get_by_role("link", name="Änderung vorschlagen").click()
    page.get_by_text("Angaben zur Kooperation").click()
    page.get_by_label("Name", exact=True).fill("Bauhof der vier")
    page.get_by_text("Wer kommt dazu?").click()
    joining = page.locator("details", has_text="Wer kommt dazu?").first
    joining.get_by_label("Wer?").first.fill("Jena")
    expect(joining.get_by_text("Weitere hinzufügen").nth(1)).not_to_be_visible()
    joining.get_by_text("Weitere hinzufügen").first.click()
    expect(joining.get_by_label("Wer?").nth(1)).to_be_visible()
    page.get_by_label("Warum?").fill("Umbenannt")
    page.get_by_label("Quelle", exact=True).fill("Ratsbeschluss")
    page.get_by_role("button", name="Vorschlag einreichen").click()
    expect(page.get_by_role("heading", name="Änderungsvorschlag: Gemeinsamer Bauhof")).to_be_visible()
    expect(page.get_by_role("row", name="Beteiligung kommt hinzu")).to_be_visible()
    page.goto(f"{live_server.url}{row.get_absolute_url()}hinweis/")
    page.get_by_label("Ihr Hinweis").fill("Der Name ist falsch.")
    page.get_by_role("button", name="Hinweis absenden").click()
    expect(page.get_by_role("heading", name="Danke für Ihren Hinweis")).to_be_visible()
    context.close()
