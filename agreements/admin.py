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


class OfTheWorkflow:
    """What belongs to a record that a municipality keeps is looked at here, never added, changed or deleted.

    An answer hangs on its participation and a proposal on a version of the record: only the workflow minds both. Rows
    below such a record follow it, since nobody changes the page they stand on.
    """

    #: What a row points to on its way to its cooperation, and the rows it may point to.
    parent, choices = "cooperation", "keeper__isnull"

    def cooperation_of(self, obj: Any) -> Cooperation | None:
        return obj.cooperation if obj else None

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_change_permission(request, obj) and not is_kept(self.cooperation_of(obj))  # type: ignore[misc]

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_delete_permission(request, obj) and not is_kept(self.cooperation_of(obj))  # type: ignore[misc]

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """Nothing is put into a kept record either, neither new nor from elsewhere."""
        if db_field.name == self.parent:
            kwargs["queryset"] = db_field.remote_field.model.objects.filter(**{self.choices: True})
        return super().formfield_for_foreignkey(db_field, request, **kwargs)  # type: ignore[misc]


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
class CooperationAdmin(OfTheWorkflow, OutOfTheHouse, CitableAdmin, FoldedSearchAdmin):
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

    def cooperation_of(self, obj: Cooperation | None) -> Cooperation | None:
        return obj

    def refresh(self, obj: Cooperation) -> None:
        refresh_derived(Cooperation.objects.filter(pk=obj.pk))
        publish_status(obj, timezone.localdate())


class OfCooperationAdmin(OfTheWorkflow, OutOfTheHouse, CitableAdmin):
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


@admin.register(ParticipationStep)
class ParticipationStepAdmin(OfTheWorkflow, OutOfTheHouse, CitableAdmin):
    path = "participation__cooperation__"
    parent, choices = "participation", "cooperation__keeper__isnull"
    list_display = ("participation", "degree", "on", "attested_on", "event", "agreement")
    list_filter = ("degree",)
    list_select_related = (
        *("participation__cooperation", "participation__municipality", "participation__organisation"),
        *("event", "agreement"),
    )
    search_fields = ("participation__cooperation__name", "participation__municipality__name")
    raw_id_fields = ("event", "agreement")
    autocomplete_fields = ("participation",)

    def cooperation_of(self, obj: ParticipationStep | None) -> Cooperation | None:
        return obj.participation.cooperation if obj else None


@admin.register(Agreement)
class AgreementAdmin(OfCooperationAdmin, FoldedSearchAdmin):
    list_display = ("title", "cooperation", "legal_form", "status", "signed_on", "ends_on")
    list_filter = ("status", "legal_form")
    autocomplete_fields: ClassVar[Any] = ("cooperation", "parties")

    def formfield_for_manytomany(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """Whose record a municipality keeps is party to nothing by a steward's hand."""
        if db_field.name == "parties":
            kwargs["queryset"] = Participation.objects.filter(cooperation__keeper__isnull=True)
        return super().formfield_for_manytomany(db_field, request, **kwargs)


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

    def has_change_permission(self, request: HttpRequest, obj: Event | None = None) -> bool:
        """An event of a kept record is changed by proposals, like the record."""
        return super().has_change_permission(request, obj) and not self._is_of_kept(obj)

    def has_delete_permission(self, request: HttpRequest, obj: Event | None = None) -> bool:
        return super().has_delete_permission(request, obj) and not self._is_of_kept(obj)

    @staticmethod
    def _is_of_kept(obj: Event | None) -> bool:
        return obj is not None and obj.cooperations.filter(keeper__isnull=False).exists()

    def formfield_for_manytomany(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """Nothing happens in a kept record by a steward's hand."""
        kept = {"cooperations": "keeper__isnull", "agreements": "cooperation__keeper__isnull"}
        if path := kept.get(db_field.name):
            kwargs["queryset"] = db_field.remote_field.model.objects.filter(**{path: True})
        return super().formfield_for_manytomany(db_field, request, **kwargs)


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
