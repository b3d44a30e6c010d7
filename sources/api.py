"""Documents, citations and conflicts in the API; the ground of every resource whose fields carry sources."""

from __future__ import annotations

from functools import cache
from typing import Any, ClassVar

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from coopportal.common.api import SLUG, Resource, listed
from coopportal.common.picking import ByKind
from sources.filters import CitationFilterSet, ConflictFilterSet, SourceFilterSet
from sources.linked import SOURCE
from sources.models import Citable, Citation, Conflict, SourceDocument
from sources.serializers import CitationSerializer, ConflictSerializer, SourceSerializer


@cache
def lists_of_subjects() -> dict[str, str]:
    """Kind of subject → the list that tells it. Some are told by none, such as who said something."""
    models: dict[str, Any] = {name: resource.serializer_class.Meta.model for name, resource in listed.items()}
    return {model.subject_type(): name for name, model in models.items() if issubclass(model, Citable)}


#: What a citation or a contradiction is about.
SUBJECT = ByKind("subject_type", lists_of_subjects)


class CitedResource(Resource):
    """A resource whose objects tell their sources where asked (``include=sources``).

    ``parts`` are relations whose rows stand within the object: relation → the field that shows them.
    """

    parts: ClassVar[dict[str, str]] = {}
    sources: dict[str, list[Citation]] | None = None

    def join(self, row: Any) -> None:
        if "sources" in self.asked.form.cleaned_data.get("include", ()):
            said = Citation.objects.public()
            known = said.stated_by(self.asked.day) if self.asked.is_cut else said
            self.sources = known.by_field(row, self.parts)

    def get_serializer_context(self) -> dict[str, Any]:
        return {**super().get_serializer_context(), "sources": self.sources}


class SourceResource(CitedResource):
    """Documents that facts were taken from."""

    about = _("Dokumente, aus denen die Angaben stammen. Die Texte selbst sind nicht enthalten.")
    serializer_class = SourceSerializer
    filterset_class = SourceFilterSet
    linked = SOURCE
    lookup_field = "slug"
    lookup_value_regex = SLUG

    def get_queryset(self) -> QuerySet[Any]:
        return SourceDocument.objects.all()


class CitationResource(Resource):
    """What passages say about fields of subjects."""

    about = _("Belege: Diese Fundstelle sagt das über dieses Feld dieses Gegenstands.")
    serializer_class = CitationSerializer
    filterset_class = CitationFilterSet
    expandable = {"source": "sources", "subject": SUBJECT}

    def get_queryset(self) -> QuerySet[Any]:
        return Citation.objects.public()


class ConflictResource(CitedResource):
    """Contradictions."""

    about = _("Widersprüche: Belege, die sich über ein einwertiges Feld eines Gegenstands nicht einig sind.")
    serializer_class = ConflictSerializer
    filterset_class = ConflictFilterSet
    expandable = {"subject": SUBJECT}

    def get_queryset(self) -> QuerySet[Any]:
        return Conflict.objects.public()

    def complete(self, rows: list[Any]) -> list[Any]:
        if not self.tells("citations"):
            return rows
        said = Citation.objects.public()
        return (said.stated_by(self.asked.day) if self.asked.is_cut else said).attach_to(rows)
