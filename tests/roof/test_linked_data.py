"""Objects as linked data: what another program reads from them, statement by statement."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from django.test import Client
from rdflib import DCTERMS, FOAF, ORG, OWL, RDF, SDO, SKOS, XSD, Graph, Literal, URIRef

from agreements.models import Cooperation
from coopportal.api import RESOURCES as ROUTED
from coopportal.common import feed
from tests import builders as make
from tests.api import ROWS, counted_queries, detail_url, list_url
from tests.roof.test_api import problem

pytestmark = pytest.mark.django_db
HOST = "https://portal.example"
LINKED = [name for name, resource in ROUTED.items() if resource.linked]


@pytest.fixture(autouse=True)
def _host(settings: Any) -> None:
    settings.PUBLIC_URL = HOST


def read(client: Client, resource: str, key: Any, **query: str) -> Graph:
    """As a program of another house reads it; nothing is fetched for that from anywhere."""
    answer = client.get(detail_url(resource, key), query | {"format": "jsonld"})
    assert (answer.status_code, answer["Content-Type"]) == (200, "application/ld+json"), answer.content
    assert set(re.findall(r'"@context": ?"http', answer.content.decode())) == set()
    return Graph().parse(data=answer.content, format="json-ld")


def iri(path: str) -> URIRef:
    return URIRef(f"{HOST}{path}#id")


def kinds(graph: Graph, subject: Any) -> set[Any]:
    return set(graph.objects(subject, RDF.type))


def test_these_lists_have_it() -> None:
    assert LINKED == ["municipalities", "organisations", "cooperations", "programmes", "sources"]


@pytest.mark.parametrize("resource", LINKED)
def test_an_answer_says_what_it_is_about_on_which_terms(client: Client, resource: str) -> None:
    key = ROWS[resource]()
    graph = read(client, resource, key)
    document = URIRef(f"{HOST}{detail_url(resource, key)}?format=jsonld")
    subject = graph.value(document, FOAF.primaryTopic)
    assert subject is not None
    assert graph.value(document, DCTERMS.license) == URIRef("https://www.govdata.de/dl-de/by-2-0")
    assert graph.value(document, DCTERMS.modified).datatype == XSD.dateTime
    page = str(graph.value(subject, SDO.url))
    assert client.get(page.removeprefix(HOST)).status_code == 200
    assert kinds(graph, subject)


@pytest.mark.parametrize("resource", LINKED)
def test_the_page_leads_to_it(client: Client, resource: str) -> None:
    key = ROWS[resource]()
    graph = read(client, resource, key)
    page = str(graph.value(next(graph.objects(None, FOAF.primaryTopic)), SDO.url)).removeprefix(HOST)
    text = client.get(page, {"stand": "2024-02-01"}).text
    [address] = re.findall(r'<link rel="alternate" type="application/ld\+json" href="([^"]+)">', text)
    assert address == f"{detail_url(resource, key)}?format=jsonld&amp;as_of=2024-02-01"
    assert client.get(address.replace("&amp;", "&")).status_code == 200


@pytest.mark.parametrize(
    ("resource", "number"),
    [("cooperations", 9), ("municipalities", 6), ("organisations", 3), ("programmes", 5), ("sources", 2)],
)
def test_it_takes_few_queries(client: Client, resource: str, number: int) -> None:
    url = detail_url(resource, ROWS[resource]())
    with counted_queries() as queries:
        client.get(url, {"format": "jsonld"})
    assert len(queries) == number


def test_a_cooperation_and_its_members(client: Client) -> None:
    row = make.make_cooperation(
        "Leitstelle",
        slug="leitstelle",
        task_fields=["04.01"],
        started_on=make.day("2019-04-24"),
        started_precision="day",
    )
    town, ministry = (
        make.make_municipality("Jena"),
        make.make_organisation("Ministerium", slug="min", kind="state_ministry"),
    )
    make.make_participation(row, town, role="lead", steps=[("member", "2019-04-24")])
    make.make_participation(row, ministry, role="funder", steps=[("mentioned", "2019-04-24")])
    paid, promised = make.make_programme(slug="bezahlt"), make.make_programme(slug="versprochen")
    make.make_award(row, paid, rung="paid")
    make.make_award(row, promised, rung="announced")
    graph = read(client, "cooperations", "leitstelle")
    it, jena, office = iri("/kooperationen/leitstelle/"), iri(f"/kommunen/{town.ars}/"), iri("/stellen/min/")
    assert kinds(graph, it) == {ORG.OrganizationalCollaboration, SDO.Project}
    assert graph.value(it, SDO.name) == Literal("Leitstelle", lang="de")
    assert graph.value(it, SDO.foundingDate) == Literal("2019-04-24", datatype=XSD.date)
    assert list(graph.objects(it, ORG.hasMember)) == [jena]
    assert list(graph.objects(it, SDO.mentions)) == [office]
    assert kinds(graph, jena) == {SDO.AdministrativeArea, ORG.FormalOrganization}
    assert kinds(graph, office) == {SDO.GovernmentOrganization, ORG.FormalOrganization}
    assert graph.value(jena, SDO.name) == Literal("Jena", lang="de")
    [place] = graph.objects(it, ORG.hasMembership)
    assert graph.value(place, ORG.member) == jena
    assert graph.value(graph.value(place, ORG.role), SKOS.notation) == Literal("lead")
    assert list(graph.objects(it, SDO.funding)) == [iri("/foerderung/bezahlt/")]
    assert graph.value(graph.value(it, ORG.purpose), SKOS.notation) == Literal("04.01")


def test_what_is_not_known_to_the_day_is_no_day(client: Client) -> None:
    make.make_cooperation(slug="vage", started_on=make.day("2019-01-01"), started_precision="year")
    graph = read(client, "cooperations", "vage")
    assert list(graph.objects(None, SDO.foundingDate)) == []


def test_it_is_told_as_of_the_day(client: Client) -> None:
    row = make.make_cooperation(slug="verbund")
    make.make_participation(row, steps=[("mentioned", "2019-01-01"), ("member", "2021-01-01")])
    assert len(list(read(client, "cooperations", "verbund", as_of="2020-01-01").objects(None, ORG.hasMember))) == 0
    assert len(list(read(client, "cooperations", "verbund", as_of="2022-01-01").objects(None, ORG.hasMember))) == 1


def test_a_municipality_where_it_lies_and_what_followed_it(client: Client) -> None:
    district = make.make_municipality("Saale-Holzland-Kreis", level="district", kind="rural_district")
    town = make.make_municipality("Bürgel", parent=district, lat="50.94", lon="11.75", kind="town")
    after, maybe = make.make_municipality("Eisenberg"), make.make_municipality("Jena")
    make.make_succession(town, after, confirmed=True)
    make.make_succession(town, maybe, confirmed=False)
    graph = read(client, "municipalities", town.ars)
    it = iri(f"/kommunen/{town.ars}/")
    assert kinds(graph, it) == {SDO.AdministrativeArea, ORG.FormalOrganization}
    assert iri(f"/kommunen/{district.ars}/") in set(graph.objects(it, SDO.containedInPlace))
    assert iri(f"/api/v1/states/{town.state_id}/") in set(graph.objects(it, SDO.containedInPlace))
    assert float(graph.value(graph.value(it, SDO.geo), SDO.latitude)) == pytest.approx(50.94)
    assert graph.value(graph.value(it, ORG.classification), SKOS.prefLabel) == Literal("Stadt", lang="de")
    assert set(graph.objects(None, ORG.resultingOrganization)) == {iri(f"/kommunen/{after.ars}/")}


def test_programmes_and_sources(client: Client) -> None:
    funder = make.make_organisation("Innenministerium", slug="im", kind="state_ministry")
    make.make_programme(slug="pilot", kind="pilot", funder=funder)
    make.make_programme(slug="reform", kind="reform", funder=funder)
    for slug, kind, gives in (
        ("pilot", SDO.MonetaryGrant, SDO.funder),
        ("reform", SDO.GovernmentService, SDO.provider),
    ):
        graph = read(client, "programmes", slug)
        assert kinds(graph, iri(f"/foerderung/{slug}/")) == {kind}
        assert graph.value(iri(f"/foerderung/{slug}/"), gives) == iri("/stellen/im/")
    document = make.make_document(kind="press_article", publisher="Zeitung")
    graph = read(client, "sources", document.slug)
    it = iri(f"/quellen/{document.slug}/")
    assert kinds(graph, it) == {SDO.CreativeWork, SDO.NewsArticle}
    assert graph.value(graph.value(it, SDO.publisher), SDO.name) == Literal("Zeitung")


def test_what_is_gone_says_so_and_what_stands_in_its_place(client: Client) -> None:
    row, other = make.make_cooperation(slug="alt"), make.make_cooperation(slug="neu")
    feed.settle(row.updated_at.date())
    Cooperation.objects.filter(pk=row.pk).update(record_state="merged", merged_into=other)
    graph = read(client, "cooperations", "alt")
    assert graph.value(iri("/kooperationen/alt/"), OWL.deprecated) == Literal(True)
    assert graph.value(iri("/kooperationen/alt/"), DCTERMS.isReplacedBy) == iri("/kooperationen/neu/")


def test_it_is_negotiated_and_nothing_else_can_be_asked(client: Client) -> None:
    key = ROWS["organisations"]()
    answer = client.get(detail_url("organisations", key), headers={"Accept": "application/ld+json"})
    assert (answer["Content-Type"], answer["Vary"]) == ("application/ld+json", "Accept")
    body = problem(
        client.get(detail_url("organisations", key), {"format": "jsonld", "fields": "name", "include": "sources"})
    )
    assert [error["parameter"] for error in body["errors"]] == ["fields", "include"]
    assert client.get(list_url("organisations"), {"format": "jsonld"}).status_code == 400
    assert client.get(detail_url("organisations", "nichts"), {"format": "jsonld"}).status_code == 404


def test_names_are_text_whatever_they_hold(client: Client) -> None:
    name = '"}], "@id": "https://evil.example/", <b>„ü“</b> \\u0000'
    make.make_organisation(name, slug="frech")
    graph = read(client, "organisations", "frech")
    assert graph.value(iri("/stellen/frech/"), SDO.name) == Literal(name, lang="de")
    assert json.loads(client.get(detail_url("organisations", "frech"), {"format": "jsonld"}).content)
