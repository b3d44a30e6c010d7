"""Getting in, by browser: the pages of log-in and account can be read by everybody and work by keyboard."""

from __future__ import annotations

import re
from typing import Any

import pytest

from tests.browser.conftest import expect, fits, looks
from tests.builders import code_now, make_invitation, make_mandate, make_municipality, make_state, make_user

PASSWORD = "geheim-genug-12"


@pytest.fixture
def officer(live_server: Any) -> Any:
    user = make_user("jena", last_name="Amt Jena", email="amt@jena.example")
    make_mandate(user, "officer", municipality=make_municipality("Jena"))
    return user


@pytest.fixture
def reviewer(live_server: Any) -> Any:
    user = make_user("pruefung", last_name="Prüfung Thüringen")
    make_mandate(user, "reviewer", state=make_state("16"))
    return user


def enter(page: Any) -> None:
    """Sends the form and waits for the answer."""
    with page.expect_navigation():
        page.keyboard.press("Enter")


def log_out(page: Any) -> None:
    page.get_by_role("button", name="Abmelden").click()
    expect(page.get_by_role("link", name="Anmelden").first).to_be_visible()


def open_door(page: Any, live_server: Any, name: str) -> None:
    """By keyboard alone."""
    page.goto(f"{live_server.url}/konto/anmelden/")
    page.get_by_label("Anmeldename oder E-Mail-Adresse").focus()
    page.keyboard.type(name)
    page.keyboard.press("Tab")
    page.keyboard.type(PASSWORD)
    enter(page)


def read_in_every_look(page: Any, axe: Any) -> None:
    for look in looks(page):
        axe(page, look)
        fits(page)


@pytest.mark.parametrize("address", ["/konto/anmelden/", "/konto/passwort/vergessen/", "/konto/passwort/neu/1-abc/"])
def test_pages_before_the_log_in_can_be_read_by_everybody(page, live_server, axe, address):
    page.goto(live_server.url + address)
    read_in_every_look(page, axe)


def test_a_wrong_password_is_told_in_a_summary_that_has_the_focus(page, live_server, axe):
    open_door(page, live_server, "nobody")
    expect(page.get_by_role("alert")).to_contain_text("passen nicht zusammen")
    axe(page)


def test_a_reviewer_gets_in_with_two_factors(page, live_server, axe, reviewer):
    open_door(page, live_server, "pruefung")
    page.get_by_role("heading", name="Zweiter Schritt: Code eingeben").wait_for()
    read_in_every_look(page, axe)
    page.set_viewport_size({"width": 1280, "height": 900})
    page.get_by_label("Code").fill(code_now())
    enter(page)
    page.get_by_role("link", name="Prüfung Thüringen").click()
    page.get_by_role("heading", name="Ihre Mandate").wait_for()
    read_in_every_look(page, axe)


def test_whoever_needs_a_second_factor_is_led_to_set_it_up(page, live_server, axe):
    user = make_user("neu", last_name="Neue Prüfung")
    make_mandate(user, "reviewer", state=make_state("16"), second_factor=False)
    open_door(page, live_server, "neu")
    page.get_by_role("heading", name="Zweiten Faktor einrichten").wait_for()
    read_in_every_look(page, axe)
    page.set_viewport_size({"width": 1280, "height": 900})
    page.get_by_label("Code aus der App").fill(code_now(page.locator("main code").inner_text()))
    enter(page)
    page.get_by_role("heading", name="Notfallcodes", exact=True).wait_for()
    expect(page.locator("main li code")).to_have_count(10)
    read_in_every_look(page, axe)


def test_an_officer_invites_and_the_guest_gets_in(page, live_server, axe, officer, settings):
    make_invitation(officer, "neu@jena.example", token="t", municipality=officer.mandates.get().municipality)
    open_door(page, live_server, "jena")
    page.goto(f"{live_server.url}/konto/einladungen/")
    read_in_every_look(page, axe)
    page.set_viewport_size({"width": 1280, "height": 900})
    page.get_by_label("Dienstliche E-Mail-Adresse").fill("noch@jena.example")
    page.get_by_role("button", name="Einladen").click()
    page.get_by_text("Die Einladung an noch@jena.example ist unterwegs.").wait_for()
    log_out(page)
    page.goto(f"{live_server.url}/konto/einladung/t/")
    read_in_every_look(page, axe)
    page.get_by_label("Vorname").fill("Grit")
    page.get_by_label("Nachname").fill("Sommer")
    page.get_by_label("Passwort", exact=True).fill("vier lose Worte hier")
    page.get_by_label("Passwort, noch einmal").fill("vier lose Worte hier")
    page.get_by_role("button", name="Einladung annehmen").click()
    page.get_by_role("heading", name="Ihre Mandate").wait_for()


def test_a_steward_s_form_of_invitations_can_be_read_by_everybody(page, live_server, axe):
    make_mandate(make_user("redaktion"), "steward")
    open_door(page, live_server, "redaktion")
    page.get_by_label("Code").fill(code_now())
    enter(page)
    page.goto(f"{live_server.url}/konto/einladungen/")
    page.get_by_role("button", name="Einladen").click()
    expect(page.get_by_label("Dienstliche E-Mail-Adresse")).to_be_focused()  # the browser itself asks for it
    read_in_every_look(page, axe)


def test_sessions_are_listed_and_ended(page, browser, live_server, axe, officer):
    other = browser.new_context(locale="de-DE")
    elsewhere = other.new_page()
    open_door(elsewhere, live_server, "jena")
    open_door(page, live_server, "jena")
    page.goto(f"{live_server.url}/konto/sitzungen/")
    read_in_every_look(page, axe)
    page.get_by_role("button", name="Alle anderen Sitzungen beenden").click()
    page.get_by_text("Sie sind jetzt nur noch hier angemeldet.").wait_for()
    elsewhere.goto(f"{live_server.url}/konto/")
    expect(elsewhere).to_have_url(re.compile("/konto/anmelden/"))
    other.close()


def test_it_all_works_without_scripts(browser, live_server, officer):
    context = browser.new_context(locale="de-DE", java_script_enabled=False)
    page = context.new_page()
    open_door(page, live_server, "jena")
    page.goto(f"{live_server.url}/konto/passwort/")
    page.get_by_label("Bisheriges Passwort").fill(PASSWORD)
    page.get_by_label("Neues Passwort", exact=True).fill("vier lose Worte hier")
    page.get_by_label("Neues Passwort, noch einmal").fill("vier lose Worte hier")
    page.get_by_role("button", name="Passwort ändern").click()
    page.get_by_text("Ihr neues Passwort gilt.").wait_for()
    log_out(page)
    page.goto(f"{live_server.url}/konto/")
    expect(page).to_have_url(re.compile("/konto/anmelden/"))
    context.close()
