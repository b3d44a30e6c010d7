"""Reads of the sources, as words."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from itertools import compress
from typing import TYPE_CHECKING, Any, Self

from django.apps import apps
from django.contrib.contenttypes.models import ContentType
from django.contrib.contenttypes.prefetch import GenericPrefetch
from django.db import models
from django.db.models import Case, CharField, Exists, F, OuterRef, Prefetch, Q, Subquery, When
from django.db.models.functions import Cast, JSONObject, Substr

from coopportal.common.aggregates import count_of, list_of
from coopportal.common.given import Given
from coopportal.common.search import matches, parse, sort_key, wanted

if TYPE_CHECKING:
    from sources.models import Citable


def citable_models() -> list[type[Citable]]:
    """Every model that declares citable fields, in the order the apps are installed."""
    return [model for model in apps.get_models() if getattr(model, "citable_fields", None)]  # type: ignore[misc]


def _types() -> dict[Any, ContentType]:
    return ContentType.objects.get_for_models(*citable_models(), for_concrete_models=True)


def _rows(model: type[Citable]) -> Any:
    """The model's own words; every citable model has ``as_subject`` among them."""
    return model._default_manager.all()


def subject_prefetch() -> GenericPrefetch:
    """Fetches the subjects of citations or conflicts, a query for each kind of subject."""
    return GenericPrefetch("subject", [_rows(model).as_subject() for model in citable_models()])


class AboutSubjectQuerySet(models.QuerySet[Any]):
    """Rows with ``content_type`` and ``object_id``: citations and conflicts."""

    def public(self) -> Self:
        """Only those that speak of records the public may see."""
        open_to_all = [content_type for model, content_type in _types().items() if not model.has_private_rows]
        seen = Q(content_type__in=open_to_all)
        for model, content_type in _types().items():
            if model.has_private_rows:
                seen |= Q(Exists(_rows(model).public().filter(pk=OuterRef("object_id"))), content_type=content_type)
        return self.filter(seen)

    def about(self, subject: models.Model) -> Self:
        return self.filter(content_type=ContentType.objects.get_for_model(subject), object_id=subject.pk)

    def about_any(self, subjects: dict[type[models.Model], Any]) -> Self:
        """About any object of ``{model: ids}``; ids may be a queryset of keys."""
        wanted = Q(pk__in=[])
        for model, ids in subjects.items():
            wanted |= Q(content_type=ContentType.objects.get_for_model(model), object_id__in=ids)
        return self.filter(wanted)

    def about_types(self, subjects: dict[int, Any]) -> Self:
        """About any object of ``{id of the content type: ids}``."""
        wanted = Q(pk__in=[])
        for content_type, ids in subjects.items():
            wanted |= Q(content_type=content_type, object_id__in=ids)
        return self.filter(wanted)

    def with_subject(self) -> Self:
        return self.prefetch_related(subject_prefetch())

    def with_subject_key(self) -> AboutSubjectQuerySet:
        """Adds ``subject_key``, the key by which the API calls the subject, without fetching subjects."""
        keys = []
        for model, content_type in _types().items():
            if model.key_field != "pk":
                subject = model.objects.filter(pk=OuterRef("object_id")).order_by()
                keys.append(When(content_type=content_type, then=Subquery(subject.values(model.key_field))))
        number = Cast("object_id", CharField())
        return self.annotate(subject_key=Case(*keys, default=number, output_field=CharField()))


class SourceDocumentQuerySet(models.QuerySet[Any]):
    def as_subject(self) -> SourceDocumentQuerySet:
        return self

    def with_counts(self) -> SourceDocumentQuerySet:
        """Adds ``passages_count``: the number of places in the document that say something of public records."""
        passages = self.model.passages.rel.related_model.objects.filter(document=OuterRef("pk"))
        return self.annotate(passages_count=count_of(passages.cited()))

    def published_by(self, day: dt.date) -> SourceDocumentQuerySet:
        """What could be read on ``day``: published until then, or of unknown day."""
        return self.filter(Q(published_on__isnull=True) | Q(published_on__lte=day))

    def _said(self) -> Any:
        """What the passages of a document of an outer query state in our words, of public records only."""
        said: Any = self.model._meta.get_field("passages").related_model._meta.get_field("citations").related_model
        return said.objects.public().filter(passage__document=OuterRef("pk")).order_by()

    def with_statement_on(self, query: str) -> SourceDocumentQuerySet:
        """Adds ``statement_found``: the first of these statements in which any of the words stands."""
        holding = Q(pk__in=[])
        for term in wanted(query):
            holding |= Q(search_text__contains=term.pattern)
        found = self._said().filter(holding).order_by("passage__start", "pk").values("stated_value")
        return self.annotate(statement_found=Subquery(found[:1]))

    def saying(self, query: str) -> dict[str, set[int]]:
        """Pattern of each term of a query → the documents of which some passage states it in our words. One query."""
        patterns = list(dict.fromkeys(term.pattern for term in parse(query)))
        public = self._said()
        flags = {
            f"says_{number}": Exists(public.filter(search_text__contains=pattern))
            for number, pattern in enumerate(patterns)
        }
        found: dict[str, set[int]] = {pattern: set() for pattern in patterns}
        for document, *said in self.order_by().annotate(**flags).values_list("pk", *flags):
            for pattern in compress(patterns, said):
                found[pattern].add(document)
        return found

    def matching(self, query: str, said: Mapping[str, Iterable[int]] | None = None) -> SourceDocumentQuerySet:
        """By title, publisher and what its passages state in our words, of public records only.

        ``said`` are the keys of the documents that state the terms, where these are known (``saying``).
        """
        public = self._said()
        condition = Q()
        for term in parse(query):
            if said is None:
                said_so: Any = Exists(public.filter(search_text__contains=term.pattern))
            else:
                said_so = Given("pk", said[term.pattern])
            found = Q(search_text__contains=term.pattern) | Q(said_so)
            condition &= ~found if term.excluded else found
        return self.filter(condition)

    def publishers(self) -> list[str]:
        """The names of all publishers, in the order of their letters."""
        names: set[str] = set(self.exclude(publisher="").order_by().values_list("publisher", flat=True).distinct())
        return sorted(names, key=lambda name: (sort_key(name), name))

    def years(self) -> list[int]:
        """The years in which anything was published, the latest first."""
        days = self.exclude(published_on=None).order_by()
        return sorted(days.values_list("published_on__year", flat=True).distinct(), reverse=True)

    def in_order(self) -> SourceDocumentQuerySet:
        """The latest first."""
        return self.order_by(F("published_on").desc(nulls_last=True), "slug", "pk")

    def for_list(self) -> SourceDocumentQuerySet:
        return self.with_counts().in_order()


