"""Pages of cooperations and agreements."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404

from agreements.filters import AgreementFilterSet, CooperationFilterSet
from agreements.models import Agreement, Cooperation
from coopportal.common.views import DetailPage, ListPage


class CooperationListPage(ListPage):
    filterset_class = CooperationFilterSet
    template_name = "agreements/cooperations.html"
    resource = "cooperations"

    def get_queryset(self) -> QuerySet[Any]:
        return Cooperation.objects.public()


class CooperationPage(DetailPage):
    template_name = "agreements/cooperation.html"

    def get_base(self) -> QuerySet[Any]:
        return Cooperation.objects.public()

    def get_object(self, day: dt.date) -> Cooperation:
        rows = self.get_base().for_list(day, cut=False)  # type: ignore[attr-defined]
        return get_object_or_404(rows, slug=self.kwargs["slug"])


class AgreementListPage(ListPage):
    filterset_class = AgreementFilterSet
    template_name = "agreements/agreements.html"
    resource = "agreements"

    def get_queryset(self) -> QuerySet[Any]:
        return Agreement.objects.public()


class AgreementPage(DetailPage):
    template_name = "agreements/agreement.html"

    def get_base(self) -> QuerySet[Any]:
        return Agreement.objects.public()

    def get_object(self, day: dt.date) -> Agreement:
        return get_object_or_404(self.get_base().for_list(), pk=self.kwargs["pk"])  # type: ignore[attr-defined]
