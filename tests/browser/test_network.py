"""The network, gaps and partners in a real browser: readable by everybody, and led through by keyboard."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.contrib.contenttypes.models import ContentType

from sources.querysets import citable_models
from tests.browser.conftest import expect, fits, looks
from tests.builders import make_cooperation, make_municipality, make_organisation, make_participation

pytestmark = pytest.mark.django_db  # else no test database is made where only these are run


def build() -> None:
    """Jena with twenty partners, one of which cooperates with towns of another district."""
    ContentType.objects.get_for_models(*citable_models())
    jena = make_municipality("Jena", ars="160530000000", kind="independent_city", lat=50.93, lon=11.59)
    towns = [make_municipality(f"Stadt {n}", ars=f"160760000{n:03d}", lat=50.9, lon=11.8) for n in range(1, 20)]
    greiz = make_municipality("Greiz", ars="160760000000", level="district", kind="rural_district")
    archive = make_cooperation("Archiv", task_fields=["01.12"])
    for town in towns:
        pair = make_cooperation(task_fields=["04.01"], status="planned")
        make_participation(pair, jena)
        make_participation(pair, town)
    for body in (*towns[:3], greiz, make_organisation("Archivamt")):
        make_participation(archive, body)


@pytest.fixture(scope="module")
def register(standing: Any) -> Iterator[Any]:
    with standing(build) as server:
        yield server


@pytest.mark.parametrize(
    "address",
    [
        "/netz/?kommune=160530000000&tiefe=2",
        "/netz/?land=16&darstellung=kreise",
        "/netz/luecken/?land=16",
        "/netz/partner/?kommune=160530000000&umkreis=25&aufgabenfeld=01",
    ],
)
def test_everybody_can_read_the_pages(page: Any, register: Any, axe: Any, address: str) -> None:
    page.goto(register.url + address)
    for look in looks(page):
        axe(page, look)
    page.set_viewport_size({"width": 320, "height": 800})
    fits(page)


def test_a_node_leads_to_its_own_network_by_keyboard(page: Any, register: Any) -> None:
    page.goto(f"{register.url}/netz/?kommune=160530000000&art=other")
    page.locator('a.net__link[href$="kommune=160760000003"]').focus()
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(r"/netz/\?art=other&kommune=160760000003$"))
    expect(page.locator(".net-table tbody th a").first).to_have_text("Stadt 3")


def test_the_way_around_the_picture(page: Any, register: Any) -> None:
    page.goto(f"{register.url}/netz/?kommune=160530000000")
    page.get_by_role("link", name="Bild überspringen, zur Tabelle").focus()
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("#tabelle$"))


def test_on_a_phone_the_picture_fits_and_the_table_is_short_until_asked(page: Any, register: Any) -> None:
    page.set_viewport_size({"width": 375, "height": 800})
    page.goto(f"{register.url}/netz/?kommune=160530000000")
    picture, shared = page.locator(".net__svg"), page.locator(".net-table__shared").first
    expect(picture).to_have_css("max-width", "100%")
    expect(shared).to_be_hidden()
    page.get_by_label("Gemeinsame Kooperationen nennen").check()
    expect(shared).to_be_visible()
    page.get_by_label("Bild vergrößern und zur Seite schieben").check()
    expect(picture).to_have_css("max-width", "none")
