"""Documents, passages, citations and contradictions in the admin.

Citations are written on their own page (and shown on the pages of their subjects), so that there is one place where the
contradictions are computed anew. Of a contradiction a steward changes what it means, never that it is there.
"""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.contrib import admin
from django.contrib.contenttypes.admin import GenericTabularInline
from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.http import HttpRequest
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from coopportal.common.admin import FoldedSearchAdmin, ReadOnly
from sources.models import Citation, Conflict, Passage, SourceDocument, SourceText, Speaker
from sources.querysets import citable_models
from sources.workflow import refresh_conflicts, refresh_search, settle_conflict


class CitationRows(ReadOnly):
    """Citations as rows that lead to their own page."""

    model = Citation
    fields: ClassVar[Any] = ("field_label", "stated_value", "value", "modality", "confidence", "place")
    readonly_fields: ClassVar[Any] = fields
    extra = 0
    show_change_link = True

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).select_related("passage__document", "content_type")  # type: ignore[misc]

    @admin.display(description=_("Feld"))
    def field_label(self, obj: Citation) -> str:
        return obj.field_label

    @admin.display(description=_("Fundstelle"))
    def place(self, obj: Citation) -> str:
        return f"{obj.passage.document}, {obj.passage}"


class CitationInline(CitationRows, GenericTabularInline):
    """What the sources say of the subject on whose page this stands."""


class PassageCitationInline(CitationRows, admin.TabularInline):
    """What a passage says."""

    fields: ClassVar[Any] = ("subject_name", *CitationRows.fields[:-1])
    readonly_fields: ClassVar[Any] = fields

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).with_subject()

    @admin.display(description=_("Gegenstand"))
    def subject_name(self, obj: Citation) -> str:
        return str(obj.subject)


class CitableAdmin(admin.ModelAdmin):
    """A model whose values carry sources: its citations below, and a button to add one."""

    change_form_template = "admin/sources/citable_change_form.html"
    inlines: ClassVar[Any] = (CitationInline,)

    def refresh(self, obj: Any) -> None:
        """Recompute what derives from the row besides its contradictions."""

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        super().save_related(request, form, formsets, change)
        self.refresh(form.instance)
        refresh_conflicts()

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> Any:
        """Contradictions go with their subject, though nobody deletes one by itself."""
        to_delete, counts, needed, protected = super().get_deleted_objects(objs, request)
        return to_delete, counts, set(needed) - {Conflict._meta.verbose_name}, protected

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        super().delete_model(request, obj)
        refresh_conflicts()

    def delete_queryset(self, request: HttpRequest, queryset: models.QuerySet[Any]) -> None:
        super().delete_queryset(request, queryset)
        refresh_conflicts()


class PassageInline(admin.TabularInline):
    model = Passage
    extra = 0
    show_change_link = True


class SpeakerInline(admin.TabularInline):
    model = Speaker
    extra = 0
    fields = ("kind", "name", "office", "on")
    show_change_link = True


class TextInline(admin.StackedInline):
    """The attached text, for those who may see it; it comes from ``load_source_texts``, which checks it."""

    model = SourceText
    fields = readonly_fields = ("content", "attached_at")

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(SourceDocument)
class SourceDocumentAdmin(CitableAdmin, FoldedSearchAdmin):
    list_display = ("title", "publisher", "kind", "published_on", "slug")
    list_filter = ("kind", "published_on")
    prepopulated_fields = {"slug": ("title",)}
    inlines: ClassVar[Any] = (SpeakerInline, PassageInline, CitationInline, TextInline)

    def refresh(self, obj: SourceDocument) -> None:
        refresh_search()


@admin.register(Speaker)
class SpeakerAdmin(CitableAdmin):
    list_display = ("name", "office", "on", "kind", "document")
    list_filter = ("kind", "document")
    list_select_related = ("document",)
    search_fields = ("name", "office", "document__title")


