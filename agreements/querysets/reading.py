"""Reads of the cooperations, as words. The day is always an argument."""

from __future__ import annotations

import datetime as dt
from typing import Any, Self

from django.apps import apps
from django.db import models
from django.db.models import Case, CharField, Exists, F, FilteredRelation, OuterRef, Prefetch, Q, Subquery, Value, When
from django.db.models.functions import Cast, Coalesce, JSONObject, NullIf

from agreements.choices import COUNTED_DEGREES, AgreementStatus, CooperationStatus, RecordState
from agreements.querysets.duplicates import DuplicateWords
from agreements.querysets.registration import ConfirmationWords, OfCooperationQuerySet
from agreements.querysets.spells import holding
from coopportal.common.aggregates import list_of
from coopportal.common.dates import DATED, Precision
from coopportal.common.search import matches


def _related(queryset: models.QuerySet[Any], name: str) -> Any:
    """The default queryset of the model behind a reverse relation."""
    return queryset.model._meta.get_field(name).related_model.objects


def _latest_step(steps: models.QuerySet[Any], day: dt.date) -> models.QuerySet[Any]:
    """Steps that had happened by ``day``, the deciding one first; steps of unknown day come last."""
    happened = steps.filter(Q(effective_on__isnull=True) | Q(effective_on__lte=day))
    return happened.order_by(F("effective_on").desc(nulls_last=True), "-rank", "-pk")


def _stated(column: str, otherwise: str) -> Case:
    """What a step says of the day that decides, where that is the day stated and not the one of the document."""
    is_stated = When(on__isnull=False, on_precision__in=[*DATED], then=F(column))
    return Case(is_stated, default=Value(otherwise), output_field=models.CharField())


def taking_part(day: dt.date, path: str) -> Exists:
    """That a municipal body (the key at ``path`` of an outer query) takes part in a published cooperation on ``day``.

    As partner, party or member; who is only mentioned, wished for or invited does not.
    """
    spells = apps.get_model("agreements", "Spell").objects.on(day).counting().filter(municipality=OuterRef(path))
    # No join: SQLite would go through all published cooperations for each body.
    published = apps.get_model("agreements", "Cooperation").objects.public().filter(pk=OuterRef("cooperation"))
    return Exists(spells.filter(Exists(published)))


