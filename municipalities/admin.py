"""The directory in the admin: Länder, municipal bodies with their periods, changes of territory, other bodies."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from coopportal.common.admin import FoldedSearchAdmin
from municipalities.models import (
    Municipality,
    MunicipalityFigure,
    MunicipalityName,
    MunicipalityPeriod,
    Organisation,
    State,
    Succession,
)
from municipalities.workflow import refresh_derived, refresh_organisations, refresh_shared_names
from sources.admin import CitableAdmin, CitationInline


@admin.register(State)
class StateAdmin(admin.ModelAdmin):
    list_display = ("code", "name", "official_name", "iso")
    search_fields = ("name", "code")


class PeriodInline(admin.TabularInline):
    model = MunicipalityPeriod
    fk_name = "municipality"
    extra = 0
    autocomplete_fields = ("parent",)


class FigureInline(admin.TabularInline):
    model = MunicipalityFigure
    extra = 0


class NameInline(admin.TabularInline):
    model = MunicipalityName
    extra = 0


class SuccessionInline(admin.TabularInline):
    """Who stands in the place of this body."""

    model = Succession
    fk_name = "predecessor"
    extra = 0
    autocomplete_fields = ("successor",)


@admin.register(Municipality)
class MunicipalityAdmin(CitableAdmin, FoldedSearchAdmin):
    list_display = ("name", "kind", "ars", "ags", "state", "population", "valid_until")
    list_filter = ("state", "level", "kind", "shares_name")
    list_select_related = ("state",)
    autocomplete_fields = ("parent",)
    inlines: ClassVar[Any] = (NameInline, PeriodInline, FigureInline, SuccessionInline, CitationInline)

    def refresh(self, obj: Municipality) -> None:
        refresh_derived(Municipality.objects.filter(pk=obj.pk))

    def delete_model(self, request: HttpRequest, obj: Municipality) -> None:
        super().delete_model(request, obj)
        refresh_shared_names()

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        super().delete_queryset(request, queryset)
        refresh_shared_names()


@admin.register(Succession)
class SuccessionAdmin(admin.ModelAdmin):
    list_display = ("predecessor", "successor", "kind", "on", "confirmed")
    list_filter = ("confirmed", "kind", "predecessor__state")
    list_select_related = ("predecessor", "successor")
    search_fields = ("predecessor__name", "successor__name", "predecessor__ars", "successor__ars")
    autocomplete_fields = ("predecessor", "successor")
    actions = ("confirm",)

    @admin.action(description=_("Ausgewählte Gebietsänderungen bestätigen"), permissions=["change"])
    def confirm(self, request: HttpRequest, queryset: QuerySet[Succession]) -> None:
        count = queryset.filter(confirmed=False).update(confirmed=True)
        self.message_user(request, _("Bestätigt: %(count)d Gebietsänderungen.") % {"count": count})


@admin.register(Organisation)
class OrganisationAdmin(CitableAdmin, FoldedSearchAdmin):
    list_display = ("name", "kind", "state", "address")
    list_filter = ("kind", "state")
    list_select_related = ("state",)
    prepopulated_fields = {"slug": ("name",)}

    def refresh(self, obj: Organisation) -> None:
        refresh_organisations([obj])
