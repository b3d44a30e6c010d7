"""Reads of the spells, as words. The day is always an argument."""

from __future__ import annotations

import datetime as dt
from typing import Any, Self

from django.db import models
from django.db.models import Count, Exists, F, OuterRef, Q

from agreements.choices import COUNTED_DEGREES
from agreements.querysets.pairs import PairWords


class SpellQuerySet(PairWords):
    def on(self, day: dt.date) -> Self:
        """Those that hold on ``day``: one of each participation."""
        return self.filter(begins__lte=day, ends__gte=day)

    def appeared(self) -> Self:
        """Of participations that had appeared by the day (see ``ParticipationQuerySet.appeared_by``)."""
        return self.filter(appeared=True)

    def of_published(self) -> Self:
        """Of published cooperations; without a join, by which SQLite would begin with those."""
        cooperations = self.model._meta.get_field("cooperation").related_model.objects.public()
        return self.filter(Exists(cooperations.filter(pk=OuterRef("cooperation"))))

    def of_most(self, cooperations: models.QuerySet[Any, Any]) -> Self:
        """Those of these cooperations (keys), which are nearly all there are: the spells are gone through one by one.

        By the sum, which no index knows, the database is kept from looking them up cooperation by cooperation.
        """
        return self.alias(one=F("cooperation") + 0).filter(one__in=cooperations)

    def per_body(self) -> models.QuerySet[Any, Any]:
        """One row for each municipal body: ``listed`` in how many cooperations, ``counted`` in how many it counts."""
        rows = self.filter(municipality__isnull=False).order_by().values("municipality")
        return rows.annotate(listed=Count("pk"), counted=Count("pk", filter=Q(degree__in=COUNTED_DEGREES)))


def holding(day: dt.date, path: str) -> Q:
    """That the spell at ``path`` of a query holds on ``day``."""
    return Q(**{f"{path}__begins__lte": day, f"{path}__ends__gte": day})
