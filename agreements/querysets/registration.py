"""Words about records on their way into the register: who sees them, whose turn it is, what is overdue."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any, Self

from django.db import models
from django.db.models import Exists, F, OuterRef, Prefetch, Q, Subquery
from django.db.models.functions import Coalesce, TruncDate

from accounts.choices import MandateRole
from agreements.choices import (
    AFFIRM_EVERY_DAYS,
    EDITABLE,
    UNAFFIRMED_AFTER_DAYS,
    Answer,
    Decision,
    ProposalState,
    RecordState,
    Role,
)
from coopportal.common.models import Change


def towns_of(user: Any, day: dt.date) -> models.QuerySet[Any]:
    """The municipalities for which this person acts on ``day``, as a subquery."""
    return user.mandates.valid_on(day).filter(role=MandateRole.OFFICER).values("municipality")


def lands_of(user: Any, day: dt.date) -> models.QuerySet[Any]:
    """The Länder for which this person reviews on ``day``, as a subquery."""
    return user.mandates.valid_on(day).filter(role=MandateRole.REVIEWER).values("state")


def sees_all(user: Any, day: dt.date) -> bool:
    """Stewards see everything that has left its house."""
    return user.is_superuser or user.mandates.valid_on(day).filter(role=MandateRole.STEWARD).exists()


def is_known(user: Any) -> bool:
    return bool(user.is_authenticated and user.is_active)


class OfCooperationQuerySet(models.QuerySet[Any]):
    """Rows that belong to one cooperation and are as public as it is."""

    path = "cooperation__"

    def public(self) -> Self:
        return self.filter(**{f"{self.path}record_state": RecordState.PUBLISHED})


class RegistrationWords(models.QuerySet[Any]):
    """The half of ``CooperationQuerySet`` that speaks of registration."""

    def _participations(self) -> Any:
        return self.model._meta.get_field("participations").related_model.objects.filter(cooperation=OuterRef("pk"))

    def visible_to(self, user: Any, day: dt.date) -> Self:
        """What this person may read on ``day``: published records, those of the own municipality, those of its turn.

        A draft is seen in the house of its keeper only. From submission on participants, reviewers of the Länder
        involved and stewards see it too, whatever becomes of it.
        """
        published = Q(record_state=RecordState.PUBLISHED)
        return self.filter(published | self._concern(user, day) if is_known(user) else published)

    def of_concern_to(self, user: Any, day: dt.date) -> Self:
        """Of these the ones that are this person's business: who reads them here reads what the public does not."""
        return self.filter(self._concern(user, day)) if is_known(user) else self.none()

    def _concern(self, user: Any, day: dt.date) -> Q:
        has_left_its_house = ~Q(record_state=RecordState.DRAFT)
        towns, lands = towns_of(user, day), lands_of(user, day)
        if sees_all(user, day):
            return has_left_its_house | Q(keeper__in=towns)
        takes_part = Exists(self._participations().filter(municipality__in=towns))
        of_land = Q(municipality__state__in=lands) | Q(organisation__state__in=lands)
        involved = Q(takes_part) | Q(Exists(self._participations().filter(of_land))) | Q(keeper__state__in=lands)
        return Q(keeper__in=towns) | has_left_its_house & involved

    def kept_by(self, user: Any, day: dt.date) -> Self:
        """Records that a municipality of this person registered or took over."""
        return self.filter(keeper__in=towns_of(user, day)) if is_known(user) else self.none()

    def with_review_state(self) -> Self:
        """Adds ``review_state``: the code of the Land that reviews, the lead's, else the keeper's, else None."""
        lead = self._participations().filter(role=Role.LEAD).order_by("pk")
        of_lead = lead.values_list(Coalesce("municipality__state", "organisation__state"))[:1]
        return self.annotate(review_state=Coalesce(Subquery(of_lead), F("keeper__state")))

    def written_for(self, towns: Iterable[Any]) -> Self:
        """Drafts and returned records of these municipalities, with what the checklist asks; the latest first."""
        rows = self.filter(keeper__in=towns, record_state__in=EDITABLE).with_last_return()
        return rows.select_related("keeper").for_checklist().order_by("-updated_at", "-pk")

    def with_last_return(self) -> Self:
        """Fetches the step by which a record came back from review, with the remarks, as ``returns``."""
        steps = self.model._meta.get_field("transitions").related_model.objects
        steps = steps.filter(to_state=RecordState.RETURNED).prefetch_related("remarks").order_by("-pk")
        return self.prefetch_related(Prefetch("transitions", steps, to_attr="returns"))

    def concerning(self, towns: Iterable[Any]) -> Self:
        """Records that these municipalities keep, and those that name them once they have left their house."""
        named = Exists(self._participations().filter(municipality__in=towns))
        return self.filter(Q(keeper__in=towns) | ~Q(record_state=RecordState.DRAFT) & Q(named))

    def for_desk(self, towns: Iterable[Any]) -> Self:
        """With the keeper and the participations of these municipalities (``own_parts``), by name."""
        parts = self.model._meta.get_field("participations").related_model.objects
        parts = parts.filter(municipality__in=towns).select_related("municipality", "confirmation").order_by("pk")
        rows = self.select_related("keeper").prefetch_related(Prefetch("participations", parts, to_attr="own_parts"))
        return rows.order_by("sort_key", "pk")

    def for_checklist(self) -> Self:
        """With all that the checklist asks of a record."""
        parts = self.model._meta.get_field("participations").related_model.objects
        parts = parts.select_related("municipality", "organisation", "confirmation").order_by("pk")
        lists = ("task_fields", "agreements", "evidence", "unfinished")
        newcomers = self.model._meta.get_field("proposed_bodies").related_model.objects
        newcomers = newcomers.filter(cooperation=OuterRef("pk"), organisation=None)
        rows = self.annotate(names_newcomers=Exists(newcomers))
        return rows.prefetch_related(Prefetch("participations", parts), *lists)

    def survivor_of(self, slug: str) -> Any | None:
        """The published record that the one of this slug was merged into; None where there is none."""
        gone = self.filter(slug=slug, record_state=RecordState.MERGED, merged_into__record_state=RecordState.PUBLISHED)
        row = gone.select_related("merged_into").first()
        if row:
            return row.merged_into
        # Of a record of an earlier portal, or of another name, no more is known than that it is gone.
        told = Change.objects.filter(resource="cooperations", key=slug, is_gone=True).exclude(successor="")
        return self.public().filter(slug__in=told.values("successor")).first()  # type: ignore[attr-defined]

    def with_last_affirmed(self) -> Self:
        """Adds ``last_affirmed``: the day on which somebody last stood up for the record."""
        return self.annotate(last_affirmed=Coalesce("affirmed_on", "published_on", TruncDate("created_at")))

    def last_affirmed_on(self, days: Iterable[dt.date]) -> Self:
        """Those of these days."""
        return self.with_last_affirmed().filter(last_affirmed__in=list(days))

    def to_affirm(self, day: dt.date) -> Self:
        """Published records whose keeper has to say again, after a year, that they are still true."""
        due = day - dt.timedelta(days=AFFIRM_EVERY_DAYS)
        rows = self.filter(record_state=RecordState.PUBLISHED, keeper__isnull=False).with_last_affirmed()
        return rows.filter(last_affirmed__lte=due)

    def unaffirmed(self, day: dt.date) -> Self:
        """Published records that nobody has stood up for in eighteen months."""
        due = day - dt.timedelta(days=UNAFFIRMED_AFTER_DAYS)
        return self.filter(record_state=RecordState.PUBLISHED).with_last_affirmed().filter(last_affirmed__lt=due)


