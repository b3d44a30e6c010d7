"""A long list as a file: its rows and size are told before, its progress while it is loaded; it can be stopped."""

from __future__ import annotations

import re

import pytest

from coopportal.common.views import ListPage
from tests.browser.conftest import expect
from tests.builders import make_cooperation

LIST = "/kooperationen/"


@pytest.fixture
def long_list(live_server, monkeypatch):
    monkeypatch.setattr(ListPage, "long_file", 3)
    for number in range(3):
        make_cooperation(f"Bauhof {number}")
    return live_server


def test_a_long_file_tells_how_far_it_is_and_arrives(page, long_list, axe):
    page.goto(long_list.url + LIST)
    page.get_by_text("Mitnehmen und beobachten").click()
    expect(page.locator(".doors__label").first).to_have_text(re.compile(r"^Diese Liste \(3 Zeilen, etwa 1,2.KB\) als$"))
    box = page.locator("#laden")
    expect(box).to_be_hidden()
    with page.expect_download() as begun:
        page.get_by_role("link", name="CSV-Datei").click()
    assert re.fullmatch(r"cooperations_\d{4}-\d\d-\d\d\.csv", begun.value.suggested_filename)
    assert len(begun.value.path().read_text().splitlines()) == 4
    expect(box).to_have_text(re.compile(r"Fertig: 3 Zeilen\. Die Datei liegt bei Ihren Downloads\."))
    expect(page.locator("#ansage")).to_have_text("Fertig: 3 Zeilen. Die Datei liegt bei Ihren Downloads.")
    with page.expect_download() as begun:
        page.get_by_role("link", name="Excel-Datei (XLSX)").click()
    assert begun.value.path().read_bytes()[:2] == b"PK"
    axe(page)


def test_it_can_be_stopped(page, long_list, axe):
    page.goto(long_list.url + LIST)
    page.get_by_text("Mitnehmen und beobachten").click()
    page.route("**/*format=csv*", lambda _route: None)  # it never answers
    page.get_by_role("link", name="CSV-Datei").click()
    expect(page.locator("#laden progress")).to_be_visible()
    axe(page)
    page.get_by_role("button", name="Abbrechen").click()
    expect(page.locator("#laden")).to_have_text(re.compile(r"Abgebrochen\. Es wurde nichts gespeichert\."))
    expect(page.locator("#laden progress")).to_be_hidden()
