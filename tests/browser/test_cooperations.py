"""Cooperations and agreements in a real browser, with the register of the five documents."""

from __future__ import annotations

import re

import pytest
from django.contrib.contenttypes.models import ContentType

from agreements.models import Agreement
from coopportal.fixtures.loading import load
from sources.querysets import citable_models
from tests.browser.conftest import expect, fits, looks
from tests.builders import make_citation, make_conflict, make_cooperation, make_participation, make_status_step
from tests.roof.fixture_files import FIXTURES

LIST = "/kooperationen/"
VERBUND = "/kooperationen/leitstellenverbund-ostthueringen/"


@pytest.fixture
def register(live_server):
    """The whole register as `make run` shows it."""
    load(FIXTURES)
    ContentType.objects.get_for_models(*citable_models())
    return live_server


@pytest.fixture
def small(live_server):
    """Two cooperations, one of them in dispute."""
    ContentType.objects.get_for_models(*citable_models())
    planned = make_cooperation("Leitstellenverbund", slug="verbund", status="planned", task_fields=["04.01"])
    make_status_step(planned, "planned", "2019-02-23")
    row = make_participation(planned, steps=[("existing", "2019-02-23"), ("directed_elsewhere", "2019-04-24")])
    for step in row.steps.all():
        make_citation(step, "degree")
    for text in ("soll dabei sein", "soll nicht dabei sein"):
        make_citation(row, "position", text)
    make_conflict(row, "position")
    make_cooperation("Impulsregion", status="active", task_fields=["06.01"])
    return live_server


def lists(page, *names: str) -> None:
    """Waits until the list shows these and no others."""
    expect(page.locator(".results .item__title")).to_have_text(list(names))


def test_every_page_can_be_read_by_everybody(page, register, axe):
    pages = [LIST, f"{LIST}?stand=morgen&status=planned&foo=1", f"{LIST}?q=nirgends", VERBUND]
    pages += [f"{VERBUND}?stand=2019-03-01", "/kooperationen/asskomm/", "/kooperationen/impulsregion/"]
    pages += ["/vereinbarungen/", *(agreement.get_absolute_url() for agreement in Agreement.objects.all())]
    for address in pages:
        page.goto(register.url + address)
        for look in looks(page):
            axe(page, look)
            fits(page)


@pytest.mark.parametrize("address", [LIST, "/kooperationen/verbund/"])
def test_nothing_is_cut_off_at_320_pixels_or_double_size(page, small, address):
    page.set_viewport_size({"width": 320, "height": 640})
    page.goto(small.url + address)
    fits(page)
    page.set_viewport_size({"width": 640, "height": 640})
    page.evaluate("document.documentElement.attributeStyleMap.set('font-size', CSS.percent(200))")
    fits(page)


# --- The list ---


def test_the_list_filters_itself(page, small):
    page.goto(small.url + LIST)
    lists(page, "Impulsregion", "Leitstellenverbund")
    page.get_by_label("geplant").check()
    lists(page, "Leitstellenverbund")
    expect(page).to_have_url(f"{small.url}{LIST}?status=planned")
    expect(page.locator("#ansage")).to_have_text("1 Kooperation")
    expect(page.get_by_label("geplant")).to_be_focused()
    page.go_back()
    lists(page, "Impulsregion", "Leitstellenverbund")


def test_the_list_follows_what_is_typed(page, small):
    page.goto(small.url + LIST)
    page.get_by_label("Suchwörter").press_sequentially("impuls")
    lists(page, "Impulsregion")
    expect(page).to_have_url(f"{small.url}{LIST}?q=impuls")


def test_a_group_of_task_fields_stands_for_its_fields(page, small):
    page.goto(small.url + LIST)
    page.locator("summary", has_text="Aufgabenfeld").click()
    page.locator("summary", has_text="Feld 04").click()
    page.get_by_label("alles aus „Feld 04“").check()
    lists(page, "Leitstellenverbund")


