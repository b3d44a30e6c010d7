"""Pictures: what each counts, that money is never mixed and never 0, and that picture, table and file tell the same."""

from __future__ import annotations

import csv
import re
import xml.etree.ElementTree as ET
from decimal import Decimal
from html import unescape
from typing import Any

import pytest
from django.test import Client

from agreements.models import Cooperation
from agreements.statistics import CHARTS
from coopportal.common.charts import bars
from tests.agreements.reading import words
from tests.builders import (
    day,
    make_agreement,
    make_award,
    make_budget_line,
    make_cooperation,
    make_directory_state,
    make_municipality,
    make_organisation,
    make_participation,
    make_programme,
    make_status_step,
)
from tests.markup import markup

pytestmark = pytest.mark.django_db


def told(client: Client, chart: str, query: str = "") -> dict[str, str]:
    """Key → number in words, as the file tells them."""
    answer = client.get(f"/statistik/{chart}.csv?{query}")
    assert answer.status_code == 200, answer.text
    return {row["key"]: row["told"] for row in csv.DictReader(answer.text.splitlines())}


def make_register() -> None:
    planned = make_cooperation(
        "A", status="planned", task_fields=["04.01", "04.02"], started_on=day("2019-03-01"), started_precision="month"
    )
    make_participation(planned, make_municipality(state="16"), steps=[("party", "2019-01-01")])
    make_participation(planned, make_municipality(state="07"), steps=[("mentioned", "2019-01-01")])
    make_agreement(planned, legal_form="purpose_agreement", attested_on=day("2022-01-01"))
    active = make_cooperation("B", status="active", task_fields=["04.01", "05.01"], legal_form="informal")
    make_status_step(active, "active", "2020-01-01")
    for _each in range(4):
        make_participation(active, make_municipality(state="16"), steps=[("member", "2020-01-01")])
    make_cooperation("C", record_state="draft", status="active", task_fields=["06.01"])


def test_cooperations_by_field_form_status_land_year_and_participants(client: Client) -> None:
    make_register()
    assert told(client, "aufgabenfelder") == {"04": "2", "05": "1"}
    assert told(client, "rechtsformen") == {"informal": "1", "purpose_agreement": "1"}
    assert told(client, "stand") == {"planned": "1", "active": "1"}
    assert told(client, "laender") == {"16": "2", "07": "1"}
    assert told(client, "jahre") == {"2019": "1"}
    assert {size: n for size, n in told(client, "beteiligte").items() if n != "0"} == {"1": "1", "3–5": "1"}


def test_filters_and_the_day_hold_for_the_pictures(client: Client) -> None:
    make_register()
    assert told(client, "stand", "status=active") == {"active": "1"}
    assert told(client, "laender", "status=active&land=16") == {"16": "1"}
    assert told(client, "stand", "stand=2019-06-01") == {"unknown": "1"}
    assert told(client, "rechtsformen", "stand=2021-01-01") == {"informal": "1"}


def test_money_is_summed_per_rung_and_year_and_what_is_unknown_stays_so(client: Client) -> None:
    row = make_cooperation()
    values = [("granted", "2024-05-01", 100), ("granted", "2024-06-01", 50), ("granted", "2025-01-01", None)]
    values += [("announced", "2024-05-01", 1_000_000), ("granted", None, 7)]
    for rung, on, amount in values:
        make_award(row, rung=rung, on=day(on), on_precision="day" if on else "unknown", amount=amount)
    make_award(row, rung="granted", on=day("2024-07-01"), on_precision="day", amount=None)
    assert told(client, "bewilligungen") == {
        "announced 2024": "1 Mio. €",
        "granted 2024": "mindestens 150 €, dazu 1 unbekannt",
        "granted 2025": "Betrag unbekannt",
        "granted Jahr unbekannt": "7 €",
    }
    numbers = [row["value"] for row in csv.DictReader(client.get("/statistik/bewilligungen.csv").text.splitlines())]
    assert numbers == ["1000000.00", "150.00", "", "7.00"]
    assert told(client, "bewilligungen", "stand=2024-05-15") == {
        "announced 2024": "1 Mio. €",
        "granted 2024": "100 €",
        "granted Jahr unbekannt": "7 €",
    }


