"""Rows written at once (``coopportal.common.bulk``) are those that the models write."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError, connection, models, transaction

from agreements.choices import Degree, Role
from agreements.models import Agreement, Award, Cooperation, Participation, ParticipationStep, Spell
from coopportal.common.bulk import give_keys, insert, insert_pairs
from coopportal.common.models import Mark
from municipalities.models import Municipality, Organisation
from tests import builders as make

pytestmark = pytest.mark.django_db


def values(row: models.Model) -> dict[str, Any]:
    """As they stand in the database, without what differs from row to row by its nature."""
    apart = {"id", "slug", "created_at", "updated_at"}
    stored = type(row)._default_manager.get(pk=row.pk)
    return {f.attname: getattr(stored, f.attname) for f in row._meta.concrete_fields if f.attname not in apart}


def rows_of_every_kind() -> list[models.Model]:
    """Texts with everything in them that a COPY might take for its own signs, days, an amount, numbers, nothing."""
    texts = {"name": "Tab\tund\\N „Ä“", "summary": "zwei\nZeilen, \\.\r\n;'\"", "region": "\\"}
    row = make.make_cooperation()
    days = {"started_on": dt.date(1, 1, 1), "started_precision": "day", "ended_on": dt.date(9999, 12, 31)}
    part = {"cooperation": row, "role": Role.LEAD}
    return [
        Cooperation(kind="network", **texts, **days),
        Participation(municipality=make.make_municipality("Weiler"), **part),
        Participation(organisation=make.make_organisation("Landesamt"), note="\\t", **part),
        Agreement(cooperation=row, title="Vertrag", signed_on=dt.date(2024, 2, 29), notice_months=6),
        Award(cooperation=row, programme=make.make_programme(), amount=Decimal("0.10")),
    ]


def test_what_is_written_at_once_stands_there_as_the_models_write_it() -> None:
    for number, row in enumerate(rows_of_every_kind()):
        if isinstance(row, Cooperation):
            row.slug = "a"
        row.save()
        expected = values(row)
        if isinstance(row, Participation):
            type(row).objects.filter(pk=row.pk).delete()  # a body takes part once
        row.pk = None
        if isinstance(row, Cooperation):
            row.slug = "b"
        before = row.updated_at
        give_keys([row])
        insert([row])
        assert (number, values(row)) == (number, expected)
        assert (row._state.adding, row.updated_at > before, row.created_at) == (False, True, row.updated_at)


def test_keys_are_drawn_in_order_and_nobody_gets_them_again() -> None:
    first = make.make_cooperation()
    rows = [Cooperation(slug=f"eintrag-{number}", name="Eintrag", kind="network") for number in range(5)]
    give_keys(rows)
    insert(rows)
    assert [row.pk for row in rows] == [first.pk + number for number in range(1, 6)]
    assert make.make_cooperation().pk == first.pk + 6
    more = [Cooperation(slug="noch-einer", name="Eintrag", kind="network")]
    give_keys(more)
    assert more[0].pk == first.pk + 7


def test_steps_may_be_written_before_what_they_belong_to() -> None:
    row, town = make.make_cooperation(), make.make_municipality("Weiler")
    participation = Participation(cooperation=row, municipality=town)
    give_keys([participation])
    step = ParticipationStep(participation_id=participation.pk, degree=Degree.MEMBER)
    give_keys([step])
    insert([step])
    insert([participation])
    assert list(participation.spells.values_list("degree", "municipality", "state", "appeared")) == [
        (Degree.MEMBER, town.pk, town.state_id, True)
    ]
    assert Spell.objects.count() == 1


def test_relations_to_many_and_marks_are_as_ever() -> None:
    row, fields = make.make_cooperation(), [make.make_task_field(), make.make_task_field(code="05.01")]
    Mark.objects.all().delete()
    insert_pairs(Cooperation.task_fields.through, [(row.pk, field.pk) for field in fields])
    at_once = list(Mark.objects.order_by("kind", "row_key").values_list("kind", "row_key").distinct())
    assert list(row.task_fields.order_by("pk")) == fields
    row.task_fields.clear()
    Mark.objects.all().delete()
    row.task_fields.set(fields)
    assert list(Mark.objects.order_by("kind", "row_key").values_list("kind", "row_key").distinct()) == at_once


def test_what_breaks_a_constraint_is_refused_as_ever() -> None:
    row = make.make_cooperation()
    both = Participation(
        cooperation=row,
        municipality=make.make_municipality("Weiler"),
        organisation=make.make_organisation("Landesamt"),
    )
    give_keys([both])
    with pytest.raises(IntegrityError), transaction.atomic():
        insert([both])
    lost = ParticipationStep(participation_id=both.pk)
    give_keys([lost])
    insert([lost])
    with pytest.raises(IntegrityError), transaction.atomic():
        connection.check_constraints()
    lost.delete()


def test_nothing_is_written_of_nothing() -> None:
    give_keys([])
    insert([])
    insert_pairs(Cooperation.task_fields.through, [])
    assert (Cooperation.objects.count(), Municipality.objects.count(), Organisation.objects.count()) == (0, 0, 0)