def test_what_cannot_be_followed_is_said_while_filtering(page, small):
    page.goto(small.url + LIST)
    page.get_by_label("Kommune", exact=True).fill("1605")
    page.get_by_label("Kommune", exact=True).press("Tab")
    expect(page.get_by_role("alert")).to_contain_text("kein amtlicher Schlüssel")
    lists(page, "Impulsregion", "Leitstellenverbund")


def test_without_scripts_the_list_filters_by_its_button(browser, small):
    context = browser.new_context(java_script_enabled=False, viewport={"width": 375, "height": 800})
    page = context.new_page()
    page.goto(small.url + LIST)
    page.get_by_label("geplant").check()
    page.get_by_role("button", name="Anwenden").click()
    lists(page, "Leitstellenverbund")
    page.get_by_role("link", name="Leitstellenverbund").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Leitstellenverbund")
    expect(page.get_by_text("anderweitig zugeordnet").first).to_be_visible()
    context.close()


def test_the_list_is_filtered_by_keyboard_alone(page, small):
    page.goto(small.url + LIST)
    page.get_by_label("Suchwörter").focus()
    for _ in range(40):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.value") == "planned":
            break
    page.keyboard.press("Space")
    lists(page, "Leitstellenverbund")


# --- A cooperation ---


def test_the_matrix_tells_a_row_as_a_card_on_a_phone(page, small):
    page.set_viewport_size({"width": 375, "height": 800})
    page.goto(f"{small.url}/kooperationen/verbund/")
    cells = page.locator(".matrix tbody tr[id] td")
    shown = "e => getComputedStyle(e, '::before').content.replaceAll('\"', '') + e.innerText"
    told = [" ".join(cells.nth(n).evaluate(shown).split()) for n in range(cells.count())]
    assert told[-1] == "Heute: anderweitig zugeordnet Stand 24.04.2019"
    assert told[0].startswith("23.02.2019: Partner")
    widths = page.locator(".matrix tbody tr[id]").evaluate_all("rows => rows.map(r => r.getBoundingClientRect().right)")
    assert max(widths) <= 375


def test_a_mark_leads_to_its_footnote_and_back(page, small):
    page.goto(f"{small.url}/kooperationen/verbund/")
    mark = page.locator(".matrix .footnote-mark").first
    number = mark.inner_text().split()[-1]
    mark.focus()
    page.keyboard.press("Enter")
    note = page.locator(f"#beleg-{number}")
    expect(page).to_have_url(re.compile(f"#beleg-{number}$"))
    expect(page.locator(f"#beleg-{number}:target")).to_have_count(1)
    note.get_by_role("link", name=f"Zurück zur Stelle von Beleg {number}").click()
    expect(page).to_have_url(re.compile(f"#verweis-{number}$"))


def test_a_hint_leads_to_the_contradiction(page, small):
    page.goto(f"{small.url}/kooperationen/verbund/")
    page.locator(".matrix").get_by_role("link", name="widersprüchlich").click()
    expect(page.locator(".dispute:target")).to_contain_text("soll nicht dabei sein")


def test_all_steps_unfold_by_keyboard(page, small):
    page.goto(f"{small.url}/kooperationen/verbund/")
    steps = page.locator(".steps").first
    expect(steps).not_to_be_visible()
    page.locator("summary", has_text="Alle Schritte").focus()
    page.keyboard.press("Enter")
    expect(steps).to_be_visible()


def test_the_day_is_changed_on_the_page(page, small):
    page.goto(f"{small.url}/kooperationen/verbund/")
    page.locator("summary", has_text="Stand:").click()
    page.get_by_label("Zeigen, was an diesem Tag galt").fill("2019-03-01")
    page.get_by_role("button", name="Zeigen").click()
    expect(page).to_have_url(f"{small.url}/kooperationen/verbund/?stand=2019-03-01")
    expect(page.locator(".matrix td.matrix__now")).to_have_text(re.compile(r"^\s*Partner"))
