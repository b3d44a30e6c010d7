"""The catalogue of the data as other catalogues collect it: DCAT-AP.de 2.0 (GovData), based on DCAT-AP 2.1.1.

Every resource of the API is a dataset; each representation of its list is a distribution. Terms of the vocabularies
that DCAT-AP.de prescribes are described where they are used, so that the graph can be checked by itself. Who delivers
to GovData has a name there (``contributorID``, convention 12): it comes from the setting DCAT_CONTRIBUTOR.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from django.conf import settings
from django.utils.translation import gettext as _
from rdflib import DCAT, DCTERMS, FOAF, RDF, SKOS, XSD, Graph, Literal, Namespace, URIRef

from coopportal.common.licence import ATTRIBUTION

VCARD = Namespace("http://www.w3.org/2006/vcard/ns#")
DCATDE = Namespace("http://dcat-ap.de/def/dcatde/")
DCATAP = Namespace("http://data.europa.eu/r5r/")
_EU = "http://publications.europa.eu/resource/authority"

_CONTRIBUTORS = "http://dcat-ap.de/def/contributors"

#: The licence of ``common.licence`` by its name in the vocabulary of DCAT-AP.de.
LICENCE = URIRef("http://dcat-ap.de/def/licenses/dl-by-de/2.0")
LANGUAGE = URIRef(f"{_EU}/language/DEU")
THEMES = (URIRef(f"{_EU}/data-theme/GOVE"), URIRef(f"{_EU}/data-theme/REGI"))
LEVELS = tuple(
    URIRef(f"http://dcat-ap.de/def/politicalGeocoding/Level/{level}")
    for level in ("state", "administrativeDistrict", "municipality")
)
GERMANY = URIRef(f"{_EU}/country/DEU")
CONTINUOUS = URIRef(f"{_EU}/frequency/CONT")
AVAILABLE = URIRef(f"{_EU}/planned-availability/AVAILABLE")

#: Term → the scheme it belongs to.
_SCHEMES = {
    LICENCE: "http://dcat-ap.de/def/licenses",
    LANGUAGE: f"{_EU}/language",
    CONTINUOUS: f"{_EU}/frequency",
    AVAILABLE: f"{_EU}/planned-availability",
    **dict.fromkeys(THEMES, f"{_EU}/data-theme"),
    **dict.fromkeys(LEVELS, "http://dcat-ap.de/def/politicalGeocoding/Level"),
}


@dataclass(frozen=True)
class Representation:
    """How a list can be taken: ``format`` of the API, its name for people, media type, file type of the EU's list."""

    format: str
    name: str
    media_type: str
    file_type: str


REPRESENTATIONS = {
    "json": Representation("json", "JSON", "application/json", "JSON"),
    "csv": Representation("csv", "CSV", "text/csv", "CSV"),
    "xlsx": Representation("xlsx", "XLSX", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "XLSX"),
    "ndjson": Representation("ndjson", "NDJSON", "application/x-ndjson", "JSON"),
    "geojson": Representation("geojson", "GeoJSON", "application/geo+json", "GEOJSON"),
}


@dataclass(frozen=True)
class Listed:
    """A resource of the API: its name there, what people call it, what it is about, the formats of its list."""

    name: str
    title: str
    about: str
    formats: tuple[str, ...]


def catalogue(
    listed: Iterable[Listed], address: Callable[[str], str], modified: Mapping[str, dt.datetime | None]
) -> Graph:
    """The catalogue as a graph; ``address`` makes a path of the portal absolute, ``modified`` tells the last change."""
    graph = Graph()
    for prefix, namespace in (("dcat", DCAT), ("dct", DCTERMS), ("dcatde", DCATDE), ("dcatap", DCATAP)):
        graph.bind(prefix, namespace)
    root = URIRef(address("/api/v1/catalog.jsonld"))
    publisher = _publisher(graph, address)
    graph.add((root, RDF.type, DCAT.Catalog))
    graph.add((root, DCTERMS.title, Literal("Kooperationsportal", lang="de")))
    graph.add((root, DCTERMS.description, Literal(str(ATTRIBUTION), lang="de")))
    graph.add((root, DCTERMS.publisher, publisher))
    graph.add((root, DCTERMS.license, LICENCE))
    graph.add((root, DCTERMS.language, LANGUAGE))
    graph.add((root, DCTERMS.spatial, GERMANY))
    graph.add((root, FOAF.homepage, URIRef(address("/"))))
    graph.add((root, DCAT.themeTaxonomy, URIRef(f"{_EU}/data-theme")))
    service = _service(graph, address, publisher)
    graph.add((root, DCAT.service, service))
    for resource in listed:
        dataset = _dataset(graph, resource, address, publisher)
        graph.add((root, DCAT.dataset, dataset))
        graph.add((service, DCAT.servesDataset, dataset))
        if moment := modified.get(resource.name):
            graph.add((dataset, DCTERMS.modified, Literal(moment.isoformat(), datatype=XSD.dateTime)))
    _terms(graph)
    return graph


