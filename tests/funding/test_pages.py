"""The pages of the funding programmes: money per rung, figures with their base, ratios shown or refused."""

from __future__ import annotations

import re

import pytest
from django.contrib.contenttypes.models import ContentType

from sources.querysets import citable_models
from sources.workflow import refresh_conflicts
from tests.builders import (
    day,
    make_award,
    make_budget_line,
    make_citation,
    make_cooperation,
    make_criterion,
    make_event,
    make_figure,
    make_organisation,
    make_programme,
    make_state,
)
from tests.markup import markup

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _content_types_known():
    ContentType.objects.get_for_models(*citable_models())


def words(response) -> str:
    """The text of a page, blanks folded."""
    return " ".join(re.sub(r"<[^>]+>", " ", response.text).split())


@pytest.fixture
def pilot():
    programme = make_programme(
        "Pilotförderung",
        state="07",
        slug="pilot",
        kind="pilot",
        funder=make_organisation("Innenministerium"),
        summary="Anschub für Verbünde.",
    )
    for year in (2025, 2026):
        make_budget_line(programme, year=year, amount=5_000_000, rung="budgeted", purpose="Anschubförderung")
    return programme


# --- List ---


def test_the_list_tells_each_rung_of_which_a_source_speaks(client, pilot):
    make_budget_line(make_programme("Reform", status="planned"), rung="claimed")
    make_programme("Initiative", kind="initiative")
    page = client.get("/foerderung/")
    markup(page)
    assert [row.name for row, _rungs in page.context["programmes"]] == ["Initiative", "Pilotförderung", "Reform"]
    text = words(page)
    for told in ("im Haushalt vorgesehen 10 Mio. €", "als laufend behauptet Betrag unbekannt", "Geld keine Angabe"):
        assert told in text
    assert "0 €" not in text.replace("10.000.000 €", "")


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("q=pilot", ["Pilotförderung"]),
        ("land=16", ["Reform"]),
        ("status=planned", ["Reform"]),
        ("art=pilot", ["Pilotförderung"]),
        ("q=fehlt", []),
    ],
)
def test_the_list_is_filtered(client, pilot, query, found):
    make_programme("Reform", status="planned", kind="reform")
    assert [row.name for row, _rungs in client.get(f"/foerderung/?{query}").context["programmes"]] == found


def test_on_a_day_only_money_is_shown_that_had_been_told_by_then(client):
    programme = make_programme("Reform")
    make_budget_line(programme, rung="announced", on=day("2019-02-22"))
    make_budget_line(programme, rung="prospective", on=day("2019-04-24"))
    page = words(client.get("/foerderung/?stand=2019-03-01"))
    assert "angekündigt Betrag unbekannt" in page
    assert "in Aussicht gestellt Betrag" not in page


@pytest.mark.parametrize("rows", [1, 3, 30])
def test_queries_of_the_list(client, rows, django_assert_num_queries):
    for _ in range(rows):
        programme = make_programme(funder=make_organisation())
        make_budget_line(programme, amount=5)
        make_figure(programme)
    with django_assert_num_queries(7):
        client.get("/foerderung/")
    with django_assert_num_queries(4):  # the choices are remembered
        client.get("/foerderung/?stand=2020-01-01")


# --- One programme ---


def test_money_in_the_budget_is_not_called_granted(client, pilot):
    page = client.get("/foerderung/pilot/")
    markup(page)
    text = words(page)
    assert "10 Mio. € im Haushalt vorgesehen (10.000.000 €)" in text
    assert "bewilligt: keine Angabe" in text
    assert "ausgezahlt: keine Angabe" in text
    assert "5.000.000 €" in text
    assert "0 €" not in text.replace("000 €", "")


def test_the_picture_says_what_the_table_says(client, pilot):
    page = client.get("/foerderung/pilot/").text
    (picture,) = re.findall(r"<svg class=\"ladder.*?</svg>", page, re.DOTALL)
    assert "<title" in picture
    assert re.search(r"<desc[^>]*>[^<]*im Haushalt vorgesehen: 10 Mio. €; bereitgestellt: keine Angabe", picture)
    assert 'role="img"' in picture
    assert "style=" not in picture
    assert not re.search(r'="[^"]*\d,\d', picture), "a comma of the locale in a number of the picture"
    (table,) = re.findall(r"<table class=\"table\">.*?</table>", page, re.DOTALL)
    rungs = re.findall(r"<th scope=\"row\">([^<]+)</th>\s*<td class=\"number\">([^<]+)</td>", table)
    assert rungs == [
        ("angekündigt", "keine Angabe"),
        ("in Aussicht gestellt", "keine Angabe"),
        ("im Haushalt vorgesehen", "10.000.000 €"),
        ("bereitgestellt", "keine Angabe"),
        ("beantragt", "keine Angabe"),
        ("bewilligt", "keine Angabe"),
        ("ausgezahlt", "keine Angabe"),
    ]


def test_rungs_are_never_added_up(client, pilot):
    make_budget_line(pilot, amount=3_000_000, rung="granted")
    text = words(client.get("/foerderung/pilot/"))
    assert "3 Mio. € bewilligt (3.000.000 €)" in text
    assert "13" not in text


def test_an_unknown_amount_beside_known_ones_is_said(client, pilot):
    make_budget_line(pilot, rung="budgeted")
    text = words(client.get("/foerderung/pilot/"))
    assert "mindestens 10 Mio. € im Haushalt vorgesehen (mindestens 10.000.000 €)" in text


