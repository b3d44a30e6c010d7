"""Pages of the directory: municipal bodies and other bodies."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect

from coopportal.common.views import DetailPage, ListPage
from municipalities.filters import MunicipalityFilterSet, OrganisationFilterSet
from municipalities.models import Municipality, Organisation


class MunicipalityListPage(ListPage):
    filterset_class = MunicipalityFilterSet
    template_name = "municipalities/municipalities.html"
    resource = "municipalities"

    def get_queryset(self) -> QuerySet[Any]:
        return Municipality.objects.all()


class MunicipalityPage(DetailPage):
    """One body; an address with a short key, an AGS or a former ARS leads to the one with its present ARS."""

    template_name = "municipalities/municipality.html"

    def get_base(self) -> QuerySet[Any]:
        return Municipality.objects.with_relations().with_successors()

    def get_object(self, day: dt.date) -> Municipality:
        try:
            body = self.get_base().with_period_on(day).holding(self.kwargs["key"], day)  # type: ignore[attr-defined]
        except ValueError:
            body = None
        if body is None:
            raise Http404
        return body

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        body = self.get_object(self.asked(self.get_base()).day)
        if body.ars != self.kwargs["key"]:
            query = request.META.get("QUERY_STRING", "")
            return redirect(f"{body.get_absolute_url()}{'?' if query else ''}{query}")
        return super().get(request, *args, **kwargs)


class OrganisationListPage(ListPage):
    filterset_class = OrganisationFilterSet
    template_name = "municipalities/organisations.html"
    resource = "organisations"

    def get_queryset(self) -> QuerySet[Any]:
        return Organisation.objects.all()


class OrganisationPage(DetailPage):
    template_name = "municipalities/organisation.html"

    def get_base(self) -> QuerySet[Any]:
        return Organisation.objects.select_related("state")

    def get_object(self, day: dt.date) -> Organisation:
        return get_object_or_404(self.get_base(), slug=self.kwargs["slug"])