class CooperationQuerySet(DuplicateWords):
    def as_subject(self) -> CooperationQuerySet:
        return self

    def public(self) -> CooperationQuerySet:
        """Reviewed and published; every public surface starts here."""
        return self.filter(record_state=RecordState.PUBLISHED)

    def known_on(self, day: dt.date) -> CooperationQuerySet:
        """Attested by ``day`` and not ended before it: some participation had appeared, or nothing is dated."""
        spells = _related(self, "spells").on(day).filter(cooperation=OuterRef("pk"))
        return self.filter(Exists(spells.appeared()) | ~Exists(spells)).lasting_on(day)

    def lasting_on(self, day: dt.date) -> CooperationQuerySet:
        """Neither ended before the day nor begun after it, as far as that is known."""
        not_ended = Q(ended_on__isnull=True) | Q(ended_on__gte=day)
        not_later = Q(started_on__isnull=True) | ~Q(started_precision__in=DATED) | Q(started_on__lte=day)
        return self.filter(not_ended, not_later)

    def with_status_on(self, day: dt.date) -> CooperationQuerySet:
        """Adds ``day_status`` and ``day_status_on``: the last known status on ``day`` and since when it is known."""
        steps = _latest_step(_related(self, "status_steps").filter(cooperation=OuterRef("pk")), day)
        return self.annotate(
            day_status=Subquery(steps.values("status")[:1]),
            day_status_on=Subquery(steps.values("effective_on")[:1]),
        )

    def with_status_wording_on(self, day: dt.date) -> CooperationQuerySet:
        """Adds ``day_status_precision`` and ``day_status_wording``: how exactly ``day_status_on`` is known."""
        steps = _latest_step(_related(self, "status_steps").filter(cooperation=OuterRef("pk")), day)
        return self.with_status_on(day).annotate(
            day_status_precision=Subquery(steps.values_list(_stated("on_precision", Precision.DAY))[:1]),
            day_status_wording=Subquery(steps.values_list(_stated("on_wording", ""))[:1]),
        )

    def with_shown_status(self, day: dt.date, *, cut: bool) -> CooperationQuerySet:
        """Adds ``shown_status``: the status on ``day``; where no step tells it the present one (unknown if ``cut``)."""
        otherwise: Any = Value(CooperationStatus.UNKNOWN.value) if cut else F("status")
        steps = _latest_step(_related(self, "status_steps").filter(cooperation=OuterRef("pk")), day)
        status = Coalesce(Subquery(steps.values("status")[:1]), otherwise, output_field=CharField())
        return self.annotate(shown_status=status)

    def of(self, municipality: Any) -> CooperationQuerySet:
        """In which the body itself takes part, in any degree; never what lies inside it."""
        participations = _related(self, "participations").filter(cooperation=OuterRef("pk"))
        return self.filter(Exists(participations.filter(municipality=municipality)))

    def matching(self, query: str) -> CooperationQuerySet:
        return self.filter(matches(query))

    def with_participations_on(self, day: dt.date, *, cut: bool) -> CooperationQuerySet:
        """Fetches the participations with their degree on ``day``; ``cut`` leaves out those that appear later."""
        participations = _related(self, "participations").with_degree_on(day).with_bodies().with_states().in_order()
        participations = participations.select_related("confirmation")
        if cut:
            participations = participations.appeared_by(day)
        return self.prefetch_related(Prefetch("participations", participations))

    def for_list(self, day: dt.date, *, cut: bool) -> CooperationQuerySet:
        """With all that a row of the list shows: three further queries, whatever the number of rows."""
        agreements = _related(self, "agreements").all()
        if cut:
            agreements = agreements.known_on(day)
        rows = self.with_status_wording_on(day).with_participations_on(day, cut=cut)
        return rows.prefetch_related("task_fields", Prefetch("agreements", agreements)).order_by("sort_key", "pk")

    def with_keys(self, day: dt.date, *, cut: bool) -> CooperationQuerySet:
        """Adds the keys of what belongs to it: task fields, agreements (with their form), events, awards."""
        fields = self.model._meta.get_field("task_fields").remote_field.through.objects
        agreements, awards = (
            _related(self, name).filter(cooperation=OuterRef("pk")) for name in ("agreements", "awards")
        )
        events = _related(self, "events").filter(cooperations=OuterRef("pk"))
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


class StepQuerySet(OfCooperationQuerySet):
    """Steps of a history."""

    def happened_by(self, day: dt.date) -> Self:
        return self.filter(Q(effective_on__isnull=True) | Q(effective_on__lte=day))

    def in_order(self) -> Self:
        return self.order_by(F("effective_on").asc(nulls_first=True), "rank", "pk")


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


