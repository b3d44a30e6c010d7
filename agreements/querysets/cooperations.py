"""Reads of the cooperations and of what their status was, as words. The day is always an argument."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db.models import CharField, Exists, F, OuterRef, Prefetch, Q, Subquery, Value
from django.db.models.functions import Coalesce, Concat, JSONObject

from agreements.choices import CooperationStatus, RecordState
from agreements.querysets.duplicates import DuplicateWords
from agreements.querysets.steps import StepQuerySet, latest_step, related, stated
from coopportal.common.aggregates import list_of
from coopportal.common.dates import DATED, Precision
from coopportal.common.search import matches


class CooperationQuerySet(DuplicateWords):
    def as_subject(self) -> CooperationQuerySet:
        return self

    def public(self) -> CooperationQuerySet:
        """Reviewed and published; every public surface starts here."""
        return self.filter(record_state=RecordState.PUBLISHED)

    def public_among_all(self) -> CooperationQuerySet:
        """The same, looked for in the order asked for, since nearly all are public.

        By the expression, which no index knows, the database is kept from finding all of them to sort them.
        """
        state = Concat("record_state", Value(""), output_field=CharField())
        return self.alias(_state=state).filter(_state=RecordState.PUBLISHED)

    def known_on(self, day: dt.date) -> CooperationQuerySet:
        """Attested by ``day`` and not ended before it: some participation had appeared, or nothing is dated."""
        spells = related(self, "spells").on(day).filter(cooperation=OuterRef("pk"))
        return self.filter(Exists(spells.appeared()) | ~Exists(spells)).lasting_on(day)

    def lasting_on(self, day: dt.date) -> CooperationQuerySet:
        """Neither ended before the day nor begun after it, as far as that is known."""
        not_ended = Q(ended_on__isnull=True) | Q(ended_on__gte=day)
        not_later = Q(started_on__isnull=True) | ~Q(started_precision__in=DATED) | Q(started_on__lte=day)
        return self.filter(not_ended, not_later)

    def with_status_on(self, day: dt.date) -> CooperationQuerySet:
        """Adds ``day_status`` and ``day_status_on``: the last known status on ``day`` and since when it is known."""
        steps = latest_step(related(self, "status_steps").filter(cooperation=OuterRef("pk")), day)
        return self.annotate(
            day_status=Subquery(steps.values("status")[:1]),
            day_status_on=Subquery(steps.values("effective_on")[:1]),
        )

    def with_status_wording_on(self, day: dt.date) -> CooperationQuerySet:
        """Adds ``day_status_precision`` and ``day_status_wording``: how exactly ``day_status_on`` is known."""
        steps = latest_step(related(self, "status_steps").filter(cooperation=OuterRef("pk")), day)
        return self.with_status_on(day).annotate(
            day_status_precision=Subquery(steps.values_list(stated("on_precision", Precision.DAY))[:1]),
            day_status_wording=Subquery(steps.values_list(stated("on_wording", ""))[:1]),
        )

    def with_shown_status(self, day: dt.date, *, cut: bool) -> CooperationQuerySet:
        """Adds ``shown_status``: the status on ``day``; where no step tells it the present one (unknown if ``cut``)."""
        otherwise: Any = Value(CooperationStatus.UNKNOWN.value) if cut else F("status")
        steps = latest_step(related(self, "status_steps").filter(cooperation=OuterRef("pk")), day)
        status = Coalesce(Subquery(steps.values("status")[:1]), otherwise, output_field=CharField())
        return self.annotate(shown_status=status)

    def of(self, municipality: Any) -> CooperationQuerySet:
        """In which the body itself takes part, in any degree; never what lies inside it."""
        participations = related(self, "participations").filter(cooperation=OuterRef("pk"))
        return self.filter(Exists(participations.filter(municipality=municipality)))

    def matching(self, query: str) -> CooperationQuerySet:
        return self.filter(matches(query))

    def with_participations_on(self, day: dt.date, *, cut: bool) -> CooperationQuerySet:
        """Fetches the participations with their degree on ``day``; ``cut`` leaves out those that appear later."""
        participations = related(self, "participations").with_degree_on(day).with_bodies().with_states().in_order()
        participations = participations.select_related("confirmation")
        if cut:
            participations = participations.appeared_by(day)
        return self.prefetch_related(Prefetch("participations", participations))

    def for_list(self, day: dt.date, *, cut: bool) -> CooperationQuerySet:
        """With all that a row of the list shows: three further queries, whatever the number of rows."""
        agreements = related(self, "agreements").all()
        if cut:
            agreements = agreements.known_on(day)
        rows = self.with_status_wording_on(day).with_participations_on(day, cut=cut)
        return rows.prefetch_related("task_fields", Prefetch("agreements", agreements)).order_by("sort_key", "pk")

    def with_keys(self, day: dt.date, *, cut: bool) -> CooperationQuerySet:
        """Adds the keys of what belongs to it: task fields, agreements (with their form), events, awards."""
        fields = self.model._meta.get_field("task_fields").remote_field.through.objects
        agreements, awards = (
            related(self, name).filter(cooperation=OuterRef("pk")) for name in ("agreements", "awards")
        )
        events = related(self, "events").filter(cooperations=OuterRef("pk"))
        if cut:
            agreements, events, awards = agreements.known_on(day), events.happened_by(day), awards.stated_by(day)
        return self.annotate(
            task_field_codes=list_of(fields.filter(cooperation=OuterRef("pk")), "taskfield"),
            acts=list_of(agreements, JSONObject(id="pk", legal_form="legal_form")),
            event_ids=list_of(events, "pk"),
            award_ids=list_of(awards, "pk"),
        )

    def for_records(self, day: dt.date, *, cut: bool) -> CooperationQuerySet:
        """With all that the API tells of a cooperation, but for its participations (``member_rows``)."""
        return self.with_shown_status(day, cut=cut).with_keys(day, cut=cut).order_by("sort_key", "pk")


class StatusStepQuerySet(StepQuerySet):
    def as_subject(self) -> StatusStepQuerySet:
        return self.select_related("cooperation")

    def with_status_before(self) -> StatusStepQuerySet:
        """Adds ``status_before``: the step before this one, in the order of the cooperation; None for the first."""
        day, rank = Q(effective_on=OuterRef("effective_on")), Q(rank=OuterRef("rank"))
        earlier = Q(effective_on__isnull=True) | Q(effective_on__lt=OuterRef("effective_on"))
        earlier |= day & Q(rank__lt=OuterRef("rank")) | day & rank & Q(pk__lt=OuterRef("pk"))
        steps = self.model.objects.filter(earlier, cooperation=OuterRef("cooperation"))
        latest = steps.order_by(F("effective_on").desc(nulls_last=True), "-rank", "-pk")
        return self.annotate(status_before=Subquery(latest.values("status")[:1]))