def test_money_of_unknown_amount_is_nowhere_nought_and_a_claim_stands_beside_the_ladder(client):
    programme = make_programme("Reform", slug="reform")
    for rung, on in (("announced", "2019-02-22"), ("claimed", "2019-02-23"), ("prospective", "2019-04-24")):
        make_budget_line(programme, rung=rung, on=day(on))
        make_citation(programme, "money_rung", rung, stated_on=day(on))
    refresh_conflicts()
    page = client.get("/foerderung/reform/")
    markup(page)
    text = words(page)
    assert "angekündigt: Betrag unbekannt" in text
    assert "in Aussicht gestellt: Betrag unbekannt" in text
    assert "Neben der Leiter als laufend behauptet Betrag unbekannt" in text
    assert "0 €" not in text
    assert "Sicherheit des Geldes" in text, "the contradiction about the rung"
    then = words(client.get("/foerderung/reform/?stand=2019-02-22"))
    assert "angekündigt: Betrag unbekannt" in then
    assert "als laufend behauptet" not in then
    assert "Sicherheit des Geldes" not in then, "nobody had disagreed by then"


def test_a_share_is_shown_only_where_a_source_declares_it(client):
    programme = make_programme(state="14", slug="asskomm")
    advised = make_figure(programme, indicator="beratene Kommunen", value=134, base="beratene Kommunen")
    make_figure(programme, indicator="eng dabei", value=58, base="beratene Kommunen", part_of=advised)
    make_figure(programme, indicator="mit Präventionsrat", value=28)
    page = client.get("/foerderung/asskomm/")
    markup(page)
    text = words(page)
    assert "58 von 134 = 43,3 %" in text
    assert "Die Quelle erklärt die eine Zahl zum Teil der anderen." in text
    assert "28 kein Anteil" in text
    assert "Worauf sich die Zahl bezieht, sagt die Quelle nicht; ein Anteil wäre geraten." in text
    assert text.count("%") == 1


def test_a_ratio_of_different_bases_is_refused_with_the_reason(client, pilot):
    make_figure(pilot, indicator="teilnehmende Kommunen", value=122, base="Kommunen aller Art")
    make_figure(
        state=make_state("07"), indicator="Städte und Gemeinden", value=2200, qualifier="more_than", base="Gemeinden"
    )
    make_figure(state=make_state("14"), indicator="anderswo", value=1)
    text = words(client.get("/foerderung/pilot/"))
    assert "122 : mehr als 2.200 kein Anteil" in text
    assert "Verschiedene Grundmengen („Kommunen aller Art“ und „Gemeinden“)" in text
    assert "Städte und Gemeinden (Rheinland-Pfalz)" in text
    assert "%" not in text
    assert "anderswo" not in text


def test_a_figure_tells_its_base_and_its_day(client, pilot):
    make_figure(pilot, indicator="Verbünde", value=33, base="Verbünde der Förderung", as_of=day("2025-12-19"))
    text = words(client.get("/foerderung/pilot/"))
    assert "33 Verbünde gezählt: Verbünde der Förderung Stand: 19.12.2025" in text
    assert "33 Verbünde" not in words(client.get("/foerderung/pilot/?stand=2025-12-18"))


def test_conditions_aims_cooperations_and_events_with_sources(client, pilot):
    make_citation(make_criterion(pilot, wording="mindestens drei Partner"), "wording", "drei")
    make_citation(pilot, "goal", stated_value="Kommunen zukunftsfest aufstellen")
    make_citation(pilot, "focus", "02.03", stated_value="Cybersicherheit", confidence="inferred")
    make_award(make_cooperation("Verbund"), pilot, rung="unknown", is_inferred=True)
    make_event(title="Freigabe", programmes=[pilot])
    page = client.get("/foerderung/pilot/")
    found = markup(page)
    text = words(page)
    for told in ("mindestens drei Partner", "zukunftsfest", "Cybersicherheit", "Verbund", "Freigabe", "Anschub für"):
        assert told in text
    assert found.ids["beleg-3"] == 1
    assert '<a href="/stellen/' in page.text


def test_no_conditions_known_is_not_no_conditions(client, pilot):
    assert "Das heißt nicht, dass es keine gibt." in client.get("/foerderung/pilot/").text


def test_a_programme_of_which_little_is_known_has_a_page(client):
    programme = make_programme("Initiative", status="unknown")
    page = client.get(programme.get_absolute_url())
    markup(page)
    text = words(page)
    assert "bewilligt: keine Angabe" in text
    assert "Kennzahlen" not in text
    assert client.get("/foerderung/fehlt/").status_code == 404


@pytest.mark.parametrize("rows", [1, 3, 30])
def test_queries_of_the_page(client, rows, django_assert_num_queries):
    programme = make_programme(funder=make_organisation(), state="07")
    for _ in range(rows):
        line, figure = make_budget_line(programme, amount=5), make_figure(programme)
        award = make_award(make_cooperation(), programme)
        make_figure(state=make_state("07"))
        make_event(programmes=[programme], cooperations=[award.cooperation])
        for subject, field in ((programme, "status"), (line, "amount"), (figure, "value"), (award, "amount")):
            make_citation(subject, field, "eins")
            make_citation(subject, field, "zwei")
        make_citation(make_criterion(programme), "wording")
    refresh_conflicts()
    with django_assert_num_queries(20):
        client.get(programme.get_absolute_url())
