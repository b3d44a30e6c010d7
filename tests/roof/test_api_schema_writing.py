"""What the description says of registering: every operation, its headers, and answers that are what it says."""

from __future__ import annotations

from typing import Any

import pytest

from agreements.serializers import registrations
from tests.agreements.people import World, make_world
from tests.agreements.test_registrations_api import ADDRESS, Program, full
from tests.builders import make_task_field
from tests.roof.test_api_schema import description, faults

pytestmark = pytest.mark.django_db
ONE = f"{ADDRESS}{{id}}/"

#: Operation → headers asked for (``!`` needed), what it answers, and what it refuses with besides the usual ones.
OPERATIONS = {
    f"GET {ADDRESS}": ("", "200", "400"),
    f"POST {ADDRESS}": ("Idempotency-Key!", "201", "400 409 415 422"),
    f"GET {ONE}": ("", "200", ""),
    f"PATCH {ONE}": ("If-Match", "200", "400 409 412 415 428"),
    f"POST {ONE}submit/": ("If-Match", "200", "400 409 412 415"),
    f"POST {ONE}withdraw/": ("", "200", "400 409 415"),
    f"POST {ONE}confirmations/": ("If-Match", "200", "400 409 412 415"),
    f"POST {ONE}proposals/": ("", "201", "400 409 415"),
}


def operation(name: str) -> dict[str, Any]:
    method, path = name.split()
    return dict(description()["paths"][path][method.lower()])


@pytest.mark.parametrize("name", OPERATIONS)
def test_an_operation_tells_its_headers_and_answers(name: str) -> None:
    headers, done, refused = OPERATIONS[name]
    told = operation(name)
    given = [one for one in told["parameters"] if one["in"] == "header"]
    assert " ".join(one["name"] + "!" * one.get("required", False) for one in given) == headers
    assert sorted(told["responses"]) == sorted(
        [done, *refused.split(), "401", "403", "404", "406", "429", "500", "503"]
    )
    assert {kind for code in told["responses"] if code >= "400" for kind in told["responses"][code]["content"]} == {
        "application/problem+json"
    }
    assert told["security"] == [{"token": []}, {"session": []}]


def schema_of(name: str, status: int) -> dict[str, Any]:
    [content] = operation(name)["responses"][str(status)]["content"].values()
    return dict(content["schema"])


@pytest.fixture
def world() -> World:
    make_task_field()
    return make_world()


def test_the_answers_are_what_the_description_says(world: World) -> None:
    officer = Program(world["lead_officer"])
    made = officer.post(ADDRESS, full(world, submit=True), Idempotency_Key="a")
    assert faults(schema_of(f"POST {ADDRESS}", 201), made.json()) == []
    assert faults(schema_of(f"GET {ADDRESS}", 200), officer.ask("GET", ADDRESS).json()) == []
    returned = world.returned()
    address = f"{ADDRESS}{returned.pk}/"
    read = officer.ask("GET", address)
    assert read.json()["remarks"] == [{"field": "summary", "message": "Bitte genauer."}]
    assert faults(schema_of(f"GET {ONE}", 200), read.json()) == []
    changed = officer.ask("PATCH", address, {"name": "Neu"}, If_Match=read["ETag"])
    assert faults(schema_of(f"PATCH {ONE}", 200), changed.json()) == []
    assert faults(schema_of(f"POST {ONE}submit/", 200), officer.post(f"{address}submit/").json()) == []
    wish = {"municipality": world.lead.ars, "reason": "x", "source": "x", "fields": {"name": "Neuer"}}
    proposed = officer.post(f"{ADDRESS}{world.published().pk}/proposals/", wish)
    assert faults(schema_of(f"POST {ONE}proposals/", 201), proposed.json()) == []


@pytest.mark.parametrize(
    ("status", "headers"), [(400, {}), (401, {}), (404, {}), (409, {}), (412, {"If_Match": '"99"'}), (428, {})]
)
def test_refusals_are_what_the_description_says(world: World, status: int, headers: dict[str, str]) -> None:
    officer = Program(world["lead_officer"])
    draft, submitted = world.draft(), world.submitted()
    answers = {
        400: lambda: officer.ask("PATCH", f"{ADDRESS}{draft.pk}/", {"farbe": "rot"}, If_Match='"1"'),
        401: lambda: Program(world["anonymous"]).ask("PATCH", f"{ADDRESS}{draft.pk}/", {}),
        404: lambda: officer.ask("PATCH", f"{ADDRESS}999/", {}),
        409: lambda: officer.ask("PATCH", f"{ADDRESS}{submitted.pk}/", {"name": "x"}, If_Match='"2"'),
        412: lambda: officer.ask("PATCH", f"{ADDRESS}{draft.pk}/", {"name": "x"}, **headers),
        428: lambda: officer.ask("PATCH", f"{ADDRESS}{draft.pk}/", {"name": "x"}),
    }
    answer = answers[status]()
    assert answer.status_code == status
    assert faults(schema_of(f"PATCH {ONE}", status), answer.json()) == []


def test_unknown_fields_are_refused_and_the_description_says_so() -> None:
    """Of every body that is sent, those inside it included."""
    told = description()["components"]["schemas"]
    kinds = {kind.__name__ for kind in vars(registrations).values() if isinstance(kind, type)}
    sent = {name for name in told if name.removeprefix("Patched") in kinds and name.endswith(("Input", "Fields"))}
    assert {"RegistrationInput", "PartnerInput", "PatchedContentsInput", "WishedFields"} <= sent
    assert {name for name in sent if told[name].get("additionalProperties") is not False} == set()


def test_a_value_where_there_was_none_is_what_the_description_says(world: World) -> None:
    record = world.published()
    body = {"municipality": world.lead.ars, "reason": "Ende", "source": "Beschluss"}
    body["fields"] = {"ended_on": "2030-01-01", "ended_precision": "day"}
    answer = Program(world["lead_officer"]).ask("POST", f"{ADDRESS}{record.pk}/proposals/", body)
    assert (answer.status_code, answer.json()["items"][0]["old"]) == (201, None)
    assert faults(schema_of(f"POST {ONE}proposals/", 201), answer.json()) == []


def test_no_part_of_the_description_takes_null_in_two_ways() -> None:
    """`oneOf` refuses what two of its choices take, so that "anything or null" refuses every null."""
    waiting: list[Any] = [description()]
    while waiting:
        part = waiting.pop()
        if isinstance(part, dict):
            assert {} not in part.get("oneOf", []), part
        waiting += part.values() if isinstance(part, dict) else part if isinstance(part, list) else []
