"""What will go is said in every answer it concerns, and in the description."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.test import Client
from drf_spectacular.generators import SchemaGenerator

from agreements.api import RegistrationResource
from coopportal.common.deprecation import Deprecated
from municipalities.api import OrganisationResource
from tests.api import detail_url, list_url
from tests.builders import make_organisation

pytestmark = pytest.mark.django_db

GOING = Deprecated(dt.date(2026, 11, 30), dt.date(2027, 12, 1), "https://portal.example/api/docs/#neu")
SAID = {
    "Deprecation": "@1795996800",
    "Sunset": "Thu, 02 Dec 2027 00:00:00 GMT",
    "Link": '<https://portal.example/api/docs/#neu>; rel="deprecation"; type="text/html"',
}


def said(answer: Any) -> dict[str, str]:
    return {name: answer[name] for name in ("Deprecation", "Sunset", "Link") if answer.has_header(name)}


@pytest.fixture
def going(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(OrganisationResource, "deprecated", GOING)


def test_nothing_is_said_of_what_stays(client: Client) -> None:
    assert said(client.get(list_url("organisations"))) == {}


@pytest.mark.usefixtures("going")
def test_every_answer_of_a_resource_that_will_go_says_so(client: Client) -> None:
    make_organisation(slug="amt")
    first = client.get(list_url("organisations"))
    answers = [
        first,
        client.get(list_url("organisations"), headers={"If-None-Match": first["ETag"]}),
        client.get(list_url("organisations"), {"was": "1"}),
        client.get(detail_url("organisations", "amt")),
        client.get(detail_url("organisations", "nichts")),
    ]
    assert [answer.status_code for answer in answers] == [200, 304, 400, 200, 404]
    assert [said(answer) for answer in answers] == [SAID] * 5
    file = client.get(list_url("organisations"), {"format": "csv"})
    assert file["Link"] == f'<https://www.govdata.de/dl-de/by-2-0>; rel="license", {SAID["Link"]}'
    assert said(client.get(list_url("programmes"))) == {}


def test_a_parameter_that_will_go_is_said_to_who_uses_it(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    later = Deprecated(GOING.since, None, GOING.link)
    monkeypatch.setattr(OrganisationResource, "deprecated_parameters", {"kind": later, "state": GOING})
    assert said(client.get(list_url("organisations"))) == {}
    assert said(client.get(list_url("organisations"), {"state": ""})) == SAID
    assert said(client.get(list_url("organisations"), {"kind": ""})) == {n: v for n, v in SAID.items() if n != "Sunset"}
    assert said(client.get(list_url("organisations"), {"kind": "", "state": ""})) == SAID  # the first to go


def test_writing_says_it_too(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(RegistrationResource, "deprecated", GOING)
    answer = client.get("/api/v1/registrations/")
    assert (answer.status_code, said(answer)) == (401, SAID)


@pytest.mark.usefixtures("going")
def test_the_description_marks_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(OrganisationResource, "deprecated_parameters", {"kind": GOING})
    described = SchemaGenerator().get_schema(request=None, public=True)["paths"]
    told = described["/api/v1/organisations/"]["get"]
    assert told["deprecated"] is True
    assert {one["name"] for one in told["parameters"] if one.get("deprecated")} == {"kind"}
    assert {"Deprecation", "Sunset", "Link"} <= set(told["responses"]["200"]["headers"])
    assert "deprecated" not in described["/api/v1/programmes/"]["get"]
