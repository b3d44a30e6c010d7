"""The page that shows the API works under the strict policy, with nothing from another host."""

from __future__ import annotations

from typing import Any

import pytest

from tests.browser.conftest import expect, looks

pytestmark = pytest.mark.django_db


def test_the_page_lists_the_resources_and_opens_one(page: Any, live_server: Any, axe: Any) -> None:
    page.goto(f"{live_server.url}/api/docs/")
    page.wait_for_selector("#operations-cooperations-cooperations_list")
    expect(page.locator(".opblock-tag")).to_have_count(18)  # 15 to read, changes, catalogue, registrations
    page.locator("#operations-states-states_list button.opblock-summary-control").click()
    page.wait_for_selector("#operations-states-states_list .responses-table")
    for look in looks(page):
        axe(page, look)
        expect(page.locator("html")).to_have_class("js dark-mode" if look == "dark" else "js")
