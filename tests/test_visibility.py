"""What is not published is on no public door: not in lists, objects, files, counts, filters, searches, sources.

The secret cooperation has everything that could leak, and shares bodies, documents, programmes and an event with a
published one.
"""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.test import Client

from agreements.choices import RecordState
from agreements.models import Cooperation
from agreements.workflow import refresh_derived
from coopportal.api import RESOURCES as ROUTED
from sources.workflow import refresh_search
from tests import builders as make
from tests.api import RESOURCES, column, detail_url, list_url, results

pytestmark = pytest.mark.django_db
HIDDEN = [state for state in RecordState.values if state != RecordState.PUBLISHED]
SECRET = "Geheimverbund"


@pytest.fixture(params=HIDDEN)
def secret(request: pytest.FixtureRequest) -> Cooperation:
    """Every text of it names it, so that a leak through any field is seen."""
    jena, office = make.make_municipality("Jena", ars="160530000000"), make.make_organisation(slug="amt")
    programme, document = make.make_programme(slug="ikz"), make.make_document("otz", text=SECRET * 20)
    known = make.make_cooperation("Bekannt", slug="bekannt", task_fields=["04.01"])
    make.make_participation(known, jena)

    row = make.make_cooperation(
        SECRET, slug="geheimverbund", summary=SECRET, region=SECRET, record_state=request.param, task_fields=["04.01"]
    )
    member = make.make_participation(row, jena, role="lead", note=SECRET, steps=[("party", "2019-02-23")])
    make.make_participation(row, office, steps=[("member", "2019-02-23")])
    act = make.make_agreement(row, title=SECRET, summary=SECRET, parties=[member])
    of_both = make.make_event(
        title="Treffen", cooperations=[row, known], municipalities=[jena], programmes=[programme], agreements=[act]
    )
    event = make.make_event(title=SECRET, summary=SECRET, cooperations=[row], municipalities=[jena])
    award = make.make_award(row, programme, amount=123456)
    step = make.make_status_step(row, "planned", "2019-02-23")

    place = make.make_passage(document, 0, end=13)
    for subject in (row, member, member.steps.get(), act, event, award, step):
        for field in [*subject.citable_fields][:2]:
            for value in ("a", "b"):
                make.make_citation(subject, field, value, stated_value=f"{SECRET} {value}", passage=place)
            make.make_conflict(subject, field, explanation=SECRET)
    make.make_citation(of_both, "kind", "meeting", passage=make.make_passage(document, 20))
    refresh_derived()
    refresh_search()
    return row


def hidden_things(secret: Cooperation) -> dict[str, Any]:
    """Resource → keys of addresses that must not exist."""
    member = secret.participations.get(municipality__isnull=False)
    return {
        "cooperations": [secret.slug],
        "participations": [row.pk for row in secret.participations.all()],
        "agreements": [row.pk for row in secret.agreements.all()],
        "events": [secret.events.get(title=SECRET).pk],
        "awards": [row.pk for row in secret.awards.all()],
        "citations": [row.pk for subject in (secret, member) for row in subject.citations.all()],
        "conflicts": [row.pk for subject in (secret, member) for row in subject.conflicts.all()],
    }


QUERIES: list[dict[str, str]] = [{}, {"as_of": "2019-03-01"}, {"format": "csv"}, {"page_size": "1000"}, {"cursor": ""}]


@pytest.mark.parametrize("query", QUERIES)
def test_no_list_and_no_file_tells_of_it(client: Client, secret: Cooperation, query: dict[str, str]) -> None:
    told = {}
    for resource in RESOURCES:
        answer = client.get(list_url(resource), query)
        assert answer.status_code == 200
        told[resource] = (b"".join(answer.streaming_content) if answer.streaming else answer.content).decode()
    assert [resource for resource, body in told.items() if SECRET.lower() in body.lower()] == []


