"""Whatever a program sends to the registering, the answer is one that the description tells of, and never our fault.

What is sent is made from the description itself (schemathesis); numbers of records and keys of municipalities are, more
often than not, those that exist, so that the verbs are reached. In the suite a fixed small number; more by `make fuzz`.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

import pytest
import schemathesis
from django.db import transaction
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from accounts.workflow import create_token
from agreements.choices import RecordState
from tests.agreements.people import World, make_world
from tests.builders import make_task_field
from tests.roof.test_api_schema import description, faults
from tests.roof.test_api_schema_writing import OPERATIONS, operation

pytestmark = [pytest.mark.fuzz, pytest.mark.django_db]


@dataclass
class Register:
    """Three records in the states that matter most, and those who send something."""

    world: World
    numbers: list[str]
    senders: dict[str, str]


@pytest.fixture
def register() -> Register:
    make_task_field()
    world = make_world()
    rows = [world.in_state(state) for state in (RecordState.DRAFT, RecordState.SUBMITTED, RecordState.PUBLISHED)]
    roles = ("lead_officer", "officer_of_participant", "reviewer")
    senders = {role: f"Token {create_token(user=world[role])[1]}" for role in roles}
    return Register(world, [str(row.pk) for row in rows], senders)


@pytest.fixture
def strategies() -> dict[str, st.SearchStrategy[Any]]:
    """How to make a request of each operation."""
    described = schemathesis.openapi.from_dict(description())
    found = {}
    for result in described.get_all_operations():
        asked = result.ok()
        if (name := f"{asked.method.upper()} {asked.path}") in OPERATIONS:
            found[name] = asked.as_strategy()
    assert found.keys() == OPERATIONS.keys()
    return found


def send(name: str, address: str, body: Any, headers: dict[str, str]) -> Any:
    """The request as a program sends it; the queries of lists are asked in ``test_api_fuzz.py``."""
    method = name.split()[0]
    content = json.dumps(body) if method != "GET" else ""
    client = Client(raise_request_exception=False)
    return client.generic(method, address, content, content_type="application/json", headers=headers)


def sound(name: str, answer: Any) -> list[str]:
    """What about the answer the description does not tell."""
    told = operation(name)["responses"]
    if answer.status_code >= 500 or str(answer.status_code) not in told:
        return [f"{answer.status_code}: {answer.content[:300]!r}"]
    content = told[str(answer.status_code)]["content"]
    kind = answer["Content-Type"].split(";")[0]
    return faults(content[kind]["schema"], answer.json()) if kind in content else [kind]


@given(data=st.data())
def test_any_writing_is_answered_as_described(register: Register, strategies: Any, data: st.DataObject) -> None:
    name = data.draw(st.sampled_from(sorted(strategies)))
    case = data.draw(strategies[name])
    known = st.sampled_from(register.numbers)
    number = data.draw(known | known | st.just((case.path_parameters or {}).get("id", "1")))
    keys = st.sampled_from([register.world.lead.ars, register.world.partner.ars])
    body = case.body if isinstance(case.body, dict | list | str | int | float | bool | None) else {}
    if isinstance(body, dict) and "municipality" in body:
        body = body | {"municipality": data.draw(keys | keys | st.just(body["municipality"]))}
    sender = st.sampled_from(["lead_officer", *register.senders])
    headers = {key: value for key, value in (case.headers or {}).items() if key in ("Idempotency-Key", "If-Match")}
    if data.draw(st.booleans()):
        headers |= {"If-Match": '"1"', "Idempotency-Key": "k"}
    headers["Authorization"] = register.senders[data.draw(sender)]
    address = name.split()[1].replace("{id}", quote(str(number), safe=""))
    with transaction.atomic():
        found = sound(name, send(name, address, body, headers))
        transaction.set_rollback(True)
    if "{id}" not in name or str(number).isdecimal():
        assert found == [], f"{name} {address} {body!r}"