def test_money_of_programmes_by_land_and_programme(client: Client) -> None:
    make_budget_line(make_programme(slug="ikz", state="07"), rung="budgeted", year=2025, amount=Decimal(5_000_000))
    make_budget_line(make_programme(state="16"), rung="announced")
    assert told(client, "haushalt") == {"announced Jahr unbekannt": "Betrag unbekannt", "budgeted 2025": "5 Mio. €"}
    for query in ("land=07", "programm=ikz"):
        assert told(client, "haushalt", query) == {"budgeted 2025": "5 Mio. €"}


def test_shares_by_land_and_by_district(client: Client) -> None:
    make_directory_state("2025-11-30")
    state = {"directory_state": day("2025-11-30")}
    taking = make_municipality("Bad", ars="160760000001", **state)
    for n in (2, 3, 4):
        make_municipality(ars=f"16076000000{n}", **state)
    make_municipality("Greiz", ars="160760000000", level="district", kind="rural_district", **state)
    make_participation(make_cooperation(), taking)
    assert told(client, "anteil") == {"16": "1 von 4 (25,0 %)"}
    assert told(client, "anteil", "land=16") == {"16076": "1 von 4 (25,0 %)"}
    assert told(client, "anteil", "status=planned") == {"16": "0 von 4 (0,0 %)"}


def test_without_the_directory_there_is_no_base(client: Client) -> None:
    make_participation(make_cooperation())
    page = client.get("/statistik/anteil/")
    assert "die Grundmenge fehlt. Dazu ist nichts bekannt." in words(page.text)


# --- Picture, table, files ---


def test_the_page_shows_every_picture_with_its_table(client: Client) -> None:
    make_register()
    make_award()
    make_budget_line()
    page = client.get("/statistik/?land=16")
    markup(page)
    assert re.findall(r'<h2 id="([a-z]+)"', page.text) == list(CHARTS)
    assert 'href="/statistik/stand/?land=16"' in page.text
    assert 'href="/kooperationen/?land=16&amp;status=planned"' in page.text


@pytest.mark.parametrize("chart", CHARTS)
def test_each_picture_has_an_address_and_two_files(client: Client, chart: str) -> None:
    make_register()
    page = client.get(f"/statistik/{chart}/?land=16&stand=2024-01-01")
    markup(page)
    assert markup(page).text("h1") == str(CHARTS[chart][0])
    picture = client.get(f"/statistik/{chart}.svg?land=16&stand=2024-01-01")
    assert picture["Content-Type"] == "image/svg+xml; charset=utf-8"
    svg = ET.fromstring(picture.text)
    texts = [element.text or "" for element in svg.iter("{http://www.w3.org/2000/svg}text")]
    assert texts[:2] == [str(CHARTS[chart][0]), "Stand: 01.01.2024 · Land: Thüringen"]
    rows = told(client, chart, "land=16&stand=2024-01-01")
    *base, _licence = texts[2 : len(texts) - 2 * len(rows)] if rows else texts[2:]
    assert texts[len(texts) - 2 * len(rows) : -1 : 2] == list(rows.values())
    # A figure is never without its base: what is counted stands in the picture as it does on the page.
    assert page.context["alone"].base == " ".join(base)
    file = client.get(f"/statistik/{chart}.csv?land=16&stand=2024-01-01")
    assert (file["Data-Day"], file["Data-Filter"]) == ("2024-01-01", "stand=2024-01-01&land=16")
    assert file["Data-Rows"] == str(len(rows))


def test_names_are_text_in_a_picture(client: Client) -> None:
    office = make_organisation(state=make_municipality().state)
    row = make_cooperation(task_fields=["04.01"])
    make_participation(row, office)
    row.task_fields.first().parent.__class__.objects.filter(code="04").update(name_de="<b>&\"'</b>")
    picture = client.get("/statistik/aufgabenfelder.svg").text
    texts = [element.text for element in ET.fromstring(picture).iter("{http://www.w3.org/2000/svg}text")]
    assert "<b>&\"'</b>" in texts
    assert unescape("&lt;b&gt;") not in picture


