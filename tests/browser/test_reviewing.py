"""The desks of reviewer and steward, by browser: every look, by keyboard, without script."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.utils import timezone

from agreements import workflow
from tests.agreements.people import World, make_world
from tests.browser.conftest import expect, fits, looks


@pytest.fixture
def world(live_server: Any) -> World:
    return make_world()


def enter(page: Any, live_server: Any, client: Any, person: Any) -> None:
    """The person is logged in in this browser."""
    client.force_login(person)
    cookie = client.cookies["sessionid"].value
    page.context.add_cookies([{"name": "sessionid", "value": cookie, "url": live_server.url}])


def read_in_every_look(page: Any, axe: Any) -> None:
    for look in looks(page):
        axe(page, look)
        fits(page)
    page.set_viewport_size({"width": 320, "height": 900})
    fits(page)
    page.set_viewport_size({"width": 1280, "height": 900})


def resubmitted(world: World) -> Any:
    """Returned once with a remark, changed, handed in again, with a document."""
    day, officer, row = timezone.localdate(), world["lead_officer"], world.returned()
    contents = workflow.Contents(values={"summary": "Ein Winterdienst, eine Werkstatt."})
    workflow.save_draft(user=officer, cooperation=row, day=day, contents=contents)
    file = ContentFile(b"%PDF-1.7 Beschluss", name="beschluss.pdf")
    workflow.attach(user=officer, cooperation=row, day=day, file=file, title="Beschluss")
    return workflow.submit(user=officer, cooperation=row, day=day)


def test_a_reviewer_returns_a_record_with_a_remark(page, live_server, client, axe, world):
    row = resubmitted(world)
    enter(page, live_server, client, world["reviewer"])
    page.goto(f"{live_server.url}/pruefung/")
    read_in_every_look(page, axe)
    page.get_by_role("link", name="Eintrag prüfen").click()
    expect(page.get_by_role("heading", name="Angaben", exact=True)).to_be_visible()
    read_in_every_look(page, axe)
    page.get_by_text("Anmerken (Raum)").press("Enter")
    page.get_by_label("Anmerkung zu „Raum“").fill("Welcher Raum?")
    axe(page)
    page.get_by_role("button", name="Mit Anmerkungen zurückgeben").click()
    expect(page.get_by_text("ist mit Ihren Anmerkungen zurückgegeben")).to_be_visible()
    assert row.transitions.last().remarks.get().text == "Welcher Raum?"


def test_a_forgotten_word_is_told_with_a_link_to_its_field(page, live_server, client, axe, world, watch):
    watch.allow("status of 422")  # the form comes back
    row = world.submitted()
    enter(page, live_server, client, world["reviewer"])
    page.goto(f"{live_server.url}/pruefung/{row.pk}/")
    page.get_by_role("button", name="Mit Anmerkungen zurückgeben").click()
    expect(page.get_by_role("alert")).to_be_focused()
    axe(page)
    page.get_by_role("alert").get_by_role("link").click()
    expect(page.get_by_label("Bemerkung zum Eintrag als Ganzem")).to_be_focused()


def test_a_proposal_is_decided(page, live_server, client, axe, world):
    day, row = timezone.localdate(), world.published()
    proposal = workflow.propose(
        user=world["officer_of_participant"],
        cooperation=row,
        municipality=world.partner,
        day=day,
        changes=workflow.Changes(fields={"name": "Bauhof der zwei"}),
        reason="Umbenannt",
        source="Ratsbeschluss",
    )
    remark = workflow.remark(cooperation=row, text="Stimmt das?", day=day, address="192.0.2.1")
    enter(page, live_server, client, world["reviewer"])
    page.goto(f"{live_server.url}/pruefung/hinweise/{remark.pk}/")
    read_in_every_look(page, axe)
    page.goto(f"{live_server.url}/pruefung/vorschlaege/{proposal.pk}/")
    read_in_every_look(page, axe)
    page.get_by_label("annehmen").check()
    page.get_by_role("button", name="Entscheiden").click()
    expect(page.get_by_text("Der Vorschlag ist entschieden.")).to_be_visible()
    row.refresh_from_db()
    assert row.name == "Bauhof der zwei"


def test_the_pages_of_stewards_can_be_read_by_everybody(page, live_server, client, axe, world):
    first, second = world.published(name="Bauhof"), world.published(name="Bauhof, gemeinsam")
    enter(page, live_server, client, world["steward"])
    person = world["officer_elsewhere"]
    for address in (
        "/redaktion/personen/",
        f"/redaktion/personen/{person.pk}/",
        f"/redaktion/mandate/{person.mandates.get().pk}/beenden/",
        "/redaktion/zusammenfuehren/",
        f"/redaktion/zusammenfuehren/?k={first.slug}&k={second.slug}",
        "/konto/zugang/",
    ):
        page.goto(live_server.url + address)
        read_in_every_look(page, axe)
