"""What the database refuses of money and figures, and in which words."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.exceptions import ValidationError

from funding.models import BudgetLine, Figure
from tests.builders import make_figure, make_programme, make_state

pytestmark = pytest.mark.django_db


def refused(row: Any) -> list[str]:
    with pytest.raises(ValidationError) as caught:
        row.full_clean()
    return caught.value.messages


@pytest.mark.parametrize("amount", [0, -1])
def test_an_unknown_amount_is_left_empty_and_never_nought(amount):
    line = BudgetLine(programme=make_programme(), rung="announced", amount=amount)
    assert refused(line) == ["Ein unbekannter Betrag bleibt leer; 0 € gibt es nicht."]
    line.amount = None
    line.full_clean()


@pytest.mark.parametrize("both", [True, False])
def test_a_figure_belongs_to_a_programme_or_to_a_land(both):
    owners = {"programme": make_programme(), "state": make_state("07")} if both else {}
    figure = Figure(indicator="Kommunen", value=122, unit="Kommunen", **owners)
    assert refused(figure) == ["Eine Kennzahl gehört zu einem Förderprogramm oder zu einem Land."]


def test_where_a_figure_is_shown():
    of_programme, of_state = make_figure(), make_figure(state=make_state("07"))
    assert of_programme.get_absolute_url() == f"/foerderung/{of_programme.programme.slug}/#kennzahlen"
    assert of_state.get_absolute_url() == "/kommunen/?land=07#kennzahlen"
    of_state.refresh_from_db()
    assert str(of_state) == "Kommunen: 122"
