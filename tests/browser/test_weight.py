"""A first visit is light, and the map shows all municipalities of a Land within that."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.contenttypes.models import ContentType

from coopportal.fixtures.loading import load
from municipalities.importers.boundaries import Wishes, import_boundaries
from municipalities.models import Boundary, Municipality
from sources.querysets import citable_models
from tests.browser.conftest import becomes, expect, fits, looks
from tests.browser.weight import first_visit
from tests.builders import make_cooperation, make_participation
from tests.municipalities.one_land import import_land
from tests.roof.fixture_files import FIXTURES

pytestmark = pytest.mark.django_db(transaction=True)

#: Two fonts, Regular and SemiBold, with the Latin letters of European languages.
FONTS = 60_000

#: What else is sent at most, in bytes; the map brings its library with it, and what it draws (see below).
PAGES = {
    "/": 60_000,
    "/kooperationen/": 60_000,
    "/kooperationen/leitstellenverbund-ostthueringen/": 60_000,
    "/karte/": 120_000,
}


def test_a_first_visit_is_light(browser: Any, live_server: Any) -> None:
    load(FIXTURES)
    ContentType.objects.get_for_models(*citable_models())
    for address, most in PAGES.items():
        context = browser.new_context(locale="de-DE")  # one that has seen no page before
        weight = first_visit(context.new_page(), live_server.url + address)
        context.close()
        drawn = weight.of(".geojson", "/api/v1/cooperations/")
        assert weight.of(".woff2") <= FONTS, weight
        assert weight.without_fonts - drawn <= most, weight
        assert drawn <= 80_000, weight


def test_the_map_shows_all_municipalities_of_a_land(
    page: Any, live_server: Any, shared: Any, tmp_path: Any, axe: Any
) -> None:
    """Thüringen with its 605, from the official files."""
    import_land(shared, "16", tmp_path)
    import_boundaries(FIXTURES / "laender.geojson", Wishes(only_own=True))
    for town in Municipality.objects.filter(ars__in=["160530000000", "160520000000"]):
        make_participation(make_cooperation(f"Verbund {town.name}"), town)
    municipalities = Municipality.objects.filter(state="16", level="municipality").count()
    assert (municipalities, Boundary.objects.filter(level="municipality").count()) == (605, 605)

    weight = first_visit(page, f"{live_server.url}/karte/?land=16")
    expect(page.locator("#karte[data-drawn]")).to_be_visible()
    expect(page.locator("#karte .map-area--municipality")).to_have_count(municipalities)
    column = page.locator("section[aria-labelledby=anteile] tbody td:nth-of-type(2)")
    becomes(page, lambda: sum(int(text.replace(".", "")) for text in column.all_inner_texts()), municipalities)
    assert weight.of(".geojson") <= 200_000
    assert weight.without_fonts - weight.of(".geojson") <= 120_000
    for look in looks(page):
        axe(page, look)
        fits(page)
