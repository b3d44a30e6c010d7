"""The map in a browser: it draws, says the same as its tables, is reached by keyboard, and leads to the pages."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

import pytest

from municipalities.importers.boundaries import Wishes, import_boundaries
from municipalities.models import Boundary, Municipality
from tests.browser.conftest import expect, looks
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
        page.wait_for_selector("#karte[data-drawn]")
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


def label(page: Any) -> str:
    return str(page.evaluate("document.activeElement.getAttribute('aria-label') || document.activeElement.id"))


def path_of(page: Any) -> str:
    return re.sub(r"^https?://[^/]+", "", page.url)


# --- It draws ---


def test_it_draws_lands_places_and_cooperations_with_their_lines(map_page):
    page = map_page()
    counts = {
        name: page.locator(f"#karte .{name}").count()
        for name in (
            "map-state",
            "map-place--party",
            "map-place--named",
            "map-hub",
            "map-line--party",
            "map-line--named",
        )
    }
    assert counts == {
        "map-state": 16,
        "map-place--party": 3,
        "map-place--named": 1,
        "map-hub": 2,
        "map-line--party": 4,
        "map-line--named": 1,
    }
    assert page.locator(".leaflet-control-attribution").inner_text() == (
        "Lage: Statistisches Bundesamt (Destatis), Natural Earth"
    )


def test_it_draws_all_municipalities_of_a_land(map_page, tmp_path):
    add_borders(tmp_path)
    page = map_page("land=16")
    shades = page.locator("#karte .map-area--municipality").evaluate_all(
        "all => all.map(one => one.getAttribute('class'))"
    )
    assert len(shades) == 6
    assert sum("shade--3" in shade for shade in shades) == 1
    assert page.locator("#karte .map-rim").count() == 2
    assert "© Vermessung" in page.locator(".leaflet-control-attribution").inner_text()


def test_it_shades_the_districts_by_their_share(map_page, tmp_path):
    add_borders(tmp_path)
    page = map_page()
    shades = page.locator("#karte .map-area--district").evaluate_all("all => all.map(one => one.getAttribute('class'))")
    assert sorted(re.findall(r"shade--\d", " ".join(shades))) == ["shade--0", "shade--4"]
    page.locator("#karte .map-area--district.shade--4").dispatch_event("mouseover")
    assert "1 von 1 Gemeinden mit Kooperation" in page.locator(".map__tip").inner_text()


def test_a_single_cooperation_is_drawn_with_the_areas_of_its_participants(map_page, tmp_path):
    add_borders(tmp_path)
    page = map_page("kooperation=region")
    assert page.locator("#karte .map-own--party").count() == 1
    assert page.locator("#karte .map-hub").count() == 1


def test_coming_nearer_brings_finer_borders(map_page):
    page = map_page()
    with page.expect_request(re.compile(r"laender\.geojson\?detail=3")):
        for _ in range(4):
            page.locator(".leaflet-control-zoom-in").click()
            page.wait_for_timeout(400)


# --- It says the same as its tables ---


def test_map_and_table_name_the_same_places(map_page):
    page = map_page()
    in_table = page.locator(".map-table tbody th a").all_inner_texts()
    drawn = page.locator("#karte .map-place").count()
    assert (sorted(in_table), drawn) == (["Erfurt", "Gera", "Jena", "Weimar"], 4)


def test_without_scripts_the_tables_say_everything(browser, live_server):
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{live_server.url}/karte/")
    expect(page.locator("figure.map")).not_to_be_visible()
    assert sorted(page.locator(".map-table tbody th a").all_inner_texts()) == ["Erfurt", "Gera", "Jena", "Weimar"]
    context.close()


def test_a_filter_changes_map_and_table_without_a_new_page(map_page):
    page = map_page()
    page.evaluate("window.stays = true")
    page.locator("#id_q").fill("region")
    page.wait_for_selector("#karte[data-drawn='2']")
    assert page.locator("#karte .map-place").count() == page.locator(".map-table tbody tr").count() == 2
    assert page.locator("#karte .map-hub").count() == 1
    assert page.evaluate("window.stays")
    assert "q=region" in page.url


# --- It leads to the pages ---


def test_a_click_on_a_place_leads_to_its_page(map_page):
    page = map_page("kooperation=region")
    page.locator("#karte .map-place").first.click(force=True)
    page.wait_for_url(re.compile("/kommunen/"))
    assert path_of(page) in {"/kommunen/160530000000/", "/kommunen/160510000000/"}


def test_a_click_on_a_cooperation_leads_to_its_page_on_the_same_day(map_page):
    page = map_page("kooperation=region&stand=2020-01-01")
    page.locator("#karte .map-hub").click()
    page.wait_for_url(re.compile("/kooperationen/"))
    assert path_of(page) == "/kooperationen/region/?stand=2020-01-01"


def test_a_click_on_a_land_chooses_it(map_page):
    page = map_page("q=region")
    page.locator("#karte .map-state").first.dispatch_event("click")
    page.wait_for_url(re.compile("land="))
    assert re.fullmatch(r"/karte/\?q=region&land=\d\d", path_of(page))


def test_a_click_on_a_municipality_leads_to_its_page(map_page, tmp_path):
    add_borders(tmp_path)
    page = map_page("land=16")
    page.locator("#karte .map-area--municipality").first.dispatch_event("click")
    page.wait_for_url(re.compile("/kommunen/"))
    assert path_of(page) == "/kommunen/160530000000/"


# --- By keyboard ---


def test_places_are_reached_and_opened_by_keyboard(map_page):
    page = map_page()
    page.locator("#karte").focus()
    for _ in range(8):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.classList.contains('map-place')"):
            break
    first = label(page)
    assert re.fullmatch(r"(Jena|Gera|Weimar|Erfurt) \(kreisfreie Stadt\), in .* genannt, davon \d beteiligt", first)
    assert page.locator(".map__tip").inner_text().startswith(first.split(",")[0])
    outline = page.evaluate("getComputedStyle(document.activeElement).strokeWidth")
    assert float(outline.removesuffix("px")) >= 4
    seen = {first}
    for key in ("ArrowRight", "ArrowRight", "ArrowRight", "ArrowLeft", "ArrowLeft", "ArrowLeft"):
        page.keyboard.press(key)
        seen.add(label(page))
    assert {name.split(" ")[0] for name in seen} == {"Jena", "Gera", "Weimar", "Erfurt"}
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("/kommunen/"))


def test_escape_leads_back_to_the_map(map_page):
    page = map_page()
    page.locator("#karte").focus()
    page.keyboard.press("Tab")
    while not page.evaluate("document.activeElement.classList.contains('map-hub')"):
        page.keyboard.press("Tab")
    assert label(page) in {"Leitstelle", "Region"}
    assert page.locator("#karte .map-line.is-active").count() in {2, 3}
    page.keyboard.press("Escape")
    assert label(page) == "Karte der Kooperationen"
    assert page.locator(".map__tip").count() == 0
    assert page.locator("#karte .is-active").count() == 0


def test_the_map_can_be_skipped(map_page):
    page = map_page()
    page.locator(".map__skip").focus()
    expect(page.locator(".map__skip")).to_be_visible()
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "tabelle"


# --- It is fit for everybody ---


@pytest.mark.parametrize("query", ["", "land=16", "kooperation=leitstelle"])
def test_it_has_no_fault_in_any_look(map_page, axe, tmp_path, query):
    add_borders(tmp_path)
    page = map_page(query)
    for look in looks(page):
        page.wait_for_timeout(200)
        axe(page, look)
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_a_broken_answer_leaves_the_table(map_page, page, live_server, watch):
    watch.allow("503")
    watch.allow("orte.geojson")
    page.route("**/orte.geojson*", lambda route: route.fulfill(status=503, body=""))
    page.goto(f"{live_server.url}/karte/")
    page.wait_for_selector(".map__broken")
    assert page.locator(".map__broken").inner_text() == (
        "Die Karte ließ sich nicht laden. Die Tabelle darunter sagt dasselbe."
    )
    assert page.locator(".map-table tbody tr").count() == 4


def test_names_are_text_never_markup(map_page):
    Municipality.objects.filter(name="Jena").update(name="<img src=x onerror=alert(1)>")
    Boundary.objects.filter(key="16").update(source="<b>Quelle</b>")
    page = map_page()
    assert page.locator("#karte img, #karte b").count() == 0
    assert "<b>Quelle</b>" in page.locator(".leaflet-control-attribution").inner_text()
