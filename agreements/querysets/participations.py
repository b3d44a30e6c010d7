"""Reads of the participations and of their steps, as words. The day is always an argument."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.apps import apps
from django.db import connections, models
from django.db.models import Exists, F, FilteredRelation, OuterRef, Prefetch, Subquery, Value
from django.db.models.functions import Coalesce, NullIf

from agreements.choices import COUNTED_DEGREES
from agreements.querysets.registration import ConfirmationWords
from agreements.querysets.spells import holding
from agreements.querysets.steps import StepQuerySet, latest_step, related, stated
from coopportal.common.dates import Precision
from coopportal.common.search import matches


def taking_part(day: dt.date, path: str) -> Exists:
    """That a municipal body (the key at ``path`` of an outer query) takes part in a published cooperation on ``day``.

    As partner, party or member; who is only mentioned, wished for or invited does not.
    """
    spells = apps.get_model("agreements", "Spell").objects.on(day).counting().filter(municipality=OuterRef(path))
    # No join: SQLite would go through all published cooperations for each body.
    published = apps.get_model("agreements", "Cooperation").objects.public().filter(pk=OuterRef("cooperation"))
    return Exists(spells.filter(Exists(published)))


class ParticipationQuerySet(ConfirmationWords):
    def as_subject(self) -> ParticipationQuerySet:
        return self.select_related("cooperation").with_bodies()

    def matching(self, query: str) -> ParticipationQuerySet:
        """By the names of the body: bodies are looked for first, of which there are few."""
        found = models.Q()
        for name in ("municipality", "organisation"):
            bodies = self.model._meta.get_field(name).related_model._default_manager.filter(matches(query))
            found |= models.Q(**{f"{name}__in": bodies.order_by().values("pk")})
        return self.filter(found)

    def with_bodies(self) -> ParticipationQuerySet:
        return self.select_related("municipality", "organisation")

    def with_states(self) -> ParticipationQuerySet:
        """With the Länder of the bodies."""
        return self.select_related("municipality__state", "organisation__state")

    def appeared_by(self, day: dt.date) -> ParticipationQuerySet:
        """Attested by ``day``: from the first step on (the day stated, else the document's day).

        Where neither is known the participation appears on every day.
        """
        return self.with_spell(day).filter(spell__appeared=True)

    def with_spell(self, day: dt.date) -> ParticipationQuerySet:
        """Joins the spell of ``day``, one row of each participation, as ``spell``."""
        return self.annotate(spell=FilteredRelation("spells", condition=holding(day, "spells")))

    def of_states(self, states: Any, day: dt.date, *, first_ones: bool) -> ParticipationQuerySet:
        """Of bodies of these Länder.

        Where only the ``first_ones`` in the order of the cooperations are wanted SQLite is kept from finding and
        sorting all of the Länder, which takes ten times as long; PostgreSQL sees that by itself.
        """
        rows, codes = self.with_spell(day), [state.code for state in states]
        if not first_ones or connections[self.db].vendor != "sqlite":
            return rows.filter(spell__state__in=codes)
        spells = self.model._meta.get_field("spells").related_model.objects.on(day)
        there = spells.filter(cooperation=OuterRef("cooperation"), state__in=codes)
        rows = rows.alias(spell_state=Coalesce("spell__state", Value("")))  # no index leads to it
        return rows.filter(Exists(there), spell_state__in=codes)

    def with_day_degree(self, day: dt.date) -> ParticipationQuerySet:
        """Adds ``day_degree`` alone."""
        return self.with_spell(day).annotate(day_degree=F("spell__degree"))

    def counting(self) -> ParticipationQuerySet:
        """Those that count as taking part on the day (needs ``with_degree_on``)."""
        return self.filter(day_degree__in=COUNTED_DEGREES)

    def with_degree_on(self, day: dt.date) -> ParticipationQuerySet:
        """Adds ``day_degree``, ``day_degree_on`` (the latest step on ``day``) and ``first_attested_on``."""
        steps = related(self, "steps").filter(participation=OuterRef("pk"))
        first = steps.order_by(F("effective_on").asc(nulls_first=True), "pk")
        since_ever = Value(dt.date.min, output_field=models.DateField())
        return self.with_day_degree(day).annotate(
            day_degree_on=NullIf("spell__begins", since_ever),
            first_attested_on=Subquery(first.values("effective_on")[:1]),
        )

    def with_keys(self) -> ParticipationQuerySet:
        """Adds the keys of cooperation and body, and the body's own answer."""
        return self.annotate(
            cooperation_slug=F("cooperation__slug"),
            ars=F("municipality__ars"),
            organisation_slug=F("organisation__slug"),
            answer=F("confirmation__answer"),
        )

    def member_rows(self, day: dt.date, *, cut: bool) -> models.QuerySet[Any, Any]:
        """What the record of a cooperation tells of its participations, in their order.

        Plain rows: to make objects of them took most of the time of a page of the API.
        """
        rows = self.appeared_by(day) if cut else self
        told = rows.with_day_degree(day).annotate(
            ars=F("municipality__ars"),
            organisation_slug=F("organisation__slug"),
            body_state=F("spell__state"),
            answer=F("confirmation__answer"),
        )
        columns = ("cooperation_id", "role", "day_degree", "ars", "organisation_slug", "body_state", "answer")
        return told.in_order().values_list(*columns, named=True)

    def with_degree_wording_on(self, day: dt.date) -> ParticipationQuerySet:
        """Adds ``day_degree_precision`` and ``day_degree_wording``: how exactly ``day_degree_on`` is known."""
        steps = latest_step(related(self, "steps").filter(participation=OuterRef("pk")), day)
        return self.with_degree_on(day).annotate(
            day_degree_precision=Subquery(steps.values_list(stated("on_precision", Precision.DAY))[:1]),
            day_degree_wording=Subquery(steps.values_list(stated("on_wording", ""))[:1]),
        )

    def in_order(self) -> ParticipationQuerySet:
        """Municipal bodies first, then by name."""
        return self.order_by(
            F("municipality__sort_key").asc(nulls_last=True),
            F("organisation__sort_key").asc(nulls_last=True),
            "pk",
        )

    def with_steps_until(self, day: dt.date | None) -> ParticipationQuerySet:
        """Fetches the steps in their order; only those that had happened by ``day`` where one is given."""
        steps = related(self, "steps").with_acts().in_order()
        if day is not None:
            steps = steps.happened_by(day)
        return self.prefetch_related(Prefetch("steps", steps))

    def for_page(self, day: dt.date, *, cut: bool) -> ParticipationQuerySet:
        """With all that the page of their cooperation shows of them: one further query, for the steps."""
        rows = self.appeared_by(day) if cut else self
        rows = rows.with_degree_wording_on(day).with_bodies().select_related("confirmation")
        return rows.with_steps_until(day if cut else None).in_order()

    def for_body(self, day: dt.date, *, cut: bool) -> ParticipationQuerySet:
        """With all that the page of one body shows of them: two further queries, for cooperations and steps."""
        cooperations = self.model._meta.get_field("cooperation").related_model.objects.with_status_wording_on(day)
        rows = self.appeared_by(day) if cut else self
        rows = (
            rows.with_degree_wording_on(day)
            .select_related("municipality", "confirmation")
            .prefetch_related(Prefetch("cooperation", cooperations))
        )
        return rows.with_steps_until(day if cut else None).order_by("cooperation__sort_key", "pk")

    def for_list(self, day: dt.date, *, cut: bool) -> ParticipationQuerySet:
        rows = self.select_related("cooperation").with_bodies().with_degree_on(day)
        rows = rows.with_steps_until(day if cut else None)
        return rows.order_by("cooperation__sort_key", F("municipality__sort_key").asc(nulls_last=True), "pk")

    def for_records(self, day: dt.date, *, cut: bool) -> ParticipationQuerySet:
        """With all that the API tells of a participation: one further query for its steps."""
        steps = related(self, "steps").in_order()
        if cut:
            steps = steps.happened_by(day)
        steps = steps.only("participation", "degree", "on", "on_precision", "on_wording", "attested_on", "note")
        rows = self.with_keys().with_degree_on(day).prefetch_related(Prefetch("steps", steps))
        return rows.order_by("cooperation__sort_key", F("municipality__sort_key").asc(nulls_last=True), "pk")


class ParticipationStepQuerySet(StepQuerySet):
    path = "participation__cooperation__"

    def as_subject(self) -> ParticipationStepQuerySet:
        return self.select_related(
            "participation__cooperation", "participation__municipality", "participation__organisation"
        )

    def with_acts(self) -> ParticipationStepQuerySet:
        """With the event and the agreement by which the step was taken."""
        return self.select_related("event", "agreement")