class ConfirmationWords(OfCooperationQuerySet):
    """The half of ``ParticipationQuerySet`` that speaks of confirmations."""

    def awaiting_answer_of(self, user: Any, day: dt.date) -> Self:
        """Participations about which a municipality of this person was asked and has not answered; oldest first."""
        if not is_known(user):
            return self.none()
        return self.awaiting_answer_for(towns_of(user, day))

    def awaiting_answer_for(self, towns: Any) -> Self:
        """The same for these municipalities, whoever acts for them."""
        asked = self.filter(municipality__in=towns, confirmation__answer=Answer.OPEN)
        return asked.exclude(cooperation__record_state__in=(RecordState.DRAFT, *RecordState.final())).order_by(
            "confirmation__requested_at", "pk"
        )

    def with_officers_on(self, day: dt.date) -> Self:
        """Adds ``has_officer``: does anybody act for the municipality on ``day``, whom the question could reach?"""
        towns = self.model._meta.get_field("municipality").related_model
        mandates = towns._meta.get_field("mandates").related_model.objects.valid_on(day)
        acting = mandates.filter(role=MandateRole.OFFICER, user__is_active=True, municipality=OuterRef("municipality"))
        return self.annotate(has_officer=Exists(acting))


class ChangeProposalQuerySet(models.QuerySet[Any]):
    def undecided(self) -> Self:
        return self.filter(state=ProposalState.OPEN)

    def accepted(self) -> Self:
        """Decided ones of which something came into the record, the earliest decided first."""
        items = self.model._meta.get_field("items").related_model.objects.filter(proposal=OuterRef("pk"))
        rows = self.filter(Exists(items.filter(decision=Decision.ACCEPTED)), state=ProposalState.DECIDED)
        return rows.order_by("decided_at", "pk")

    def visible_to(self, user: Any, day: dt.date) -> Self:
        """Those about records this person takes part in or reviews; stewards see all, the public none."""
        if not is_known(user):
            return self.none()
        if sees_all(user, day):
            return self.all()
        towns, lands = towns_of(user, day), lands_of(user, day)
        bodies = self.model._meta.get_field("cooperation").related_model._meta.get_field("participations")
        rows = bodies.related_model.objects.filter(cooperation=OuterRef("cooperation"))
        concerned = Q(municipality__in=towns) | Q(municipality__state__in=lands) | Q(organisation__state__in=lands)
        return self.filter(Q(Exists(rows.filter(concerned))) | Q(cooperation__keeper__in=towns))

    def waiting(self) -> Self:
        """Undecided ones about records in which something can still be changed."""
        return self.undecided().filter(cooperation__record_state=RecordState.PUBLISHED)

    def under_review_of(self, user: Any, day: dt.date) -> Self:
        """Undecided ones about records that this person's Land reviews, the oldest first."""
        rows = self.model._meta.get_field("cooperation").related_model.objects.decided_by_land_of(user, day)
        return self.undecided().filter(cooperation__in=rows.values("pk")).order_by("created_at", "pk")

    def concerning(self, towns: Iterable[Any]) -> Self:
        """Those that these municipalities made, and those of others about records that they keep."""
        return self.filter(Q(municipality__in=towns) | Q(cooperation__keeper__in=towns))

    def for_list(self) -> Self:
        """With cooperation, municipality and items, the latest first."""
        rows = self.select_related("cooperation", "municipality").prefetch_related("items")
        return rows.order_by("-created_at", "-pk")