def test_no_other_picture_and_no_wrong_question(client: Client) -> None:
    for address in ("/statistik/mond/", "/statistik/mond.csv", "/statistik/mond.svg"):
        assert client.get(address).status_code == 404
    assert client.get("/statistik/stand.csv?land=99").status_code == 400
    page = client.get("/statistik/?land=99")
    assert (page.status_code, list(page.context["problems"])) == (200, ["land"])


def test_bars_are_as_long_as_their_numbers() -> None:
    drawing = bars([("a", 4, "4"), ("b", 1, "1"), ("c", None, "unbekannt"), ("d", 0, "0")])
    assert [bar.width for bar in drawing.bars] == ["640.0", "160.0", None, "0.0"]
    assert [bar.width for bar in bars([("a", 25, "25 %")], whole=100).bars] == ["160.0"]
    assert [bar.width for bar in bars([("a", 0, "0")]).bars] == ["0.0"]


@pytest.mark.parametrize("number", [1, 3])
def test_queries_do_not_grow(client: Client, django_assert_num_queries: Any, number: int) -> None:
    for _each in range(number):
        make_register()
        make_award()
        make_budget_line()
    # the version; the sets (they tell facets, shares and total), two; spells and years, two; the bodies, two; groups,
    # Länder (twice), awards, budgets
    with django_assert_num_queries(13):
        client.get("/statistik/", headers={"HX-Request": "true"})
    with django_assert_num_queries(2):  # the version, of the charts and of the sets
        client.get("/statistik/", headers={"HX-Request": "true"})


def test_a_write_makes_the_kept_pictures_new(client: Client) -> None:
    make_register()
    assert [told(client, "stand"), told(client, "stand")] == [{"planned": "1", "active": "1"}] * 2
    Cooperation.objects.filter(name="A").update(status="active")
    assert told(client, "stand") == {"active": "2"}
    assert told(client, "laender") == {"16": "2", "07": "1"}
    Cooperation.objects.filter(name="A").update(record_state="withdrawn")
    assert told(client, "laender") == {"16": "1"}


def test_each_picture_says_its_answer_in_words_and_is_reached_by_a_jump(client: Client) -> None:
    make_cooperation("A", status="active")
    make_cooperation("B", status="active")
    make_cooperation("C", status="planned")
    page = client.get("/statistik/").text
    assert 'class="chart-answer">Am häufigsten: aktiv (2 von 3), geplant (1 von 3).</p>' in page
    make_cooperation("D", status="idea")
    make_cooperation("E", status="ended")
    assert 'class="chart-answer">Am häufigsten: aktiv (2 von 5).</p>' in client.get("/statistik/").text
    jumps = page.split('class="chart-jumps"')[1].split("</nav>")[0]
    assert [f'id="{slug}"' in page for slug in re.findall('href="#([a-z]+)"', jumps)] == [True] * len(CHARTS)
    assert "chart-jumps" not in client.get("/statistik/stand/").text


def test_beside_others_a_picture_shows_the_newest_years_and_says_so(client: Client) -> None:
    for year in range(1990, 2020):
        make_cooperation(started_on=day(f"{year}-01-01"), started_precision="year")
    row, programme = make_cooperation(), make_programme()
    for year in range(1990, 2020):
        make_award(row, programme, on=day(f"{year}-01-01"), on_precision="day", amount=1000)
    make_award(row, programme, amount=1000)
    page = client.get("/statistik/")
    markup(page)
    shown = {chart.slug: (len(chart.rows), chart.since) for chart in page.context["charts"]}
    assert (shown["jahre"], shown["bewilligungen"], shown["stand"]) == ((24, 1996), (24, 1996), (1, None))
    text = words(page.text)
    assert "Gezeigt sind die Jahre ab 1996. Alle 30 Werte : Kooperationen nach Jahr des Beginns" in text
    assert "Gezeigt sind die Jahre ab 1996. Alle 31 Werte : Geld für Kooperationen" in text
    alone = client.get("/statistik/jahre/")
    assert (len(alone.context["charts"][0].rows), "Gezeigt sind" in alone.text) == (30, False)
    assert [len(told(client, chart)) for chart in ("jahre", "bewilligungen")] == [30, 31]
