"""Objects as linked data (JSON-LD), in the words of schema.org, the W3C's organization ontology and Dublin Core.

A room says what its records mean (``Linked``); what is said follows from the record of the API, so nothing is told here
that is not told there. The context stands within the answer: nobody has to fetch it from anywhere.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.urls import reverse
from rdflib import DCTERMS, FOAF, ORG, OWL, RDF, SDO, SKOS, XSD, BNode, Graph, Literal, Node, URIRef
from rest_framework.renderers import BaseRenderer

from coopportal.common.json_answers import Json
from coopportal.common.licence import LICENCE
from coopportal.common.renderers import Record

_PREFIXES = {"schema": SDO, "org": ORG, "dct": DCTERMS, "skos": SKOS, "foaf": FOAF}


class JsonLdRenderer(BaseRenderer):
    """A graph as JSON-LD."""

    media_type = "application/ld+json"
    format = "jsonld"
    charset = None  # JSON has none

    def render(self, data: Any, accepted_media_type: Any = None, renderer_context: Any = None) -> bytes:
        if not isinstance(data, Graph):  # an error
            return Json().render(data)
        return data.serialize(format="json-ld", auto_compact=True).encode()


def thing(route: str, key: Any) -> URIRef:
    """The name of what an address of the portal is about; the address itself is that of a text about it."""
    return URIRef(f"{settings.PUBLIC_URL}{reverse(route, args=[key])}#id")


@dataclass(frozen=True)
class Statements:
    """What is said of one thing; whatever is unknown is not said."""

    graph: Graph
    subject: Node

    def is_a(self, *kinds: URIRef) -> None:
        for kind in kinds:
            self.graph.add((self.subject, RDF.type, kind))

    def say(self, predicate: URIRef, value: Any, *, lang: str | None = None, datatype: URIRef | None = None) -> None:
        if value is None or value == "":
            return
        node = value if isinstance(value, Node) else Literal(value, lang=lang, datatype=datatype)
        self.graph.add((self.subject, predicate, node))

    def day(self, predicate: URIRef, value: str | None, precision: str = "day") -> None:
        """A day, only where it is known to the day."""
        self.say(predicate, value if precision == "day" else None, datatype=XSD.date)

    def part(self, predicate: URIRef, *kinds: URIRef) -> Statements:
        """Something without a name of its own, to be spoken of in turn."""
        part = Statements(self.graph, BNode())
        part.is_a(*kinds)
        self.say(predicate, part.subject)
        return part

    def concept(self, predicate: URIRef, code: str | None, label: Any, kind: URIRef = SKOS.Concept) -> None:
        """A word of one of our closed lists."""
        if code:
            word = self.part(predicate, kind)
            word.say(SKOS.notation, code)
            word.say(SKOS.prefLabel, str(label), lang="de")

    def other(self, subject: URIRef) -> Statements:
        """The same graph about another thing."""
        return Statements(self.graph, subject)


@dataclass(frozen=True)
class Linked:
    """How records of one list are told: the route of their page, what to say of one, what to expand for that."""

    page: str
    describe: Callable[[Statements, Record], None]
    expand: tuple[str, ...] = ()

    def graph(self, key: Any, record: Record, document: str) -> Graph:
        """What is said of the thing, and of the document that says it."""
        told = self._about(key, document)
        told.say(SDO.url, URIRef(str(told.subject).removesuffix("#id")))
        if changed := record.get("updated_at"):
            told.other(URIRef(document)).say(DCTERMS.modified, changed, datatype=XSD.dateTime)
        self.describe(told, record)
        return told.graph

    def gone(self, key: Any, epitaph: Record, document: str) -> Graph:
        """Of what everybody could read once: that it is no longer, and what stands in its place."""
        told = self._about(key, document)
        told.say(OWL.deprecated, True)
        if successor := epitaph["successor"]:
            told.say(DCTERMS.isReplacedBy, thing(self.page, successor))
        return told.graph

    def _about(self, key: Any, document: str) -> Statements:
        graph = Graph(bind_namespaces="none")
        for prefix, namespace in _PREFIXES.items():
            graph.bind(prefix, namespace)
        subject = thing(self.page, key)
        text = Statements(graph, URIRef(document))
        text.say(FOAF.primaryTopic, subject)
        text.say(DCTERMS.license, URIRef(LICENCE["url"]))
        return text.other(subject)
