"""FilterSets of documents, citations and conflicts."""

from __future__ import annotations

import datetime as dt
from typing import Any

import django_filters
from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.utils.translation import gettext_lazy as _

from coopportal.common.filters import (
    KeysFilter,
    ModifiedSinceFilter,
    PortalFilterSet,
    SearchFilter,
    ValuesField,
    ValuesFilter,
)
from sources.choices import Confidence, ConflictState, DocumentKind, Modality
from sources.models import SourceDocument
from sources.querysets import citable_models


class SourceFilterSet(PortalFilterSet):
    aliases = {"art": "kind"}
    orderings = {"title": ("title",), "published_on": ("published_on",), "updated_at": ("updated_at",)}

    search = SearchFilter(label=_("Suchwörter"))
    kind = ValuesFilter(choices=DocumentKind.choices, label=_("Art"))
    modified_since = ModifiedSinceFilter(label=_("geändert seit"))

    def cut(self, rows: models.QuerySet[Any], day: dt.date) -> models.QuerySet[Any]:
        return rows.published_by(day)  # type: ignore[attr-defined]

    def shape(self, rows: models.QuerySet[Any]) -> models.QuerySet[Any]:
        return rows.for_list()  # type: ignore[attr-defined]


class SubjectTypeFilter(django_filters.Filter):
    """Rows about subjects of the given kinds: ``cooperation``, ``participation``, …"""

    field_class = ValuesField

    @property
    def field(self) -> Any:
        field = super().field
        field.choices = [(m.subject_type(), m._meta.verbose_name) for m in citable_models()]
        return field

    def filter(self, qs: models.QuerySet[Any], value: Any) -> models.QuerySet[Any]:
        if not value:
            return qs
        chosen = [model for model in citable_models() if model.subject_type() in value]
        types = ContentType.objects.get_for_models(*chosen).values()
        return qs.filter(content_type__in=[content_type.pk for content_type in types])


class CitationFilterSet(PortalFilterSet):
    aliases = {"quelle": "source", "feld": "field", "gegenstand": "subject_type"}
    orderings = {"stated_on": ("stated_on",), "source": ("passage__document__slug", "passage__start")}

    source = KeysFilter(
        field_name="passage__document", queryset=SourceDocument.objects.all(), lookup="slug", label=_("Quelle")
    )
    subject_type = SubjectTypeFilter(label=_("Art des Gegenstands"))
    field = django_filters.CharFilter(field_name="field", label=_("Feld"))
    modality = ValuesFilter(choices=Modality.choices, label=_("Aussageweise"))
    confidence = ValuesFilter(choices=Confidence.choices, label=_("Sicherheit"))
    modified_since = ModifiedSinceFilter(label=_("geändert seit"))

    def cut(self, rows: models.QuerySet[Any], day: dt.date) -> models.QuerySet[Any]:
        return rows.stated_by(day)  # type: ignore[attr-defined]

    def shape(self, rows: models.QuerySet[Any]) -> models.QuerySet[Any]:
        rows = rows.with_subject().for_footnotes()  # type: ignore[attr-defined]
        return rows.order_by("passage__document_id", "passage__start", "pk")

    def record_shape(self, rows: models.QuerySet[Any]) -> models.QuerySet[Any]:
        return rows.for_records()  # type: ignore[attr-defined]


class ConflictFilterSet(PortalFilterSet):
    aliases = {"zustand": "state", "feld": "field", "gegenstand": "subject_type"}

    state = ValuesFilter(choices=ConflictState.choices, label=_("Zustand"))
    subject_type = SubjectTypeFilter(label=_("Art des Gegenstands"))
    field = django_filters.CharFilter(field_name="field", label=_("Feld"))
    modified_since = ModifiedSinceFilter(label=_("geändert seit"))

    def shape(self, rows: models.QuerySet[Any]) -> models.QuerySet[Any]:
        return rows.with_subject().open_first()  # type: ignore[attr-defined]

    def record_shape(self, rows: models.QuerySet[Any]) -> models.QuerySet[Any]:
        return rows.with_subject_key().open_first()  # type: ignore[attr-defined]
