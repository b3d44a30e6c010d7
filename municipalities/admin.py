"""The directory in the admin: Länder, municipal bodies with their periods, changes of territory, other bodies."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from coopportal.common.admin import FoldedSearchAdmin, ReadOnly
from coopportal.common.search import parse
from municipalities.choices import DoubtDecision
from municipalities.importers.directory import settle
from municipalities.importers.refusal import Refused
from municipalities.models import (
    DirectoryState,
    Doubt,
    Municipality,
    MunicipalityFigure,
    MunicipalityName,
    MunicipalityPeriod,
    Organisation,
    State,
    Succession,
)
from municipalities.workflow import confirm_succession, refresh_derived, refresh_organisations, refresh_shared_names
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

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        """Fields that complete a name as it is typed offer the likeliest first."""
        rows: Any = queryset
        return (rows.search_ranked(search_term, timezone.localdate()) if parse(search_term) else rows), False

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
        """Only where the day is known; else the day of a state of the directory would pass for the true one."""
        waiting = list(queryset.filter(confirmed=False).select_related("predecessor", "successor"))
        dated = [(row, row.on) for row in waiting if row.on and not row.wants_day]
        for row, on in dated:
            confirm_succession(row, on=on, by=request.user.get_username())
        self.message_user(request, _("Bestätigt: %(count)d Gebietsänderungen.") % {"count": len(dated)})
        if left := len(waiting) - len(dated):
            told = _("Nicht bestätigt, weil der Tag fehlt: %(count)d. Nennen Sie ihn unter /kommunen/nachfolge/.")
            self.message_user(request, told % {"count": left}, messages.WARNING)


@admin.register(DirectoryState)
class DirectoryStateAdmin(ReadOnly, admin.ModelAdmin):
    """Which states of the directory were read; the file itself is not shown."""

    list_display = ("day", "lines", "population_date", "area_date", "created_at")
    fields = ("day", "lines", "sha256", "population_date", "area_date", "created_at", "updated_at")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).defer("content")


@admin.register(Doubt)
class DoubtAdmin(ReadOnly, admin.ModelAdmin):
    """What an import did not believe. Decided by two actions; rows that are believed are applied at once."""

    list_display = ("key", "kind", "message", "line", "directory_state", "decision", "decided_by")
    list_filter = ("decision", "kind", "directory_state")
    search_fields = ("key", "message")
    ordering = ("-directory_state", "-decision", "kind", "key")
    actions = ("accept", "reject")

    @admin.action(description=_("Das Verzeichnis gilt: übernehmen"), permissions=["decide"])
    def accept(self, request: HttpRequest, queryset: QuerySet[Doubt]) -> None:
        self._decide(request, queryset, DoubtDecision.ACCEPTED)

    @admin.action(description=_("Es bleibt, wie es war"), permissions=["decide"])
    def reject(self, request: HttpRequest, queryset: QuerySet[Doubt]) -> None:
        self._decide(request, queryset, DoubtDecision.REJECTED)

    def has_decide_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("municipalities.change_doubt")

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_view_permission(request, obj) or self.has_decide_permission(request)

    def _decide(self, request: HttpRequest, queryset: QuerySet[Doubt], decision: str) -> None:
        doubts = list(queryset)
        try:
            settle(doubts, decision=decision, by=request.user.get_username(), today=timezone.localdate())
        except ValidationError as error:
            self.message_user(request, " ".join(error.messages), messages.ERROR)
        except Refused as refused:
            self.message_user(request, str(refused), messages.ERROR)
        else:
            self.message_user(request, _("Entschieden: %(count)d Zweifel.") % {"count": len(doubts)})


@admin.register(Organisation)
class OrganisationAdmin(CitableAdmin, FoldedSearchAdmin):
    list_display = ("name", "kind", "state", "address")
    list_filter = ("kind", "state")
    list_select_related = ("state",)
    prepopulated_fields = {"slug": ("name",)}

    def refresh(self, obj: Organisation) -> None:
        refresh_organisations([obj])
