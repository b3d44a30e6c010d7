"""Questions across cooperations in a real browser: facets, the day kept, deadlines."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.contrib.contenttypes.models import ContentType

from sources.querysets import citable_models
from tests.browser.conftest import expect, fits, looks
from tests.builders import (
    day,
    make_agreement,
    make_cooperation,
    make_event,
    make_municipality,
    make_participation,
    make_status_step,
)

pytestmark = pytest.mark.django_db  # else no test database is made where only these are run


def build() -> None:
    """Three cooperations of two Länder with an agreement each."""
    ContentType.objects.get_for_models(*citable_models())
    for name, status, code in (("Leitstelle", "active", "16"), ("Impuls", "active", "07"), ("Archiv", "planned", "16")):
        row = make_cooperation(name, status=status, task_fields=["04.01"], slug=name.lower())
        make_status_step(row, status, "2019-02-23")
        parties = [make_participation(row, make_municipality(state=code)) for _each in range(2)]
        make_event(
            title="Gründung",
            kind="founding",
            on=day("2019-02-23"),
            cooperations=[row],
            municipalities=[party.municipality for party in parties],
        )
        make_agreement(
            row,
            parties=parties,
            effective_on=day("2020-08-01"),
            effective_precision="day",
            term_months=36,
            renewal_months=12,
            notice_months=3,
        )


@pytest.fixture(scope="module")
def register(standing: Any) -> Iterator[Any]:
    with standing(build) as server:
        yield server


PAGES = ["/aenderungen/?von=2019-01-01&bis=2021-01-01", "/kooperationen/archiv/?stand=2021-01-01"]
PAGES += ["/statistik/?land=16", "/statistik/stand/", "/kooperationen/vergleich/?k=archiv,impuls"]
PAGES += ["/ereignisse/?land=16", "/aenderungen/?land=16&von=2019-01-01&bis=2021-01-01"]
PAGES += ["/fristen/?stand=2024-02-01", "/fristen/?monate=99&art=x", "/kooperationen/?land=16&status=active"]


@pytest.mark.parametrize("address", PAGES)
def test_everybody_can_read_the_pages(page: Any, register: Any, axe: Any, address: str) -> None:
    page.goto(register.url + address)
    for look in looks(page):
        axe(page, look)
    page.set_viewport_size({"width": 320, "height": 800})
    fits(page)


def number_of(page: Any, value: str) -> Any:
    return page.locator(f'[data-of="{value}"]')


def test_numbers_of_facets_follow_the_choice_and_come_back(page: Any, register: Any) -> None:
    page.goto(f"{register.url}/kooperationen/")
    expect(number_of(page, "land:16")).to_have_text("2")
    page.get_by_label("geplant").check()
    expect(page.locator(".results .item__title")).to_have_text(["Archiv"])
    expect(number_of(page, "land:07")).to_have_text("0")
    expect(number_of(page, "status:active")).to_have_text("2")
    expect(page).to_have_url(f"{register.url}/kooperationen/?status=planned")
    page.go_back()
    expect(page.locator(".results .item__title")).to_have_text(["Archiv", "Impuls", "Leitstelle"])
    expect(number_of(page, "land:07")).to_have_text("1")


def test_a_chip_takes_its_value_away(page: Any, register: Any) -> None:
    page.goto(f"{register.url}/kooperationen/?status=planned,active&land=16")
    expect(page.locator(".results .item__title")).to_have_text(["Archiv", "Leitstelle"])
    page.get_by_role("link", name="Filter entfernen: Stand der Kooperation geplant").click()
    expect(page.locator(".results .item__title")).to_have_text(["Leitstelle"])
    expect(page.get_by_label("geplant")).not_to_be_checked()


def test_a_day_chosen_in_a_list_is_kept_on_the_way(page: Any, register: Any) -> None:
    page.goto(f"{register.url}/kooperationen/?land=16")
    page.get_by_label("Stand am").fill("2021-05-01")
    expect(page).to_have_url(f"{register.url}/kooperationen/?stand=2021-05-01&land=16")
    expect(page.locator(".day-notice")).to_contain_text("Stand 01.05.2021")
    page.get_by_role("link", name="Kommunen", exact=True).first.click()
    expect(page).to_have_url(f"{register.url}/kommunen/?stand=2021-05-01")


def test_all_of_it_without_script(browser: Any, register: Any) -> None:
    context = browser.new_context(java_script_enabled=False, locale="de-DE")
    page = context.new_page()
    page.goto(f"{register.url}/kooperationen/")
    page.get_by_label("geplant").check()
    page.get_by_role("button", name="Anwenden").click()
    expect(page.locator(".results .item__title")).to_have_text(["Archiv"])
    expect(number_of(page, "land:07")).to_have_text("0")
    page.goto(f"{register.url}/fristen/?stand=2024-02-01")
    page.get_by_label("Ende der Laufzeit").check()
    page.get_by_role("button", name="Anwenden").click()
    expect(page.locator(".deadlines tbody tr")).to_have_count(3)
    context.close()
