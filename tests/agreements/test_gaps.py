"""Districts without a cooperation in a task field: what is counted, and of how many."""

from __future__ import annotations

import csv
from typing import Any

import pytest
from django.test import Client

from tests.agreements.reading import words
from tests.builders import day, make_cooperation, make_municipality, make_participation, make_state, make_task_field
from tests.markup import markup

pytestmark = pytest.mark.django_db


@pytest.fixture
def register() -> dict[str, Any]:
    """Two districts and a city of Thüringen, a district of Bayern; fields 04.01 and 04.02 of one group, and 06.01."""
    rural = {"level": "district", "kind": "rural_district"}
    bodies = {
        "Greiz": make_municipality("Greiz", ars="160760000000", **rural),
        "Sonneberg": make_municipality("Sonneberg", ars="160720000000", **rural),
        "Jena": make_municipality("Jena", ars="160530000000", kind="independent_city"),
        "Hof": make_municipality("Hof", ars="094750000000", **rural),
        "Weida": make_municipality("Weida", ars="160760000003"),
    }
    control = make_cooperation("Leitstelle", task_fields=["04.01", "04.02"])
    for name in ("Weida", "Jena", "Hof"):
        make_participation(control, bodies[name])
    rescue = make_cooperation("Rettung", task_fields=["04.02"], status="planned")
    make_participation(rescue, bodies["Greiz"], steps=[("invited", "2019-01-01"), ("party", "2021-01-01")])
    make_participation(rescue, bodies["Sonneberg"], steps=[("invited", "2019-01-01")])
    make_participation(make_cooperation(task_fields=["06.01"], record_state="draft"), bodies["Sonneberg"])
    make_task_field("06.01")
    return bodies


def cells(client: Client, query: str) -> dict[tuple[str, str], int]:
    """(district, field) → number, as the file tells them; zeros left out."""
    answer = client.get(f"/netz/luecken/luecken.csv?{query}")
    assert answer.status_code == 200, answer.text
    rows = csv.DictReader(answer.text.splitlines())
    found = {(row["district_name"], row["task_field"]): int(row["cooperations"]) for row in rows}
    return {cell: number for cell, number in found.items() if number}


def lacking(client: Client, query: str) -> dict[str, list[str]]:
    page = client.get(f"/netz/luecken/?{query}")
    markup(page)
    return {gap.field.code: [body.name for body in gap.lacking] for gap in page.context["rows"]}


def test_each_group_with_the_districts_that_lack_it(client: Client, register: Any) -> None:
    assert lacking(client, "land=16") == {"04": ["Sonneberg"], "06": ["Greiz", "Jena", "Sonneberg"]}
    assert cells(client, "land=16") == {("Greiz", "04"): 2, ("Jena", "04"): 1}
    assert lacking(client, "land=09") == {"04": [], "06": ["Hof"]}


def test_a_group_asked_for_opens_into_its_fields(client: Client, register: Any) -> None:
    found = lacking(client, "land=16&aufgabenfeld=04")
    assert found == {key: ["Sonneberg"] for key in ("04", "04.01", "04.02")}
    assert cells(client, "land=16&aufgabenfeld=04") == {
        ("Greiz", "04"): 2,
        ("Greiz", "04.01"): 1,
        ("Greiz", "04.02"): 2,
        ("Jena", "04"): 1,
        ("Jena", "04.01"): 1,
        ("Jena", "04.02"): 1,
    }
    assert lacking(client, "land=16&aufgabenfeld=06.01") == {"06.01": ["Greiz", "Jena", "Sonneberg"]}


def test_the_day_and_the_filters_hold(client: Client, register: Any) -> None:
    assert cells(client, "land=16&stand=2020-06-01") == {("Greiz", "04"): 1, ("Jena", "04"): 1}
    assert cells(client, "land=16&status=planned") == {("Greiz", "04"): 1}


def test_without_the_directory_the_base_is_said_to_be_incomplete(client: Client, register: Any) -> None:
    note = "Es fehlen Kreise, die keine Quelle nennt."
    assert note in words(client.get("/netz/luecken/?land=16").text)
    make_municipality(ars="160610000000", level="district", kind="rural_district", directory_state=day("2025-11-30"))
    page = client.get("/netz/luecken/?land=16")
    assert "Basis: 4 Kreise und kreisfreie Städte." in words(page.text)
    assert note not in words(page.text)


def test_without_a_land_one_is_asked_for(client: Client) -> None:
    make_state("16")
    page = client.get("/netz/luecken/?status=planned")
    markup(page)
    assert 'href="?status=planned&amp;land=16"' in page.text
    assert client.get("/netz/luecken/luecken.csv").json()["errors"][0]["parameter"] == "land"
    assert "Keine Kreise bekannt" in words(client.get("/netz/luecken/?land=16").text)
    assert list(client.get("/netz/luecken/?land=99").context["problems"]) == ["land"]


@pytest.mark.parametrize("number", [1, 3])
def test_queries_do_not_grow(client: Client, django_assert_num_queries: Any, number: int) -> None:
    for n in range(number):
        row = make_cooperation(task_fields=[f"0{n + 1}.01"])
        town = make_municipality(ars=f"160{60 + n}0000000", level="district", kind="rural_district")
        make_participation(row, town)
    # Länder, fields and programmes offered in one; facets; the Länder asked for, districts, fields, by field, by
    # group; the clock, by which the facets are kept
    with django_assert_num_queries(9):
        client.get("/netz/luecken/", {"land": "16"})
