"""Objects of prepared questions are those that the QuerySet would give, with all that belongs to them."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.db.models import F, Prefetch

from agreements.models import Agreement, Event, Participation, ParticipationStep
from coopportal.common.objects import Objects
from sources.models import Citation, Speaker
from tests.api import counted_queries

pytestmark = pytest.mark.django_db
DAY = dt.date(2026, 11, 22)


def told(row: Any) -> dict[str, Any]:
    """All that an object knows, with the objects beside it."""
    beside = {name: told(one) for name, one in row._state.fields_cache.items() if one is not None and name in BESIDE}
    return {name: value for name, value in vars(row).items() if not name.startswith("_")} | beside


#: What is selected beside rows.
BESIDE = {"municipality", "organisation", "confirmation", "event", "agreement", "passage", "document"}


@pytest.mark.parametrize("cut", [False, True])
def test_the_rows_are_those_of_the_queryset_in_its_order(loaded: None, cut: bool) -> None:
    rows = Participation.objects.for_page(DAY, cut=cut)
    keys = sorted({row.cooperation_id for row in rows})
    found = Objects(rows, "cooperation").of(keys[:3])
    assert [told(row) for row in found] == [told(row) for row in rows.filter(cooperation__in=keys[:3])]
    assert len(found) > 3


def test_what_belongs_to_rows_is_what_would_be_prefetched(loaded: None) -> None:
    steps = ParticipationStep.objects.with_acts().in_order()
    parents = list(Participation.objects.order_by("pk"))
    Objects(steps, "participation").belonging(parents, "steps", "participation")
    expected = Participation.objects.order_by("pk").prefetch_related(Prefetch("steps", steps))
    with counted_queries() as queries:
        found = [[(told(step), step.participation) for step in row.steps.all()] for row in parents]
    assert len(queries) == 0
    assert found == [[(told(step), step.participation) for step in row.steps.all()] for row in expected]


def test_rows_may_belong_to_several(loaded: None) -> None:
    parties = Participation.objects.with_bodies().in_order()
    parents = list(Agreement.objects.order_by("pk"))
    Objects(parties.annotate(_of=F("agreements")), "_of").belonging(parents, "parties", "_of")
    expected = Agreement.objects.order_by("pk").prefetch_related(Prefetch("parties", parties))
    assert [list(row.parties.all()) for row in parents] == [list(row.parties.all()) for row in expected]
    assert any(len(row.parties.all()) > 1 for row in parents)


def test_rows_are_found_by_pairs_of_numbers(loaded: None) -> None:
    pairs = sorted(Citation.objects.values_list("content_type", "object_id").distinct())[:40:3]
    found = Objects(Citation.objects.order_by("pk"), ("content_type", "object_id")).of(pairs)
    expected = [row for row in Citation.objects.order_by("pk") if (row.content_type_id, row.object_id) in pairs]
    assert [told(row) for row in found] == [told(row) for row in expected]
    assert len(found) > 10


def test_without_keys_nothing_is_asked() -> None:
    question = Objects(Event.objects.order_by("pk"), "pk")
    with counted_queries() as queries:
        assert question.of([]) == []
    assert len(queries) == 0


def test_the_first_of_many(loaded: None) -> None:
    keys = sorted(Speaker.objects.values_list("pk", flat=True))
    assert [row.pk for row in Objects(Speaker.objects.order_by("pk"), "pk").of(keys, 2)] == keys[:2]
