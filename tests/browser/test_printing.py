"""Pages on paper: what is of use on a screen only is gone, what a note for the folder needs is there."""

from __future__ import annotations

import re

import pytest

from coopportal.fixtures.loading import load
from tests.browser.conftest import becomes, expect
from tests.roof.fixture_files import FIXTURES

pytestmark = pytest.mark.django_db  # else no test database is made where only these are run
VERBUND = "/kooperationen/leitstellenverbund-ostthueringen/"


@pytest.fixture(scope="module")
def register(standing):
    with standing(lambda: load(FIXTURES)) as server:
        yield server


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


def test_a_table_keeps_its_columns_on_paper(page, register):
    """A4 is as narrow as a phone; what is a stack of cards there is a table here, with its empty cells."""
    page.set_viewport_size({"width": 680, "height": 900})
    page.emulate_media(media="print")
    page.goto(f"{register.url}{VERBUND}")
    mark = page.locator(".time-line__mark").first
    expect(mark).to_have_css("fill", "rgb(255, 255, 255)")
    expect(mark).to_have_css("stroke", "rgb(0, 0, 0)")
    uneven = """tables => tables.flatMap(table => {
        const shown = row => [...row.cells].filter(cell => getComputedStyle(cell).display === "table-cell")
            .reduce((sum, cell) => sum + cell.colSpan, 0);
        const head = shown(table.tHead.rows[0]), rows = [...table.tBodies].flatMap(body => [...body.rows]);
        return rows.filter(row => shown(row) !== head).map(row => row.innerText);
    })"""
    tables = page.locator(".table--cards:has(thead)")
    expect(tables.nth(1)).to_be_visible()
    becomes(page, lambda: tables.evaluate_all(uneven), [])
    padding = "cell => parseFloat(getComputedStyle(cell).paddingRight) > 8"
    number = page.locator(".timeline-table tbody .number").first
    becomes(page, lambda: number.evaluate(padding), True)
