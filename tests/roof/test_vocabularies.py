"""What a page of filters offers is read together, and is never older than what was written."""

from __future__ import annotations

import pytest
from django.http import QueryDict
from django.utils import translation

from agreements.filters import CooperationFilterSet
from agreements.models import Cooperation, TaskField
from coopportal.common import remembered
from coopportal.common.filters import PortalFilterSet
from funding.models import Programme
from municipalities.models import State
from tests.api import counted_queries

pytestmark = pytest.mark.django_db


def asked(query: str = "") -> PortalFilterSet:
    return CooperationFilterSet(QueryDict(query), Cooperation.objects.public(), german=True)


def test_each_list_is_told_as_the_database_tells_it(loaded: None) -> None:
    for language in ("de", "en"):
        with translation.override(language):
            for name, rows, key in [
                ("state", State.objects.all(), "code"),
                ("task_field", TaskField.objects.all(), "code"),
                ("programme", Programme.objects.all(), "slug"),
            ]:
                told = [(getattr(row, key), str(row)) for row in rows]
                assert len(told) > 0
                assert asked().form.choices_of(name) == told


def test_all_lists_are_one_question_and_the_version_another(loaded: None) -> None:
    remembered.forget()
    with counted_queries() as queries:
        form = asked("land=16&aufgabenfeld=04").form
        for name in ("state", "task_field", "programme"):
            assert form.choices_of(name) != []
    assert len(queries) == 2


def test_what_is_asked_for_is_found_among_them(loaded: None) -> None:
    one = asked("land=16&land=09")
    one.begin_with_version()
    with counted_queries() as queries:
        assert one.form.is_valid()
    assert len(queries) <= 1
    assert [(row.pk, row.code, row.name) for row in one.form.cleaned_data["state"]] == [
        (row.pk, row.code, row.name) for row in State.objects.filter(code__in=["16", "09"]).order_by("-code")
    ]


def test_a_key_of_nobody_is_an_error(loaded: None) -> None:
    one = asked("land=16&land=99")
    one.begin_with_version()
    assert one.problems == {"land": ["„99“ gibt es nicht."]}


def test_a_new_name_and_a_new_one_are_told_at_once(loaded: None) -> None:
    assert ("16", "Freistaat im Grünen") not in asked().form.choices_of("state")
    State.objects.filter(code="16").update(name="Freistaat im Grünen")
    group = TaskField.objects.filter(parent=None).first()
    TaskField.objects.create(code="99.99", parent=group, name_de="Neues", name_en="New")
    assert ("16", "Freistaat im Grünen") in asked().form.choices_of("state")
    assert ("99.99", "Neues") in asked().form.choices_of("task_field")
    one = asked("land=16&aufgabenfeld=99.99")
    one.begin_with_version()
    assert [chosen.label for chosen in one.chosen_values] == ["Freistaat im Grünen", "Neues"]
