"""How much of a record is told: some fields only, or what its keys mean besides."""

from __future__ import annotations

import csv
import io
import json
from typing import Any

import pytest
from django.test import Client

from coopportal.api import RESOURCES as ROUTED
from coopportal.common.picking import list_of
from tests import builders as make
from tests.api import RESOURCES, ROWS, counted_queries, detail, detail_url, list_url, results
from tests.roof.test_api import problem

pytestmark = pytest.mark.django_db


def key_of(resource: str) -> str:
    return ROUTED[resource].lookup_field.replace("pk", "id")


# --- fields ---


@pytest.mark.parametrize("resource", RESOURCES)
def test_each_field_can_be_had_alone_and_its_key_is_always_there(client: Client, resource: str) -> None:
    key = ROWS[resource]()
    [whole] = [row for row in results(client, resource) if row[key_of(resource)] == key]
    with counted_queries() as of_all:
        client.get(detail_url(resource, key))
    for name in whole:
        with counted_queries() as queries:
            told = detail(client, resource, key, fields=name)
        assert told == {field: whole[field] for field in dict.fromkeys([key_of(resource), name])}, name
        assert len(queries) <= len(of_all)


@pytest.mark.parametrize("resource", RESOURCES)
def test_what_is_not_asked_for_is_not_fetched(client: Client, resource: str) -> None:
    """One query for the version, one for the number of rows, one for the rows."""
    ROWS[resource]()
    with counted_queries() as queries:
        results(client, resource, fields=key_of(resource))
    assert len(queries) == 3
    assert "json" not in queries.captured_queries[-1]["sql"].casefold()


def test_fields_come_in_the_order_asked_for(client: Client) -> None:
    make.make_organisation("Amt", slug="amt")
    assert [list(row) for row in results(client, "organisations", fields="name,slug,kind")] == [
        ["name", "slug", "kind"]
    ]
    assert [list(row) for row in results(client, "organisations", fields=["kind", "name"])] == [
        ["slug", "kind", "name"]
    ]
    assert results(client, "organisations", fields="") == results(client, "organisations")


def test_a_field_that_is_none_is_named_with_those_there_are(client: Client) -> None:
    for url in (list_url("states"), detail_url("states", ROWS["states"]())):
        body = problem(client.get(url, {"fields": "name,farbe,_sources"}))
        told = "gibt es hier nicht. Möglich sind: code, name, official_name, iso."
        assert body["errors"] == [
            {"parameter": "fields", "message": f"„farbe“ {told}"},
            {"parameter": "fields", "message": f"„_sources“ {told}"},
        ]


def test_everything_wrong_is_said_at_once(client: Client) -> None:
    body = problem(client.get(list_url("organisations"), {"fields": "x", "expand": "y", "state": "99"}))
    assert sorted(error["parameter"] for error in body["errors"]) == ["expand", "fields", "state"]


def file_of(client: Client, resource: str, **query: Any) -> str:
    answer = client.get(list_url(resource), query)
    assert answer.status_code == 200, answer.content
    return b"".join(answer.streaming_content).decode()


def test_files_have_the_columns_asked_for(client: Client) -> None:
    row = make.make_cooperation("Verbund", slug="verbund", region="Ost")
    make.make_participation(row, make.make_municipality(lat=50, lon=11), steps=[("member", "2020-01-01")])
    question = {"fields": "name,participant_count,slug"}
    table = list(csv.reader(io.StringIO(file_of(client, "cooperations", format="csv", **question))))
    assert table == [["name", "participant_count", "slug"], ["Verbund", "1", "verbund"]]
    first, _meta = map(json.loads, file_of(client, "cooperations", format="ndjson", **question).splitlines())
    assert list(first.items()) == [("name", "Verbund"), ("participant_count", 1), ("slug", "verbund")]
    [feature] = json.loads(file_of(client, "cooperations", format="geojson", **question))["features"]
    assert feature["geometry"] == {"type": "MultiPoint", "coordinates": [[11.0, 50.0]]}
    assert feature["properties"] == {"name": "Verbund", "participant_count": 1, "slug": "verbund"}


def test_sources_stay_whole_beside_few_fields(client: Client) -> None:
    key = ROWS["participations"]()
    told = detail(client, "participations", key, fields="role", include="sources")
    assert list(told) == ["id", "role", "_sources"]
    assert told["_sources"] == detail(client, "participations", key, include="sources")["_sources"]


# --- expand ---


