"""Cooperations from a file, by browser: readable by everybody in every look, and the whole way by keyboard."""

from __future__ import annotations

from typing import Any

from django.conf import settings

from agreements.models import Cooperation
from tests import builders as make
from tests.agreements.import_files import ROW, table
from tests.agreements.people import make_officer
from tests.browser.conftest import expect, fits, looks


def test_a_file_is_read_decided_about_and_brought_in(page: Any, live_server: Any, axe: Any, client: Any) -> None:
    make.make_task_field()
    lead = make.make_municipality("Weilerbach", ars="073355009000", level="association", kind="verbandsgemeinde")
    make.make_municipality("Landstuhl", ars="073355006000", level="association", kind="verbandsgemeinde")
    make.make_municipality("Landstuhl", ars="073355006021")
    client.force_login(make_officer(lead))
    cookie = {"name": settings.SESSION_COOKIE_NAME, "value": client.cookies["sessionid"].value, "url": live_server.url}
    page.context.add_cookies([cookie])
    page.goto(f"{live_server.url}/meine/import/")
    for look in looks(page):
        axe(page, look)
    data = table([ROW, ROW | {"name": "Zweite", "participations": "073355009:lead; Landstuhl"}])
    file = {"name": "kooperationen.csv", "mimeType": "text/csv", "buffer": data}
    page.get_by_label("Datei", exact=True).set_input_files(files=[file])
    page.get_by_role("button", name="Datei prüfen").press("Enter")
    expect(page.get_by_text("1 Zeile braucht Ihre Entscheidung.")).to_be_visible()
    for look in looks(page):
        axe(page, look)
        fits(page)
    page.get_by_label("„Landstuhl“ heißen 2. Welche ist gemeint?").select_option("Landstuhl=073355006021")
    page.get_by_role("button", name="Einlesen").press("Enter")
    expect(page.get_by_role("heading", name="Eingelesen")).to_be_visible()
    axe(page, "result")
    assert sorted(Cooperation.objects.values_list("name", flat=True)) == ["Gemeinsamer Bauhof", "Zweite"]
