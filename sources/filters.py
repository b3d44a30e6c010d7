"""FilterSets of documents, citations and conflicts."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

import django_filters
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Count, Exists, OuterRef, Subquery
from django.db.models.functions import ExtractYear
from django.utils.translation import gettext_lazy as _

from coopportal.common.facets import Part, column, counted
from coopportal.common.filter_kinds import KeysFilter, ListedFilter, ModifiedSinceFilter, SearchFilter, ValuesFilter
from coopportal.common.filters import PortalFilterSet
from coopportal.common.query_fields import ListField, ListWidget
from coopportal.common.search import parse
from sources.choices import Confidence, ConflictState, DocumentKind, Modality
from sources.models import Citation, SourceDocument
from sources.querysets import citable_models

#: Numbers of more digits are the id of nothing.
DIGITS = 18

_YEAR = re.compile(r"[1-9][0-9]{3}")


class WholeWidget(ListWidget):
    """Reads repeated values only: a comma belongs to the value."""

    separator = re.compile(r"(?!)")


class PublishersField(ListField):
    """Publishers by their names as they are written; one of nothing is an error that names it."""

    widget = WholeWidget
    default_error_messages = {"invalid_choice": _("„%(value)s“ gibt hier nichts heraus.")}

    @property
    def choices(self) -> list[tuple[str, str]]:
        return [(name, name) for name in SourceDocument.objects.publishers()]

    def to_python(self, value: Any) -> list[str]:
        known = set(SourceDocument.objects.publishers()) if value else set()
        for text in value or []:
            if text not in known:
                raise ValidationError(
                    self.error_messages["invalid_choice"], code="invalid_choice", params={"value": text[:60]}
                )
        return list(value or [])


class PublishersFilter(ListedFilter):
    field_class = PublishersField


class YearsField(ListField):
    """Years in four digits; those are offered in which anything was published, the latest first."""

    default_error_messages = {"invalid": _("„%(value)s“ ist kein Jahr. Schreiben Sie es mit vier Ziffern.")}

    @property
    def choices(self) -> list[tuple[str, str]]:
        return [(str(year), str(year)) for year in SourceDocument.objects.years()]

    def to_python(self, value: Any) -> list[int]:
        for text in value or []:
            if not _YEAR.fullmatch(text):
                raise ValidationError(self.error_messages["invalid"], code="invalid", params={"value": text[:60]})
        return [int(text) for text in value or []]


class YearsFilter(ListedFilter):
    field_class = YearsField


def _years(_asked: Any, name: str, rows: models.QuerySet[Any]) -> list[Part]:
    return [counted(name, rows.exclude(published_on=None), ExtractYear("published_on"))]


class SourceSearchFilter(SearchFilter):
    """Documents by their own words and by what is stated in them.

    A page counts and lists what is found, and counts it by facets: for all that the statements are gone through once.
    """

    _said: tuple[str, dict[str, set[int]]] = ("", {})

    def filter(self, qs: models.QuerySet[Any], value: Any) -> models.QuerySet[Any]:
        if not self.parent.german or not value or not parse(value):
            return super().filter(qs, value)
        if self._said[0] != value:  # this filter is that of one question
            self._said = value, SourceDocument.objects.saying(value)
        return qs.matching(value, self._said[1])  # type: ignore[attr-defined]


class SourceFilterSet(PortalFilterSet):
    facets = {"kind": column("kind"), "publisher": column("publisher"), "year": _years}
    aliases = {"art": "kind", "herausgeber": "publisher", "jahr": "year"}
    orderings = {"title": ("title",), "published_on": ("published_on",), "updated_at": ("updated_at",)}
    titled = True

    search = SourceSearchFilter(label=_("Suchwörter"))
    kind = ValuesFilter(choices=DocumentKind.choices, label=_("Art"))
    publisher = PublishersFilter(label=_("Herausgeber"))
    year = YearsFilter(field_name="published_on__year", label=_("Jahr"))
    modified_since = ModifiedSinceFilter(label=_("geändert seit"))

    def cut(self, rows: models.QuerySet[Any], day: dt.date) -> models.QuerySet[Any]:
        return rows.published_by(day)  # type: ignore[attr-defined]

    def shape(self, rows: models.QuerySet[Any]) -> models.QuerySet[Any]:
        return rows.for_list()  # type: ignore[attr-defined]


class SubjectTypeFilter(ValuesFilter):
    """Rows about subjects of the given kinds: ``cooperation``, ``participation``, …"""

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


class SubjectsField(ListField):
    """Subjects of one kind, each called by its public key; one that is not public does not exist."""

    default_error_messages = {
        "type": _("Nennen Sie dazu mit subject_type genau eine Art des Gegenstands."),
        "unknown": _("„%(value)s“ gibt es nicht."),
    }
    types: tuple[str, ...] = ()

    def to_python(self, value: Any) -> list[int]:
        """The ids of the subjects."""
        if not value:
            return []
        models_asked = [model for model in citable_models() if model.subject_type() in self.types]
        if len(models_asked) != 1:
            raise ValidationError(self.error_messages["type"], code="type")
        found = self._found(models_asked[0], value)
        for text in value:
            if text not in found:
                raise ValidationError(self.error_messages["unknown"], code="unknown", params={"value": text[:60]})
        return list(found.values())

    def _found(self, model: Any, keys: list[str]) -> dict[str, int]:
        rows = model.objects.public() if model.has_private_rows else model.objects.all()
        if model.key_field == "pk":
            keys = [key for key in keys if key.isascii() and key.isdigit() and len(key) <= DIGITS]
        wanted = [key for key in keys if "\x00" not in key]
        pairs = rows.filter(**{f"{model.key_field}__in": wanted}).values_list(model.key_field, "pk")
        return {str(key): pk for key, pk in pairs}


class SubjectFilter(django_filters.Filter):
    """Rows about certain subjects of the one kind that ``subject_type`` names."""

    field_class = SubjectsField

    @property
    def field(self) -> Any:
        field = super().field
        parameter = self.parent.filters["subject_type"].field
        name = self.parent.page_name("subject_type")
        field.types = tuple(parameter.widget.value_from_datadict(self.parent.data, {}, name))
        return field

    def filter(self, qs: models.QuerySet[Any], value: Any) -> models.QuerySet[Any]:
        return qs.filter(object_id__in=value) if value else qs


class FieldFilter(ValuesFilter):
    """Rows about fields of these names."""

    @property
    def field(self) -> Any:
        field = super().field
        labels = {name: label for model in citable_models() for name, (label, _many) in model.citable_fields.items()}
        field.choices = sorted(labels.items())
        return field


class CitationFilterSet(PortalFilterSet):
    aliases = {"quelle": "source", "feld": "field", "gegenstand": "subject_type"}
    orderings = {
        "stated_on": ("stated_on",),
        "source": ("passage__document__slug", "passage__start"),
        "updated_at": ("updated_at",),
    }

    search = SearchFilter(label=_("Suchwörter"))
    source = KeysFilter(
        field_name="passage__document", queryset=SourceDocument.objects.all(), lookup="slug", label=_("Quelle")
    )
    subject_type = SubjectTypeFilter(label=_("Art des Gegenstands"))
    subject = SubjectFilter(label=_("Gegenstand (mit subject_type)"))
    field = FieldFilter(field_name="field", label=_("Feld"))
    modality = ValuesFilter(field_name="modality", choices=Modality.choices, label=_("Aussageweise"))
    confidence = ValuesFilter(field_name="confidence", choices=Confidence.choices, label=_("Sicherheit"))
    modified_since = ModifiedSinceFilter(label=_("geändert seit"))

    def cut(self, rows: models.QuerySet[Any], day: dt.date) -> models.QuerySet[Any]:
        return rows.stated_by(day)  # type: ignore[attr-defined]

    def shape(self, rows: models.QuerySet[Any]) -> models.QuerySet[Any]:
        rows = rows.with_subject().for_footnotes()  # type: ignore[attr-defined]
        return rows.order_by("passage__document_id", "passage__start", "pk")

    def record_shape(self, rows: models.QuerySet[Any]) -> models.QuerySet[Any]:
        return rows.for_records()  # type: ignore[attr-defined]


def _disputed() -> Any:
    """The citations that an outer query of contradictions is about."""
    return Citation.objects.filter(**{name: OuterRef(name) for name in ("content_type", "object_id", "field")})


class StatementSearchFilter(SearchFilter):
    """Contradictions of which one of the statements fits."""

    def filter(self, qs: models.QuerySet[Any], value: Any) -> models.QuerySet[Any]:
        if not value or not parse(value):
            return qs
        said = _disputed()
        if self.parent.is_cut:
            said = said.stated_by(self.parent.day)
        return qs.filter(Exists(said.matching(value)))


class ConflictFilterSet(PortalFilterSet):
    facets = {"state": column("state")}
    aliases = {"zustand": "state", "feld": "field", "gegenstand": "subject_type"}
    orderings = {"state": ("state",), "field": ("field",), "updated_at": ("updated_at",)}

    search = StatementSearchFilter(label=_("Suchwörter"))
    state = ValuesFilter(choices=ConflictState.choices, label=_("Zustand"))
    subject_type = SubjectTypeFilter(label=_("Art des Gegenstands"))
    subject = SubjectFilter(label=_("Gegenstand (mit subject_type)"))
    field = FieldFilter(field_name="field", label=_("Feld"))
    modified_since = ModifiedSinceFilter(label=_("geändert seit"))

    def cut(self, rows: models.QuerySet[Any], day: dt.date) -> models.QuerySet[Any]:
        """Those about which sources already disagreed: at least two values had been stated by ``day``."""
        known = _disputed().stated_by(day).exclude(value="").order_by().values("field")
        values = known.annotate(values_count=Count("value", distinct=True)).values("values_count")
        return rows.annotate(known_values=Subquery(values)).filter(known_values__gt=1)

    def shape(self, rows: models.QuerySet[Any]) -> models.QuerySet[Any]:
        return rows.with_subject().open_first()  # type: ignore[attr-defined]

    def record_shape(self, rows: models.QuerySet[Any]) -> models.QuerySet[Any]:
        return rows.with_subject_key().open_first()  # type: ignore[attr-defined]
