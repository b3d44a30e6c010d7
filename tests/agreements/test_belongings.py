"""The places of a body as plain rows say what the database says of the day."""

from __future__ import annotations

import datetime as dt

import pytest

from agreements.belongings import Belonging, latest, places, step_of
from agreements.models import Participation
from agreements.records import known_day
from tests.builders import make_cooperation, make_municipality, make_participation

pytestmark = pytest.mark.django_db

TODAY = dt.date(2026, 11, 22)


def everywhere(day: dt.date) -> list[Belonging]:
    keys = list(Participation.objects.values_list("cooperation", flat=True).distinct())
    return places("cooperation", keys, day, cut=False, most=None).shown


@pytest.mark.parametrize("day", [TODAY, dt.date(2019, 3, 1), dt.date(2021, 1, 1)])
def test_the_degree_of_a_day_is_the_one_that_the_database_finds(loaded: None, day: dt.date) -> None:
    rows = Participation.objects.public()
    told = {row.pk: row for row in everywhere(day)}
    found = list(rows.with_degree_wording_on(day))
    assert len(told) == len(found) > 30
    for row in found:
        assert told[row.pk].degree == (row.day_degree or "")
        assert told[row.pk].degree_known == (known_day(row, "day_degree") if row.day_degree else None)


def test_steps_are_told_alike_from_rows_and_from_objects(loaded: None) -> None:
    told = {row.pk: row.steps for row in everywhere(TODAY)}
    for row in Participation.objects.public().with_steps_until(None):
        assert [step_of(step) for step in row.steps.all()] == told[row.pk]


def test_of_several_steps_on_one_day_the_later_degree_counts() -> None:
    steps = [("party", "2019-01-01"), ("invited", "2019-01-01"), ("mentioned", None)]
    row = make_participation(make_cooperation(), make_municipality(), steps=steps)
    (told,) = places("pk", [row.pk], TODAY, cut=False).shown
    assert told.degree == "party"
    assert latest(told.steps, dt.date(2018, 1, 1)).degree == "mentioned"  # type: ignore[union-attr]
