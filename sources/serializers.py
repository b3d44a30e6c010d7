"""How the API tells documents, citations and conflicts; the base of every serializer whose fields carry sources."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.utils.translation import gettext_lazy as _
from drf_spectacular.extensions import OpenApiSerializerFieldExtension
from rest_framework import serializers
from rest_framework.fields import SkipField

from coopportal.common.dates import Precision
from sources.choices import Confidence, ConflictState, DocumentKind, Modality
from sources.models import Citation, Conflict, SourceDocument, Speaker
from sources.quotes import quotation


def subject_type_of(row: Citation | Conflict) -> str:
    """The API's name of the kind of subject: ``cooperation``, ``budget_line``, …"""
    model: Any = ContentType.objects.get_for_id(row.content_type_id).model_class()
    return str(model.subject_type())


class CitationSerializer(serializers.ModelSerializer[Citation]):
    """This passage says that about this field of this subject; needs ``for_records()``."""

    subject_type = serializers.SerializerMethodField()
    subject = serializers.CharField(source="subject_key", allow_null=True)
    modality = serializers.ChoiceField(choices=Modality.choices)
    confidence = serializers.ChoiceField(choices=Confidence.choices)
    speaker = serializers.SerializerMethodField(
        help_text=_("Wer es sagt, mit Amt wie in der Quelle; null: niemand genannt")
    )
    source = serializers.CharField()  # type: ignore[assignment]
    line = serializers.IntegerField(source="passage.line")
    start = serializers.IntegerField(source="passage.start")
    end = serializers.IntegerField(source="passage.end")
    quote = serializers.SerializerMethodField(help_text=_("null, wo der Text nicht vorliegt oder nicht zitiert wird"))

    reads = {"speaker": ("speaker_names",), "quote": ("excerpt", "personal", "passage")}

    class Meta:
        model = Citation
        fields = (
            *("id", "subject_type", "subject", "field", "stated_value", "value", "modality", "confidence", "speaker"),
            *("source", "line", "start", "end", "quote", "stated_on"),
        )

    def get_subject_type(self, row: Citation) -> str:
        return subject_type_of(row)

    def get_speaker(self, row: Any) -> str | None:
        said_by = sorted(row.speaker_names, key=lambda one: str(one["name"]))
        return "; ".join(str(Speaker(**one | {"on": _day(one["on"])})) for one in said_by) or None

    def get_quote(self, row: Any) -> str | None:
        start, end = row.passage.start, row.passage.end
        personal = [(one["start"] - start, one["end"] - start) for one in row.personal]
        return quotation(row.excerpt or "", 0, end - start, personal)


def _day(text: str | None) -> dt.date | None:
    return dt.date.fromisoformat(text) if text else None


class SourcesField(serializers.Field[Any, Any, Any, Any]):
    """``{field: [citation]}`` of an object, only where it was asked for (``include=sources``)."""

    def get_attribute(self, instance: Any) -> dict[str, list[Citation]]:
        sources: dict[str, list[Citation]] | None = self.context.get("sources")
        if sources is None:
            raise SkipField
        return sources

    def to_representation(self, value: dict[str, list[Citation]]) -> dict[str, Any]:
        return {name: CitationSerializer(citations, many=True).data for name, citations in value.items()}


class SourcesFieldExtension(OpenApiSerializerFieldExtension):
    """Describes ``_sources``."""

    target_class = SourcesField

    def map_serializer_field(self, auto_schema: Any, direction: Any) -> dict[str, Any]:
        citation = auto_schema.resolve_serializer(CitationSerializer, direction).ref
        return {"type": "object", "additionalProperties": {"type": "array", "items": citation}}


class CitedSerializer(serializers.ModelSerializer[Any]):
    """A record whose fields carry sources: ``_sources`` stands at its end where it was asked for."""

    _sources = SourcesField(source="*", required=False, help_text=_("Belege je Feld, mit include=sources"))

    def get_field_names(self, declared_fields: Any, info: Any) -> list[str]:
        declared = {name: field for name, field in declared_fields.items() if name != "_sources"}
        return [*super().get_field_names(declared, info), "_sources"]


class SourceSerializer(CitedSerializer):
    """A document; its text itself is never here."""

    kind = serializers.ChoiceField(choices=DocumentKind.choices)
    published_precision = serializers.ChoiceField(choices=Precision.choices)
    passages_count = serializers.IntegerField(help_text=_("Fundstellen, die etwas über Veröffentlichtes sagen"))

    class Meta:
        model = SourceDocument
        fields = (
            *("slug", "title", "publisher", "kind", "published_on", "published_precision", "published_wording"),
            *("language", "passages_count", "sha256", "length", "updated_at"),
        )


class ConflictSerializer(CitedSerializer):
    """Citations that disagree about one field of one subject; needs ``citations_of``."""

    subject_type = serializers.SerializerMethodField()
    subject = serializers.CharField(source="subject_key", allow_null=True)
    state = serializers.ChoiceField(choices=ConflictState.choices)
    citations = CitationSerializer(source="statements", many=True)

    class Meta:
        model = Conflict
        fields = ("id", "subject_type", "subject", "field", "state", "explanation", "citations", "updated_at")

    def get_subject_type(self, row: Conflict) -> str:
        return subject_type_of(row)