class ProposalDraftQuerySet(models.QuerySet[Any]):
    def of(self, user: Any) -> Self:
        """What this person began and can go on with, the latest first; nobody else reads it."""
        if not is_known(user):
            return self.none()
        rows = self.filter(person=user, cooperation__record_state=RecordState.PUBLISHED)
        return rows.select_related("cooperation").order_by("-kept_at", "-pk")


class PublicRemarkQuerySet(models.QuerySet[Any]):
    def unhandled(self) -> Self:
        return self.filter(handled_at__isnull=True)

    def waiting(self) -> Self:
        """Unhandled ones about records that are still in the register."""
        return self.unhandled().filter(cooperation__record_state=RecordState.PUBLISHED)

    def under_review_of(self, user: Any, day: dt.date) -> Self:
        """Unhandled ones about records that this person's Land reviews, the oldest first."""
        rows = self.model._meta.get_field("cooperation").related_model.objects.decided_by_land_of(user, day)
        return self.unhandled().filter(cooperation__in=rows.values("pk")).order_by("created_at", "pk")


class EvidenceQuerySet(models.QuerySet[Any]):
    def released(self) -> Self:
        """Those that are or become public with their record."""
        return self.filter(released_at__isnull=False)

    def public(self) -> Self:
        """Released by a reviewer, of a published record."""
        return self.released().filter(cooperation__record_state=RecordState.PUBLISHED)

    def waiting(self) -> Self:
        """Of published records, and no reviewer has said yet whether they become public."""
        return self.filter(examined_at__isnull=True, cooperation__record_state=RecordState.PUBLISHED)