class ParticipationQuerySet(ConfirmationWords):
    def as_subject(self) -> ParticipationQuerySet:
        return self.select_related("cooperation").with_bodies()

    def matching(self, query: str) -> ParticipationQuerySet:
        """By the names of the body."""
        return self.filter(matches(query, "municipality__search_text", "organisation__search_text"))

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

    def with_day_degree(self, day: dt.date) -> ParticipationQuerySet:
        """Adds ``day_degree`` alone."""
        return self.with_spell(day).annotate(day_degree=F("spell__degree"))

    def counting(self) -> ParticipationQuerySet:
        """Those that count as taking part on the day (needs ``with_degree_on``)."""
        return self.filter(day_degree__in=COUNTED_DEGREES)

    def with_degree_on(self, day: dt.date) -> ParticipationQuerySet:
        """Adds ``day_degree``, ``day_degree_on`` (the latest step on ``day``) and ``first_attested_on``."""
        steps = _related(self, "steps").filter(participation=OuterRef("pk"))
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
        steps = _latest_step(_related(self, "steps").filter(participation=OuterRef("pk")), day)
        return self.with_degree_on(day).annotate(
            day_degree_precision=Subquery(steps.values_list(_stated("on_precision", Precision.DAY))[:1]),
            day_degree_wording=Subquery(steps.values_list(_stated("on_wording", ""))[:1]),
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
        steps = _related(self, "steps").with_acts().in_order()
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
        steps = _related(self, "steps").in_order()
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


class AgreementQuerySet(OfCooperationQuerySet):
    def as_subject(self) -> AgreementQuerySet:
        return self.select_related("cooperation")

    def in_force_on(self, day: dt.date) -> AgreementQuerySet:
        """Effective on ``day``: begun by then, and ``ends_on`` (the last day it holds) not passed."""
        begun = Q(effective_on__isnull=False, effective_precision__in=DATED, effective_on__lte=day)
        return self.filter(begun, Q(ends_on__isnull=True) | Q(ends_on__gte=day))

    def known_on(self, day: dt.date) -> AgreementQuerySet:
        """Of which anybody could know on ``day`` and that had not ended before it."""
        known = Q(attested_on__isnull=True) | Q(attested_on__lte=day)
        return self.filter(known, Q(ends_on__isnull=True) | Q(ends_on__gte=day))

    def matching(self, query: str) -> AgreementQuerySet:
        return self.filter(matches(query))

    def binding(self, fitting: Q) -> AgreementQuerySet:
        """Of which a party fits; where no party is named, a participant of the cooperation.

        From the bodies to the agreements: to ask each agreement for its bodies takes ten times as long.
        """
        bodies, parties = self.model.parties.rel.model.objects.filter(fitting).order_by(), self.model.parties.through
        named = parties.objects.filter(participation__in=bodies.values("pk")).values("agreement")
        return self.filter(Q(pk__in=named) | self._nobody_named() & Q(cooperation__in=bodies.values("cooperation")))

    def _nobody_named(self) -> Q:
        return Q(~Exists(self.model.parties.through.objects.filter(agreement=OuterRef("pk"))))

    def term_rows(self) -> models.QuerySet[Any, Any]:
        """What days are reckoned from, as plain rows; days as text, the first where it is known to the day.

        Text, since to make days of all takes longer than to reckon with them.
        """
        exactly = When(effective_precision=Precision.DAY, then=Cast("effective_on", CharField()))
        rows = (
            self.select_related(None)
            .order_by()
            .annotate(first_day=Case(exactly, output_field=CharField()), last_day=Cast("ends_on", CharField()))
        )
        columns = ("last_day", "ends_precision", "term_months", "renewal_months", "notice_months", "status")
        return rows.values_list("pk", "cooperation_id", "first_day", *columns)

    def with_states(self) -> tuple[models.QuerySet[Any, Any], models.QuerySet[Any, Any]]:
        """The Länder of the bodies they bind: by agreement, and by cooperation for those that name no party."""
        bodies = self.model.parties.rel.model.objects
        unnamed = self.filter(self._nobody_named()).order_by().values("cooperation")
        taking_part = bodies.filter(cooperation__in=unnamed).order_by()
        of_body = Coalesce("municipality__state", "organisation__state")
        return (
            self.states_of_parties(self.order_by().values("pk")).distinct(),
            taking_part.values_list("cooperation", of_body).distinct(),
        )

    def states_of_parties(self, keys: Any) -> models.QuerySet[Any, Any]:
        """(Agreement, Land of a party it names), of the agreements of these keys."""
        named = self.model.parties.through.objects.filter(agreement__in=keys).order_by()
        state = Coalesce("participation__municipality__state", "participation__organisation__state")
        return named.values_list("agreement", state)

    def public_with_terms(self, day: dt.date) -> AgreementQuerySet:
        """Public, concluded, not over on ``day``, saying how long they run."""
        cooperations = self.model._meta.get_field("cooperation").related_model.objects
        going_on = cooperations.public().filter(Q(ended_on__isnull=True) | Q(ended_on__gte=day))
        rows = self.exclude(status__in=AgreementStatus.without_terms())
        rows = rows.filter(Q(ends_on__isnull=True) | Q(ends_on__gte=day) | ~Q(ends_precision=Precision.DAY))
        rows = rows.filter(Q(ends_on__isnull=False) | Q(term_months__isnull=False))
        # No join: SQLite would go from all published cooperations to their agreements, which takes three times as long.
        return rows.filter(Exists(going_on.filter(pk=OuterRef("cooperation")))).order_by("sort_key", "pk")

    def for_list(self) -> AgreementQuerySet:
        parties = self.model.parties.rel.model.objects.with_bodies().select_related("confirmation").in_order()
        return (
            self.select_related("cooperation").prefetch_related(Prefetch("parties", parties)).order_by("sort_key", "pk")
        )

    def for_records(self, day: dt.date) -> AgreementQuerySet:
        """With all that the API tells of an agreement on ``day``, in one query."""
        parties = self.model.parties.rel.model.objects.filter(agreements=OuterRef("pk"))
        keys = JSONObject(municipality="municipality__ars", organisation="organisation__slug", role="role")
        told_of = Value(day, output_field=models.DateField())
        rows = self.annotate(
            cooperation_slug=F("cooperation__slug"), party_keys=list_of(parties, keys), told_of=told_of
        )
        return rows.order_by("sort_key", "pk")


class EventQuerySet(models.QuerySet[Any]):
    def only_of(self, cooperation: Any) -> Self:
        """Those that belong to this cooperation and no other."""
        others = self.model._meta.get_field("cooperations").remote_field.through.objects
        shared = others.filter(event=OuterRef("pk")).exclude(cooperation=cooperation)
        return self.filter(~Exists(shared), cooperations=cooperation)

    def as_subject(self) -> EventQuerySet:
        return self.prefetch_related("cooperations")

    def public(self) -> EventQuerySet:
        """Events of published cooperations, and those that belong to no cooperation."""
        cooperations = self.model.cooperations.rel.model.objects
        of_event = cooperations.filter(events=OuterRef("pk"))
        return self.filter(Exists(of_event.public()) | ~Exists(of_event))

    def matching(self, query: str) -> EventQuerySet:
        return self.filter(matches(query))

    def happened_by(self, day: dt.date) -> EventQuerySet:
        return self.filter(Q(on__isnull=True) | ~Q(on_precision__in=DATED) | Q(on__lte=day))

    def in_order(self) -> EventQuerySet:
        return self.order_by(F("on").asc(nulls_last=True), "pk")

    def for_list(self) -> EventQuerySet:
        """Newest first; only published cooperations are fetched with an event."""
        cooperations = self.model.cooperations.rel.model.objects.public().order_by("sort_key", "pk")
        return self.prefetch_related(
            Prefetch("cooperations", cooperations), "municipalities", "organisations", "programmes"
        ).order_by(F("on").desc(nulls_last=True), "pk")

    def for_records(self) -> EventQuerySet:
        """With the keys of all that took part and is public, in one query; newest first."""

        def keys(relation: str, key: str) -> Any:
            related = self.model._meta.get_field(relation).related_model.objects.filter(events=OuterRef("pk"))
            return list_of(related.public() if hasattr(related, "public") else related, key)

        return self.annotate(
            cooperation_slugs=keys("cooperations", "slug"),
            municipality_keys=keys("municipalities", "ars"),
            organisation_slugs=keys("organisations", "slug"),
            programme_slugs=keys("programmes", "slug"),
            agreement_ids=keys("agreements", "pk"),
        ).order_by(F("on").desc(nulls_last=True), "pk")


class AwardQuerySet(OfCooperationQuerySet):
    def as_subject(self) -> AwardQuerySet:
        return self.select_related("programme", "cooperation")

    def matching(self, query: str) -> AwardQuerySet:
        """By the words of the programme and of the cooperation."""
        return self.filter(matches(query, "programme__search_text", "cooperation__search_text"))

    def stated_by(self, day: dt.date) -> AwardQuerySet:
        return self.filter(Q(on__isnull=True) | ~Q(on_precision__in=DATED) | Q(on__lte=day))

    def for_list(self) -> AwardQuerySet:
        return self.select_related("programme", "cooperation").order_by("cooperation__sort_key", "pk")
