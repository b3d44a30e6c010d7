"""The stewards' pages about the directory in a browser."""

from __future__ import annotations

from typing import Any

from django.test import Client

from tests.browser.conftest import expect, looks
from tests.builders import day, make_doubt, make_mandate, make_municipality, make_succession, make_user


def test_stewards_decide_about_the_directory(page: Any, live_server: Any, axe: Any) -> None:
    steward = make_user("redaktion")
    make_mandate(steward, "steward")
    old = make_municipality("Berga/Elster", valid_until=day("2025-11-29"), directory_state=day("2022-12-31"))
    change = make_succession(old, make_municipality("Berga-Wünschendorf"), on=day("2025-11-30"))
    doubt = make_doubt(kind="no_successor", municipality=old)
    client = Client()
    client.force_login(steward)
    page.context.add_cookies(
        [{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": live_server.url}]
    )
    for address in ("zweifel/", f"zweifel/{doubt.pk}/nachfolge/", "nachfolge/", f"nachfolge/{change.pk}/"):
        page.goto(f"{live_server.url}/kommunen/{address}")
        for look in looks(page):
            axe(page, look)
    page.get_by_label("Wirksam am").fill("2024-01-01")
    page.get_by_label("Begründung").fill("GVBl. 2023, S. 1")
    page.get_by_role("button", name="Bestätigen").click()
    expect(page.get_by_text("Bestätigt: Berga/Elster → Berga-Wünschendorf.")).to_be_visible()
