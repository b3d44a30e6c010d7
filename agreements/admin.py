"""Cooperations in the admin: who takes part since when, under which agreements, with which events and money."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib import admin
from django.db.models import Field, QuerySet
from django.http import HttpRequest
from django.utils import timezone

from agreements.choices import RecordState
from agreements.models import (
    Agreement,
    Award,
    Confirmation,
    Cooperation,
    Event,
    Participation,
    ParticipationStep,
    StatusStep,
    TaskField,
)
from agreements.workflow import publish_status, refresh_derived
from coopportal.common.admin import FoldedSearchAdmin, ReadOnly
from sources.admin import CitableAdmin, CitationInline


class OutOfTheHouse:
    """Leaves out what belongs to a municipality's draft: it concerns nobody outside that house, stewards neither."""

    #: From the row to its cooperation.
    path = "cooperation__"

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        rows: QuerySet[Any] = super().get_queryset(request)  # type: ignore[misc]
        return rows.exclude(**{f"{self.path}record_state": RecordState.DRAFT, f"{self.path}keeper__isnull": False})


def is_kept(cooperation: Cooperation | None) -> bool:
    """Does a municipality keep the record? Then its way through the register is the workflow's alone."""
    return cooperation is not None and cooperation.keeper_id is not None


@admin.register(TaskField)
class TaskFieldAdmin(admin.ModelAdmin):
    list_display = ("code", "name_de", "name_en", "parent", "cofog")
    list_select_related = ("parent",)
    search_fields = ("code", "name_de", "name_en")


class StatusStepInline(admin.TabularInline):
    model = StatusStep
    extra = 0
    show_change_link = True


class ParticipationInline(admin.TabularInline):
    model = Participation
    extra = 0
    show_change_link = True
    autocomplete_fields = ("municipality", "organisation")

    def has_delete_permission(self, request: HttpRequest, obj: Cooperation | None = None) -> bool:
        """Nobody's word about its own participation is taken away with a tick: participants leave by a proposal."""
        return super().has_delete_permission(request, obj) and not is_kept(obj)


class AgreementInline(admin.TabularInline):
    model = Agreement
    extra = 0
    show_change_link = True
    fields = ("title", "legal_form", "status", "signed_on", "effective_on", "ends_on")


class AwardInline(admin.TabularInline):
    model = Award
    extra = 0
    show_change_link = True
    fields = ("programme", "rung", "amount", "is_inferred")
    autocomplete_fields = ("programme",)


