"""The lines of the directory as plain rows tell what the objects tell."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.test import Client
from django.utils import translation

from municipalities.choices import SharedName
from municipalities.models import Municipality, MunicipalityPeriod, Succession
from municipalities.rows import COLUMNS, body_rows
from tests.builders import make_municipality
from tests.markup import markup

pytestmark = pytest.mark.django_db

TODAY = dt.date(2026, 1, 1)
HOSTILE = '<b onclick="x">&amp;\'{{ 7 }}'


def slow(body: Any, day: dt.date) -> tuple[Any, ...]:
    then, ended = body.on_day, bool(body.valid_until and body.valid_until < day)
    heirs = [(one.successor.ars, one.successor.name, one.confirmed) for one in body.successions.all() if ended]
    told = (
        body.pk,
        body.ars,
        body.name,
        then.label,
        then.get_kind_display(),
        body.state.name,
        then.ars,
        body.population,
    )
    return (*told, body.population_date, body.directory_state, body.ending if ended else "", heirs)


@pytest.fixture
def bodies() -> list[Any]:
    """One renamed, one that shares its name, one that ended on a day, one between two states, one of hostile name."""
    renamed = make_municipality("Neustadt", population=12_000, population_date=dt.date(2024, 12, 31))
    MunicipalityPeriod.objects.filter(municipality=renamed).update(valid_from=dt.date(2020, 1, 1))
    MunicipalityPeriod.objects.create(
        municipality=renamed,
        ars=renamed.ars,
        name="Altstadt",
        official_name="Altstadt",
        kind="town",
        valid_until=dt.date(2019, 12, 31),
    )
    shared = make_municipality("Weida", kind="town", shares_name=SharedName.BY_SAME_KIND)
    ended = make_municipality("Altdorf", valid_until=dt.date(2018, 12, 31))
    gone = make_municipality("Altheim", valid_until=dt.date(2018, 12, 31), directory_state=dt.date(2018, 6, 30))
    hostile = make_municipality(HOSTILE)
    for one, other, sure in ((ended, renamed, True), (ended, shared, False), (gone, hostile, False)):
        Succession.objects.create(predecessor=one, successor=other, kind="merged", on="2019-01-01", confirmed=sure)
    return [hostile, gone, ended, shared, renamed]


@pytest.mark.parametrize("language", ["de", "en"])
@pytest.mark.parametrize("day", [None, dt.date(2018, 7, 1), dt.date(2021, 1, 1)])
def test_rows_tell_what_objects_tell(bodies: list[Any], day: dt.date | None, language: str) -> None:
    keys = [body.pk for body in bodies]
    all_bodies = Municipality.objects.with_successors()
    objects = (all_bodies.with_period_on(day) if day else all_bodies).in_bulk(keys)
    with translation.override(language):
        rows = Municipality.objects.filter(pk__in=keys).order_by("-pk").values_list(*COLUMNS)
        told = body_rows(list(rows), day or TODAY, cut=day is not None)
        fast = [tuple(getattr(row, name) for name in row.__slots__) for row in told]
        assert [(*row[:-1], [tuple(heir) for heir in row[-1]]) for row in fast] == [
            slow(objects[key], day or TODAY) for key in keys
        ]


def test_names_are_text_whatever_they_are(client: Client, bodies: list[Any]) -> None:
    page = client.get("/kommunen/?bestand=ended,existing&q=altheim")
    markup(page)
    assert "<b onclick" not in page.text
    assert page.text.count("&lt;b onclick=&quot;x&quot;&gt;&amp;amp;&#x27;{{ 7 }}") == 1
    assert page.text.count("<mark>Altheim</mark>") == 1
