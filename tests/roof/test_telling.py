"""Records are told swiftly (``coopportal.common.telling``); what the serializers themselves say is the oracle."""

from __future__ import annotations

import datetime as dt
import json
from typing import Any

import pytest
from django.http import QueryDict
from rest_framework.renderers import JSONRenderer

from coopportal.api import RESOURCES
from coopportal.common.telling import read_once, telling

pytestmark = pytest.mark.django_db

TODAY = dt.date(2026, 11, 22)


def rows_of(resource: Any, question: str) -> list[Any]:
    """The rows of a list as its resource fetches and completes them."""
    view = resource()
    view.asked = resource.filterset_class(QueryDict(question), view.get_queryset(), today=TODAY)
    view.asked.form.is_valid()
    return list(view.complete(list(view.asked.records())))


def as_json(records: Any) -> Any:
    """The text of the answer: order of fields and form of numbers count."""
    return JSONRenderer().render(records).decode()


@pytest.mark.parametrize("name", RESOURCES)
@pytest.mark.parametrize("question", ["", "as_of=2019-06-30"])
def test_every_list_tells_what_its_serializer_says(loaded: None, name: str, question: str) -> None:
    resource = RESOURCES[name]
    rows = rows_of(resource, question)
    assert as_json(telling(resource.serializer_class, None).records(rows)) == as_json(
        resource.serializer_class(rows, many=True).data
    )


@pytest.mark.parametrize("name", RESOURCES)
def test_fields_are_told_in_the_order_asked_for(loaded: None, name: str) -> None:
    resource = RESOURCES[name]
    names = tuple(reversed([one for one in read_once(resource.serializer_class).fields if not one.startswith("_")]))
    rows = rows_of(resource, "")
    every = json.loads(as_json(resource.serializer_class(rows, many=True).data))
    told = json.loads(as_json(telling(resource.serializer_class, names).records(rows)))
    assert [list(record) for record in told] == [list(names)] * len(rows)
    assert told == every


@pytest.mark.parametrize("name", RESOURCES)
def test_no_list_asks_each_field_for_each_row(name: str) -> None:
    assert telling(RESOURCES[name].serializer_class, None).is_swift
