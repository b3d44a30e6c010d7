"""Pages of the funding programmes."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.core.paginator import Page
from django.db.models import QuerySet
from django.shortcuts import get_object_or_404

from coopportal.common.filters import PortalFilterSet
from coopportal.common.views import DetailPage, ListPage
from funding.choices import BESIDE, LADDER, Rung
from funding.filters import ProgrammeFilterSet
from funding.ladder import totals
from funding.models import Figure, Programme
from funding.ratios import comparisons
from funding.rows import COLUMNS, programme_rows
from sources.footnotes import Footnotes

#: Rungs everybody asks for: that nothing is known of them is said too.
ALWAYS_SAID = (Rung.GRANTED, Rung.PAID)


class ProgrammeListPage(ListPage):
    filterset_class = ProgrammeFilterSet
    template_name = "funding/programmes.html"
    resource = "programmes"
    feed = "funding:list-feed"

    def get_queryset(self) -> QuerySet[Any]:
        return Programme.objects.all()

    def rows(self, asked: PortalFilterSet) -> QuerySet[Any]:
        return asked.rows().prefetch_related(None).values_list(*COLUMNS)

    def extra_context(self, asked: PortalFilterSet, page: Page[Any]) -> dict[str, Any]:
        """With each programme the rungs of which any source speaks."""
        return {"programmes": programme_rows([*page], asked.asked_day)}


class ProgrammePage(DetailPage):
    template_name = "funding/programme.html"

    def get_base(self) -> QuerySet[Any]:
        return Programme.objects.select_related("state", "funder").prefetch_related("criteria")

    def get_object(self, day: dt.date) -> Programme:
        return get_object_or_404(self.get_base(), slug=self.kwargs["slug"])

    def extra_context(self, obj: Programme, asked: PortalFilterSet) -> dict[str, Any]:
        lines, figures = obj.budget_lines.all(), Figure.objects.beside(obj)
        if asked.asked_day:
            lines, figures = lines.stated_by(asked.asked_day), figures.stated_by(asked.asked_day)
        return {
            "lines": lines,
            "spoken": [total for total in totals(lines, LADDER) if total.is_stated or total.rung in ALWAYS_SAID],
            "beside": [total for total in totals(lines, BESIDE) if total.is_stated],
            "figures": figures,
            "comparisons": comparisons([f for f in figures if f.programme_id], [f for f in figures if f.state_id]),
            "footnotes": Footnotes.about(obj, lines, figures, obj.criteria.all(), until=asked.asked_day),
        }
