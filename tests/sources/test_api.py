"""Documents, citations and contradictions as the API tells them: what is quoted, what is not."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from sources.models import Citation, SourceDocument
from sources.workflow import refresh_search
from tests.api import column, counted_queries, detail, list_url, results, told
from tests.builders import (
    day,
    make_agreement,
    make_citation,
    make_conflict,
    make_cooperation,
    make_criterion,
    make_document,
    make_event,
    make_municipality,
    make_organisation,
    make_participation,
    make_passage,
    make_programme,
    make_speaker,
    make_status_step,
)

pytestmark = pytest.mark.django_db
TEXT = "Jena und Gera planen eine gemeinsame Leitstelle. Auskunft: erika@example.org, Zimmer 12."


@pytest.fixture
def document() -> SourceDocument:
    return make_document("otz-2019", text=TEXT)


def citation_of(document: SourceDocument, part: str, **values: Any) -> Citation:
    start = TEXT.index(part)
    subject = values.pop("subject", None) or make_organisation()
    return make_citation(subject, "name", passage=make_passage(document, start, end=start + len(part)), **values)


def test_a_source(client: Client) -> None:
    row = make_document(
        "otz-2019",
        title="Leitstelle",
        publisher="OTZ",
        published_on=day("2019-02-01"),
        published_precision="month",
        published_wording="Februar 2019",
        sha256="0" * 64,
    )
    passage = make_passage(row, 5)
    make_citation(make_organisation(), "name", passage=passage)
    make_citation(make_organisation(), "kind", passage=passage)
    make_passage(row, 50)  # says nothing
    assert detail(client, "sources", "otz-2019") == {
        "slug": "otz-2019",
        "title": "Leitstelle",
        "publisher": "OTZ",
        "kind": "press_article",
        "published_on": "2019-02-01",
        "published_precision": "month",
        "published_wording": "Februar 2019",
        "language": "de",
        "passages_count": 1,
        "sha256": "0" * 64,
        "length": 5000,
        "updated_at": told(row),
    }


def test_a_citation(client: Client, document: SourceDocument) -> None:
    mayor = make_speaker(document, name="N. N.", kind="office_holder", office="Oberbürgermeister", on=day("2019-02-23"))
    council = make_speaker(document, name="Stadtrat")
    row = citation_of(
        document,
        "gemeinsame Leitstelle",
        subject=make_organisation(slug="leitstelle"),
        value="leitstelle",
        stated_value="eine Leitstelle für beide",
        modality="planned",
        confidence="implied",
        speakers=[council, mayor],
        stated_on="2019-02-23",
    )
    assert detail(client, "citations", row.pk) == {
        "id": row.pk,
        "subject_type": "organisation",
        "subject": "leitstelle",
        "field": "name",
        "stated_value": "eine Leitstelle für beide",
        "value": "leitstelle",
        "modality": "planned",
        "confidence": "implied",
        "speaker": "N. N. (Oberbürgermeister, Stand 23.02.2019); Stadtrat",
        "source": "otz-2019",
        "line": 1,
        "start": 26,
        "end": 47,
        "quote": "gemeinsame Leitstelle",
        "stated_on": "2019-02-23",
    }


def test_subjects_are_called_as_their_resource_calls_them(client: Client) -> None:
    participation = make_participation()
    programme = make_programme(slug="ikz")
    subjects = {
        ("municipality", "160530000000"): make_municipality(ars="160530000000"),
        ("organisation", "amt"): make_organisation(slug="amt"),
        ("programme", "ikz"): programme,
        ("source_document", "otz"): make_document("otz"),
        ("cooperation", "leitstelle"): make_cooperation(slug="leitstelle"),
    }
    for row in (participation, participation.steps.get(), make_agreement(), make_event(), make_criterion(programme)):
        subjects[row.subject_type(), str(row.pk)] = row
    for row in subjects.values():
        make_citation(row, next(iter(row.citable_fields)))
    found = {(row["subject_type"], row["subject"]): row["id"] for row in results(client, "citations")}
    assert set(found) == set(subjects)
    for (subject_type, subject), pk in found.items():
        query = {"subject_type": subject_type, "subject": subject}
        assert column(client, "citations", "id", **query) == [pk]


# --- quotations ---


def test_nothing_is_quoted_where_the_text_is_not_attached(client: Client) -> None:
    make_citation(make_organisation(), "name")
    assert column(client, "citations", "quote") == [None]


def test_a_personal_passage_is_never_quoted(client: Client, document: SourceDocument) -> None:
    address = "erika@example.org"
    start = TEXT.index(address)
    personal = make_passage(document, start, end=start + len(address), is_personal=True)
    other_text = make_document(text=TEXT)
    make_citation(make_organisation(), "name", passage=personal)
    citation_of(document, "Auskunft: erika@example.org, Zimmer 12.")
    citation_of(document, "erika")
    citation_of(document, "org, Zimmer")
    citation_of(document, "Zimmer 12")
    citation_of(other_text, "Auskunft")
    assert column(client, "citations", "quote") == [
        "Auskunft: , Zimmer 12.",
        None,
        None,
        ", Zimmer",
        "Zimmer 12",
        "Auskunft",
    ]
    assert address.encode() not in client.get(list_url("citations")).content


def test_a_long_passage_is_cut(client: Client) -> None:
    document = make_document(text="ä" * 1000)
    make_citation(make_organisation(), "name", passage=make_passage(document, 0, end=301))
    make_citation(make_organisation(), "name", passage=make_passage(document, 0, end=300))
    assert sorted(column(client, "citations", "quote")) == sorted(["ä" * 299 + "…", "ä" * 300])


def test_a_passage_beyond_the_text_is_not_quoted(client: Client) -> None:
    document = make_document(text="kurz")
    make_citation(make_organisation(), "name", passage=make_passage(document, 2, end=9))
    assert column(client, "citations", "quote") == [None]


# --- contradictions ---


def test_a_contradiction_with_its_statements(client: Client, document: SourceDocument) -> None:
    row = make_cooperation(slug="leitstelle")
    said = [make_citation(row, "status", value) for value in ("planned", "active")]
    make_citation(row, "status")  # says nothing that could be compared
    make_citation(row, "region", "Ostthüringen")
    make_citation(make_cooperation(), "status", "ended")
    conflict = make_conflict(row, "status", state="explained", explanation="Erst geplant, dann in Betrieb.")
    assert detail(client, "conflicts", conflict.pk) == {
        "id": conflict.pk,
        "subject_type": "cooperation",
        "subject": "leitstelle",
        "field": "status",
        "state": "explained",
        "explanation": "Erst geplant, dann in Betrieb.",
        "citations": [detail(client, "citations", citation.pk) for citation in said],
        "updated_at": told(conflict),
    }


def test_contradictions_of_many_kinds_of_subjects_take_one_query_for_their_statements(client: Client) -> None:
    step = make_status_step(make_cooperation(), "planned")
    for row in (make_cooperation(), step, make_organisation(), make_programme(), make_event(), make_participation()):
        field = next(iter(row.citable_fields))
        make_citation(row, field, "a")
        make_citation(row, field, "b")
        make_conflict(row, field)
    with counted_queries() as queries:
        rows = results(client, "conflicts")
    assert [[said["value"] for said in row["citations"]] for row in rows] == [["a", "b"]] * 6
    assert len(queries) == 4  # the version before the three


# --- filters ---


@pytest.mark.parametrize(
    ("query", "values"),
    [
        ({}, ["planned", "active", "Gera", "Jena"]),
        ({"source": "otz"}, ["planned", "active"]),
        ({"subject_type": "cooperation"}, ["planned", "active"]),
        ({"subject_type": "cooperation,organisation"}, ["planned", "active", "Gera", "Jena"]),
        ({"subject_type": "organisation", "subject": "gera"}, ["Gera"]),
        ({"subject_type": "organisation", "subject": "gera,jena"}, ["Gera", "Jena"]),
        ({"field": "status"}, ["planned", "active"]),
        ({"field": "region,name"}, ["Gera", "Jena"]),
        ({"modality": "planned"}, ["planned"]),
        ({"confidence": "inferred"}, ["Jena"]),
        ({"search": "jen"}, ["Jena"]),
        ({"as_of": "2019-03-01"}, ["planned", "Gera", "Jena"]),
        ({"ordering": "-stated_on"}, ["active", "planned", "Gera", "Jena"]),
        ({"modified_since": "9999-12-31"}, []),
    ],
)
def test_filters_of_citations(client: Client, query: dict[str, str], values: list[str]) -> None:
    otz, mdr = make_document("otz"), make_document("mdr")
    row = make_cooperation()
    make_citation(
        row, "status", "planned", passage=make_passage(otz, 1), modality="planned", stated_on=day("2019-02-23")
    )
    make_citation(row, "status", "active", passage=make_passage(otz, 2), stated_on=day("2019-04-24"))
    make_citation(make_organisation(slug="gera"), "name", "Gera", passage=make_passage(mdr, 1))
    make_citation(make_organisation(slug="jena"), "name", "Jena", passage=make_passage(mdr, 2), confidence="inferred")
    assert column(client, "citations", "value", **query) == values


@pytest.mark.parametrize(
    ("subject_type", "subject"),
    [
        *(("cooperation", "nichts"), ("cooperation", "entwurf"), ("cooperation", "\x00"), ("participation", "x")),
        *(("participation", "²"), ("participation", str(10**20)), ("participation", "-1"), ("participation", "1.0")),
    ],
)
def test_a_subject_that_is_none_or_not_public_is_named(client: Client, subject_type: str, subject: str) -> None:
    make_cooperation(slug="entwurf", record_state="draft")
    answer = client.get(list_url("citations"), {"subject_type": subject_type, "subject": subject})
    assert answer.status_code == 400
    assert answer.json()["errors"] == [{"parameter": "subject", "message": f"„{subject}“ gibt es nicht."}]


@pytest.mark.parametrize(
    ("query", "fields"),
    [
        ({}, ["status", "kind"]),
        ({"state": "decided"}, ["kind"]),
        ({"subject_type": "organisation"}, ["kind"]),
        ({"subject_type": "cooperation", "subject": "leitstelle"}, ["status"]),
        ({"field": "status"}, ["status"]),
        ({"search": "aemt"}, ["kind"]),
        ({"ordering": "field"}, ["kind", "status"]),
        ({"ordering": "-state"}, ["status", "kind"]),
        ({"as_of": "2019-01-01"}, ["kind"]),  # of the other nobody had stated two values
    ],
)
def test_filters_of_contradictions(client: Client, query: dict[str, str], fields: list[str]) -> None:
    office = make_organisation()
    make_citation(office, "kind", "state", stated_value="ein Ämterverbund")
    make_citation(office, "kind", "association", stated_value="ein Verein")
    make_conflict(office, "kind", state="decided", explanation="So steht es im Gesetz.")
    make_conflict(make_cooperation(slug="leitstelle"), "status")
    assert column(client, "conflicts", "field", **query) == fields


@pytest.mark.parametrize(
    ("query", "slugs"),
    [
        ({"kind": "directive"}, ["gesetz"]),
        ({"search": "ueber Feuerwehr"}, ["zeitung"]),
        ({"as_of": "2019-06-01"}, ["zeitung", "gesetz"]),
        ({"as_of": "2019-01-01"}, ["gesetz"]),
        ({"ordering": "title"}, ["gesetz", "zeitung"]),
        ({"ordering": "-published_on"}, ["zeitung", "gesetz"]),
    ],
)
def test_filters_of_sources(client: Client, query: dict[str, str], slugs: list[str]) -> None:
    paper = make_document("zeitung", title="Zeitung über alles", published_on=day("2019-02-23"))
    make_document("gesetz", title="Gesetz", kind="directive", published_on=None)
    make_citation(make_organisation(), "name", stated_value="die Feuerwehr", passage=make_passage(paper))
    refresh_search()
    assert column(client, "sources", "slug", **query) == slugs
