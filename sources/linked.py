"""Documents as linked data; their texts are not told."""

from __future__ import annotations

from rdflib import SDO

from coopportal.common.linked import Linked, Statements
from coopportal.common.renderers import Record

_KINDS = {"press_article": SDO.NewsArticle, "agreement_text": SDO.DigitalDocument, "directive": SDO.Legislation}


def _source(told: Statements, record: Record) -> None:
    told.is_a(SDO.CreativeWork)
    if kind := _KINDS.get(record["kind"]):
        told.is_a(kind)
    told.say(SDO.name, record["title"], lang=record["language"] or None)
    told.day(SDO.datePublished, record["published_on"], record["published_precision"])
    told.say(SDO.inLanguage, record["language"])
    told.say(SDO.sha256, record["sha256"])
    if record["publisher"]:
        told.part(SDO.publisher, SDO.Organization).say(SDO.name, record["publisher"])


SOURCE = Linked("sources:document", _source)
