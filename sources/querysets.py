"""Reads of the sources, as words."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

from django.apps import apps
from django.contrib.contenttypes.models import ContentType
from django.contrib.contenttypes.prefetch import GenericPrefetch
from django.db import models
from django.db.models import Count, Q

from coopportal.common.search import matches

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

    def public(self) -> AboutSubjectQuerySet:
        """Without those that speak of a record the public may not see yet."""
        hidden = Q()
        for model, content_type in _types().items():
            if model.has_private_rows:
                seen = _rows(model).public().order_by().values("pk")
                hidden |= Q(content_type=content_type) & ~Q(object_id__in=seen)
        return self.exclude(hidden) if hidden else self

    def about(self, subject: models.Model) -> AboutSubjectQuerySet:
        return self.filter(content_type=ContentType.objects.get_for_model(subject), object_id=subject.pk)

    def about_any(self, subjects: dict[type[models.Model], Any]) -> AboutSubjectQuerySet:
        """About any object of ``{model: ids}``; ids may be a queryset of keys."""
        wanted = Q(pk__in=[])
        for model, ids in subjects.items():
            wanted |= Q(content_type=ContentType.objects.get_for_model(model), object_id__in=ids)
        return self.filter(wanted)

    def with_subject(self) -> AboutSubjectQuerySet:
        return self.prefetch_related(subject_prefetch())


class SourceDocumentQuerySet(models.QuerySet[Any]):
    def as_subject(self) -> SourceDocumentQuerySet:
        return self

    def with_counts(self) -> SourceDocumentQuerySet:
        """Adds ``passages_count``: the number of places in the document that say something."""
        return self.annotate(passages_count=Count("passages", distinct=True))

    def published_by(self, day: dt.date) -> SourceDocumentQuerySet:
        """What could be read on ``day``: published until then, or of unknown day."""
        return self.filter(Q(published_on__isnull=True) | Q(published_on__lte=day))

    def matching(self, query: str) -> SourceDocumentQuerySet:
        return self.filter(matches(query))

    def for_list(self) -> SourceDocumentQuerySet:
        return self.with_counts().order_by("-published_on", "slug", "pk")


class SpeakerQuerySet(models.QuerySet[Any]):
    def as_subject(self) -> SpeakerQuerySet:
        return self.select_related("document")


class PassageQuerySet(models.QuerySet[Any]):
    def personal(self) -> PassageQuerySet:
        """Places that are never quoted, not inside another passage either."""
        return self.filter(is_personal=True)


class CitationQuerySet(AboutSubjectQuerySet):
    def for_footnotes(self) -> CitationQuerySet:
        """With all that a footnote shows: passage, document, attached text and speakers."""
        return self.select_related("passage__document__text").prefetch_related("speakers")

    def stated_by(self, day: dt.date) -> CitationQuerySet:
        """What had been said by ``day``; statements of unknown day are kept."""
        return self.filter(Q(stated_on__isnull=True) | Q(stated_on__lte=day))


class ConflictQuerySet(AboutSubjectQuerySet):
    def open(self) -> ConflictQuerySet:
        return self.filter(state="open")

    def open_first(self) -> ConflictQuerySet:
        rank = models.Case(models.When(state="open", then=0), default=1)
        return self.order_by(rank, "content_type_id", "object_id", "field", "pk")
