"""Programmes, their money and figures as the API tells them. What is unknown is null, never 0."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from tests.api import column, detail, told
from tests.builders import (
    day,
    make_budget_line,
    make_citation,
    make_criterion,
    make_figure,
    make_organisation,
    make_programme,
    make_state,
)

pytestmark = pytest.mark.django_db


def test_a_programme(client: Client) -> None:
    row = make_programme(
        "Interkommunale Zusammenarbeit",
        slug="ikz",
        short_name="IKZ",
        summary="Geld für Verbünde.",
        state="07",
        status="announced",
        kind="pilot",
        funder=make_organisation(slug="mdi"),
    )
    line, figure, criterion = make_budget_line(row), make_figure(row), make_criterion(row, is_hard=False)
    assert detail(client, "programmes", "ikz") == {
        "slug": "ikz",
        "name": "Interkommunale Zusammenarbeit",
        "short_name": "IKZ",
        "summary": "Geld für Verbünde.",
        "kind": "pilot",
        "status": "announced",
        "state": "07",
        "funder": "mdi",
        "budget_lines": [line.pk],
        "figures": [figure.pk],
        "criteria": [
            {
                "id": criterion.pk,
                "kind": "min_partners",
                "parameters": {"value": 2},
                "wording": "mindestens zwei Partner",
                "is_hard": False,
            }
        ],
        "updated_at": told(row),
    }


def test_a_programme_on_a_day_holds_what_could_be_known(client: Client) -> None:
    row = make_programme(slug="ikz")
    early, late = (make_budget_line(row, on=day(on)) for on in ("2019-01-01", "2020-01-01"))
    figure = make_figure(row, as_of=day("2020-01-01"))
    found = detail(client, "programmes", "ikz", as_of="2019-06-01")
    assert (found["budget_lines"], found["figures"]) == ([early.pk], [])
    found = detail(client, "programmes", "ikz")
    assert (found["budget_lines"], found["figures"]) == ([early.pk, late.pk], [figure.pk])


def test_the_sources_of_a_programme(client: Client) -> None:
    row = make_programme(slug="ikz")
    of_row, of_part = make_citation(row, "status", "running"), make_citation(make_criterion(row), "wording", "zwei")
    found = detail(client, "programmes", "ikz", include="sources")["_sources"]
    assert {field: [said["id"] for said in citations] for field, citations in found.items()} == {
        "status": [of_row.pk],
        "criteria": [of_part.pk],
    }


@pytest.mark.parametrize(("amount", "shown"), [(None, None), (10_000_000, "10000000.00"), ("0.01", "0.01")])
def test_a_budget_line(client: Client, amount: Any, shown: str | None) -> None:
    row = make_budget_line(
        make_programme(slug="ikz"),
        year=2025,
        amount=amount,
        rung="budgeted",
        purpose="Anschub",
        on=day("2024-12-01"),
        on_precision="month",
        on_wording="im Dezember",
    )
    assert detail(client, "budget-lines", row.pk) == {
        "id": row.pk,
        "programme": "ikz",
        "year": 2025,
        "amount": shown,
        "currency": "EUR",
        "rung": "budgeted",
        "purpose": "Anschub",
        "date": "2024-12-01",
        "date_precision": "month",
        "date_wording": "im Dezember",
        "updated_at": told(row),
    }


def test_figures_of_a_programme_and_of_a_state(client: Client) -> None:
    whole = make_figure(state=make_state("07"), value=2200, qualifier="more_than", base="alle", unit="Gemeinden")
    part = make_figure(
        make_programme(slug="ikz"), value="58.5", part_of=whole, as_of=day("2025-01-01"), as_of_precision="year"
    )
    assert detail(client, "figures", whole.pk) == {
        "id": whole.pk,
        "subject_type": "state",
        "subject": "07",
        "indicator": "Kommunen",
        "value": 2200,
        "qualifier": "more_than",
        "unit": "Gemeinden",
        "base": "alle",
        "part_of": None,
        "as_of": None,
        "as_of_precision": "day",
        "as_of_wording": "",
        "updated_at": told(whole),
    }
    found = detail(client, "figures", part.pk)
    assert [found[name] for name in ("subject_type", "subject", "value", "part_of", "as_of", "as_of_precision")] == [
        "programme",
        "ikz",
        58.5,
        whole.pk,
        "2025-01-01",
        "year",
    ]


@pytest.mark.parametrize(
    ("resource", "field", "query", "expected"),
    [
        ("programmes", "slug", {"state": "07"}, ["a"]),
        ("programmes", "slug", {"status": "announced"}, ["b"]),
        ("programmes", "slug", {"kind": "pilot"}, ["b"]),
        ("programmes", "slug", {"search": "buendnis"}, ["b"]),
        ("programmes", "slug", {"ordering": "-name"}, ["b", "a"]),
        ("budget-lines", "year", {"programme": "a"}, [2025, 2026]),
        ("budget-lines", "year", {"state": "16"}, [2019]),
        ("budget-lines", "year", {"rung": "budgeted,granted"}, [2026]),
        ("budget-lines", "year", {"search": "buendnis"}, [2019]),
        ("budget-lines", "year", {"as_of": "2019-12-31"}, [2019]),
        ("budget-lines", "year", {"ordering": "-amount"}, [2026, 2025, 2019]),
        ("budget-lines", "year", {"ordering": "-date"}, [2026, 2025, 2019]),
        ("figures", "value", {"programme": "a"}, [122]),
        ("figures", "value", {"state": "16"}, [33]),
        ("figures", "value", {"search": "staedte"}, [33]),
        ("figures", "value", {"ordering": "value"}, [33, 122]),
    ],
)
def test_filters(client: Client, resource: str, field: str, query: dict[str, str], expected: list[Any]) -> None:
    first = make_programme("Anschub", slug="a", state="07")
    second = make_programme("Bündnis", slug="b", kind="pilot", status="announced")
    make_budget_line(first, year=2025, amount=5, on=day("2025-01-01"))
    make_budget_line(first, year=2026, amount=10, on=day("2026-01-01"), rung="budgeted")
    make_budget_line(second, year=2019, on=day("2019-01-01"))
    make_figure(first, value=122)
    make_figure(state=make_state("16"), value=33, indicator="Städte")
    assert column(client, resource, field, **query) == expected