@admin.register(Cooperation)
class CooperationAdmin(OutOfTheHouse, CitableAdmin, FoldedSearchAdmin):
    path = ""
    list_display = ("name", "kind", "status", "legal_form", "record_state", "updated_at")
    list_filter = ("record_state", "status", "kind", "legal_form", "origin")
    autocomplete_fields = ("task_fields",)
    prepopulated_fields = {"slug": ("name",)}
    inlines: ClassVar[Any] = (StatusStepInline, ParticipationInline, AgreementInline, AwardInline, CitationInline)

    def get_readonly_fields(self, request: HttpRequest, obj: Cooperation | None = None) -> Any:
        """The state of a record is the workflow's. What a steward draws from sources by hand begins as draft or public,
        and a draft of his own may become public here; from then on nothing moves it past the workflow."""
        is_own_draft = obj is None or (obj.record_state == RecordState.DRAFT and not is_kept(obj))
        return () if is_own_draft else ("record_state", "origin")

    def formfield_for_choice_field(self, db_field: Field, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name == "record_state":
            kwargs["choices"] = [(state.value, state.label) for state in (RecordState.DRAFT, RecordState.PUBLISHED)]
        return super().formfield_for_choice_field(db_field, request, **kwargs)

    def has_delete_permission(self, request: HttpRequest, obj: Cooperation | None = None) -> bool:
        """What a municipality registered is withdrawn or merged; who said what when stays readable."""
        return super().has_delete_permission(request, obj) and not is_kept(obj)

    def refresh(self, obj: Cooperation) -> None:
        refresh_derived(Cooperation.objects.filter(pk=obj.pk))
        publish_status(obj, timezone.localdate())


class OfCooperationAdmin(OutOfTheHouse, CitableAdmin):
    """A part of a cooperation: what derives from it is kept at the cooperation."""

    list_select_related: ClassVar[Any] = ("cooperation",)
    autocomplete_fields: ClassVar[Any] = ("cooperation",)

    def refresh(self, obj: StatusStep | Participation | Agreement | Award) -> None:
        refresh_derived(Cooperation.objects.filter(pk=obj.cooperation_id))
        publish_status(obj.cooperation, timezone.localdate())


@admin.register(StatusStep)
class StatusStepAdmin(OfCooperationAdmin):
    list_display = ("cooperation", "status", "on", "attested_on")
    list_filter = ("status",)
    search_fields = ("cooperation__name",)


class StepInline(admin.TabularInline):
    model = ParticipationStep
    extra = 0
    show_change_link = True
    raw_id_fields = ("event", "agreement")


@admin.register(Participation)
class ParticipationAdmin(OfCooperationAdmin):
    list_display = ("cooperation", "municipality", "organisation", "role")
    list_filter = ("role", "municipality__state")
    list_select_related: ClassVar[Any] = ("cooperation", "municipality", "organisation")
    search_fields = ("cooperation__name", "municipality__name", "municipality__ars", "organisation__name")
    autocomplete_fields: ClassVar[Any] = ("cooperation", "municipality", "organisation")
    inlines: ClassVar[Any] = (StepInline, CitationInline)

    def has_delete_permission(self, request: HttpRequest, obj: Participation | None = None) -> bool:
        return super().has_delete_permission(request, obj) and not (obj and is_kept(obj.cooperation))


@admin.register(ParticipationStep)
class ParticipationStepAdmin(OutOfTheHouse, CitableAdmin):
    path = "participation__cooperation__"
    list_display = ("participation", "degree", "on", "attested_on", "event", "agreement")
    list_filter = ("degree",)
    list_select_related = (
        *("participation__cooperation", "participation__municipality", "participation__organisation"),
        *("event", "agreement"),
    )
    search_fields = ("participation__cooperation__name", "participation__municipality__name")
    raw_id_fields = ("event", "agreement")
    autocomplete_fields = ("participation",)


@admin.register(Agreement)
class AgreementAdmin(OfCooperationAdmin, FoldedSearchAdmin):
    list_display = ("title", "cooperation", "legal_form", "status", "signed_on", "ends_on")
    list_filter = ("status", "legal_form")
    autocomplete_fields: ClassVar[Any] = ("cooperation", "parties")


@admin.register(Award)
class AwardAdmin(OfCooperationAdmin):
    list_display = ("programme", "cooperation", "rung", "amount", "is_inferred")
    list_filter = ("rung", "is_inferred", "programme")
    list_select_related: ClassVar[Any] = ("programme", "cooperation")
    search_fields = ("programme__name", "cooperation__name")
    autocomplete_fields: ClassVar[Any] = ("programme", "cooperation")


@admin.register(Event)
class EventAdmin(CitableAdmin):
    list_display = ("title", "kind", "on", "place")
    list_filter = ("kind", "on")
    search_fields = ("title", "summary", "place")
    autocomplete_fields = ("cooperations", "municipalities", "organisations", "programmes", "agreements")


@admin.register(Confirmation)
class ConfirmationAdmin(OutOfTheHouse, ReadOnly, admin.ModelAdmin):
    """Nobody answers for a participant, a steward neither."""

    path = "participation__cooperation__"

    list_display = ("participation", "answer", "answered_on", "answered_by")
    list_filter = ("answer",)
    list_select_related = (
        *("participation__cooperation", "participation__municipality", "participation__organisation"),
        "answered_by",
    )
    search_fields = ("participation__cooperation__name", "participation__municipality__name")
