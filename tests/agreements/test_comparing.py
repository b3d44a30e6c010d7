"""Cooperations side by side: the same questions of each, differences marked, two to four."""

from __future__ import annotations

import csv
import re
from typing import Any

import pytest
from django.test import Client

from tests.agreements.reading import words
from tests.builders import (
    day,
    make_agreement,
    make_award,
    make_confirmation,
    make_cooperation,
    make_municipality,
    make_participation,
    make_status_step,
)
from tests.markup import markup

pytestmark = pytest.mark.django_db

PAGE = "/kooperationen/vergleich/"


def make_two() -> tuple[Any, Any]:
    jena, gera = make_municipality("Jena"), make_municipality("Gera")
    rows = []
    for slug, status, fields, bodies in (
        ("ost", "active", ["04.01", "04.02"], [jena, gera]),
        ("west", "planned", ["04.01"], [jena]),
    ):
        row = make_cooperation(slug.title(), slug=slug, status=status, kind="service_network", task_fields=fields)
        for body in bodies:
            make_participation(row, body, steps=[("party", "2019-04-24")])
        rows.append(row)
    make_agreement(
        rows[0],
        title="Vertrag",
        effective_on=day("2020-08-01"),
        effective_precision="day",
        term_months=36,
        renewal_months=12,
        notice_months=3,
    )
    make_award(rows[1], rung="granted", amount=None)
    return rows[0], rows[1]


def line(client: Client, query: str, label: str) -> list[str]:
    """Is it the same or not, and the answers of one line."""
    page = client.get(f"{PAGE}?{query}")
    for row in re.findall(r"<tr.*?</tr>", page.text, re.DOTALL):
        cells = [words(cell) for cell in re.findall(r"<t[hd][ >].*?</t[hd]>", row, re.DOTALL)]
        if cells[0].startswith(f"{label} "):
            return [cells[0].removeprefix(f"{label} "), *cells[1:]]
    raise AssertionError(f"no line {label}")


def test_answers_side_by_side_and_where_they_differ(client: Client) -> None:
    make_two()
    both = "k=ost&k=west&stand=2024-02-01"
    assert line(client, both, "Art") == ["gleich", "Leistungsverbund", "Leistungsverbund"]
    assert line(client, both, "Aufgabenfelder") == ["verschieden", "Feld 04.01 Feld 04.02", "Feld 04.01"]
    assert line(client, both, "Beteiligte") == ["verschieden", "Gera Jena", "Jena"]
    assert line(client, both, "Laufende Laufzeit") == [
        "nicht überall bekannt",
        "bis 31.07.2024, zu kündigen bis 30.04.2024",
        "nicht bekannt",
    ]
    money = ["nicht überall bekannt", "nicht bekannt", "bewilligt: Betrag unbekannt"]
    assert line(client, both, "Geld, je Sicherheit") == money


def test_two_that_differ_are_different_whatever_is_not_known_of_a_third(client: Client) -> None:
    for slug, region in (("ost", "Ostthüringen"), ("west", ""), ("nord", "Westpfalz")):
        make_cooperation(slug.title(), slug=slug, region=region)
    assert line(client, "k=ost&k=west", "Raum") == ["nicht überall bekannt", "Ostthüringen", "nicht bekannt"]
    assert line(client, "k=ost&k=west&k=nord", "Raum")[0] == "verschieden"
    assert line(client, "k=west&k=nord", "Raum") == ["nicht überall bekannt", "nicht bekannt", "Westpfalz"]


def test_who_refuses_is_said_to(client: Client) -> None:
    ost, _west = make_two()
    make_confirmation(ost.participations.get(municipality__name="Jena"), answer="refused")
    assert line(client, "k=ost&k=west", "Beteiligte") == ["verschieden", "Gera Jena (widerspricht)", "Jena"]


def test_what_is_known_of_none_is_no_line(client: Client) -> None:
    make_two()
    labels = [line.label for line in client.get(f"{PAGE}?k=ost,west").context["comparison"].lines]
    assert [label for label in ("Raum", "Beginn", "Ende", "Stand bekannt seit") if label in labels] == []


def test_what_all_share_is_marked(client: Client) -> None:
    make_two()
    page = client.get(f"{PAGE}?k=ost,west")
    shared = re.findall(r'<li class="compare__shared">([^<]+)</li>', page.text)
    assert [text for text in shared if text.startswith(("Feld", "Jena", "Gera"))] == [
        *("Feld 04.01", "Feld 04.01", "Jena", "Jena")
    ]


