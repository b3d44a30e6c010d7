"""Pages of the directory: municipal bodies and other bodies."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django.core.paginator import Page
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse

from coopportal.common.filters import PortalFilterSet
from coopportal.common.views import DayPage, DetailPage, ListPage
from municipalities.filters import MunicipalityFilterSet, OrganisationFilterSet, SuggestionFilterSet, TreeFilterSet
from municipalities.gathering import body_holding, children_of, holder_of
from municipalities.meaning import heirs_of
from municipalities.models import Municipality, Organisation
from municipalities.rows import COLUMNS, BodyRow, body_rows
from municipalities.tree import Opened, tree
from sources.footnotes import Footnotes

#: So many bodies are suggested at once.
MOST_SUGGESTIONS = 10


class MunicipalityListPage(ListPage):
    filterset_class = MunicipalityFilterSet
    template_name = "municipalities/municipalities.html"
    row_bytes = 150
    resource = "municipalities"
    feed = "municipalities:list-feed"

    def get_queryset(self) -> QuerySet[Any]:
        return Municipality.objects.all()

    def rows(self, asked: PortalFilterSet) -> QuerySet[Any]:
        return asked.rows().prefetch_related(None).values_list(*COLUMNS)

    def shown(self, rows: Sequence[Any], asked: PortalFilterSet) -> list[BodyRow]:
        return body_rows(rows, asked.day, cut=asked.is_cut)

    def extra_context(self, asked: PortalFilterSet, page: Page[Any]) -> dict[str, Any]:
        """The days of the numbers: said once where all rows share them."""
        days = {body.population_date for body in page if body.population is not None}
        states = {body.directory_state for body in page if body.directory_state}
        return {
            "population_day": days.pop() if len(days) == 1 else None,
            "directory_day": max(states, default=None),
        }


class SuggestionPart(DayPage):
    """What a field offers while somebody types a municipal body: a part of a page, ranked as the list is.

    Takes what the list takes (``q``, and ``land``, ``ebene``, … to narrow it down). Two queries, three with a day.
    """

    filterset_class = SuggestionFilterSet

    def get(self, request: HttpRequest) -> HttpResponse:
        asked = self.asked(Municipality.objects.all())
        found = list(asked.rows()[: MOST_SUGGESTIONS + 1]) if asked.searched else []
        context = self.day_context(asked) | {"found": found[:MOST_SUGGESTIONS], "more": len(found) > MOST_SUGGESTIONS}
        return render(request, "municipalities/suggestions.html", context)


class TreePage(DayPage):
    """The directory as a tree; what is open stands in the address, so it needs no script."""

    filterset_class = TreeFilterSet

    def get(self, request: HttpRequest) -> HttpResponse:
        asked = self.asked(Municipality.objects.none())
        asked.form.is_valid()
        chosen = asked.form.cleaned_data
        opened = Opened(chosen["state"][0].code) if chosen.get("state") else Opened()
        if chosen.get("municipality"):
            body = chosen["municipality"][0]
            opened = Opened.at(body.ars, body.level)
        context = self.day_context(asked) | {"branches": tree(asked.day, opened)}
        return render(request, "municipalities/tree.html", context)


class MunicipalityPage(DetailPage):
    """One body; an address with a short key, an AGS or a former ARS leads to the ARS it bears on the day asked for."""

    template_name = "municipalities/municipality.html"

    def get_base(self) -> QuerySet[Any]:
        return Municipality.objects.all()

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        day = self.asked(Municipality.objects.none()).day
        self.body = self.find(kwargs["key"], day)
        ars = self.body.on_day.ars
        if ars != kwargs["key"] and holder_of(ars, day) == self.body.pk:
            query = request.META.get("QUERY_STRING", "")
            return redirect(f"{reverse('municipalities:detail', args=[ars])}{'?' if query else ''}{query}")
        return super().get(request, *args, **kwargs)

    def find(self, key: str, day: dt.date) -> Municipality:
        try:
            body = body_holding(key, day)
        except ValueError as error:
            raise Http404(str(error)) from error
        if body is None:
            raise Http404(f"Nobody ever held the key {key}")
        return body

    def get_object(self, day: dt.date) -> Municipality:
        return self.body

    def extra_context(self, obj: Municipality, asked: PortalFilterSet) -> dict[str, Any]:
        return {
            "then": obj.on_day,
            "exists": obj.existed_on(asked.day),
            "heirs": heirs_of([obj], asked.day).get(obj.pk, []) if obj.has_further_heirs else [],
            "namesakes": Municipality.objects.namesakes_of(obj, asked.day),
            "children": children_of(obj, asked.day),
            "footnotes": Footnotes.about(obj, until=asked.asked_day),
        }


class OrganisationListPage(ListPage):
    filterset_class = OrganisationFilterSet
    template_name = "municipalities/organisations.html"
    resource = "organisations"
    feed = "municipalities:organisations-feed"

    def get_queryset(self) -> QuerySet[Any]:
        return Organisation.objects.all()


class OrganisationPage(DetailPage):
    template_name = "municipalities/organisation.html"

    def get_base(self) -> QuerySet[Any]:
        return Organisation.objects.select_related("state")

    def get_object(self, day: dt.date) -> Organisation:
        return get_object_or_404(self.get_base(), slug=self.kwargs["slug"])

    def extra_context(self, obj: Organisation, asked: PortalFilterSet) -> dict[str, Any]:
        return {"footnotes": Footnotes.about(obj, until=asked.asked_day)}
