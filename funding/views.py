"""Pages of the funding programmes."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404

from coopportal.common.views import DetailPage, ListPage
from funding.filters import ProgrammeFilterSet
from funding.models import Programme


class ProgrammeListPage(ListPage):
    filterset_class = ProgrammeFilterSet
    template_name = "funding/programmes.html"
    resource = "programmes"

    def get_queryset(self) -> QuerySet[Any]:
        return Programme.objects.all()


class ProgrammePage(DetailPage):
    template_name = "funding/programme.html"

    def get_base(self) -> QuerySet[Any]:
        return Programme.objects.for_list()

    def get_object(self, day: dt.date) -> Programme:
        return get_object_or_404(self.get_base(), slug=self.kwargs["slug"])
