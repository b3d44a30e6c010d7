"""A page of the list of documents as plain rows: what an item shows, in one query besides that of the keys."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from django.db import connection

from coopportal.common.dates import UncertainDate
from coopportal.common.labels import labels
from coopportal.common.prepared import Prepared
from sources.choices import DocumentKind
from sources.models import SourceDocument

_COLUMNS = (
    *("pk", "slug", "title", "publisher", "kind", "language", "passages_count"),
    *("published_on", "published_precision", "published_wording"),
)


@dataclass(slots=True)
class DocumentRow:
    """A document in the list, in the language of the page."""

    pk: int
    slug: str
    title: str
    publisher: str
    kind: str
    language: str
    passages_count: int
    published: UncertainDate


def document_rows(keys: Sequence[int]) -> list[DocumentRow]:
    """The documents of these keys, in their order."""
    if not keys:
        return []
    question = _question(connection.vendor)
    rows = {row[0]: row for row in question.values(question.of(keys))}
    kinds = labels(DocumentKind)
    found = []
    for pk, slug, title, publisher, kind, language, passages, *published in (rows[key] for key in keys if key in rows):
        day = UncertainDate(*published)
        found.append(DocumentRow(pk, slug, title, publisher, kinds[kind], language, passages, day))
    return found


@lru_cache(maxsize=2)
def _question(_vendor: str) -> Prepared:
    return Prepared(SourceDocument.objects.with_counts().order_by(), _COLUMNS, column="pk")
