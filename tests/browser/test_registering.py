"""Registering, by browser: every step can be read by everybody, by keyboard, with and without script."""

from __future__ import annotations

import re
from typing import Any

import pytest

from agreements import workflow
from agreements.models import Cooperation
from tests import builders as make
from tests.agreements.people import TODAY, World, make_world
from tests.browser.conftest import expect, fits, looks

STEPS = ("was", "wer", "rechtsform", "fristen", "geld", "quellen", "pruefen")


@pytest.fixture
def world(live_server: Any) -> World:
    make.make_programme("Pilotförderung", slug="pilot")
    make.make_task_field("04.01", "Bauhof")
    return make_world()


def come_in(context: Any, live_server: Any, client: Any, user: Any) -> None:
    """The browser gets the session of somebody who is logged in."""
    client.force_login(user)
    [cookie] = [cookie for name, cookie in client.cookies.items() if name == "sessionid"]
    context.add_cookies([{"name": "sessionid", "value": cookie.value, "url": live_server.url}])


@pytest.fixture
def officer(page: Any, live_server: Any, client: Any, world: World) -> Any:
    """The officer of Weilerbach."""
    come_in(page.context, live_server, client, world["lead_officer"])
    return page


def address(live_server: Any, row: Cooperation, step: str = "") -> str:
    return f"{live_server.url}/meine/kooperationen/{row.pk}/{f'{step}/' if step else ''}"


def saved(page: Any) -> None:
    """Waits until what was typed is saved."""
    expect(page.locator("[data-saved]")).to_have_text(re.compile(r"^Gespeichert um"))


def test_every_step_can_be_read_by_everybody(officer, live_server, world, axe):
    row = world.returned()
    make.make_agreement(row)
    make.make_award(row)
    for step in STEPS:
        officer.goto(address(live_server, row, step))
        for look in looks(officer):
            axe(officer, f"{step} {look}")
            fits(officer)
        officer.set_viewport_size({"width": 320, "height": 900})
        fits(officer)


def test_a_registration_by_keyboard_alone(officer, live_server, world, axe):
    officer.goto(f"{live_server.url}/meine/kooperationen/neu/")
    axe(officer)
    officer.get_by_label("Name der Kooperation").focus()
    officer.keyboard.type("Gemeinsame Kehrmaschine")
    officer.keyboard.press("Enter")
    expect(officer.get_by_role("heading", name="Worum geht es?")).to_be_visible()
    officer.get_by_label("Kurzbeschreibung").focus()
    officer.keyboard.type("Zwei Kommunen, eine Kehrmaschine.")
    officer.keyboard.press("Tab")
    saved(officer)
    officer.get_by_label("Raum").focus()
    officer.keyboard.type("Westpfalz")
    officer.keyboard.press("Enter")
    expect(officer.get_by_role("heading", name="Wer arbeitet zusammen?")).to_be_visible()
    row = Cooperation.objects.get()
    assert (row.summary, row.region) == ("Zwei Kommunen, eine Kehrmaschine.", "Westpfalz")


def test_a_partner_is_chosen_while_typing_and_rows_come_and_go(officer, live_server, world):
    row = world.draft()
    row.participations.exclude(municipality=world.lead).delete()
    officer.goto(address(live_server, row, "wer"))
    officer.get_by_label("Kommune oder andere Stelle").press_sequentially("Landst")
    expect(officer.locator(".combobox [role=option]")).to_have_count(1)
    officer.keyboard.press("ArrowDown")
    officer.keyboard.press("Enter")
    saved(officer)
    officer.get_by_role("button", name="Weitere Beteiligte hinzufügen").click()
    expect(officer.get_by_role("group", name="Neue Beteiligte")).to_have_count(2)
    officer.keyboard.type("Jena")
    officer.get_by_role("button", name="Weiter zu Rechtsform").click()
    expect(officer.get_by_role("heading", name="In welcher Rechtsform arbeiten Sie zusammen?")).to_be_visible()
    assert [part.body.name for part in row.participations.order_by("pk")] == ["Weilerbach", "Landstuhl", "Jena"]
    officer.get_by_role("button", name="Zurück zu Wer").click()
    officer.get_by_role("button", name="Entfernen Jena").click()
    saved(officer)
    assert row.participations.count() == 2


def test_leaving_the_page_saves_what_was_typed(officer, live_server, world):
    row = world.draft()
    officer.goto(address(live_server, row, "was"))
    officer.get_by_label("Raum").fill("Westpfalz")
    officer.get_by_role("link", name="Meine Kommune").first.click()
    expect(officer.get_by_role("heading", name="Weilerbach")).to_be_visible()
    row.refresh_from_db()
    assert row.region == "Westpfalz"


def test_who_was_overtaken_is_told_while_typing_and_chooses(officer, live_server, world, axe, watch):
    watch.allow("409")
    row = world.draft()
    with officer.expect_response(re.compile("/aehnlich/")):  # the last thing the page itself asks for
        officer.goto(address(live_server, row, "was"))
    contents = world.contents(name="Bauhof Nord", region="Nordpfalz")
    world_save(world, row, contents)
    officer.get_by_label("Raum").fill("Südpfalz")
    officer.keyboard.press("Tab")
    expect(officer.locator("[data-saved]")).to_contain_text("Jemand hat diesen Eintrag inzwischen geändert.")
    officer.get_by_role("button", name="Weiter zu Wer").click()
    expect(officer.get_by_role("heading", name="Jemand war schneller")).to_be_visible()
    for look in looks(officer):
        axe(officer, look)
    officer.get_by_role("group", name="Name der Kooperation").get_by_text("Gespeichert").click()
    officer.get_by_role("button", name="So speichern").click()
    expect(officer.get_by_role("heading", name="Worum geht es?")).to_be_visible()
    row.refresh_from_db()
    assert (row.name, row.region) == ("Bauhof Nord", "Südpfalz")


def world_save(world: World, row: Cooperation, contents: Any) -> None:
    """A colleague saves the record by program."""
    workflow.save_draft(user=world["lead_officer"], cooperation=row, day=TODAY, contents=contents)


def test_it_works_without_script(browser, client, live_server, world):
    row = world.draft()
    context = browser.new_context(java_script_enabled=False, locale="de-DE")
    come_in(context, live_server, client, world["lead_officer"])
    page = context.new_page()
    page.goto(address(live_server, row, "wer"))
    page.get_by_role("button", name="Weitere Beteiligte hinzufügen").click()
    page.get_by_label("Kommune oder andere Stelle").fill("Jena")
    page.get_by_role("button", name="Weiter zu Rechtsform").click()
    page.get_by_label("Zweckverband").check()
    page.get_by_role("button", name="Geld").click()
    expect(page.get_by_role("heading", name="Gibt es Fördergeld?")).to_be_visible()
    page.get_by_role("button", name="Prüfen").click()
    page.get_by_role("button", name="Einreichen").click()
    expect(page.get_by_role("heading", name="Ihr Eintrag ist eingereicht.")).to_be_visible()
    context.close()
    row.refresh_from_db()
    assert (row.legal_form, row.participations.count()) == ("special_purpose_association", 3)