@pytest.mark.parametrize("resource", [name for name in RESOURCES if ROUTED[name].expandable])
def test_what_a_key_means_stands_beside_it(client: Client, resource: str) -> None:
    key = ROWS[resource]()
    plain = detail(client, resource, key)
    for path, target in ROUTED[resource].expandable.items():
        other = list_of(plain, target)
        told = detail(client, resource, key, expand=path)
        assert {name: value for name, value in told.items() if name != "_expanded"} == plain  # adds, never replaces
        [(name, value)] = told["_expanded"].items()
        field, _dot, inner = path.partition(".")
        keys = [one[inner] for one in plain[field]] if inner else plain[field]
        assert name == path
        alone = {one: detail(client, other, one) for one in (keys if isinstance(keys, list) else [keys]) if one}
        expected = [alone.get(one) for one in keys] if isinstance(keys, list) else alone.get(keys)
        assert value == expected, path


def test_every_path_has_been_tried_with_something_there(client: Client) -> None:
    empty = []
    for resource in RESOURCES:
        key = ROWS[resource]()
        paths = ROUTED[resource].expandable
        told = detail(client, resource, key, expand=",".join(paths)) if paths else {}
        empty += [f"{resource}.{path}" for path in paths if not told["_expanded"][path]]
    assert empty == ["participations.organisation"]  # its first participant is a town


def test_what_a_citation_is_about_is_the_record_of_its_list(client: Client) -> None:
    programme, town = make.make_programme(slug="ikz"), make.make_municipality("Jena", ars="160530000000")
    event, speaker = make.make_event(), make.make_speaker()
    for subject, field in ((programme, "name"), (town, "title"), (event, "date"), (speaker, "name")):
        make.make_citation(subject, field)
    rows = sorted(results(client, "citations", expand="subject", fields="field"), key=lambda row: int(row["id"]))
    assert [list(row) for row in rows] == [["id", "field", "subject", "subject_type", "_expanded"]] * 4
    assert [row["_expanded"]["subject"] for row in rows] == [
        detail(client, "programmes", "ikz"),
        detail(client, "municipalities", "160530000000"),
        detail(client, "events", event.pk),
        None,
    ]


def test_subjects_are_expanded_by_one_read_for_each_list(client: Client) -> None:
    found = []
    for rows in (1, 3):
        while client.get(list_url("citations")).json()["count"] < 2 * rows:
            make.make_citation(make.make_cooperation(), "nature")
            make.make_citation(make.make_programme(), "name")
        with counted_queries() as queries:
            client.get(list_url("citations"), {"expand": "subject"})
        found.append(len(queries))
    assert found[0] == found[1]


def test_many_rows_are_expanded_by_as_many_queries_as_one(client: Client) -> None:
    question = {"expand": "participations.municipality,participations.organisation,task_fields,agreements"}
    found = []
    for rows in (1, 3):
        while client.get(list_url("cooperations")).json()["count"] < rows:
            ROWS["cooperations"]()
        with counted_queries() as queries:
            client.get(list_url("cooperations"), question)
        found.append(len(queries))
    # 3 of the list itself, whose total is known, 2 of municipalities (successions), 1 of each other list
    assert found == [8, 8]


def test_it_is_told_as_of_the_day_and_in_ndjson_too(client: Client) -> None:
    row = make.make_cooperation("Verbund", slug="verbund")
    make.make_status_step(row, "planned", "2019-01-01")
    make.make_status_step(row, "active", "2021-01-01")
    make.make_participation(row, steps=[("member", "2018-01-01")])
    question = {"expand": "cooperation", "as_of": "2020-01-01", "fields": "role"}
    [told] = results(client, "participations", **question)
    assert list(told) == ["id", "role", "cooperation", "_expanded"]
    assert told["_expanded"]["cooperation"]["status"] == "planned"
    first, _meta = map(json.loads, file_of(client, "participations", format="ndjson", **question).splitlines())
    assert first == told


def test_nothing_hidden_comes_in_by_a_key(client: Client) -> None:
    shown, hidden = make.make_cooperation(), make.make_cooperation(record_state="draft")
    event = make.make_event(cooperations=[shown, hidden])
    told = detail(client, "events", event.pk, expand="cooperations,agreements")
    assert [one["slug"] for one in told["_expanded"]["cooperations"]] == [shown.slug]


@pytest.mark.parametrize(
    ("resource", "question", "message"),
    [
        ("awards", {"expand": "amount"}, "„amount“ gibt es hier nicht. Möglich sind: programme, cooperation."),
        (
            "awards",
            {"expand": "programme.state"},
            "„programme.state“ gibt es hier nicht. Möglich sind: programme, cooperation.",
        ),
        ("states", {"expand": "name"}, "„name“ ist hier nicht möglich, hier ist nichts zu erweitern."),
        ("awards", {"expand": "programme", "format": "csv"}, "Erweitert wird nur in JSON und NDJSON."),
    ],
)
def test_what_cannot_be_expanded_is_named(
    client: Client, resource: str, question: dict[str, str], message: str
) -> None:
    body = problem(client.get(list_url(resource), question))
    assert body["errors"] == [{"parameter": "expand", "message": message}]
