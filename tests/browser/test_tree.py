"""The tree of the directory in a browser: opened by keyboard and without scripts, fit for everybody."""

from __future__ import annotations

import re
from typing import Any

import pytest

from tests.browser.conftest import expect, fits, looks
from tests.builders import make_municipality, make_state

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def saale_holzland(transactional_db: Any) -> None:
    make_state("07")
    make_municipality("Jena", ars="160530000000", kind="independent_city")
    make_municipality("Saale-Holzland-Kreis", ars="160740000000", level="district", kind="rural_district")
    make_municipality("Südliches Saaletal", ars="160745011000", level="association", kind="administrative_community")
    make_municipality("Kahla", ars="160745011044")
    make_municipality("Stadtroda", ars="160740094094")


def test_it_opens_level_by_level_by_keyboard(page, live_server):
    page.goto(f"{live_server.url}/kommunen/baum/")
    for name in ("Thüringen", "Saale-Holzland-Kreis", "Südliches Saaletal"):
        page.get_by_role("link", name=f"{name} aufklappen").focus()
        page.keyboard.press("Enter")
        page.wait_for_selector(f".tree__toggle--open:has-text('{name} zuklappen')")
    expect(page.get_by_role("link", name="Kahla", exact=True)).to_be_visible()
    page.get_by_role("link", name="Thüringen zuklappen").click()
    expect(page).to_have_url(re.compile(r"/kommunen/baum/\?#b16$"))
    expect(page.locator(".tree .tree")).to_have_count(0)


def test_it_needs_no_script(browser, live_server):
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{live_server.url}/kommunen/baum/?kommune=16074")
    expect(page.get_by_text("Südliches Saaletal", exact=True)).to_be_visible()
    context.close()


def test_it_has_no_fault_in_any_look(page, live_server, axe):
    page.goto(f"{live_server.url}/kommunen/baum/?kommune=160745011")
    for look in looks(page):
        axe(page, look)
        fits(page)
