"""Page = API = CSV = XLSX = NDJSON: for any filter the same rows in the same order."""

from __future__ import annotations

import csv
import io
import json
import random
from dataclasses import dataclass
from typing import Any

import pytest
from django.test import Client
from python_calamine import CalamineWorkbook

from agreements.filters import AgreementFilterSet, CooperationFilterSet, EventFilterSet
from coopportal.common.filters import COMMON_ALIASES, PortalFilterSet
from funding.filters import ProgrammeFilterSet
from municipalities.filters import MunicipalityFilterSet, OrganisationFilterSet
from municipalities.models import State
from sources.filters import ConflictFilterSet, SourceFilterSet
from tests.api import list_url

pytestmark = pytest.mark.django_db
COMBINATIONS = 50


@dataclass(frozen=True)
class Listed:
    """A list that has a page: its address, its FilterSet and the field that tells its rows apart."""

    page: str
    filterset: type[PortalFilterSet]
    key: str


LISTS = {
    "cooperations": Listed("/kooperationen/", CooperationFilterSet, "slug"),
    "agreements": Listed("/vereinbarungen/", AgreementFilterSet, "id"),
    "events": Listed("/ereignisse/", EventFilterSet, "id"),
    "municipalities": Listed("/kommunen/", MunicipalityFilterSet, "ars"),
    "organisations": Listed("/stellen/", OrganisationFilterSet, "slug"),
    "programmes": Listed("/foerderung/", ProgrammeFilterSet, "slug"),
    "sources": Listed("/quellen/", SourceFilterSet, "slug"),
    "conflicts": Listed("/widersprueche/", ConflictFilterSet, "id"),
}

#: What a question may hold beside the closed lists of the FilterSets themselves.
OPEN = {
    "search": ["stadt", "kommunal", "Leitstelle", "thueringen", "-jena", "Görlitz", '"der"'],
    "as_of": ["2019-03-01", "2019-12-31", "2023-06-15", "2025-01-01"],
    "modified_since": ["2020-01-01"],
    "started_after": ["2015-01-01"],
    "started_before": ["2024-01-01"],
    "municipality": ["16053000", "160530000000"],
    "within": ["07335", "14626", "160530000000"],
    "state": ["07", "14,16", "06"],
}


def a_question(listed: Listed, dice: random.Random) -> dict[str, Any]:
    """A filter, or two or three, with an order or without."""
    filterset = listed.filterset(None, State.objects.none())
    names = [name for name in filterset.filters if name != "ordering"]
    question: dict[str, Any] = {}
    for name in dice.sample(names, k=dice.randint(1, min(3, len(names)))):
        values = OPEN.get(name) if name != "state" or listed.key != "id" else None
        choices = [str(value) for value, *_ in getattr(filterset.filters[name].field, "choices", [])]
        if values and (not choices or name == "state"):
            question[name] = dice.choice(values)
        elif choices:
            question[name] = dice.sample(choices, k=dice.randint(1, min(4, len(choices))))
    if dice.random() < 0.6 and filterset.orderings:
        question["ordering"] = dice.choice(["", "-"]) + dice.choice(list(filterset.orderings))
    return question


def on_the_page(client: Client, listed: Listed, question: dict[str, Any]) -> list[str]:
    """The keys of the rows of all pages."""
    german = {english: word for word, english in (COMMON_ALIASES | dict(listed.filterset.aliases)).items()}
    query = {german.get(name, name): value for name, value in question.items()}
    found, number, last = [], 1, 1
    while number <= last:
        context = client.get(listed.page, query | {"seite": number}).context
        page = context["page_obj"]
        rows = [row for row, _rungs in context["programmes"]] if "programmes" in context else page
        found += [str(getattr(row, "pk" if listed.key == "id" else listed.key)) for row in rows]
        number, last = number + 1, page.paginator.num_pages
    return found


def in_the_api(client: Client, resource: str, key: str, question: dict[str, Any]) -> list[str]:
    answer = client.get(list_url(resource), question | {"page_size": 1000})
    assert answer.status_code == 200, (question, answer.content)
    return [str(row[key]) for row in answer.json()["results"]]


def in_a_file(client: Client, resource: str, key: str, question: dict[str, Any], form: str) -> list[str]:
    answer = client.get(list_url(resource), question | {"format": form})
    content = b"".join(answer.streaming_content)
    if form == "ndjson":
        return [str(json.loads(line)[key]) for line in content.decode().splitlines()[:-1]]
    if form == "csv":
        return [row[key] for row in csv.DictReader(io.StringIO(content.decode()))]
    head, *rows = CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_name("Daten").to_python()
    place = head.index(key)
    return [str(int(row[place])) if isinstance(row[place], float) else str(row[place]) for row in rows]


@pytest.mark.parametrize("number", range(COMBINATIONS))
def test_the_same_rows_in_the_same_order_through_every_door(client: Client, loaded: None, number: int) -> None:
    dice = random.Random(number)
    resource = list(LISTS)[number % len(LISTS)]
    listed = LISTS[resource]
    question = a_question(listed, dice)
    told = in_the_api(client, resource, listed.key, question)
    files = {form: in_a_file(client, resource, listed.key, question, form) for form in ("csv", "xlsx", "ndjson")}
    assert {"page": on_the_page(client, listed, question)} | files == dict.fromkeys(
        ("page", "csv", "xlsx", "ndjson"), told
    ), question


def test_the_questions_are_not_all_empty(client: Client, loaded: None) -> None:
    sizes = []
    for number in range(COMBINATIONS):
        resource = list(LISTS)[number % len(LISTS)]
        question = a_question(LISTS[resource], random.Random(number))
        sizes.append(len(in_the_api(client, resource, LISTS[resource].key, question)))
    assert sum(size > 1 for size in sizes) > COMBINATIONS / 3, sizes
