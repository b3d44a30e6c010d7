"""Cooperations that may be the one somebody is about to register a second time."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any, Self

from django.db import models
from django.db.models import Case, Count, Exists, F, IntegerField, OuterRef, Q, Subquery, Value, When
from django.db.models.functions import Coalesce

from agreements.choices import RecordState
from agreements.querysets.reviewing import ReviewWords
from coopportal.common.search import fold

#: Words that stand in so many names that they tell nothing.
_EVERYWHERE = frozenset(
    "kooperation zusammenarbeit interkommunal interkommunale interkommunaler gemeinsam gemeinsame gemeinsamer "
    "gemeinsames kommunal kommunale kommunaler vereinbarung zweckvereinbarung projekt verbund stadt gemeinde landkreis "
    "kreis verbandsgemeinde region regional regionale regionaler zwischen neue neuer".split()
)
_EVERYWHERE_FOLDED = frozenset(fold(word) for word in _EVERYWHERE)
MOST_WORDS, SHORTEST = 6, 4


def telling_words(name: str) -> list[str]:
    """The folded words of a name by which it can be recognised; at most six."""
    words = [word for word in fold(name).split() if len(word) >= SHORTEST and word not in _EVERYWHERE_FOLDED]
    return list(dict.fromkeys(words))[:MOST_WORDS]


def _number(values: Any) -> Any:
    return Coalesce(Subquery(values), Value(0), output_field=IntegerField())


class DuplicateWords(ReviewWords):
    """The part of ``CooperationQuerySet`` that looks for likenesses."""

    def likely_duplicates_of(
        self, name: str, *, task_fields: Collection[str], bodies: models.QuerySet[Any], besides: int | None = None
    ) -> Self:
        """Records like one of this name, with these task fields and the bodies of these participations; likest first.

        Like is one that has most words of the name and a participant or field in common, or all (two at least) words,
        or two participants and a field. Words are looked for in the folded text, so every database answers the same.
        One query.
        """
        words = telling_words(name)
        rows = self.exclude(record_state__in=RecordState.final()).exclude(pk=besides)
        rows = rows._with_likeness(words, task_fields, bodies)
        most = max(1, -(-len(words) * 3 // 5))
        like = Q(same_bodies__gte=2, same_field=1)
        if words:
            like |= Q(same_words__gte=most) & (Q(same_bodies__gte=1) | Q(same_field=1))
        if len(words) > 1:
            like |= Q(same_words=len(words))
        likeness = F("same_words") + 2 * F("same_bodies") + F("same_field")
        return rows.filter(like).annotate(likeness=likeness).order_by("-likeness", "sort_key", "pk")

    def _with_likeness(self, words: list[str], task_fields: Collection[str], bodies: models.QuerySet[Any]) -> Self:
        hits: Any = Value(0)
        for word in words:
            hits = hits + Case(When(search_text__contains=word, then=1), default=0, output_field=IntegerField())
        mine = self.model._meta.get_field("participations").related_model.objects.filter(cooperation=OuterRef("pk"))
        towns = bodies.filter(municipality__isnull=False).values("municipality")
        others = bodies.filter(organisation__isnull=False).values("organisation")
        same = mine.filter(Q(municipality__in=towns) | Q(organisation__in=others)).order_by()
        fields = self.model._meta.get_field("task_fields").remote_field.through.objects
        of_same_field = fields.filter(cooperation=OuterRef("pk"), taskfield__in=list(task_fields))
        return self.annotate(
            same_words=hits,
            same_bodies=_number(same.values("cooperation").annotate(number=Count("pk")).values("number")),
            same_field=Case(When(Exists(of_same_field), then=1), default=0, output_field=IntegerField()),
        )