def test_the_order_is_the_one_asked_for_and_the_day_holds(client: Client) -> None:
    ost, _west = make_two()
    make_status_step(ost, "planned", "2019-01-01")
    make_status_step(ost, "active", "2021-01-01")
    assert line(client, "k=west&k=ost&stand=2020-01-01", "Stand") == ["verschieden", "unbekannt", "geplant"]


def test_one_can_be_taken_out_and_others_put_beside(client: Client) -> None:
    make_two()
    make_cooperation("Nord", slug="nord", task_fields=["04.02"])
    make_cooperation("Fremd", slug="fremd", task_fields=["09.01"])
    page = client.get(f"{PAGE}?k=ost&k=west")
    markup(page)
    assert re.findall(r'class="compare__away" href="([^"]+)"', page.text) == ["?k=west", "?k=ost"]
    assert [row.slug for row in page.context["offered"]] == ["nord"]
    assert [row.slug for row in client.get(f"{PAGE}?k=ost&q=fremd").context["offered"]] == ["fremd"]


def test_where_none_has_a_field_in_common_any_are_offered(client: Client) -> None:
    """That nothing is found is said only to who has searched."""
    make_two()
    make_cooperation("Fremd", slug="fremd", task_fields=["09.01"])
    page = client.get(f"{PAGE}?k=fremd")
    assert [row.slug for row in page.context["offered"]] == ["ost", "west"]
    told = "Nichts gefunden"
    assert told in words(client.get(f"{PAGE}?k=fremd&q=gibtesnicht").text)
    assert told not in words(client.get(f"{PAGE}?k=fremd").text)


def test_with_fewer_than_two_it_asks_for_more(client: Client) -> None:
    make_two()
    for query, told in (("", "Wählen Sie mindestens zwei"), ("k=ost", "Gewählt ist „Ost“. Wählen Sie noch")):
        page = client.get(f"{PAGE}?{query}")
        markup(page)
        assert told in words(page.text)


def test_problems_are_said(client: Client) -> None:
    make_two()
    for slug in ("a", "b", "c"):
        make_cooperation(slug=slug)
    make_cooperation(slug="geheim", record_state="draft")
    page = client.get(f"{PAGE}?k=ost,west,a,b,c")
    assert list(page.context["problems"]) == ["k"]
    assert [row.slug for row, _others in page.context["chosen"]] == ["ost", "west", "a", "b"]
    assert client.get(f"{PAGE}?k=ost,geheim").context["problems"] == {"k": ["„geheim“ gibt es nicht."]}


def test_the_list_offers_to_compare(client: Client) -> None:
    make_two()
    page = client.get("/kooperationen/")
    assert re.findall(r'name="k" value="([^"]+)"', page.text) == ["ost", "west"]
    assert f'action="{PAGE}"' in page.text


@pytest.mark.parametrize("number", [2, 4])
def test_queries_do_not_grow(client: Client, django_assert_num_queries: Any, number: int) -> None:
    for n in range(5):
        row = make_cooperation(slug=f"k{n}", task_fields=["04.01"])
        make_participation(row)
        make_agreement(row)
        make_award(row)
    slugs = ",".join(f"k{n}" for n in range(number))
    # the chosen; rows, participations, task fields, agreements, awards; those offered
    with django_assert_num_queries(7 if number < 4 else 6):
        client.get(f"{PAGE}?k={slugs}")


def test_the_table_is_a_file_and_its_link_says_the_same_later(client: Client) -> None:
    make_two()
    page = client.get(f"{PAGE}?k=ost&k=west&stand=2024-01-01")
    assert page.context["lasting_url"] == f"{PAGE}?k=ost&k=west&stand=2024-01-01"
    rows = list(csv.DictReader(client.get(page.context["csv_url"]).text.splitlines()))
    assert rows[:3] == [
        {"question": "Name", "differs": "true", "ost": "Ost", "west": "West"},
        {"question": "Art", "differs": "false", "ost": "Leistungsverbund", "west": "Leistungsverbund"},
        {"question": "Stand", "differs": "false", "ost": "unbekannt", "west": "unbekannt"},
    ]
    assert len(rows) == 1 + len(page.context["comparison"].lines)
    workbook = client.get(page.context["xlsx_url"])
    assert workbook.content[:2] == b"PK"
    assert workbook["Content-Disposition"] == 'attachment; filename="vergleich_2024-01-01.xlsx"'


@pytest.mark.parametrize("query", ["", "?k=ost", "?k=ost&k=nirgends"])
def test_one_alone_is_no_file(client: Client, query: str) -> None:
    make_two()
    assert client.get(f"{PAGE}vergleich.csv{query}").status_code == 400


def test_the_page_of_a_cooperation_leads_to_its_comparison(client: Client) -> None:
    make_two()
    assert f'href="{PAGE}?k=ost"' in client.get("/kooperationen/ost/").text
