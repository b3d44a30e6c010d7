"""Searching and the facets of bodies, programmes and sources in a real browser."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.contenttypes.models import ContentType

from sources.querysets import citable_models
from tests.browser.conftest import expect, fits, looks
from tests.builders import day, make_cooperation, make_document, make_municipality, make_participation

pytestmark = pytest.mark.django_db


@pytest.fixture
def register(live_server: Any) -> Any:
    """Three documents of two publishers, and a cooperation of two bodies of which one has ended."""
    ContentType.objects.get_for_models(*citable_models())
    for title, publisher, on in (
        ("Leitstelle geplant", "Jena, Stadt", "2019-02-23"),
        ("Leitstelle beschlossen", "Gera", "2021-05-01"),
        ("Bauhof eröffnet", "Gera", "2019-04-24"),
    ):
        make_document(title=title, publisher=publisher, published_on=day(on))
    row = make_cooperation("Leitstellenverbund", summary="Zwei Städte betreiben eine <Leitstelle>.")
    make_participation(row, make_municipality("Jena"))
    make_participation(row, make_municipality("Altstadt", valid_until=day("2018-12-31")))
    return live_server


@pytest.mark.parametrize(
    "address",
    [
        "/suche/?q=Leitstellen",
        "/kooperationen/?q=Leitstellen",
        "/quellen/?q=Leitstellen&jahr=2019",
        "/kommunen/?bestand=ended",
    ],
)
def test_everybody_can_read_what_is_marked(page: Any, register: Any, axe: Any, address: str) -> None:
    page.goto(register.url + address)
    for look in looks(page):
        axe(page, look)
    page.set_viewport_size({"width": 320, "height": 800})
    fits(page)


def test_facets_of_sources_follow_the_choice_and_come_back(page: Any, register: Any) -> None:
    page.goto(f"{register.url}/quellen/")
    titles = page.locator(".results .item__title")
    gera = page.locator('[data-of="herausgeber:Gera"]')
    expect(gera).to_have_text("2")
    page.locator(".facet", has_text="Jahr").locator("summary").click()
    page.get_by_label("2019").check()
    expect(titles).to_have_text(["Bauhof eröffnet", "Leitstelle geplant"])
    expect(gera).to_have_text("1")
    expect(page).to_have_url(f"{register.url}/quellen/?jahr=2019")
    page.locator(".facet", has_text="Herausgeber").locator("summary").click()
    page.get_by_label("Jena, Stadt").check()
    expect(titles).to_have_text(["Leitstelle geplant"])
    page.go_back()
    expect(titles).to_have_text(["Bauhof eröffnet", "Leitstelle geplant"])
    expect(page.get_by_label("Jena, Stadt")).not_to_be_checked()
    page.get_by_role("link", name="Filter entfernen: Jahr 2019").click()
    expect(titles).to_have_text(["Leitstelle beschlossen", "Bauhof eröffnet", "Leitstelle geplant"])


def test_words_are_marked_as_they_are_typed(page: Any, register: Any) -> None:
    page.goto(f"{register.url}/kooperationen/")
    page.locator("#filter").get_by_role("searchbox").fill("leitstellen")
    expect(page.locator(".results mark")).to_have_text(["Leitstellen", "Leitstelle"])
    expect(page.locator(".results .item__text")).to_have_text(["Zwei Städte betreiben eine <Leitstelle>."])
