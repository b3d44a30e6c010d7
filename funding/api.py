"""Programmes, budget lines and figures in the API."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from coopportal.common.api import SLUG
from funding.filters import BudgetLineFilterSet, FigureFilterSet, ProgrammeFilterSet
from funding.linked import PROGRAMME
from funding.models import BudgetLine, Figure, Programme
from funding.serializers import BudgetLineSerializer, FigureSerializer, ProgrammeSerializer
from sources.api import CitedResource


class ProgrammeResource(CitedResource):
    """Funding programmes."""

    about = _("Förderprogramme, Initiativen und Reformen der Länder.")
    serializer_class = ProgrammeSerializer
    filterset_class = ProgrammeFilterSet
    lookup_field = "slug"
    lookup_value_regex = SLUG
    parts = {"criteria": "criteria"}
    linked = PROGRAMME
    expandable = {"state": "states", "funder": "organisations", "budget_lines": "budget-lines", "figures": "figures"}

    def get_queryset(self) -> QuerySet[Any]:
        return Programme.objects.all()


class BudgetLineResource(CitedResource):
    """Money of programmes."""

    about = _("Haushaltsansätze der Programme mit der Sicherheit des Geldes. Ein unbekannter Betrag ist null.")
    serializer_class = BudgetLineSerializer
    filterset_class = BudgetLineFilterSet
    expandable = {"programme": "programmes"}

    def get_queryset(self) -> QuerySet[Any]:
        return BudgetLine.objects.all()


class FigureResource(CitedResource):
    """Figures with their base."""

    about = _("Kennzahlen eines Programms oder Landes mit Grundmenge und Tag.")
    serializer_class = FigureSerializer
    filterset_class = FigureFilterSet
    expandable = {"part_of": "figures"}

    def get_queryset(self) -> QuerySet[Any]:
        return Figure.objects.all()
