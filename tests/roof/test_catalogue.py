"""The catalogue of the data, as GovData and other portals collect it (DCAT-AP.de 2.0)."""

from __future__ import annotations

from pathlib import Path

import pytest
from pyshacl import validate
from rdflib import DCAT, DCTERMS, RDF, Graph, URIRef

from tests.builders import make_cooperation

pytestmark = pytest.mark.django_db

ADDRESS = "/api/v1/catalog.jsonld"
ROOT = URIRef(f"https://portal.example{ADDRESS}")


@pytest.fixture(autouse=True)
def registered(settings) -> None:
    settings.PUBLIC_URL = "https://portal.example"
    settings.DCAT_CONTRIBUTOR = "beispiel"
    settings.OPERATOR = settings.OPERATOR | {"name": "Ministerium", "email": "register@portal.example"}


def collected(client) -> Graph:
    answer = client.get(ADDRESS)
    assert (answer.status_code, answer["Content-Type"]) == (200, "application/ld+json")
    return Graph().parse(data=answer.content, format="json-ld")


def test_it_keeps_the_rules_of_dcat_ap_de(client, shared: Path):
    make_cooperation()
    rules = Graph()
    for file in sorted((shared / "data" / "dcat-ap-de").glob("*.ttl")):
        rules.parse(file)
    assert len(rules) > 1000
    _conforms, results, _text = validate(collected(client), shacl_graph=rules, advanced=True)
    shacl = "http://www.w3.org/ns/shacl#"
    faults = [
        str(results.value(result, URIRef(f"{shacl}resultMessage")))
        for result in results.subjects(URIRef(f"{shacl}resultSeverity"), URIRef(f"{shacl}Violation"))
    ]
    assert faults == []


def test_every_resource_is_a_dataset_with_all_its_representations(client):
    graph = collected(client)
    datasets = {str(row).split("#")[1] for row in graph.objects(ROOT, DCAT.dataset)}
    assert datasets == set(client.get("/api/v1/").json()["resources"])
    places = graph.objects(URIRef(f"{ROOT}#cooperations"), DCAT.distribution)
    formats = {str(row).split("format=")[1].removesuffix("#datei") for row in places}
    assert formats == {"json", "csv", "xlsx", "ndjson", "geojson"}


def test_what_it_says_can_be_downloaded_can(client):
    files = [
        str(url).removeprefix("https://portal.example") for url in collected(client).objects(None, DCAT.downloadURL)
    ]
    assert len(files) > 40
    assert {client.get(url).status_code for url in files} == {200}


def test_it_tells_the_last_change_and_the_licence(client):
    row = make_cooperation()
    graph = collected(client)
    assert graph.value(URIRef(f"{ROOT}#cooperations"), DCTERMS.modified).toPython() == row.updated_at
    assert str(graph.value(ROOT, DCTERMS.license)) == "http://dcat-ap.de/def/licenses/dl-by-de/2.0"
    assert (ROOT, RDF.type, DCAT.Catalog) in graph


def test_a_hidden_record_changes_nothing(client):
    make_cooperation(record_state="draft")
    assert collected(client).value(URIRef(f"{ROOT}#cooperations"), DCTERMS.modified) is None


def test_nothing_else_is_to_be_had(client):
    assert client.get(f"{ADDRESS}?format=csv").status_code == 400
    assert client.post(ADDRESS).status_code == 405