def _publisher(graph: Graph, address: Callable[[str], str]) -> URIRef:
    agent = URIRef(address("/impressum/"))
    graph.add((agent, RDF.type, FOAF.Agent))
    graph.add((agent, FOAF.name, Literal(str(settings.OPERATOR["name"]), lang="de")))
    contact = URIRef(address("/impressum/#kontakt"))
    graph.add((contact, RDF.type, VCARD.Kind))
    graph.add((contact, RDF.type, VCARD.Organization))
    graph.add((contact, VCARD.fn, Literal(str(settings.OPERATOR["name"]))))
    graph.add((contact, VCARD.hasURL, agent))
    if email := settings.OPERATOR["email"]:
        graph.add((contact, VCARD.hasEmail, URIRef(f"mailto:{email}")))
    return agent


def _service(graph: Graph, address: Callable[[str], str], publisher: URIRef) -> URIRef:
    service = URIRef(address("/api/v1/"))
    graph.add((service, RDF.type, DCAT.DataService))
    graph.add((service, DCTERMS.title, Literal(_("Schnittstelle des Kooperationsportals"), lang="de")))
    graph.add((service, DCTERMS.publisher, publisher))
    graph.add((service, DCTERMS.license, LICENCE))
    graph.add((service, DCAT.endpointURL, service))
    graph.add((service, DCAT.endpointDescription, URIRef(address("/api/v1/schema/"))))
    return service


def _dataset(graph: Graph, resource: Listed, address: Callable[[str], str], publisher: URIRef) -> URIRef:
    place = f"/api/v1/{resource.name}/"
    dataset = URIRef(f"{address('/api/v1/catalog.jsonld')}#{resource.name}")
    graph.add((dataset, RDF.type, DCAT.Dataset))
    graph.add((dataset, DCTERMS.identifier, Literal(str(dataset))))
    graph.add((dataset, DCTERMS.title, Literal(resource.title, lang="de")))
    graph.add((dataset, DCTERMS.description, Literal(resource.about, lang="de")))
    graph.add((dataset, DCTERMS.publisher, publisher))
    graph.add((dataset, DCAT.contactPoint, URIRef(address("/impressum/#kontakt"))))
    graph.add((dataset, DCTERMS.language, LANGUAGE))
    graph.add((dataset, DCTERMS.spatial, GERMANY))
    graph.add((dataset, DCTERMS.accrualPeriodicity, CONTINUOUS))
    graph.add((dataset, DCATAP.availability, AVAILABLE))
    graph.add((dataset, DCAT.landingPage, URIRef(address("/api/docs/"))))
    for word in (_("interkommunale Zusammenarbeit"), resource.title):
        graph.add((dataset, DCAT.keyword, Literal(word, lang="de")))
    for theme in THEMES:
        graph.add((dataset, DCAT.theme, theme))
    for level in LEVELS:
        graph.add((dataset, DCATDE.politicalGeocodingLevelURI, level))
    if settings.DCAT_CONTRIBUTOR:
        contributor = URIRef(f"{_CONTRIBUTORS}/{settings.DCAT_CONTRIBUTOR}")
        graph.add((dataset, DCATDE.contributorID, contributor))
        graph.add((contributor, SKOS.inScheme, URIRef(_CONTRIBUTORS)))
    for name in resource.formats:
        graph.add((dataset, DCAT.distribution, _distribution(graph, resource, REPRESENTATIONS[name], address(place))))
    return dataset


def _distribution(graph: Graph, resource: Listed, taken: Representation, place: str) -> URIRef:
    """One way to take the list. ``dcat:mediaType`` is IANA's word, ``dct:format`` that of the EU's list of files."""
    url = URIRef(f"{place}?format={taken.format}")
    distribution = URIRef(f"{url}#datei")
    graph.add((distribution, RDF.type, DCAT.Distribution))
    graph.add((distribution, DCTERMS.title, Literal(f"{resource.title} ({taken.name})", lang="de")))
    graph.add((distribution, DCAT.accessURL, URIRef(place)))
    if taken.format != "json":  # JSON comes by pages: an address to ask, not a file
        graph.add((distribution, DCAT.downloadURL, url))
    graph.add((distribution, DCTERMS.license, LICENCE))
    graph.add((distribution, DCATDE.licenseAttributionByText, Literal(str(ATTRIBUTION), lang="de")))
    media_type = URIRef(f"https://www.iana.org/assignments/media-types/{taken.media_type}")
    graph.add((distribution, DCAT.mediaType, media_type))
    graph.add((media_type, RDF.type, DCTERMS.MediaType))
    file_type = URIRef(f"{_EU}/file-type/{taken.file_type}")
    graph.add((distribution, DCTERMS["format"], file_type))
    graph.add((file_type, RDF.type, DCTERMS.MediaTypeOrExtent))
    graph.add((file_type, SKOS.inScheme, URIRef(f"{_EU}/file-type")))
    graph.add((distribution, DCTERMS.language, LANGUAGE))
    graph.add((distribution, DCATAP.availability, AVAILABLE))
    return distribution


def _terms(graph: Graph) -> None:
    """What the terms used are, as far as rules about them ask."""
    for term, scheme in _SCHEMES.items():
        graph.add((term, RDF.type, SKOS.Concept))
        graph.add((term, SKOS.inScheme, URIRef(scheme)))
    kinds = {LICENCE: DCTERMS.LicenseDocument, LANGUAGE: DCTERMS.LinguisticSystem, GERMANY: DCTERMS.Location}
    for term, kind in (kinds | {CONTINUOUS: DCTERMS.Frequency}).items():
        graph.add((term, RDF.type, kind))
