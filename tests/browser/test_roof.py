"""Start, search, legal pages, log-in and faults in a real browser: readable by everybody, in every look."""

from __future__ import annotations

import pytest
from django.contrib.contenttypes.models import ContentType

from sources.querysets import citable_models
from tests.browser.conftest import becomes, expect, fits, looks, says
from tests.builders import (
    day,
    make_cooperation,
    make_event,
    make_municipality,
    make_participation,
    make_status_step,
    make_user,
)

PAGES = [
    "/",
    "/?stand=2019-04-24",
    "/suche/?q=jena",
    "/suche/?q=nichts&foo=1",
    "/impressum/",
    "/datenschutz/",
    "/barrierefreiheit/",
    "/leichte-sprache/",
    "/konto/anmelden/",
]


@pytest.fixture
def register(live_server):
    """A cooperation of Jena and what there is to tell of it."""
    ContentType.objects.get_for_models(*citable_models())
    cooperation = make_cooperation("Leitstellenverbund Jena", kind="service_network")
    make_status_step(cooperation, "planned", "2019-04-24")
    make_participation(cooperation, make_municipality("Jena"), steps=[("party", "2019-04-24")])
    make_event(title="Treffen in Jena", on=day("2019-04-24"), cooperations=[cooperation])
    return live_server


@pytest.mark.parametrize("address", PAGES)
def test_pages_can_be_read_by_everybody(page, register, axe, address):
    page.goto(register.url + address)
    for look in looks(page):
        axe(page, look)
        fits(page)


def test_a_missing_page_can_be_read_by_everybody(page, register, axe, watch):
    watch.allow("status of 404")
    page.goto(f"{register.url}/gibt-es-nicht/")
    for look in looks(page):
        axe(page, look)


@pytest.mark.parametrize("address", ["/", "/suche/?q=jena", "/leichte-sprache/"])
def test_nothing_is_cut_off_at_320_pixels_or_double_size(page, register, address):
    page.set_viewport_size({"width": 320, "height": 640})
    page.goto(register.url + address)
    fits(page)
    page.set_viewport_size({"width": 640, "height": 640})
    page.evaluate("document.documentElement.attributeStyleMap.set('font-size', CSS.percent(200))")
    says(page, "parseFloat(getComputedStyle(document.querySelector('h1')).fontSize) >= 50", True)
    fits(page)


def test_the_first_step_by_keyboard_leads_past_the_navigation(page, register):
    page.goto(register.url)
    page.keyboard.press("Tab")
    expect(page.locator(".skip-link")).to_be_focused()
    expect(page.locator(".skip-link")).to_be_in_viewport()
    page.keyboard.press("Enter")
    expect(page.locator("#inhalt")).to_be_focused()


def test_whatever_has_the_focus_shows_it(page, register):
    page.goto(register.url)
    seen = 0
    for _ in range(40):
        page.keyboard.press("Tab")
        width = page.evaluate(
            "() => { const e = document.activeElement; return e === document.body ? null"
            " : [getComputedStyle(e).outlineStyle, parseFloat(getComputedStyle(e).outlineWidth), e.outerHTML] }"
        )
        if width is None:
            break
        seen += 1
        assert width[0] != "none", width
        assert width[1] >= 2, width
    assert seen > 20


def test_what_can_be_clicked_is_large_enough(page, register):
    page.set_viewport_size({"width": 375, "height": 800})
    page.goto(register.url)
    small = page.evaluate(
        "() => [...document.querySelectorAll('header a, header button, footer nav a, .card a, summary, input, select')]"
        ".map(e => [e.outerHTML.slice(0, 80), e.getBoundingClientRect()])"
        ".filter(([, box]) => box.height && (box.height < 24 || box.width < 24)).map(([html]) => html)"
    )
    assert small == []


def test_a_chosen_look_stays_until_it_is_taken_back(page, register):
    page.goto(register.url)
    body = page.locator("body")
    light = body.evaluate("e => getComputedStyle(e).backgroundColor")
    page.get_by_role("button", name="Dunkle Ansicht").click()
    expect(body).not_to_have_css("background-color", light)
    dark = body.evaluate("e => getComputedStyle(e).backgroundColor")
    page.goto(f"{register.url}/impressum/")
    expect(body).to_have_css("background-color", dark)
    page.get_by_role("button", name="Helle Ansicht").click()
    expect(body).to_have_css("background-color", light)
    says(page, "localStorage.length", 0)


def test_the_menu_unfolds_on_a_phone(page, register):
    page.set_viewport_size({"width": 375, "height": 800})
    page.goto(f"{register.url}/impressum/")
    link = page.get_by_role("navigation", name="Hauptnavigation").get_by_role("link", name="Kommunen")
    expect(link).not_to_be_visible()
    head, search = page.locator(".site-header"), page.locator(".masthead .search__button")
    becomes(page, lambda: head.evaluate("e => e.offsetHeight <= 130"), True)
    becomes(page, lambda: search.evaluate("e => Math.min(e.offsetWidth, e.offsetHeight) >= 24"), True)
    page.get_by_role("button", name="Menü").press("Enter")
    expect(link).to_be_visible()


def test_without_scripts_everything_is_there(browser, register):
    context = browser.new_context(java_script_enabled=False, viewport={"width": 375, "height": 800})
    page = context.new_page()
    page.goto(register.url)
    expect(page.get_by_role("navigation", name="Hauptnavigation").get_by_role("link", name="Kommunen")).to_be_visible()
    expect(page.get_by_text("Dunkle Ansicht")).not_to_be_visible()
    page.get_by_role("searchbox").fill("jena")
    page.get_by_role("searchbox").press("Enter")
    expect(page.get_by_role("link", name="Leitstellenverbund Jena")).to_be_visible()
    context.close()


def test_logging_in_and_out(page, register):
    make_user("anna", last_name="Amt Jena")
    page.goto(f"{register.url}/konto/anmelden/")
    page.get_by_label("Anmeldename oder E-Mail-Adresse").fill("anna")
    page.get_by_label("Passwort").fill("falsch")
    page.get_by_role("button", name="Anmelden").click()
    expect(page.get_by_role("alert")).to_be_visible()
    page.get_by_label("Passwort").fill("geheim-genug-12")
    page.get_by_role("button", name="Anmelden").click()
    expect(page.get_by_text("Amt Jena")).to_be_visible()
    page.get_by_role("button", name="Abmelden").click()
    expect(page.get_by_role("link", name="Anmelden")).to_be_visible()


def test_the_first_visit_is_light(page, register):
    sizes: dict[str, int] = {}
    page.on("requestfinished", lambda request: sizes.update({request.url: request.sizes()["responseBodySize"]}))
    page.goto(register.url, wait_until="networkidle")
    fonts = [url for url in sizes if url.endswith(".woff2")]
    assert len(fonts) == 2
    assert sum(sizes[url] for url in fonts) <= 290_000
    assert not [url for url in sizes if "htmx" in url]
