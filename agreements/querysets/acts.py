"""Reads of agreements, events and awards, as words. The day is always an argument."""

from __future__ import annotations

import datetime as dt
from typing import Any, Self

from django.db import models
from django.db.models import Case, CharField, Exists, F, OuterRef, Prefetch, Q, Value, When
from django.db.models.functions import Cast, Coalesce, JSONObject

from agreements.choices import AgreementStatus
from agreements.querysets.registration import OfCooperationQuerySet
from coopportal.common.aggregates import list_of
from coopportal.common.dates import DATED, Precision
from coopportal.common.search import matches


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

    def naming_nobody(self) -> AgreementQuerySet:
        return self.filter(self._nobody_named())

    def _nobody_named(self) -> Q:
        return Q(~Exists(self.model.parties.through.objects.filter(agreement=OuterRef("pk"))))

    def term_rows(self, *days: str) -> models.QuerySet[Any, Any]:
        """What days are reckoned from, as plain rows; days as text, the first where it is known to the day.

        Further ``days`` are told behind the cooperation. Text, since to make days of all takes longer than to reckon
        with them.
        """
        exactly = When(effective_precision=Precision.DAY, then=Cast("effective_on", CharField()))
        rows = (
            self.select_related(None)
            .order_by()
            .annotate(first_day=Case(exactly, output_field=CharField()), last_day=Cast("ends_on", CharField()))
        )
        columns = ("last_day", "ends_precision", "term_months", "renewal_months", "notice_months", "status")
        told = [Cast(day, CharField()) for day in days]
        return rows.values_list("pk", "cooperation_id", *told, "first_day", *columns)

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

    def saying_terms(self) -> AgreementQuerySet:
        """Concluded, saying how long they run."""
        rows = self.exclude(status__in=AgreementStatus.without_terms())
        return rows.filter(Q(ends_on__isnull=False) | Q(term_months__isnull=False))

    def public_with_terms(self, day: dt.date) -> AgreementQuerySet:
        """Public, concluded, not over on ``day``, saying how long they run."""
        cooperations = self.model._meta.get_field("cooperation").related_model.objects
        going_on = cooperations.public().filter(Q(ended_on__isnull=True) | Q(ended_on__gte=day))
        rows = self.saying_terms()
        rows = rows.filter(Q(ends_on__isnull=True) | Q(ends_on__gte=day) | ~Q(ends_precision=Precision.DAY))
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


class _Whether(Exists):
    """Is there such a row? Equal to whatever asks the same by this ``name`` (``bits.Indexed.holds``)."""

    def __init__(self, name: str, rows: models.QuerySet[Any]) -> None:
        super().__init__(rows)
        self.name = name

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Whether) and self.name == other.name

    def __hash__(self) -> int:
        return hash(self.name)


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
        return self.filter(
            _Whether("of a published cooperation", of_event.public()) | ~_Whether("of a cooperation", of_event)
        )

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
