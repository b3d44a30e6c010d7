"""Partners near a municipality: fields in which neighbours cooperate and it does not, and whom to ask about one."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.core.paginator import Page, Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from agreements import partners
from agreements.filters import PartnerFilterSet
from agreements.models import Cooperation
from agreements.partners import Partners
from agreements.views.browsing import QuestionFile
from coopportal.common.filters import PortalFilterSet
from coopportal.common.problems import problem
from coopportal.common.views import ListPage


class PartnerPage(ListPage):
    """Without a field the fields themselves, with one the neighbours that are active in it."""

    filterset_class = PartnerFilterSet
    template_name = "agreements/browsing/partners.html"
    page_size = 50

    def get_queryset(self) -> QuerySet[Any]:
        return Cooperation.objects.public()

    def page(self, asked: Any) -> Page[Any]:
        self.found = Partners(asked, asked.body) if asked.body else None
        rows: list[Any] = self.found.active if self.found and asked.fields else []
        return Paginator(rows, asked.page_size(self.page_size)).get_page(asked.page_number)

    def doors(self, asked: Any) -> dict[str, str]:
        name = "agreements:partners-csv" if asked.fields else "agreements:gaps-csv"
        return {"csv_url": f"{reverse(name)}?{urlencode(self.question(asked, german=True))}"}

    def extra_context(self, asked: Any, page: Page[Any]) -> dict[str, Any]:
        found, by_field = self.found, not asked.fields
        return {
            "body": asked.body,
            "reach": asked.reaches,
            "fields": asked.fields,
            "rows": found.doing(list(page.object_list)) if found and not by_field else [],
            "gaps": found.gaps if found and by_field else [],
            "in_common": found.in_common if found and by_field else [],
            "beginning": found.beginning if found and not by_field else [],
            "has_place": asked.body is None or asked.body.lat is not None,
        }


class PartnerFile(QuestionFile):
    """A file of one municipality's question; without one there is no answer."""

    filterset_class = PartnerFilterSet

    def file(self, asked: Any) -> HttpResponse:
        if asked.body is None:
            return missing(self.request, "kommune")
        return self.written(Partners(asked, asked.body), asked)

    def written(self, found: Partners, asked: Any) -> HttpResponse:
        raise NotImplementedError


def missing(request: HttpRequest, name: str) -> HttpResponse:
    errors = [{"parameter": name, "message": _("Diese Angabe fehlt.")}]
    return problem(request, 400, _("Diese Parameter passen nicht."), errors=errors)


class GapCsv(PartnerFile):
    def written(self, found: Partners, asked: PortalFilterSet) -> HttpResponse:
        return self.csv("luecken", partners.GAP_COLUMNS, partners.gap_records(found.gaps), asked)


class PartnerCsv(PartnerFile):
    def written(self, found: Partners, asked: Any) -> HttpResponse:
        if not asked.fields:
            return missing(self.request, "aufgabenfeld")
        return self.csv("partner", partners.PARTNER_COLUMNS, partners.partner_records(found.doing(found.active)), asked)
