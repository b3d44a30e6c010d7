"""The cards of the list of cooperations say what the records say, in the language of each page, marked like badges."""

from __future__ import annotations

import datetime as dt

import pytest
from django.template.loader import render_to_string
from django.test import Client
from django.utils import translation

from agreements.cards import cards
from agreements.choices import CooperationStatus
from agreements.models import Cooperation, TaskField
from agreements.records import CooperationRow
from coopportal.common.badges import badge, known_on
from coopportal.common.dates import UncertainDate
from coopportal.common.labels import labels
from tests.builders import make_cooperation, make_municipality, make_participation, make_state

pytestmark = pytest.mark.django_db

DAYS = [None, dt.date(2019, 6, 1), dt.date(2022, 1, 1), dt.date(2025, 6, 1)]


@pytest.mark.parametrize("day", DAYS)
@pytest.mark.parametrize("language", ["de", "en"])
def test_they_say_what_the_records_say(loaded: None, day: dt.date | None, language: str) -> None:
    today = dt.date(2026, 11, 22)
    cut = day is not None
    with translation.override(language):
        rows = list(Cooperation.objects.public().for_list(day or today, cut=cut))
        told = cards([row.pk for row in rows], day or today, cut=cut, today=today, named=True)
        assert 0 < len(told) == len(rows)
        for row, card in zip(rows, told, strict=True):
            record = CooperationRow(row)
            status = CooperationStatus(row.day_status or ("unknown" if cut else row.status))
            fields = [str(field) for field in row.task_fields.all()]
            assert (card.pk, card.slug, card.name, card.summary) == (row.pk, row.slug, row.name, row.summary)
            assert (card.kind, card.region) == (row.get_kind_display(), row.region)
            assert (card.status, card.status_label) == (status.value, str(status.label))
            assert (card.known and card.known.on) == row.day_status_on
            assert card.is_unaffirmed == row.is_unaffirmed_on(today)
            assert (card.counts, card.states, card.names) == (record.counts, record.states, record.names)
            assert (card.task_fields, card.legal_forms) == (fields, record.legal_forms)


def test_they_come_in_the_order_of_the_keys(loaded: None) -> None:
    keys = list(Cooperation.objects.public().order_by("-pk").values_list("pk", flat=True))
    day = dt.date(2026, 11, 22)
    assert [card.pk for card in cards(keys, day, cut=False, today=day, named=False)] == keys


@pytest.mark.parametrize("language", ["de", "en"])
def test_badges_and_days_are_those_of_the_components(language: str) -> None:
    """Twice, so that what is kept is asked too, and in both languages one after the other."""
    days = [None, UncertainDate(None, "unknown", "bald"), UncertainDate(None, "", "")]
    days += [
        UncertainDate(dt.date(2019, 4, 1), precision, "„um & bei“")
        for precision in ("day", "month", "year", "part_of_year", "vague", "unknown")
    ]
    with translation.override(language):
        for day in [*days, *days]:
            assert known_on(day) == render_to_string("agreements/_parts/known.html", {"known": day}).strip()
        for code, label in [("active", "aktiv"), ("", "<unbekannt>"), ("party", labels(CooperationStatus)["idea"])]:
            template = render_to_string("components/badge.html", {"code": code, "label": label})
            assert badge(code, label) == template.strip()


def test_words_of_closed_lists_follow_the_language() -> None:
    told = []
    for language in ("de", "en", "de"):
        with translation.override(language):
            told.append(labels(CooperationStatus)["active"])
    assert told == ["aktiv", "active", "aktiv"]


HOSTILE = """<script>alert("1")</script>&'"""


@pytest.mark.parametrize("query", ["", "?q=script", "?q=alert&stand=2030-01-01", "?land=16&sortierung=name"])
@pytest.mark.parametrize("language", ["de", "en"])
def test_nothing_breaks_out_of_a_card(client: Client, query: str, language: str) -> None:
    state = make_state("16", name=HOSTILE)
    field = TaskField.objects.get_or_create(code="04.01", defaults={"name_de": "x", "name_en": "x"})[0]
    TaskField.objects.filter(pk=field.pk).update(name_de=HOSTILE, name_en=HOSTILE)
    row = make_cooperation(HOSTILE, summary=HOSTILE, region=HOSTILE, slug="a", task_fields=["04.01"])
    make_participation(row, make_municipality(HOSTILE, state=state))
    client.cookies["sprache"] = language
    for headers in ({}, {"HX-Request": "true"}):
        text = client.get(f"/kooperationen/{query}", headers=headers).text
        assert "<script>alert" not in text
        assert "alert(" in text.replace("<mark>", "").replace("</mark>", "")
        assert 'value="a"' in text
