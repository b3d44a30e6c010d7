"""The generator of the benchmark: a register that the workflow itself could have written, the same for every seed."""

from __future__ import annotations

import hashlib
from typing import Any

import pytest
from django.db import transaction
from django.db.models import Count

import agreements.workflow
import funding.workflow
import municipalities.workflow
import sources.workflow
from agreements.models import Confirmation, Cooperation, Participation, ParticipationStep
from agreements.workflow.derived import publish_status
from benchmarks.generator.directory import SHAPES
from benchmarks.generator.filling import ORDER, NotEmptyError, fill
from benchmarks.generator.writing import WRITTEN
from coopportal.common.feed import settle, version
from coopportal.common.models import Change
from coopportal.common.teller import rules
from municipalities.models import Municipality, Organisation

pytestmark = pytest.mark.django_db
TINY = {"cooperations": 60, "participations": 600, "part": 0.02}


def rows_of(model: Any) -> list[tuple[Any, ...]]:
    """All that is stored of it, the moment of writing apart."""
    names = [field.attname for field in model._meta.concrete_fields if field.name != "updated_at"]
    return list(model._default_manager.order_by("pk").values_list(*names))


def digest() -> str:
    return hashlib.sha256(repr([rows_of(model) for model in ORDER]).encode()).hexdigest()


def test_there_are_as_many_as_were_asked_for_and_hidden_ones_on_top() -> None:
    fill(**TINY)
    assert Cooperation.objects.public().count() == 60
    assert Participation.objects.public().count() == 600
    assert Cooperation.objects.exclude(record_state="published").count() == 3


def test_what_is_derived_is_what_the_workflow_derives() -> None:
    """With more bodies than SQLite looks for at a time."""
    fill(cooperations=250, participations=2_500, part=0.25)
    assert Participation.objects.values("municipality").distinct().count() > 1_000
    before = {model: rows_of(model) for model in ORDER}
    municipalities.workflow.refresh_derived()
    municipalities.workflow.refresh_organisations()
    funding.workflow.refresh_derived()
    agreements.workflow.refresh_derived()
    for cooperation in Cooperation.objects.all():
        publish_status(cooperation, WRITTEN.date())
    sources.workflow.refresh_search()
    assert sources.workflow.refresh_conflicts() == 0
    for model in ORDER:
        assert rows_of(model) == before[model], model


def test_every_row_is_one_that_the_models_allow() -> None:
    """No check of a column or of the database is broken; foreign keys were checked on writing."""
    fill(**TINY)
    for model in (Cooperation, Participation, ParticipationStep, Confirmation, Municipality):
        for row in model.objects.all()[:100]:
            row.clean_fields()
            row.validate_constraints()


def test_the_feed_has_told_all_that_can_be_read() -> None:
    fill(**TINY)
    now = version()
    assert (now.waiting, now.day) == (0, WRITTEN.date())
    assert settle(WRITTEN.date()).position == now.position == Change.objects.count()
    told = dict(Change.objects.order_by().values_list("resource").annotate(n=Count("pk")))
    listed = {name: one.rows(WRITTEN.date()).count() for name, one in rules().lists.items()}
    assert {name: told.get(name, 0) for name in listed} == listed


def test_what_is_written_afterwards_is_told_and_gets_the_next_number() -> None:
    counts = fill(**TINY)
    Cooperation.objects.filter(pk=1).update(name="Anders")
    assert version().waiting == 1
    last = Participation.objects.create(cooperation_id=1, organisation=Organisation.objects.create(name="Neu"))
    assert last.pk == counts["agreements_participation"] + 1


def test_the_same_seed_gives_the_same_register() -> None:
    digests = []
    for seed in (1, 2, 1):
        with transaction.atomic():
            fill(**TINY, seed=seed)
            digests.append(digest())
            transaction.set_rollback(True)
    assert digests[0] == digests[2] != digests[1]


def test_a_register_is_not_filled_twice() -> None:
    fill(**TINY)
    with pytest.raises(NotEmptyError, match="nicht leer"):
        fill(**TINY)


def test_the_whole_directory_has_eleven_thousand_municipalities() -> None:
    assert 10_500 < sum(shape.municipalities + shape.cities for shape in SHAPES.values()) < 11_500
