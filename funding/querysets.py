"""Reads of the programmes, as words."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db import models
from django.db.models import Q

from coopportal.common.dates import DATED
from coopportal.common.search import matches


class ProgrammeQuerySet(models.QuerySet[Any]):
    def as_subject(self) -> ProgrammeQuerySet:
        return self

    def matching(self, query: str) -> ProgrammeQuerySet:
        return self.filter(matches(query))

    def for_list(self) -> ProgrammeQuerySet:
        """With all that a row of the list shows."""
        return (
            self.select_related("state", "funder")
            .prefetch_related("budget_lines", "figures", "criteria")
            .order_by("sort_key", "pk")
        )


class BudgetLineQuerySet(models.QuerySet[Any]):
    def as_subject(self) -> BudgetLineQuerySet:
        return self.select_related("programme")

    def stated_by(self, day: dt.date) -> BudgetLineQuerySet:
        """Lines of which anybody could know on ``day``; lines of unknown day are kept."""
        return self.filter(~Q(on_precision__in=DATED) | Q(on__isnull=True) | Q(on__lte=day))


class CriterionQuerySet(models.QuerySet[Any]):
    def as_subject(self) -> CriterionQuerySet:
        return self.select_related("programme")


class FigureQuerySet(models.QuerySet[Any]):
    def as_subject(self) -> FigureQuerySet:
        return self.select_related("programme", "state")

    def stated_by(self, day: dt.date) -> FigureQuerySet:
        """Figures of a day up to ``day``; figures of unknown day are kept."""
        return self.filter(~Q(as_of_precision__in=DATED) | Q(as_of__isnull=True) | Q(as_of__lte=day))
