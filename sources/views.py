"""Pages of documents and contradictions."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404

from coopportal.common.views import DetailPage, ListPage
from sources.filters import ConflictFilterSet, SourceFilterSet
from sources.models import Conflict, SourceDocument


class SourceListPage(ListPage):
    filterset_class = SourceFilterSet
    template_name = "sources/documents.html"
    resource = "sources"

    def get_queryset(self) -> QuerySet[Any]:
        return SourceDocument.objects.all()


class SourcePage(DetailPage):
    template_name = "sources/document.html"

    def get_base(self) -> QuerySet[Any]:
        return SourceDocument.objects.with_counts()

    def get_object(self, day: dt.date) -> SourceDocument:
        return get_object_or_404(self.get_base(), slug=self.kwargs["slug"])


class ConflictListPage(ListPage):
    filterset_class = ConflictFilterSet
    template_name = "sources/conflicts.html"
    resource = "conflicts"

    def get_queryset(self) -> QuerySet[Any]:
        return Conflict.objects.public()
