"""Pages on paper: what is of use on a screen only is gone, what a note for the folder needs is there."""

from __future__ import annotations

import re

import pytest

from coopportal.fixtures.loading import load
from tests.browser.conftest import expect
from tests.roof.fixture_files import FIXTURES

VERBUND = "/kooperationen/leitstellenverbund-ostthueringen/"


@pytest.fixture
def register(live_server):
    load(FIXTURES)
    return live_server


def test_a_cooperation_is_a_note_with_its_footnotes(page, register):
    page.emulate_media(media="print", color_scheme="dark")
    page.goto(f"{register.url}{VERBUND}?stand=2019-05-01")
    for name in (".topline", ".nav", ".breadcrumb", ".page-nav", ".day-form", ".site-footer", "[data-print]"):
        expect(page.locator(name).first).to_be_hidden()
    expect(page.locator("h1")).to_have_css("color", "rgb(0, 0, 0)")
    expect(page.locator(".print-head")).to_have_text(
        re.compile(rf"^Stand: 01\.05\.2019 · {re.escape(register.url)}{VERBUND}\?stand=2019-05-01$")
    )
    expect(page.locator(".steps-by-body dt").first).to_be_visible()  # folded on the screen
    expect(page.locator(".footnote").first).to_be_visible()
    expect(page.locator(".footnote .print-address").first).to_have_text(re.compile(r"^, http://\S+/quellen/\S+/$"))
    expect(page.locator(".footnote__back").first).to_be_hidden()


def test_a_list_is_printed_without_its_filters(page, register):
    page.emulate_media(media="print")
    page.goto(f"{register.url}/kooperationen/")
    expect(page.locator(".item__title").first).to_be_visible()
    for name in (".filter", ".doors", ".item__compare"):
        expect(page.locator(name).first).to_be_hidden()


def test_the_button_opens_the_print_dialogue(page, register):
    page.goto(f"{register.url}{VERBUND}")
    page.evaluate("window.print = () => document.documentElement.dataset.printed = 'yes'")
    expect(page.locator(".print-head")).to_be_hidden()
    page.get_by_role("button", name="Diese Seite drucken").click()
    expect(page.locator("html")).to_have_attribute("data-printed", "yes")