@admin.register(Passage)
class PassageAdmin(admin.ModelAdmin):
    list_display = ("document", "line", "start", "end", "is_personal")
    list_display_links = ("line", "start", "end")
    list_filter = ("document", "is_personal")
    list_select_related = ("document",)
    search_fields = ("document__title", "document__slug", "citations__stated_value")
    autocomplete_fields = ("document",)
    inlines: ClassVar[Any] = (PassageCitationInline,)


class CitationForm(forms.ModelForm):
    """Offers only kinds of subjects that can carry citations, and only their fields."""

    field = forms.ChoiceField(label=_("Feld"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        types: dict[Any, ContentType] = ContentType.objects.get_for_models(*citable_models())
        kinds: Any = self.fields["content_type"]
        kinds.queryset = ContentType.objects.filter(pk__in=[row.pk for row in types.values()])
        chosen = str(self.instance.content_type_id or self.get_initial_for_field(kinds, "content_type") or "")
        fields: Any = self.fields["field"]
        fields.choices = [
            (model._meta.verbose_name, [(name, label) for name, (label, _many) in model.citable_fields.items()])
            for model, row in types.items()
            if chosen in {"", str(row.pk)}
        ]


@admin.register(Citation)
class CitationAdmin(admin.ModelAdmin):
    form = CitationForm
    list_display = ("stated_value", "subject_name", "field_label", "modality", "confidence", "document")
    list_filter = ("modality", "confidence", "content_type", "passage__document")
    search_fields = ("stated_value", "value", "field", "passage__document__title", "speakers__name")
    raw_id_fields = ("passage",)
    autocomplete_fields = ("speakers",)

    def get_queryset(self, request: HttpRequest) -> Any:
        rows: Any = super().get_queryset(request).select_related("passage__document", "content_type")
        return rows.with_subject()

    @admin.display(description=_("Gegenstand"))
    def subject_name(self, obj: Citation) -> str:
        return str(obj.subject)

    @admin.display(description=_("Feld"))
    def field_label(self, obj: Citation) -> str:
        return obj.field_label

    @admin.display(description=_("Quelle"), ordering="passage__document__title")
    def document(self, obj: Citation) -> str:
        return str(obj.passage.document)

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        super().save_related(request, form, formsets, change)
        refresh_conflicts()
        refresh_search()

    def delete_model(self, request: HttpRequest, obj: Citation) -> None:
        super().delete_model(request, obj)
        refresh_conflicts()

    def delete_queryset(self, request: HttpRequest, queryset: models.QuerySet[Citation]) -> None:
        super().delete_queryset(request, queryset)
        refresh_conflicts()


@admin.register(Conflict)
class ConflictAdmin(admin.ModelAdmin):
    list_display = ("subject_name", "field_label", "state", "updated_at")
    list_filter = ("state", "content_type")
    search_fields = ("field", "explanation")
    fields = ("subject_name", "field_label", "statements", "state", "explanation")
    readonly_fields = ("subject_name", "field_label", "statements")

    def get_queryset(self, request: HttpRequest) -> Any:
        rows: Any = super().get_queryset(request).select_related("content_type")
        return rows.with_subject().open_first()

    @admin.display(description=_("Gegenstand"))
    def subject_name(self, obj: Conflict) -> str:
        return f"{obj.content_type.name}: {obj.subject}"

    @admin.display(description=_("Feld"))
    def field_label(self, obj: Conflict) -> str:
        return obj.field_label

    @admin.display(description=_("Was die Quellen sagen"))
    def statements(self, obj: Conflict) -> SafeString:
        subject: Any = obj.subject
        rows = Citation.objects.about(subject).filter(field=obj.field).select_related("passage__document")
        lines = [(row.stated_value, row.get_modality_display(), row.passage.document, row.passage) for row in rows]
        return format_html("<ul>{}</ul>", format_html_join("", "<li>{} ({}) – {}, {}</li>", lines))

    def save_model(self, request: HttpRequest, obj: Conflict, form: Any, change: bool) -> None:
        settle_conflict(obj, state=obj.state, explanation=obj.explanation)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Conflict | None = None) -> bool:
        return False