class SpeakerQuerySet(models.QuerySet[Any]):
    def as_subject(self) -> SpeakerQuerySet:
        return self.select_related("document")


class PassageQuerySet(models.QuerySet[Any]):
    def personal(self) -> PassageQuerySet:
        """Places that are never quoted, not inside another passage either."""
        return self.filter(is_personal=True)

    def cited(self) -> PassageQuerySet:
        """Places that say something of public records."""
        citations = self.model.citations.rel.related_model.objects.public()
        return self.filter(Exists(citations.filter(passage=OuterRef("pk"))))

    def for_page(self) -> PassageQuerySet:
        """Places that say something of public records, in order, with what they say of what."""
        citations = self.model.citations.rel.related_model.objects.public().with_subject()
        said = citations.prefetch_related("speakers").order_by("pk")
        return self.cited().prefetch_related(Prefetch("citations", said)).order_by("start", "end")


class CitationQuerySet(AboutSubjectQuerySet):
    def for_footnotes(self) -> CitationQuerySet:
        """With all that a footnote shows: passage, document, attached text and speakers."""
        return self.select_related("passage__document__text").prefetch_related("speakers")

    def for_records(self) -> CitationQuerySet:
        """With all that the API tells of a citation, in one query.

        ``excerpt`` are the characters of the passage where the text is attached, ``personal`` the ranges never quoted
        that touch them, ``speaker_names`` who said it.
        """
        speakers, passages = (
            self.model._meta.get_field(name).related_model.objects for name in ("speakers", "passage")
        )
        touching = passages.personal().filter(
            document=OuterRef("passage__document"),
            start__lt=OuterRef("passage__end"),
            end__gt=OuterRef("passage__start"),
        )
        length = F("passage__end") - F("passage__start")
        return (
            self.with_subject_key()
            .select_related("passage")
            .annotate(
                source=F("passage__document__slug"),
                excerpt=Substr("passage__document__text__content", F("passage__start") + 1, length),
                personal=list_of(touching, JSONObject(start="start", end="end")),
                speaker_names=list_of(
                    speakers.filter(statements=OuterRef("pk")), JSONObject(name="name", office="office", on="on")
                ),
            )
            .order_by("passage__document_id", "passage__start", "pk")
        )

    def by_field(self, row: models.Model, parts: dict[str, str]) -> dict[str, list[Any]]:
        """The records of what is said about an object, by field.

        ``parts`` are relations whose rows stand within the object: relation → the field that shows them.
        """
        if type(row) not in citable_models():
            return {}
        subjects: dict[type[models.Model], Any] = {type(row): [row.pk]}
        shown_in = {}
        for relation, field in parts.items():
            part_of: Any = row._meta.get_field(relation).related_model
            subjects[part_of] = [part.pk for part in getattr(row, relation).all()]
            shown_in[ContentType.objects.get_for_model(part_of).pk] = field
        found: dict[str, list[Any]] = {}
        for citation in self.about_any(subjects).for_records():
            found.setdefault(shown_in.get(citation.content_type_id, citation.field), []).append(citation)
        return found

    def matching(self, query: str) -> CitationQuerySet:
        """By what is stated, in our own words."""
        return self.filter(matches(query))

    def attach_to(self, conflicts: list[Any]) -> list[Any]:
        """The conflicts, each with the records that disagree as ``statements``, in one query."""
        subjects = Q(pk__in=[])
        for content_type in {row.content_type_id for row in conflicts}:
            ids = {row.object_id for row in conflicts if row.content_type_id == content_type}
            subjects |= Q(content_type=content_type, object_id__in=ids)
        said: dict[tuple[int, int, str], list[Any]] = {}
        for citation in self.filter(subjects).exclude(value="").for_records():
            said.setdefault((citation.content_type_id, citation.object_id, citation.field), []).append(citation)
        for row in conflicts:
            row.statements = said.get((row.content_type_id, row.object_id, row.field), [])
        return conflicts

    def stated_by(self, day: dt.date) -> CitationQuerySet:
        """What had been said by ``day``; statements of unknown day are kept."""
        return self.filter(Q(stated_on__isnull=True) | Q(stated_on__lte=day))


class ConflictQuerySet(AboutSubjectQuerySet):
    def open(self) -> ConflictQuerySet:
        return self.filter(state="open")

    def open_first(self) -> ConflictQuerySet:
        rank = models.Case(models.When(state="open", then=0), default=1)
        return self.order_by(rank, "content_type_id", "object_id", "field", "pk")
