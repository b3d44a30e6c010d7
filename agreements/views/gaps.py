"""Gaps of a Land: in which districts nobody cooperates in a task field."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.core.paginator import Page, Paginator
from django.db.models import QuerySet
from django.http import HttpResponse
from django.urls import reverse

from agreements import gaps
from agreements.filters import CooperationFilterSet
from agreements.gaps import Gaps
from agreements.models import Cooperation
from agreements.views.browsing import QuestionFile
from agreements.views.partners import missing
from coopportal.common.filters import PortalFilterSet
from coopportal.common.views import ListPage
from municipalities.models import State


class GapPage(ListPage):
    """Task fields against districts, of what the filters of the list of cooperations select."""

    filterset_class = CooperationFilterSet
    template_name = "agreements/browsing/gaps.html"

    def get_queryset(self) -> QuerySet[Any]:
        return Cooperation.objects.public()

    def page(self, asked: Any) -> Page[Any]:
        self.found = Gaps(asked)
        rows = self.found.gaps if self.found.states else []
        return Paginator(rows, max(len(rows), 1)).get_page(1)

    def doors(self, asked: PortalFilterSet) -> dict[str, str]:
        query = urlencode(self.question(asked, german=True))
        return {"csv_url": f"{reverse('agreements:gaps-of-districts-csv')}?{query}"}

    def extra_context(self, asked: Any, page: Page[Any]) -> dict[str, Any]:
        states = [] if self.found.states else State.objects.order_by("name")
        return {"found": self.found, "rows": list(page.object_list), "states": states}


class GapCsv(QuestionFile):
    """Every cell of the matrix; without a Land there is none."""

    filterset_class = CooperationFilterSet

    def file(self, asked: Any) -> HttpResponse:
        found = Gaps(asked)
        if not found.states:
            return missing(self.request, "land")
        return self.csv("luecken", gaps.COLUMNS, gaps.records(found), asked)
