"""Words about the reviewer's desk: what may be read there, who decides, what waits since when."""

from __future__ import annotations

import datetime as dt
from typing import Any, Self

from django.db.models import Case, Exists, F, OuterRef, Prefetch, Q, Subquery, When
from django.db.models.functions import Coalesce, Least

from agreements.choices import RecordState, Role
from agreements.querysets.registration import RegistrationWords, is_known, lands_of, sees_all

#: Later than anything can wait: stands where nothing waits.
_NEVER = dt.datetime(9000, 1, 1, tzinfo=dt.UTC)


class ReviewWords(RegistrationWords):
    """The part of ``CooperationQuerySet`` that speaks of review."""

    def decided_by_land_of(self, user: Any, day: dt.date) -> Self:
        """Records about which this person's Land decides; where a record has no Land, the stewards do."""
        if not is_known(user):
            return self.none()
        mine = Q(review_state__in=lands_of(user, day))
        if sees_all(user, day):
            mine |= Q(review_state__isnull=True)
        return self.with_review_state().filter(mine)

    def readable_at_review_by(self, user: Any, day: dt.date) -> Self:
        """What a reviewer may read at his desk: what has left its house and concerns his Land; stewards read all."""
        if not is_known(user):
            return self.none()
        rows = self.exclude(record_state=RecordState.DRAFT)
        if sees_all(user, day):
            return rows
        lands = lands_of(user, day)
        of_land = Q(municipality__state__in=lands) | Q(organisation__state__in=lands)
        return rows.filter(Q(Exists(self._participations().filter(of_land))) | Q(keeper__state__in=lands))

    def under_review_of(self, user: Any, day: dt.date) -> Self:
        """Submitted records that wait for this reviewer, the longest waiting first."""
        rows = self.filter(record_state=RecordState.SUBMITTED).decided_by_land_of(user, day)
        return rows.order_by("submitted_at", "pk")

    def _waiting(self, name: str) -> Any:
        """Proposals, remarks or documents of a published record that wait for its reviewer, the oldest first."""
        rows = self.model._meta.get_field(name).related_model.objects.waiting()
        return rows.order_by("created_at", "pk")

    def with_waiting(self) -> Self:
        """Adds since when something waits for the reviewer: ``waiting_submission``, ``waiting_proposals``,
        ``waiting_remarks``, ``waiting_evidence``, and the oldest of these as ``waiting_since``."""
        names = ("proposals", "remarks", "evidence")
        found = {name: self._waiting(name).filter(cooperation=OuterRef("pk")) for name in names}
        waiting = {f"waiting_{name}": Subquery(rows.values("created_at")[:1]) for name, rows in found.items()}
        submitted = Case(When(record_state=RecordState.SUBMITTED, then=F("submitted_at")))
        rows = self.annotate(waiting_submission=submitted, **waiting)
        columns = ("waiting_submission", *waiting)
        return rows.annotate(waiting_since=Least(*[Coalesce(column, _NEVER) for column in columns]))

    def waiting(self) -> Self:
        """Records at which something waits for the reviewer (``with_waiting``)."""
        return self.filter(waiting_since__lt=_NEVER)

    def with_lead_key(self) -> Self:
        """Adds ``lead_key``: the sort key of the body that leads."""
        lead = self._participations().filter(role=Role.LEAD).order_by("pk")
        names = lead.values_list(Coalesce("municipality__sort_key", "organisation__sort_key"))[:1]
        return self.annotate(lead_key=Subquery(names))

    def for_queue(self) -> Self:
        """With all that a row of the reviewer's queue shows, the longest waiting first."""
        names = ("proposals", "remarks", "evidence")
        lists = [Prefetch(name, self._waiting(name), to_attr=f"{name}_that_wait") for name in names]
        rows = self.with_lead_key().for_checklist().select_related("keeper").prefetch_related(*lists)
        return rows.order_by("waiting_since", "pk")
