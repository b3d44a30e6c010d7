"""Reads of the steps of a history, as words, and which of them decides on a day."""

from __future__ import annotations

import datetime as dt
from typing import Any, Self

from django.db import models
from django.db.models import Case, F, Q, Value, When

from agreements.querysets.registration import OfCooperationQuerySet
from coopportal.common.dates import DATED


def related(queryset: models.QuerySet[Any], name: str) -> Any:
    """The default queryset of the model behind a reverse relation."""
    return queryset.model._meta.get_field(name).related_model.objects


def latest_step(steps: models.QuerySet[Any], day: dt.date) -> models.QuerySet[Any]:
    """Steps that had happened by ``day``, the deciding one first; steps of unknown day come last."""
    happened = steps.filter(Q(effective_on__isnull=True) | Q(effective_on__lte=day))
    return happened.order_by(F("effective_on").desc(nulls_last=True), "-rank", "-pk")


def stated(column: str, otherwise: str) -> Case:
    """What a step says of the day that decides, where that is the day stated and not the one of the document."""
    is_stated = When(on__isnull=False, on_precision__in=[*DATED], then=F(column))
    return Case(is_stated, default=Value(otherwise), output_field=models.CharField())


class StepQuerySet(OfCooperationQuerySet):
    """Steps of a history."""

    def happened_by(self, day: dt.date) -> Self:
        return self.filter(Q(effective_on__isnull=True) | Q(effective_on__lte=day))

    def in_order(self) -> Self:
        return self.order_by(F("effective_on").asc(nulls_first=True), "rank", "pk")
