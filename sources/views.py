"""Pages of documents and contradictions."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404

from coopportal.common.filters import PortalFilterSet
from coopportal.common.views import DetailPage, ListPage
from sources.filters import ConflictFilterSet, SourceFilterSet
from sources.footnotes import Footnotes
from sources.models import Conflict, SourceDocument
from sources.permissions import may_read_texts
from sources.quotes import quotation, segments
from sources.rows import DocumentRow, document_rows


class SourceListPage(ListPage):
    filterset_class = SourceFilterSet
    template_name = "sources/documents.html"
    resource = "sources"
    feed = "sources:list-feed"

    def get_queryset(self) -> QuerySet[Any]:
        return SourceDocument.objects.all()

    def rows(self, asked: PortalFilterSet) -> QuerySet[Any]:
        """Their keys: what an item shows is fetched of the rows of the page alone."""
        rows: QuerySet[Any] = asked.ordered(asked.qs.in_order()).values_list("pk", flat=True)
        return rows

    def shown(self, keys: Sequence[Any], asked: PortalFilterSet) -> list[DocumentRow]:
        return document_rows(keys)


class SourcePage(DetailPage):
    template_name = "sources/document.html"

    def get_base(self) -> QuerySet[Any]:
        return SourceDocument.objects.select_related("text")

    def get_object(self, day: dt.date) -> SourceDocument:
        return get_object_or_404(self.get_base(), slug=self.kwargs["slug"])

    def extra_context(self, obj: SourceDocument, asked: PortalFilterSet) -> dict[str, Any]:
        content = obj.text.content if obj.has_text else ""
        passages = list(obj.passages.for_page())
        personal = list(obj.passages.personal().values_list("start", "end"))
        marked = [(passage.start, passage.end, passage.anchor) for passage in passages]
        return {
            "passages": [(passage, quotation(content, passage.start, passage.end, personal)) for passage in passages],
            "has_text": obj.has_text,
            "text": segments(content, marked) if content and may_read_texts(self.request.user) else None,
            "is_later": bool(asked.asked_day and obj.published_on and asked.asked_day < obj.published_on),
            "footnotes": Footnotes.about(obj, until=asked.asked_day),
        }


class ConflictListPage(ListPage):
    filterset_class = ConflictFilterSet
    template_name = "sources/conflicts.html"
    resource = "conflicts"
    feed = "sources:conflicts-feed"

    def get_queryset(self) -> QuerySet[Any]:
        return Conflict.objects.public()