def test_no_key_and_no_linked_data_brings_it_along(client: Client, secret: Cooperation) -> None:
    told = []
    for resource, routed in ROUTED.items():
        expand = {"expand": ",".join(routed.expandable)} if routed.expandable else {}
        key = routed.lookup_field.replace("pk", "id")
        for row in results(client, resource, **expand):
            linked = client.get(detail_url(resource, row[key]), {"format": "jsonld"} if routed.linked else expand)
            assert linked.status_code == 200
            told += [resource for body in (json.dumps(row), linked.content.decode()) if SECRET.lower() in body.lower()]
    assert told == []


def test_no_object_of_it_has_an_address(client: Client, secret: Cooperation) -> None:
    for resource, keys in hidden_things(secret).items():
        assert keys
        for key in keys:
            for query in ({}, {"as_of": "2019-03-01"}, {"include": "sources"}):
                assert client.get(detail_url(resource, key), query).status_code == 404, (resource, key)


def test_only_what_is_published_is_listed(client: Client, secret: Cooperation) -> None:
    key = {"cooperations": "slug"}
    for resource, keys in hidden_things(secret).items():
        assert not {*column(client, resource, key.get(resource, "id"))} & {*keys}, resource
    assert column(client, "cooperations", "slug") == ["bekannt"]
    assert column(client, "participations", "cooperation") == ["bekannt"]
    for resource in ("agreements", "awards", "conflicts"):
        assert results(client, resource) == []
    assert [(row["subject_type"], row["field"]) for row in results(client, "citations")] == [("event", "kind")]


def test_an_event_it_shares_names_only_the_other(client: Client, secret: Cooperation) -> None:
    [event] = results(client, "events")
    assert (event["title"], event["cooperations"], event["agreements"]) == ("Treffen", ["bekannt"], [])
    assert (event["municipalities"], event["programmes"]) == (["160530000000"], ["ikz"])


def test_it_is_not_counted(client: Client, secret: Cooperation) -> None:
    assert column(client, "sources", "passages_count") == [1]


FINDS: list[tuple[str, dict[str, str]]] = [
    ("cooperations", {"search": SECRET}),
    ("cooperations", {"role": "lead"}),
    ("cooperations", {"programme": "ikz"}),
    ("cooperations", {"legal_form": "purpose_agreement"}),
    ("cooperations", {"organisation": "amt"}),
    ("participations", {"role": "lead"}),
    ("participations", {"organisation": "amt"}),
    ("agreements", {"search": SECRET}),
    ("agreements", {"municipality": "16053000"}),
    ("events", {"search": SECRET}),
    ("awards", {"programme": "ikz"}),
    ("awards", {"search": SECRET}),
    ("sources", {"search": SECRET}),
    ("citations", {"search": SECRET}),
    ("citations", {"subject_type": "participation"}),
    ("conflicts", {"search": SECRET}),
    ("municipalities", {"search": SECRET}),
    ("organisations", {"search": SECRET}),
    ("programmes", {"search": SECRET}),
]


def test_no_filter_and_no_search_finds_it(client: Client, secret: Cooperation) -> None:
    assert [find for find in FINDS if results(client, find[0], **find[1])] == []


def test_its_key_is_that_of_nobody(client: Client, secret: Cooperation) -> None:
    for resource in ("cooperations", "participations", "agreements", "events", "awards"):
        body = client.get(list_url(resource), {"cooperation": secret.slug}).json()
        assert body["errors"] == [{"parameter": "cooperation", "message": f"„{secret.slug}“ gibt es nicht."}]


def test_it_is_there_once_it_is_published(client: Client, secret: Cooperation) -> None:
    """The rows of this test could be seen: published, every one of them is."""
    Cooperation.objects.update(record_state=RecordState.PUBLISHED)
    for resource, keys in hidden_things(secret).items():
        for key in keys:
            assert client.get(detail_url(resource, key)).status_code == 200
