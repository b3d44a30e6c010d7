"""The map in a browser: it draws, says the same as its tables, is reached by keyboard, and leads to the pages."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

import pytest

from municipalities.importers.boundaries import Wishes, import_boundaries
from municipalities.models import Boundary, Municipality
from tests.browser.conftest import becomes, expect, fits, looks, says
from tests.builders import make_cooperation, make_municipality, make_participation, make_state
from tests.municipalities.geo_samples import feature, features, square, written
from tests.roof.fixture_files import FIXTURES

pytestmark = pytest.mark.django_db(transaction=True)

DIRECTORY = {"directory_state": dt.date(2025, 11, 30)}


@pytest.fixture
def map_page(page: Any, live_server: Any) -> Any:
    """Opens the map with a query and waits until it is drawn."""

    def open_map(query: str = "") -> Any:
        page.goto(f"{live_server.url}/karte/?{query}")
        expect(page.locator("#karte[data-drawn]")).to_be_visible()
        return page

    return open_map


@pytest.fixture(autouse=True)
def cooperations(transactional_db: Any) -> None:
    """Outlines of the Länder; Jena and Gera in one cooperation, Weimar invited; Jena and Erfurt in another."""
    for code in [f"{number:02d}" for number in range(1, 17)]:
        make_state(code)
    import_boundaries(FIXTURES / "laender.geojson", Wishes(only_own=True))
    places = {
        "Jena": ("160530000000", 50.92878, 11.5899),
        "Gera": ("160520000000", 50.881, 12.083),
        "Weimar": ("160550000000", 50.98, 11.33),
        "Erfurt": ("160510000000", 50.98, 11.03),
    }
    bodies = {
        name: make_municipality(name, ars=ars, kind="independent_city", lat=lat, lon=lon, **DIRECTORY)
        for name, (ars, lat, lon) in places.items()
    }
    leitstelle = make_cooperation("Leitstelle", slug="leitstelle")
    region = make_cooperation("Region", slug="region")
    for name, degree in (("Jena", "party"), ("Gera", "party"), ("Weimar", "invited")):
        make_participation(leitstelle, bodies[name], steps=[(degree, "2019-04-24")])
    for name in ("Jena", "Erfurt"):
        make_participation(region, bodies[name], steps=[("member", "2005-01-01")])


def add_borders(folder: Any) -> None:
    """A Land, two districts of three municipalities each, Jena among them."""
    bodies = [make_municipality(f"Dorf {number}", ars=f"1607400000{number:02d}", **DIRECTORY) for number in range(1, 6)]
    rows = [feature(body.ags, ring=square(11.2 + i * 0.2, 50.8, 0.2)) for i, body in enumerate(bodies)]
    rows += [feature("16053000", ring=square(12.2, 50.8, 0.2)), feature("16053", ring=square(12.2, 50.8, 0.2))]
    ring = [[11.2, 50.8], [12.2, 50.8], [12.2, 51.0], [11.2, 51.0], [11.2, 50.8]]
    import_boundaries(written(folder, features(*rows, feature("16074", ring=ring), source="© Vermessung")))


#: What has the focus, as a reader hears it.
LABEL = "document.activeElement.getAttribute('aria-label') || document.activeElement.id"


def leads_to(page: Any, path: str) -> None:
    """Waits until this page is open; a pattern of the whole path with its query."""
    expect(page).to_have_url(re.compile(f"^https?://[^/]+{path}$"))


def draws(page: Any, **numbers: int) -> None:
    """Waits until the map has so many of each: ``map_state=16``."""
    for name, number in numbers.items():
        expect(page.locator(f"#karte .{name.replace('_', '-')}")).to_have_count(number)


# --- It draws ---


def test_it_draws_lands_places_and_cooperations_with_their_lines(map_page):
    page = map_page()
    draws(page, map_state=16, map_hub=2)
    draws(page, map_place__party=3, map_place__named=1, map_line__party=4, map_line__named=1)
    expect(page.locator(".leaflet-control-attribution")).to_have_text(
        "Lage: Statistisches Bundesamt (Destatis), Natural Earth"
    )


def test_it_draws_all_municipalities_of_a_land(map_page, tmp_path):
    add_borders(tmp_path)
    page = map_page("land=16")
    draws(page, map_area__municipality=6, map_rim=2)
    expect(page.locator("#karte .map-area--municipality.shade--3")).to_have_count(1)
    expect(page.locator(".leaflet-control-attribution")).to_contain_text("© Vermessung")


def test_it_shades_the_districts_by_their_share(map_page, tmp_path):
    add_borders(tmp_path)
    page = map_page()
    draws(page, map_area__district=2)
    for shade in ("shade--0", "shade--4"):
        expect(page.locator(f"#karte .map-area--district.{shade}")).to_have_count(1)
    page.locator("#karte .map-area--district.shade--4").dispatch_event("mouseover")
    expect(page.locator(".map__tip")).to_contain_text("1 von 1 Gemeinden mit Kooperation")


def test_a_single_cooperation_is_drawn_with_the_areas_of_its_participants(map_page, tmp_path):
    add_borders(tmp_path)
    page = map_page("kooperation=region")
    draws(page, map_own__party=1, map_hub=1)


def test_coming_nearer_brings_finer_borders(map_page, page):
    page.emulate_media(reduced_motion="reduce")  # a click while the map still moves is none
    map_page()
    with page.expect_request(re.compile(r"laender\.geojson\?detail=3")):
        for _ in range(4):
            page.locator(".leaflet-control-zoom-in").click()


# --- It says the same as its tables ---


def names_in_table(page: Any, *names: str) -> None:
    """Waits until the table names these, in whatever order."""
    becomes(page, lambda: sorted(page.locator(".map-table tbody th a").all_inner_texts()), list(names))


def test_map_and_table_name_the_same_places(map_page):
    page = map_page()
    draws(page, map_place=4)
    names_in_table(page, "Erfurt", "Gera", "Jena", "Weimar")


def test_without_scripts_the_tables_say_everything(browser, live_server):
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{live_server.url}/karte/")
    expect(page.locator("figure.map")).not_to_be_visible()
    names_in_table(page, "Erfurt", "Gera", "Jena", "Weimar")
    context.close()


def test_a_filter_changes_map_and_table_without_a_new_page(map_page):
    page = map_page()
    page.evaluate("window.stays = true")
    page.locator("#id_q").fill("region")
    draws(page, map_place=2, map_hub=1)
    expect(page.locator(".map-table tbody tr")).to_have_count(2)
    expect(page).to_have_url(re.compile("q=region"))
    says(page, "window.stays", True)


# --- It leads to the pages ---


def test_a_click_on_a_place_leads_to_its_page(map_page):
    page = map_page("kooperation=region")
    page.locator("#karte .map-place").first.click(force=True)
    leads_to(page, "/kommunen/(160530000000|160510000000)/")


def test_a_click_on_a_cooperation_leads_to_its_page_on_the_same_day(map_page):
    page = map_page("kooperation=region&stand=2020-01-01")
    page.locator("#karte .map-hub").click()
    leads_to(page, r"/kooperationen/region/\?stand=2020-01-01")


def test_a_click_on_a_land_chooses_it(map_page):
    page = map_page("q=region")
    page.locator("#karte .map-state").first.dispatch_event("click")
    leads_to(page, r"/karte/\?q=region&land=\d\d")


def test_a_click_on_a_municipality_leads_to_its_page(map_page, tmp_path):
    add_borders(tmp_path)
    page = map_page("land=16")
    page.locator("#karte .map-area--municipality").first.dispatch_event("click")
    leads_to(page, "/kommunen/160530000000/")


# --- By keyboard ---


def test_places_are_reached_and_opened_by_keyboard(map_page):
    page = map_page()
    page.locator("#karte").focus()
    for _ in range(8):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.classList.contains('map-place')"):
            break
    first = page.evaluate(LABEL)
    assert re.fullmatch(r"(Jena|Gera|Weimar|Erfurt) \(kreisfreie Stadt\), in .* genannt, davon \d beteiligt", first)
    expect(page.locator(".map__tip")).to_have_text(re.compile(f"^{re.escape(first.split(',')[0])}"))
    says(page, "parseFloat(getComputedStyle(document.activeElement).strokeWidth) >= 4", True)
    seen = {first}
    for key in ("ArrowRight", "ArrowRight", "ArrowRight", "ArrowLeft", "ArrowLeft", "ArrowLeft"):
        page.keyboard.press(key)
        seen.add(page.evaluate(LABEL))
    assert {name.split(" ")[0] for name in seen} == {"Jena", "Gera", "Weimar", "Erfurt"}
    page.keyboard.press("Enter")
    leads_to(page, r"/kommunen/\d{12}/")


def test_escape_leads_back_to_the_map(map_page):
    page = map_page()
    page.locator("#karte").focus()
    page.keyboard.press("Tab")
    for _ in range(12):
        if page.evaluate("document.activeElement.classList.contains('map-hub')"):
            break
        page.keyboard.press("Tab")
    becomes(page, lambda: page.evaluate(LABEL) in {"Leitstelle", "Region"}, True)
    becomes(page, lambda: page.locator("#karte .map-line.is-active").count() in {2, 3}, True)
    page.keyboard.press("Escape")
    says(page, LABEL, "Karte der Kooperationen")
    expect(page.locator(".map__tip")).to_have_count(0)
    expect(page.locator("#karte .is-active")).to_have_count(0)


def test_the_map_can_be_skipped(map_page):
    page = map_page()
    page.locator(".map__skip").focus()
    expect(page.locator(".map__skip")).to_be_visible()
    page.keyboard.press("Enter")
    expect(page.locator("#tabelle")).to_be_focused()


# --- It is fit for everybody ---


@pytest.mark.parametrize("query", ["", "land=16", "kooperation=leitstelle"])
def test_it_has_no_fault_in_any_look(map_page, axe, tmp_path, query):
    add_borders(tmp_path)
    page = map_page(query)
    for look in looks(page):
        axe(page, look)
        fits(page)


def test_a_broken_answer_leaves_the_table(map_page, page, live_server, watch):
    watch.allow("503")
    watch.allow("orte.geojson")
    page.route("**/orte.geojson*", lambda route: route.fulfill(status=503, body=""))
    page.goto(f"{live_server.url}/karte/")
    expect(page.locator(".map__broken")).to_have_text(
        "Die Karte ließ sich nicht laden. Die Tabelle darunter sagt dasselbe."
    )
    expect(page.locator(".map-table tbody tr")).to_have_count(4)


def test_names_are_text_never_markup(map_page):
    Municipality.objects.filter(name="Jena").update(name="<img src=x onerror=alert(1)>")
    Boundary.objects.filter(key="16").update(source="<b>Quelle</b>")
    page = map_page()
    expect(page.locator(".leaflet-control-attribution")).to_contain_text("<b>Quelle</b>")
    expect(page.locator("#karte img, #karte b")).to_have_count(0)
