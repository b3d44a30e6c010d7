"""Funding programmes in the admin, with their money, figures and criteria."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib import admin

from coopportal.common.admin import FoldedSearchAdmin
from funding.models import BudgetLine, Criterion, Figure, Programme
from funding.workflow import refresh_derived
from sources.admin import CitableAdmin, CitationInline


class BudgetLineInline(admin.TabularInline):
    model = BudgetLine
    extra = 0
    show_change_link = True


class CriterionInline(admin.TabularInline):
    model = Criterion
    extra = 0
    show_change_link = True


class FigureInline(admin.TabularInline):
    model = Figure
    extra = 0
    show_change_link = True
    fields = ("indicator", "qualifier", "value", "unit", "base", "part_of", "as_of", "as_of_precision", "as_of_wording")
    raw_id_fields = ("part_of",)


@admin.register(Programme)
class ProgrammeAdmin(CitableAdmin, FoldedSearchAdmin):
    list_display = ("name", "kind", "status", "state", "funder")
    list_filter = ("status", "kind", "state")
    list_select_related = ("state", "funder")
    autocomplete_fields = ("funder",)
    prepopulated_fields = {"slug": ("name",)}
    inlines: ClassVar[Any] = (BudgetLineInline, FigureInline, CriterionInline, CitationInline)

    def refresh(self, obj: Programme) -> None:
        refresh_derived()


@admin.register(BudgetLine)
class BudgetLineAdmin(CitableAdmin):
    list_display = ("programme", "year", "rung", "amount", "currency", "on")
    list_filter = ("rung", "year", "programme__state", "programme")
    list_select_related = ("programme",)
    search_fields = ("programme__name", "purpose")
    autocomplete_fields = ("programme",)


@admin.register(Figure)
class FigureAdmin(CitableAdmin):
    list_display = ("indicator", "qualifier", "value", "unit", "base", "programme", "state")
    list_filter = ("programme__state", "programme")
    list_select_related = ("programme", "state")
    search_fields = ("indicator", "base", "programme__name", "state__name")
    autocomplete_fields = ("programme", "part_of")


@admin.register(Criterion)
class CriterionAdmin(CitableAdmin):
    list_display = ("wording", "kind", "is_hard", "programme")
    list_filter = ("kind", "is_hard", "programme__state", "programme")
    list_select_related = ("programme",)
    search_fields = ("wording", "programme__name")
    autocomplete_fields = ("programme",)

    def refresh(self, obj: Criterion) -> None:
        refresh_derived()
