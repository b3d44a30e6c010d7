"""Municipal bodies, other bodies, programmes, sources and contradictions in a real browser, in every look."""

from __future__ import annotations

import pytest
from django.contrib.contenttypes.models import ContentType

from municipalities.workflow import refresh_derived
from sources.querysets import citable_models
from sources.workflow import refresh_conflicts
from tests.browser.conftest import becomes, expect, fits, looks, says
from tests.builders import (
    day,
    make_award,
    make_budget_line,
    make_citation,
    make_cooperation,
    make_criterion,
    make_document,
    make_event,
    make_figure,
    make_municipality,
    make_organisation,
    make_participation,
    make_passage,
    make_period,
    make_programme,
    make_speaker,
    make_state,
    make_succession,
)

pytestmark = pytest.mark.django_db  # else no test database is made where only these are run
TEXT = "Jena und Gera planen einen Verbund. " + "Der Staatssekretär kündigt Geld an. " * 20

PAGES = [
    "/kommunen/",
    "/kommunen/?land=16&stand=2019-03-01",
    "/kommunen/?land=99&foo=1",
    "/kommunen/?q=nichts",
    "/kommunen/160530000000/",
    "/kommunen/160760000000/",
    "/kommunen/160610000001/",
    "/kommunen/160530000000/?stand=2019-03-01",
    "/stellen/",
    "/stellen/impulsregion/",
    "/foerderung/",
    "/foerderung/pilot/",
    "/foerderung/leer/",
    "/quellen/",
    "/quellen/treffen/",
    "/quellen/treffen/#p0-34",
    "/widersprueche/",
]


def build():
    """One of everything these pages show."""
    ContentType.objects.get_for_models(*citable_models())
    document = make_document("treffen", title="Treffen im Landesverwaltungsamt", publisher="Stadt Jena", text=TEXT)
    speaker = make_speaker(document, kind="office_holder", name="Udo Götze", office="Staatssekretär")
    jena = make_municipality("Jena", ars="160530000000", kind="independent_city", population=109725)
    jena.population_date, jena.lat, jena.lon = day("2024-12-31"), "50.9301", "11.5918"
    jena.save()
    district = make_municipality("Greiz", ars="160760000000", level="district", kind="rural_district")
    make_municipality("Greiz", ars="160760022022", parent=district)
    ended = make_municipality("Altdorf", ars="160610000001", valid_until=day("2018-12-31"))
    make_period(ended, name="Altes Dorf", valid_until=day("1999-12-31"))
    make_succession(ended, jena)
    refresh_derived()
    body = make_organisation("Verein der Impulsregion", slug="impulsregion", kind="association")
    programme = make_programme("Pilotförderung", slug="pilot", funder=body, summary="Anschub für Verbünde.")
    make_programme("Initiative", slug="leer")
    for rung, amount in (("budgeted", 5_000_000), ("announced", None), ("claimed", None)):
        make_budget_line(programme, rung=rung, amount=amount, year=2025, purpose="Anschubförderung")
    whole = make_figure(programme, value=134, base="beratene")
    make_figure(programme, value=58, base="beratene", part_of=whole)
    make_figure(state=make_state("16"), value=600, qualifier="more_than", base="alle")
    make_criterion(programme)
    verbund = make_cooperation("Leitstellenverbund")
    row = make_participation(verbund, jena, steps=[("existing", "2019-02-23"), ("party", "2019-04-24")])
    make_participation(verbund, body)
    make_award(verbund, programme, rung="unknown", is_inferred=True)
    make_event(title="Treffen", municipalities=[jena], organisations=[body], programmes=[programme])
    said = [(jena, "title"), (row, "position"), (body, "address"), (programme, "money_rung"), (programme, "goal")]
    for n, (subject, field) in enumerate(said):
        for value in ("das eine", "das andere"):
            passage = make_passage(document, n * 2 + len(value), end=n * 2 + 40)
            make_citation(subject, field, value, passage=passage, speakers=[speaker], confidence="implied")
    make_citation(verbund, "status", "planned", passage=make_passage(document, 0, end=34))
    refresh_conflicts()


@pytest.fixture(scope="module")
def register(standing):
    with standing(build) as server:
        yield server


@pytest.mark.parametrize("address", PAGES)
def test_pages_can_be_read_by_everybody(page, register, axe, address):
    page.goto(register.url + address)
    for look in looks(page):
        axe(page, look)
        fits(page)


@pytest.mark.parametrize("address", ["/kommunen/", "/foerderung/pilot/", "/quellen/treffen/", "/widersprueche/"])
def test_nothing_is_cut_off_at_320_pixels(page, register, address):
    page.set_viewport_size({"width": 320, "height": 640})
    page.goto(register.url + address)
    fits(page)


def test_the_list_filters_while_one_types_and_tells_how_many(page, register):
    page.goto(f"{register.url}/kommunen/")
    page.get_by_label("Name oder Schlüssel").fill("jen")
    page.wait_for_url("**/kommunen/?q=jen")
    expect(page.locator("#ergebnis tbody tr")).to_have_count(1)
    expect(page.locator("#ansage")).to_have_text("1 Kommune")
    page.go_back()
    expect(page.locator("#ergebnis tbody tr").nth(2)).to_be_visible()


def test_a_passage_asked_for_stands_out(page, register):
    page.goto(f"{register.url}/quellen/treffen/#p0-34")
    other = "getComputedStyle(document.getElementById('p8-40')).backgroundColor"
    says(page, f"getComputedStyle(document.getElementById('p0-34')).backgroundColor !== {other}", True)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_ladder_is_seen_in_every_look_and_on_paper(page, register, scheme):
    page.emulate_media(color_scheme=scheme)
    page.goto(f"{register.url}/foerderung/pilot/")
    colours = (
        "e => [getComputedStyle(e).fill, getComputedStyle(document.querySelector('.ladder__figure')).backgroundColor]"
    )
    bar = page.locator(".ladder__rung--known rect")
    becomes(page, lambda: len(set(bar.evaluate(colours))), 2)
    page.emulate_media(media="print")
    becomes(page, lambda: (bar.bounding_box() or {"height": 0})["height"] > 5, True)
    becomes(page, lambda: len(set(bar.evaluate(colours))), 2)
