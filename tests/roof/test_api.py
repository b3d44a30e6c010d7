"""What all resources of the API have in common: addresses, shape of lists, errors, headers."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from coopportal.api import RESOURCES as ROUTED
from tests.api import RESOURCES, ROWS, column, detail, detail_url, list_url
from tests.builders import make_cooperation, make_organisation

pytestmark = pytest.mark.django_db
CONTRACT = (
    "states municipalities organisations cooperations participations agreements events task-fields programmes "
    "budget-lines awards figures sources citations conflicts"
).split()


def problem(answer: Any) -> dict[str, Any]:
    """The body of an error; every error has this type and this shape."""
    assert answer["Content-Type"] == "application/problem+json"
    body = answer.json()
    assert list(body)[:5] == ["type", "title", "status", "detail", "instance"]
    assert body["status"] == answer.status_code
    return dict(body)


# --- addresses ---


def test_the_resources_are_those_of_the_contract() -> None:
    assert list(ROUTED) == CONTRACT == RESOURCES


@pytest.mark.parametrize("url", ["/api/", "/api/v1/"])
def test_the_root_lists_the_resources_with_licence_and_attribution(client: Client, url: str) -> None:
    body = client.get(url).json()
    assert body["resources"] == {name: f"http://testserver/api/v1/{name}/" for name in CONTRACT}
    assert body["licence"]["url"] == "https://www.govdata.de/dl-de/by-2-0"
    assert body["attribution"] == "Kooperationsportal: Verzeichnis interkommunaler Zusammenarbeit"
    assert body["description"] == "http://testserver/api/v1/schema/"
    assert body["catalogue"] == "http://testserver/api/v1/catalog.jsonld"
    assert body["documentation"] == "http://testserver/api/docs/"


def test_the_names_of_the_addresses() -> None:
    names = {"api-root": "/api/", "api-docs": "/api/docs/", "schema": "/api/v1/schema/"}
    assert {name: reverse(name) for name in names} == names


@pytest.mark.parametrize("resource", RESOURCES)
def test_an_object_looks_as_it_does_in_the_list(client: Client, resource: str) -> None:
    key = ROWS[resource]()
    lookup = ROUTED[resource].lookup_field.replace("pk", "id")
    [row] = [row for row in client.get(list_url(resource)).json()["results"] if row[lookup] == key]
    assert detail(client, resource, key) == row


# --- pages of a list ---


def test_a_list_comes_in_pages_that_lead_to_each_other(client: Client) -> None:
    slugs = [make_organisation(f"Stelle {i}", slug=f"s-{i}").slug for i in range(5)]
    url = list_url("organisations")
    first = client.get(url, {"page_size": 2}).json()
    assert (first["count"], first["previous"]) == (5, None)
    second = client.get(first["next"]).json()
    third = client.get(second["next"]).json()
    assert third["next"] is None
    assert client.get(third["previous"]).json() == second
    assert client.get(second["previous"]).json() == first
    assert [row["slug"] for page in (first, second, third) for row in page["results"]] == slugs


def test_a_list_without_rows_is_a_page_too(client: Client) -> None:
    assert client.get(list_url("figures")).json() == {"count": 0, "next": None, "previous": None, "results": []}


@pytest.mark.parametrize("size", ["1", "1000"])
def test_the_limits_of_a_page(client: Client, size: str) -> None:
    assert client.get(list_url("states"), {"page_size": size}).status_code == 200


@pytest.mark.parametrize("parameter", ["page", "page_size"])
@pytest.mark.parametrize("value", ["0", "-1", "1.5", "x", "", "٣", "1e2", "9" * 20, "last", "\x00"])
def test_a_page_that_is_none_is_named(client: Client, parameter: str, value: str) -> None:
    answer = client.get(list_url("organisations"), {parameter: value})
    assert answer.status_code == 400
    assert [error["parameter"] for error in problem(answer)["errors"]] == [parameter]


def test_a_page_size_beyond_the_limit_is_named(client: Client) -> None:
    answer = client.get(list_url("organisations"), {"page_size": 1001})
    assert problem(answer)["errors"] == [
        {"parameter": "page_size", "message": "Erwartet wird eine ganze Zahl von 1 bis 1000."}
    ]


def test_a_page_beyond_the_end_is_not_found(client: Client) -> None:
    answer = client.get(list_url("organisations"), {"page": 2})
    assert (answer.status_code, problem(answer)["detail"]) == (404, "Die Seite 2 gibt es nicht.")


# --- wrong questions ---


@pytest.mark.parametrize("resource", RESOURCES)
def test_an_unknown_parameter_of_a_list_is_named(client: Client, resource: str) -> None:
    answer = client.get(list_url(resource), {"kommune": "16053000", "was": "x", "include": "sources"})
    body = problem(answer)
    assert body == {
        "type": "about:blank",
        "title": "Ungültige Anfrage",
        "status": 400,
        "detail": "Diese Parameter passen nicht: kommune, was, include.",
        "instance": list_url(resource),
        "errors": [
            {"parameter": name, "message": "Diesen Parameter gibt es hier nicht."}
            for name in ("kommune", "was", "include")
        ],
    }


@pytest.mark.parametrize("resource", RESOURCES)
def test_an_object_takes_the_day_and_its_sources_only(client: Client, resource: str) -> None:
    url = detail_url(resource, ROWS[resource]())
    assert client.get(url, {"as_of": "2026-01-01", "include": "sources", "format": "json"}).status_code == 200
    wrong = {"page": "1", "search": "x", "as_of": "2019-02-30", "include": "history"}
    body = problem(client.get(url, wrong))
    assert sorted(error["parameter"] for error in body["errors"]) == sorted(wrong)


@pytest.mark.parametrize("resource", RESOURCES)
def test_every_list_can_be_searched_ordered_and_asked_as_of_a_day(client: Client, resource: str) -> None:
    ROWS[resource]()
    names = ROUTED[resource].filterset_class.orderings
    assert names
    for name in names:
        for sign in ("", "-"):
            query = {"ordering": sign + name, "search": "a", "as_of": "2026-01-01"}
            assert client.get(list_url(resource), query).status_code == 200, query


@pytest.mark.parametrize("resource", RESOURCES)
def test_a_day_that_is_none_is_named(client: Client, resource: str) -> None:
    body = problem(client.get(list_url(resource), {"as_of": "2019-02-30"}))
    assert body["errors"] == [
        {
            "parameter": "as_of",
            "message": "„2019-02-30“ ist kein Tag. Schreiben Sie ihn als TT.MM.JJJJ oder JJJJ-MM-TT.",
        }
    ]


@pytest.mark.parametrize(
    ("resource", "query", "message"),
    [
        ("cooperations", {"status": "fertig"}, "„fertig“ ist hier kein möglicher Wert."),
        ("cooperations", {"municipality": "16053000"}, "Den Schlüssel „16053000“ trägt keine Kommune."),
        ("cooperations", {"state": "17"}, "„17“ gibt es nicht."),
        ("cooperations", {"ordering": "secret"}, "„secret“ ist hier kein möglicher Wert."),
        ("participations", {"cooperation": "nichts"}, "„nichts“ gibt es nicht."),
        ("citations", {"field": "nichts"}, "„nichts“ ist hier kein möglicher Wert."),
        ("citations", {"subject": "x"}, "Nennen Sie dazu mit subject_type genau eine Art des Gegenstands."),
        (
            "organisations",
            {"search": "x" * 201},
            "Bitte sicherstellen, dass der Wert aus höchstens 200 Zeichen besteht.",
        ),
        ("task-fields", {"parent": ",".join(map(str, range(101)))}, "Höchstens 100 Werte sind möglich."),
    ],
)
def test_a_bad_value_is_named(client: Client, resource: str, query: dict[str, str], message: str) -> None:
    answer = client.get(list_url(resource), query)
    assert answer.status_code == 400
    [error] = problem(answer)["errors"]
    assert error["parameter"] == next(iter(query))
    assert error["message"].startswith(message)


def test_everything_wrong_is_said_at_once(client: Client) -> None:
    body = problem(client.get(list_url("cooperations"), {"state": "99", "as_of": "gestern", "kind": "x", "was": "1"}))
    assert [error["parameter"] for error in body["errors"]] == ["as_of", "state", "kind", "was"]


# --- other errors ---


@pytest.mark.parametrize(
    "url",
    [
        "/api/v2/",
        "/api/v1/nirgends/",
        "/api/v1/nothing/",
        "/api/v1/cooperations/nichts/",
        "/api/v1/cooperations/nichts/mehr/",
        "/api/v1/events/1/",
        "/api/v1/events/x/",
        f"/api/v1/events/{10**20}/",
        "/api/v1/municipalities/16053000/",
        "/api/v1/municipalities/1/",
        "/api/v1/municipalities/jena/",
        "/api/v1/task-fields/99/",
        "/api/v1/states/%00/",
        "/api/v1/cooperations/%00/",
        "/api/<script>/",
        "/api/v1/states/%0a/",
    ],
)
def test_an_unknown_address_is_a_problem_too(client: Client, url: str) -> None:
    answer = client.get(url)
    assert (answer.status_code, problem(answer)["detail"]) == (404, "Diese Adresse gibt es nicht.")


def test_an_address_without_its_slash_leads_to_the_one_with_it(client: Client) -> None:
    answer = client.get("/api/v1/states")
    assert (answer.status_code, answer["Location"]) == (301, "/api/v1/states/")


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete", "options"])
def test_nothing_can_be_written(client: Client, method: str) -> None:
    for url in (list_url("cooperations"), detail_url("cooperations", make_cooperation().slug), "/api/"):
        answer = getattr(client, method)(url)
        assert (answer.status_code, problem(answer)["title"]) == (405, "Methode nicht möglich")
        assert problem(answer)["detail"] == f"{method.upper()} geht hier nicht; was geht, steht im Kopf „Allow“."
        assert answer["Allow"] == "GET, HEAD"


@pytest.mark.parametrize("query", ["", "?state=99", "?format=csv"])
def test_pages_of_other_hosts_may_read_what_everybody_may(client: Client, query: str) -> None:
    answer = client.get(list_url("cooperations") + query, headers={"Origin": "https://example.org"})
    assert answer["Access-Control-Allow-Origin"] == "*"
    assert "RateLimit" in answer["Access-Control-Expose-Headers"].split(", ")
    known = {"If-None-Match": answer["ETag"]} if query == "" else {}
    assert client.get(list_url("cooperations") + query, headers=known)["Access-Control-Allow-Origin"] == "*"


@pytest.mark.parametrize(
    ("method", "address"), [("options", "cooperations/"), ("get", "registrations/"), ("post", "registrations/")]
)
def test_no_page_of_another_host_acts_for_anybody(client: Client, method: str, address: str) -> None:
    answer = getattr(client, method)(f"/api/v1/{address}", headers={"Origin": "https://example.org"})
    assert [name for name in answer.headers if name.startswith("Access-Control-")] == []


def test_a_head_is_a_get_without_its_body(client: Client) -> None:
    answer = client.head(list_url("cooperations"))
    assert (answer.status_code, answer.content) == (200, b"")


def test_a_representation_that_is_none_is_a_problem(client: Client) -> None:
    answer = client.get(list_url("cooperations"), headers={"Accept": "image/png"})
    assert (answer.status_code, problem(answer)["title"]) == (406, "Darstellung nicht möglich")
    known = "application/json, text/csv, application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    assert problem(answer)["detail"] == f"Möglich sind hier: {known}, application/x-ndjson, application/geo+json."


@pytest.mark.parametrize(
    ("resource", "known"), [("states", "json, csv, xlsx, ndjson"), ("cooperations", "json, csv, xlsx, ndjson, geojson")]
)
def test_a_format_that_is_none_is_named(client: Client, resource: str, known: str) -> None:
    body = problem(client.get(list_url(resource), {"format": "pdf"}))
    assert body["errors"] == [{"parameter": "format", "message": f"Möglich sind hier: {known}."}]


def test_an_object_is_no_file(client: Client) -> None:
    body = problem(client.get(detail_url("states", ROWS["states"]()), {"format": "csv"}))
    assert body["errors"] == [{"parameter": "format", "message": "Möglich sind hier: json."}]


def test_a_fault_of_ours_is_a_problem_without_its_secrets(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*args: Any) -> None:
        raise RuntimeError("password=geheim")

    monkeypatch.setattr("agreements.models.Cooperation.objects.public", broken)
    client.raise_request_exception = False
    answer = client.get(list_url("cooperations"))
    assert answer.status_code == 500
    assert problem(answer)["detail"] == "Hier ist uns ein Fehler unterlaufen. Er ist vermerkt."
    assert b"geheim" not in answer.content


def test_more_parameters_than_django_reads_are_a_problem(client: Client) -> None:
    answer = client.get(list_url("cooperations") + "?" + "a=1&" * 1100)
    assert answer.status_code == 400
    problem(answer)


# --- headers ---


def test_answers_are_the_same_for_everybody_and_may_be_kept(client: Client, admin_client: Client) -> None:
    make_cooperation()
    for asker in (client, admin_client):
        answer = asker.get(list_url("cooperations"))
        assert answer["Cache-Control"] == "public, no-cache"
        assert answer["Vary"] == "Accept"
        assert answer["Content-Type"] == "application/json"
        assert not answer.cookies
    assert client.get("/api/v1/nothing/")["Cache-Control"] == "no-store"


def test_an_answer_is_utf_8_without_escapes(client: Client) -> None:
    make_cooperation("Bürgerbüro „Süd“")
    assert "Bürgerbüro „Süd“".encode() in client.get(list_url("cooperations")).content
    assert column(client, "cooperations", "name", search="buergerbuero") == ["Bürgerbüro „Süd“"]
