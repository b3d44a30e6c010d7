"""Whom somebody means who types a municipal body: in suggestions, in fields of forms, in filters of both doors."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django import forms
from django.test import Client
from django.utils.datastructures import MultiValueDict

from coopportal.common.forms import KernForm
from municipalities.choices import SharedName
from municipalities.forms import MunicipalityField
from municipalities.meaning import Unclear, heirs_of, meant_by
from municipalities.models import Municipality
from municipalities.workflow import refresh_derived
from tests.api import column, list_url, results
from tests.builders import (
    make_cooperation,
    make_municipality,
    make_participation,
    make_period,
    make_succession,
)

pytestmark = pytest.mark.django_db
TODAY = dt.date(2026, 11, 22)
SUGGESTIONS = "/kommunen/vorschlaege/"


@pytest.fixture(autouse=True)
def places() -> None:
    """The homonyms of the documents, a merger, and a body that was renamed."""
    district = make_municipality("Kaiserslautern", ars="073350000000", level="district", kind="rural_district")
    make_municipality("Kaiserslautern", ars="073120000000", kind="independent_city", population=100_426)
    values = {"level": "association", "kind": "verbandsgemeinde", "parent": district}
    vg = make_municipality("Weilerbach", ars="073355009000", **values)
    make_municipality("Weilerbach", ars="073355009049", kind="municipality", parent=vg, population=4_500)
    make_municipality("Jena", ars="160530000000", kind="independent_city", population=110_000)
    greiz = make_municipality("Greiz", ars="160760000000", level="district", kind="rural_district")
    old = make_municipality("Berga/Elster", ars="160760004004", valid_until=dt.date(2023, 12, 31), parent=greiz)
    new = make_municipality("Berga-Wünschendorf", ars="160760094094", valid_from=dt.date(2024, 1, 1), parent=greiz)
    make_succession(old, new, kind="merger", on=dt.date(2024, 1, 1))
    uder = make_municipality("Uder", ars="160615001097", valid_until=dt.date(2023, 12, 31))
    make_succession(uder, make_municipality("Uder", ars="160615001119", valid_from=dt.date(2024, 1, 1)))
    renamed = make_municipality("Ländereck", ars="160765004000", level="association", kind="administrative_community")
    make_period(renamed, name="Altenländereck", valid_until=dt.date(2020, 1, 1))
    refresh_derived()


# --- Whom a text means ---

CITY, DISTRICT = "Kaiserslautern (kreisfreie Stadt, 07312000)", "Kaiserslautern (Landkreis, 07335)"
MUNICIPALITY, ASSOCIATION = "Weilerbach (Gemeinde, 07335049)", "Weilerbach (Verbandsgemeinde, 073355009)"
MERGED = "Berga-Wünschendorf (Stadt, 16076094)"


@pytest.mark.parametrize(
    ("text", "entry"),
    [
        ("Jena", "Jena (kreisfreie Stadt, 16053000)"),
        ("  jena ", "Jena (kreisfreie Stadt, 16053000)"),
        ("Jena, Stadt", "Jena (kreisfreie Stadt, 16053000)"),
        ("16053", "Jena (kreisfreie Stadt, 16053000)"),
        ("16 0 53 000", "Jena (kreisfreie Stadt, 16053000)"),
        ("160530000000", "Jena (kreisfreie Stadt, 16053000)"),
        ("07335", DISTRICT),
        (DISTRICT, DISTRICT),
        (CITY, CITY),
        ("Landkreis Kaiserslautern", DISTRICT),
        ("LK Kaiserslautern", DISTRICT),
        ("Stadt Kaiserslautern", CITY),
        ("Kaiserslautern, Landkreis", DISTRICT),
        ("VG Weilerbach", ASSOCIATION),
        ("Gemeinde Weilerbach", MUNICIPALITY),
        ("Uder", "Uder (Stadt, 16061119)"),
        ("Altenländereck", "Ländereck (Verwaltungsgemeinschaft, 160765004)"),
    ],
)
def test_what_is_clear_is_understood(text: str, entry: str) -> None:
    meant = meant_by(text, TODAY)
    assert (meant.body and meant.body.entry, meant.unclear) == (entry, None)


@pytest.mark.parametrize(
    ("text", "unclear", "candidates"),
    [
        ("Kaiserslautern", Unclear.HOMONYM, [CITY, DISTRICT]),
        (
            "Weilerbach",
            Unclear.HOMONYM,
            ["Weilerbach (Gemeinde, 07335049)", "Weilerbach (Verbandsgemeinde, 073355009)"],
        ),
        ("7312000", Unclear.ZERO_LOST, [CITY]),
        ("7335", Unclear.ZERO_LOST, [DISTRICT]),
        ("73355009", Unclear.ZERO_LOST, [ASSOCIATION]),
        ("16076004", Unclear.ENDED, [MERGED]),
        ("Berga/Elster", Unclear.ENDED, [MERGED]),
        ("Berga/Elster (Stadt, 16076004)", Unclear.ENDED, [MERGED]),
        ("Jena (Landkreis, 07335)", Unclear.OTHER_NAME, [DISTRICT, "Jena (kreisfreie Stadt, 16053000)"]),
        ("Kaisersl", Unclear.SIMILAR, [CITY, DISTRICT]),
        ("Stadt", Unclear.SIMILAR, None),
        ("16000000", Unclear.KEY_OF_NOBODY, []),
        ("99", Unclear.NO_KEY, []),
        ("Nirgendwo", Unclear.NOBODY, []),
        ("%", Unclear.NOBODY, []),
        ("\x00", Unclear.NOBODY, []),
    ],
)
def test_what_is_not_clear_is_asked(text: str, unclear: Unclear, candidates: list[str] | None) -> None:
    meant = meant_by(text, TODAY)
    assert (meant.body, meant.unclear) == (None, unclear)
    if candidates is not None:
        assert [body.entry for body in meant.candidates] == candidates


def test_on_a_day_before_its_end_a_body_is_meant_itself() -> None:
    meant = meant_by("Berga/Elster", dt.date(2023, 6, 1))
    assert meant.body == Municipality.objects.get(ars="160760004004")
    assert meant_by("Berga/Elster", TODAY, ended=True).body == meant.body


def test_heirs_are_followed_to_those_that_exist(django_assert_num_queries: Any) -> None:
    new = Municipality.objects.get(ars="160760094094")
    Municipality.objects.filter(pk=new.pk).update(valid_until=dt.date(2025, 12, 31))
    make_succession(new, make_municipality("Großberga"))
    old = Municipality.objects.get(ars="160760004004")
    with django_assert_num_queries(2):
        heirs = heirs_of([old, new], TODAY)
    assert {pk: [heir.body.name for heir in found] for pk, found in heirs.items()} == {old.pk: ["Großberga"]}


# --- Suggestions ---


def suggested(client: Client, query: str) -> list[str]:
    text = client.get(f"{SUGGESTIONS}?{query}").text
    return [part.split('"')[0] for part in text.split('data-entry="')[1:]]


@pytest.mark.parametrize("query", ["Kaiserslautern", "kais", "weil", "berga", "07335", "16076004", "J", "Uder"])
def test_suggestions_are_ranked_as_the_search_of_the_api(client: Client, query: str) -> None:
    ranked = [(row["name"], row["ars"]) for row in results(client, "municipalities", search=query)]
    rows = {body.entry: (body.name, body.ars) for body in Municipality.objects.all()}
    found = [rows[entry] for entry in suggested(client, f"q={query}")]
    # The search goes on with what lies in an area of this name.
    assert found
    assert found == ranked[: len(found)]
    assert ranked


def test_a_suggestion_says_name_kind_and_district_and_the_key_where_it_takes_one(client: Client) -> None:
    address = f"{SUGGESTIONS}?q=07335049"
    text = " ".join(client.get(address).text.split())
    assert "Weilerbach</span>" in text
    assert "Gemeinde · Kaiserslautern</span>" in text
    assert "1 Vorschlag</li>" in text
    Municipality.objects.filter(ags="07335049").update(shares_name=SharedName.BY_SAME_KIND)
    assert 'Gemeinde · Kaiserslautern · <span class="num">07335049</span>' in " ".join(client.get(address).text.split())


def test_an_ended_body_is_suggested_with_its_end_and_its_heir(client: Client) -> None:
    text = " ".join(client.get(f"{SUGGESTIONS}?q=16076004").text.split())
    assert "bestand bis 31.12.2023; Nachfolge: vermutlich Berga-Wünschendorf </span>" in text


@pytest.mark.parametrize(("query", "told"), [("", "Keine Kommune gefunden"), ("q=%25", "Keine Kommune gefunden")])
def test_nothing_typed_suggests_nothing(client: Client, query: str, told: str) -> None:
    assert suggested(client, query) == []
    assert told in client.get(f"{SUGGESTIONS}?{query}").text


def test_suggestions_can_be_narrowed_down(client: Client) -> None:
    assert suggested(client, "q=Kaiserslautern&ebene=district") == [DISTRICT]


@pytest.mark.parametrize("rows", [1, 3, 30])
@pytest.mark.parametrize(("query", "queries"), [("q=berg", 2), ("q=16", 2), ("q=berg&stand=2026-01-01", 3)])
def test_a_keystroke_costs_at_most_three_queries(
    client: Client, rows: int, query: str, queries: int, django_assert_num_queries: Any
) -> None:
    for n in range(rows):
        make_succession(make_municipality(f"Berg {n}", valid_until=dt.date(2020, 1, 1)), make_municipality(f"Tal {n}"))
    with django_assert_num_queries(queries):
        found = suggested(client, query)
    assert 1 <= len(found) <= 10


# --- The field of a form ---


class PartnerForm(KernForm):
    partner = MunicipalityField(label="Kommune")


def sent(**values: str) -> PartnerForm:
    return PartnerForm({name.replace("_", "-"): value for name, value in values.items()})


def test_the_field_gives_a_body() -> None:
    form = sent(partner="Jena")
    assert form.is_valid()
    assert form.cleaned_data["partner"] == Municipality.objects.get(ars="160530000000")


def test_a_homonym_comes_back_as_a_question_and_is_answered_without_script() -> None:
    form = sent(partner="Kaiserslautern")
    html = form.render()
    assert form.errors == {"partner": ["„Kaiserslautern“ heißen mehrere. Welche meinen Sie?"]}
    assert html.count('type="radio" name="partner-gewaehlt"') == 2
    assert '<input type="hidden" name="partner-gefragt" value="Kaiserslautern">' in html
    answered = sent(partner="Kaiserslautern", partner_gefragt="Kaiserslautern", partner_gewaehlt=DISTRICT)
    assert answered.is_valid()
    assert answered.cleaned_data["partner"].ars == "073350000000"
    assert f'value="{DISTRICT}"' in answered.render()


def test_a_text_changed_after_the_question_goes_before_the_choice() -> None:
    form = sent(partner="Jena", partner_gefragt="Kaiserslautern", partner_gewaehlt=DISTRICT)
    assert form.is_valid()
    assert form.cleaned_data["partner"].name == "Jena"


def test_a_lost_zero_and_an_ended_body_are_asked_about() -> None:
    assert sent(partner="7335").errors == {"partner": ["„7335“ ist kein amtlicher Schlüssel. Fehlt vorn die Null?"]}
    form = sent(partner="16076004")
    assert form.errors == {"partner": ["„16076004“ besteht nicht mehr. Meinen Sie die Nachfolge?"]}
    assert f'value="{MERGED}"' in form.render()


def test_the_field_may_take_ended_bodies_and_only_some_rows() -> None:
    class Form(KernForm):
        old = MunicipalityField(takes_ended=True)
        district = MunicipalityField(rows=Municipality.objects.filter(level="district"), required=False)

    form = Form({"old": "16076004", "district": "Kaiserslautern"})
    assert form.is_valid()
    assert (form.cleaned_data["old"].name, form.cleaned_data["district"].short_key) == ("Berga/Elster", "07335")
    assert Form({"old": "16076004"}).is_valid()
    assert not Form({"old": ""}).is_valid()


def test_the_field_shows_what_it_holds_and_knows_a_change() -> None:
    jena = Municipality.objects.get(ars="160530000000")
    for initial in (jena, jena.pk, jena.entry):
        form = PartnerForm(initial={"partner": initial})
        assert 'value="Jena (kreisfreie Stadt, 16053000)"' in form.render()
        assert not PartnerForm({"partner": jena.entry}, initial={"partner": initial}).has_changed()


def test_the_field_repeats_in_a_formset() -> None:
    formset = forms.formset_factory(PartnerForm, extra=2)
    rows = formset(
        MultiValueDict(
            {
                "form-TOTAL_FORMS": ["2"],
                "form-INITIAL_FORMS": ["0"],
                "form-0-partner": ["Kaiserslautern"],
                "form-0-partner-gefragt": ["Kaiserslautern"],
                "form-0-partner-gewaehlt": [CITY],
                "form-1-partner": ["Weilerbach"],
            }
        )
    )
    assert [form.errors for form in rows] == [{}, {"partner": ["„Weilerbach“ heißen mehrere. Welche meinen Sie?"]}]
    assert 'id="id_form-1-partner_liste"' in rows[1].render()


def test_the_page_gets_the_files_of_the_field() -> None:
    assert 'src="/static/combobox.js"' in str(PartnerForm().media)


# --- Filters of pages and of the API ---


@pytest.fixture
def cooperations() -> None:
    for key in ("160530000000", "073350000000", "160760004004"):
        body = Municipality.objects.get(ars=key)
        make_participation(make_cooperation(f"Verbund {body.name}"), body)


def listed(client: Client, query: str) -> list[str]:
    return [row.name for row in client.get(f"/kooperationen/?{query}").context["page_obj"]]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("kommune=Jena", ["Verbund Jena"]),
        (f"kommune={DISTRICT}", ["Verbund Kaiserslautern"]),
        (f"kommune={DISTRICT}, Jena", ["Verbund Jena", "Verbund Kaiserslautern"]),
        ("kommune=Berga/Elster", ["Verbund Berga/Elster"]),
        ("innerhalb=Landkreis Greiz", ["Verbund Berga/Elster"]),
    ],
)
def test_a_page_understands_names(client: Client, cooperations: None, query: str, found: list[str]) -> None:
    assert listed(client, query) == found


def test_a_page_offers_the_candidates_as_links(client: Client, cooperations: None) -> None:
    page = client.get("/kooperationen/?kommune=Kaiserslautern&kommune=Jena&land=07")
    assert page.context["problems"] == {"kommune": ["„Kaiserslautern“ heißen mehrere. Welche meinen Sie?"]}
    assert f'<a href="?land=07&amp;kommune=Jena&amp;kommune=07335">{DISTRICT}</a>' in page.text
    assert f'<a href="?land=07&amp;kommune=Jena&amp;kommune=07312000">{CITY}</a>' in page.text
    assert 'value="Kaiserslautern, Jena"' in page.text


def test_a_field_of_a_filter_shows_names_and_its_doors_take_keys(client: Client, cooperations: None) -> None:
    page = client.get("/kooperationen/?kommune=07335&kommune=Jena")
    assert f'value="{DISTRICT}, Jena (kreisfreie Stadt, 16053000)"' in page.text
    assert page.context["api_url"].endswith("?municipality=07335&municipality=16053000")


@pytest.mark.parametrize(
    ("value", "message"),
    [
        ("Kaiserslautern", f"Gemeint sein kann: {CITY}; {DISTRICT}."),
        ("Jena", "Gemeint sein kann: Jena (kreisfreie Stadt, 16053000)."),
        ("7335", f"Gemeint sein kann: {DISTRICT}."),
        ("Nirgendwo", ""),
    ],
)
def test_the_api_takes_keys_alone_and_names_the_candidates(
    client: Client, cooperations: None, value: str, message: str
) -> None:
    answer = client.get(list_url("cooperations"), {"municipality": value})
    no_key = f"„{value}“ ist kein amtlicher Schlüssel (5, 8, 9 oder 12 Ziffern, beginnend mit 01 bis 16)."
    assert (answer.status_code, answer.json()["errors"]) == (
        400,
        [{"parameter": "municipality", "message": f"{no_key} {message}".strip()}],
    )
    assert column(client, "cooperations", "name", municipality="07335") == ["Verbund Kaiserslautern"]
