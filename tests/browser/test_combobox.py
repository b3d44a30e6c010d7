"""The field that suggests municipal bodies, by keyboard and mouse, in filters and in forms that repeat it."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.test import override_settings
from django.urls import include, path

from coopportal.common.forms import KernForm
from coopportal.urls import urlpatterns as portal
from municipalities.forms import MunicipalityField
from municipalities.workflow import refresh_derived
from tests.browser.conftest import expect, looks
from tests.builders import make_cooperation, make_municipality, make_participation

DISTRICT = "Kaiserslautern (Landkreis, 07335)"
CITY = "Kaiserslautern (kreisfreie Stadt, 07312000)"


class PartnerForm(KernForm):
    partner = MunicipalityField(label="Kommune")


def partners(request: HttpRequest) -> HttpResponse:
    """A formset on a page of the portal, as the registration has it."""
    formset = forms.formset_factory(PartnerForm, extra=2)(request.GET or None)
    return render(request, "partners.html", {"formset": formset})


urlpatterns = [path("partner/", partners), path("", include(portal))]

PAGE = """{% extends "base.html" %}{% block title %}Partner{% endblock %}
{% block scripts %}{{ formset.media }}{% endblock %}{% block heading %}<h1>Partner</h1>{% endblock %}
{% block main %}<form method="get">{{ formset.management_form }}{% for form in formset %}{{ form }}{% endfor %}
<button type="submit">Weiter</button></form>{% endblock %}"""


@pytest.fixture
def places(live_server: Any) -> str:
    district = make_municipality("Kaiserslautern", ars="073350000000", level="district", kind="rural_district")
    make_municipality("Kaiserslautern", ars="073120000000", kind="independent_city", population=100_426)
    make_municipality("Weilerbach", ars="073355009049", parent=district)
    make_participation(make_cooperation("Verbund"), district)
    make_cooperation("Anderer")
    refresh_derived()
    return str(live_server.url)


def test_a_filter_suggests_while_one_types(page: Any, places: str, axe: Any) -> None:
    page.goto(f"{places}/kooperationen/")
    field = page.get_by_role("combobox", name="Kommune", exact=True)
    field.press_sequentially("kaisers")
    options = page.locator("[role=option]")
    expect(options).to_have_count(2)
    expect(page.locator(".combobox [role=status]").first).to_have_text("2 Vorschläge")
    for look in looks(page):
        if look == "phone":
            page.locator(".filter__toggle").click()
            field.press("ArrowDown")
            expect(options.first).to_be_visible()
        axe(page, look)
    page.set_viewport_size({"width": 1280, "height": 900})
    page.goto(f"{places}/kooperationen/")
    field.press_sequentially("kaisers")
    expect(options).to_have_count(2)
    field.press("ArrowUp")
    expect(page.locator("[role=option][aria-selected=true]")).to_contain_text("Landkreis")
    expect(field).to_have_attribute("aria-activedescendant", "id_kommune_liste_1")
    field.press("Enter")
    expect(field).to_have_value(DISTRICT)
    expect(page.locator("[role=option]:visible")).to_have_count(0)
    expect(page).to_have_url(re.compile(r"\?kommune=07335$"))
    expect(page.locator("[data-count]")).to_contain_text("1")


def test_escape_closes_the_suggestions_and_a_wrong_guess_is_asked(page: Any, places: str) -> None:
    page.goto(f"{places}/kooperationen/")
    field = page.get_by_role("combobox", name="Kommune", exact=True)
    field.press_sequentially("Kaiserslautern")
    expect(page.locator("[role=option]")).to_have_count(2)
    field.press("Escape")
    expect(field).to_have_attribute("aria-expanded", "false")
    expect(field).to_have_value("Kaiserslautern")
    field.press("Tab")
    page.get_by_role("link", name=DISTRICT).click()
    expect(field).to_have_value(DISTRICT)


def test_a_field_repeats_on_one_page_and_asks_below_itself(
    page: Any, places: str, axe: Any, monkeypatch: Any, settings: Any
) -> None:
    loaders = [("django.template.loaders.locmem.Loader", {"partners.html": PAGE})]
    loaders += ["django.template.loaders.filesystem.Loader", "django.template.loaders.app_directories.Loader"]
    template = settings.TEMPLATES[0] | {"APP_DIRS": False}
    template["OPTIONS"] = template["OPTIONS"] | {"loaders": loaders}
    with override_settings(ROOT_URLCONF=__name__, TEMPLATES=[template]):
        page.goto(f"{places}/partner/")
        fields = page.get_by_role("combobox")
        expect(fields).to_have_count(2)
        first, second = fields.first, fields.last
        second.press_sequentially("weil")
        page.locator("[role=option]").click()
        expect(second).to_have_value("Weilerbach (Stadt, 07335049)")
        first.fill("Kaiserslautern")
        first.press("Escape")
        page.get_by_role("button", name="Weiter").click()
        expect(page.get_by_role("group", name="Bitte wählen Sie")).to_be_visible()
        for look in looks(page):
            axe(page, look)
        page.get_by_label(CITY).check()
        page.get_by_role("button", name="Weiter").click()
        expect(page.get_by_role("combobox").first).to_have_value(CITY)
        expect(page.get_by_role("group", name="Bitte wählen Sie")).to_have_count(0)
