"""The machine-readable description is valid, complete and true; the page that shows it needs no other host."""

from __future__ import annotations

import json
import re
from functools import cache
from typing import Any

import pytest
from django.test import Client
from drf_spectacular.drainage import GENERATOR_STATS
from drf_spectacular.generators import SchemaGenerator
from jsonschema import Draft202012Validator
from openapi_spec_validator import OpenAPIV31SpecValidator

from coopportal.api import RESOURCES as ROUTED
from tests.api import RESOURCES, ROWS, detail, list_url
from tests.conftest import ROOT

pytestmark = pytest.mark.django_db

#: Lists that can be had as GeoJSON too.
WITH_PLACES = frozenset({"cooperations", "municipalities"})
#: What every list can be had as beside JSON.
FILES = {"text/csv", "application/x-ndjson", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"}


@cache
def description() -> dict[str, Any]:
    """As a client gets it, so as plain JSON."""
    return dict(json.loads(Client().get("/api/v1/schema/", {"format": "json"}).content))


def parameters(path: str) -> dict[str, Any]:
    return {parameter["name"]: parameter for parameter in description()["paths"][path]["get"]["parameters"]}


def answers(path: str) -> dict[str, Any]:
    return dict(description()["paths"][path]["get"]["responses"])


def detail_path(resource: str) -> str:
    name = ROUTED[resource].lookup_field.replace("pk", "id")
    return f"/api/v1/{resource}/{{{name}}}/"


def picking(resource: str) -> set[str]:
    """The parameters that say how much of a record is told."""
    return {"fields", "expand"} if ROUTED[resource].expandable else {"fields"}


def faults(schema: dict[str, Any], answer: Any) -> list[str]:
    """Where an answer is not what the description says."""
    validator = Draft202012Validator(
        schema | {"components": description()["components"]}, format_checker=Draft202012Validator.FORMAT_CHECKER
    )
    return [f"{list(error.path)}: {error.message}" for error in validator.iter_errors(answer)]


def test_it_is_valid_openapi_3_1() -> None:
    assert description()["openapi"] == "3.1.0"
    assert [error.message for error in OpenAPIV31SpecValidator(description()).iter_errors()] == []


def test_it_is_made_without_warnings() -> None:
    GENERATOR_STATS.reset()
    with GENERATOR_STATS.silence():
        SchemaGenerator().get_schema(request=None, public=True)
    assert [*GENERATOR_STATS._warn_cache, *GENERATOR_STATS._error_cache] == []


def test_it_tells_of_every_list_and_object_and_of_nothing_else() -> None:
    expected = {path for resource in RESOURCES for path in (f"/api/v1/{resource}/", detail_path(resource))}
    expected |= {"/api/v1/catalog.jsonld", "/api/v1/changes/"}
    one = "/api/v1/registrations/{id}/"
    expected |= {"/api/v1/registrations/", one}
    expected |= {f"{one}{verb}/" for verb in ("submit", "withdraw", "confirmations", "proposals")}
    assert set(description()["paths"]) == expected


def test_every_refusal_is_a_problem() -> None:
    kinds = {
        (method["operationId"], status, *answer.get("content", {}))
        for path in description()["paths"].values()
        for method in path.values()
        for status, answer in method["responses"].items()
        if status >= "400"
    }
    assert {kind for kind in kinds if kind[2:] != ("application/problem+json",)} == set()


def test_it_comes_as_yaml_too(client: Client) -> None:
    answer = client.get("/api/v1/schema/")
    assert answer["Content-Type"] == "application/vnd.oai.openapi; charset=utf-8"
    assert answer.content.startswith(b"openapi: 3.1.0\n")
    assert client.get("/api/v1/schema/", {"format": "pdf"}).status_code == 400


@pytest.mark.parametrize("resource", RESOURCES)
def test_a_list_is_what_the_description_says(client: Client, resource: str) -> None:
    ROWS[resource]()
    content = answers(f"/api/v1/{resource}/")["200"]["content"]
    places = {"application/geo+json"} if resource in WITH_PLACES else set()
    assert set(content) == {"application/json", *FILES} | places
    body = client.get(list_url(resource)).json()
    whole, part = content["application/json"]["schema"]["anyOf"]
    assert faults(whole, body) == []
    component = re.sub(r"^.*/Paginated(\w+)List$", r"\1", whole["$ref"])
    told = description()["components"]["schemas"][component]
    for row in body["results"]:
        assert set(row) == set(told["required"]) == set(told["properties"]) - {"_sources", "_expanded"}
    key = ROUTED[resource].lookup_field.replace("pk", "id")
    few = client.get(list_url(resource), {"fields": key, "cursor": ""}).json()
    assert faults(part, few) == []
    assert faults(whole, few) != []


@pytest.mark.parametrize("resource", RESOURCES)
def test_an_object_is_what_the_description_says(client: Client, resource: str) -> None:
    content = answers(detail_path(resource))["200"]["content"]
    assert set(content) == {"application/json", *(["application/ld+json"] if ROUTED[resource].linked else [])}
    expand = ",".join(ROUTED[resource].expandable)
    body = detail(client, resource, ROWS[resource](), include="sources", expand=expand)
    whole, *_others = content["application/json"]["schema"]["anyOf"]
    assert faults(whole, body) == []


def test_a_wrong_answer_would_be_seen(client: Client) -> None:
    schema, *_others = answers("/api/v1/cooperations/{slug}/")["200"]["content"]["application/json"]["schema"]["anyOf"]
    body = detail(client, "cooperations", ROWS["cooperations"]())
    assert faults(schema, body | {"status": "fertig"}) != []
    assert faults(schema, body | {"started_on": "gestern"}) != []
    assert faults(schema, {name: value for name, value in body.items() if name != "events"}) != []


@pytest.mark.parametrize("resource", RESOURCES)
def test_the_parameters_of_a_list_are_those_of_its_filterset(resource: str) -> None:
    told = parameters(f"/api/v1/{resource}/")
    own = {"page", "page_size", "cursor", "format", *picking(resource)}
    assert set(told) == {*ROUTED[resource].filterset_class.base_filters, *own}
    assert told["as_of"]["schema"] == {"type": "string", "format": "date"}
    places = ["geojson"] if resource in WITH_PLACES else []
    assert told["format"]["schema"]["enum"] == ["csv", *places, "json", "ndjson", "xlsx"]


def test_the_documentation_names_the_filters_of_every_list() -> None:
    lines = (ROOT / "docs" / "api-reference.md").read_text(encoding="utf-8").splitlines()
    told = {
        cells[1].strip("` "): set(re.sub(r"[`–]", "", cells[3]).split())
        for cells in (line.split("|") for line in lines)
        if len(cells) == 5 and cells[1].strip("` ") in RESOURCES and "`" in cells[1]
    }
    common = {"search", "ordering", "as_of"}
    assert told == {name: set(ROUTED[name].filterset_class.base_filters) - common for name in RESOURCES}


def test_the_documentation_names_what_can_be_expanded() -> None:
    text = (ROOT / "docs" / "api-reference.md").read_text(encoding="utf-8").split("| resource | `expand` takes |")[1]
    rows = re.findall(r"^\| `([a-z-]+)` \| `([^`]*)` \|$", text, re.MULTILINE)
    assert {name: told.split() for name, told in rows} == {
        name: [*resource.expandable] for name, resource in ROUTED.items() if resource.expandable
    }


def test_several_values_and_closed_lists_are_told() -> None:
    told = parameters("/api/v1/conflicts/")
    assert told["state"] == {
        "name": "state",
        "in": "query",
        "description": "Zustand",
        "style": "form",
        "explode": True,
        "schema": {
            "type": "array",
            "items": {"type": "string", "enum": ["open", "explained", "decided"]},
            "maxItems": 100,
        },
    }


@pytest.mark.parametrize("resource", RESOURCES)
def test_an_object_tells_its_parameters(resource: str) -> None:
    path = detail_path(resource)
    own = {"as_of", "include", *picking(resource), *(["format"] if ROUTED[resource].linked else [])}
    assert set(parameters(path)) - {path.split("{")[1].rstrip("}/")} == own


@pytest.mark.parametrize("query", [{"page": "x"}, {"page": "99"}, {"format": "pdf"}, {"was": "1"}])
def test_errors_are_what_the_description_says(client: Client, query: dict[str, str]) -> None:
    answer = client.get("/api/v1/states/", query)
    told = answers("/api/v1/states/")[str(answer.status_code)]["content"]
    assert faults(told["application/problem+json"]["schema"], answer.json()) == []


def test_every_answer_of_every_operation_tells_of_the_limits() -> None:
    operations = [(path, operation) for path, verbs in description()["paths"].items() for operation in verbs.values()]
    for path, operation in operations:
        for status, body in operation["responses"].items():
            names = (
                ["RateLimit-Policy", "RateLimit", "Retry-After"]
                if status in {"429", "503"}
                else ["RateLimit-Policy", "RateLimit"]
            )
            told = [name for name in body["headers"] if name in {"RateLimit-Policy", "RateLimit", "Retry-After"}]
            assert told == names, (path, status)
        assert "429" in operation["responses"], path


# --- the page ---


def test_the_page_gets_script_and_style_from_here_under_the_strict_policy(client: Client) -> None:
    answer = client.get("/api/docs/")
    page = answer.content.decode()
    policy = answer["Content-Security-Policy"]
    assert "default-src 'self'" in policy
    assert "unsafe" not in policy
    addresses = re.findall(r'<(?:link|script)[^>]+(?:src|href)="([^"]+)"', page)
    assert {address.rsplit("/", 1)[1].partition(".")[0] for address in addresses} >= {"swagger-ui", "api-docs"}
    assert all(address.startswith("/static/") for address in addresses), addresses
    assert "<style" not in page
    assert re.findall(r"<script(?![^>]*src=)", page) == []


def test_the_page_has_the_frame_of_all_pages_and_speaks_the_chosen_language(client: Client) -> None:
    german = client.get("/api/docs/")
    client.cookies["sprache"] = "en"
    english = client.get("/api/docs/")
    pages = (german, english, client.get("/impressum/"))
    frame = r'class="skip-link"|<main id="inhalt"|class="site-footer"|id="hauptnavigation"'
    assert [len(re.findall(frame, page.content.decode())) for page in pages] == [4, 4, 4]
    assert [page["Content-Language"] for page in (german, english)] == ["de", "en"]
    heading = r"<h1>(.+)</h1>"
    assert [re.findall(heading, page.content.decode()) for page in (german, english)] == [
        ["Schnittstelle (API)"],
        ["Programming interface (API)"],
    ]


def test_a_reader_of_the_page_gets_no_cookie_and_the_description_stays_german(client: Client) -> None:
    client.cookies["sprache"] = "en"
    assert dict(client.get("/api/docs/").cookies) == {}
    assert (
        "Wer arbeitet mit wem zusammen"
        in client.get("/api/v1/schema/", {"format": "json"}).json()["info"]["description"]
    )
