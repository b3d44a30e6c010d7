"""Reads of the programmes, as words."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db import models
from django.db.models import F, OuterRef, Prefetch, Q

from coopportal.common.aggregates import list_of
from coopportal.common.dates import DATED
from coopportal.common.search import matches
from funding.choices import CriterionKind, ProgrammeStatus


class ProgrammeQuerySet(models.QuerySet[Any]):
    def as_subject(self) -> ProgrammeQuerySet:
        return self

    def matching(self, query: str) -> ProgrammeQuerySet:
        return self.filter(matches(query))

    def for_list(self, day: dt.date | None = None) -> ProgrammeQuerySet:
        """With all that a row of the list shows: its money, only what was stated by ``day`` where one is given."""
        lines = self.model._meta.get_field("budget_lines").related_model.objects.all()
        money = Prefetch("budget_lines", lines if day is None else lines.stated_by(day))
        return self.select_related("state", "funder").prefetch_related(money).order_by("sort_key", "pk")

    def for_records(self, day: dt.date, *, cut: bool) -> ProgrammeQuerySet:
        """With all that the API tells of a programme: ids of its budget lines and figures, and its criteria."""
        lines, figures = (
            self.model._meta.get_field(name).related_model.objects.filter(programme=OuterRef("pk"))
            for name in ("budget_lines", "figures")
        )
        if cut:
            lines, figures = lines.stated_by(day), figures.stated_by(day)
        rows = self.annotate(
            funder_slug=F("funder__slug"), budget_line_ids=list_of(lines, "pk"), figure_ids=list_of(figures, "pk")
        )
        return rows.prefetch_related("criteria").order_by("sort_key", "pk")


class BudgetLineQuerySet(models.QuerySet[Any]):
    def as_subject(self) -> BudgetLineQuerySet:
        return self.select_related("programme")

    def matching(self, query: str) -> BudgetLineQuerySet:
        """By the words of the programme."""
        return self.filter(matches(query, "programme__search_text"))

    def stated_by(self, day: dt.date) -> BudgetLineQuerySet:
        """Lines of which anybody could know on ``day``; lines of unknown day are kept."""
        return self.filter(~Q(on_precision__in=DATED) | Q(on__isnull=True) | Q(on__lte=day))


class CriterionQuerySet(models.QuerySet[Any]):
    def as_subject(self) -> CriterionQuerySet:
        return self.select_related("programme")

    def application_windows(self) -> CriterionQuerySet:
        """When programmes that have not ended take applications (see ``funding.windows``)."""
        rows = self.filter(kind=CriterionKind.APPLICATION_WINDOW).exclude(programme__status=ProgrammeStatus.ENDED)
        return rows.select_related("programme").order_by("programme__sort_key", "pk")


class FigureQuerySet(models.QuerySet[Any]):
    def as_subject(self) -> FigureQuerySet:
        return self.select_related("programme", "state")

    def matching(self, query: str) -> FigureQuerySet:
        return self.filter(matches(query))

    def stated_by(self, day: dt.date) -> FigureQuerySet:
        """Figures of a day up to ``day``; figures of unknown day are kept."""
        return self.filter(~Q(as_of_precision__in=DATED) | Q(as_of__isnull=True) | Q(as_of__lte=day))

    def beside(self, programme: Any) -> FigureQuerySet:
        """The figures of a programme, then those of its Land."""
        told = self.filter(Q(programme=programme) | Q(state=programme.state_id))
        return told.select_related("state").order_by(F("programme").asc(nulls_last=True), "pk")
