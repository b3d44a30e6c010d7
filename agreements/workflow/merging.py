"""Two records about the same thing become one; the address of the one that goes leads to the one that stays."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from agreements.choices import Answer, ChangeKind, ProposalState, RecordState
from agreements.models import Cooperation, Participation, ProposalItem
from agreements.permissions import may_merge
from agreements.workflow.derived import publish_status, refresh_derived
from agreements.workflow.faults import WrongState
from agreements.workflow.recording import locked, move, require, require_state, require_version, save, sign
from agreements.workflow.telling import participants_of, tell
from agreements.workflow.wishes import plain
from coopportal.common import feed
from coopportal.common.languages import recorded
from sources.workflow import refresh_conflicts


@transaction.atomic
def merge(
    *,
    user: User,
    duplicate: Cooperation,
    into: Cooperation,
    day: dt.date,
    reason: str,
    versions: Mapping[int, int] | None = None,
) -> Cooperation:
    """Bring all that ``duplicate`` has into ``into``; returns the one that stays. ``versions``: what was read, by id.

    Both must be published: what waits for a reviewer would come past him. What waits at the one that goes waits at the
    one that stays. Participants, agreements, events, money, documents and sources move. Where both have a participant
    its steps and sources move; its own answer stays, or comes along where there is none. What the sources of both say
    of one field may contradict each other from then on.
    """
    require(may_merge(user, day))
    if duplicate.pk == into.pk:
        raise ValidationError({"into": _("Wählen Sie zwei verschiedene Einträge.")})
    if not reason.strip():
        raise ValidationError({"reason": _("Schreiben Sie, warum beide Einträge dasselbe meinen.")})
    first, second = (locked(row) for row in sorted((duplicate, into), key=lambda row: row.pk))
    gone, stays = (first, second) if first.pk == duplicate.pk else (second, first)
    if stays.record_state != RecordState.PUBLISHED:
        raise WrongState(stays, _("Der Eintrag, der bleibt, muss veröffentlicht sein."))
    require_state(gone, [RecordState.PUBLISHED], str(_("Zusammenführen lassen sich nur veröffentlichte Einträge.")))
    for row in (gone, stays):
        require_version(row, (versions or {}).get(row.pk))
    feed.tell_first("cooperations", [gone.pk], day)  # as in withdraw
    words = gettext_lazy("zusammengeführt mit „%(name)s“: %(reason)s")
    why = recorded(words, name=gone.name, reason=reason.strip())
    people = participants_of(gone, day)
    _Moving(gone, stays, user=user, why=why).move_all()
    Cooperation.objects.filter(merged_into=gone).update(merged_into=stays)
    gone.merged_into = stays
    move(gone, RecordState.MERGED, user=user, reason=reason.strip(), fields=["merged_into"])
    stays.version += 1
    stays.full_clean()
    save(stays, user=user, why=why)
    refresh_derived(Cooperation.objects.filter(pk__in=(gone.pk, stays.pk)))
    publish_status(stays, day)
    refresh_conflicts()
    tell("merged", people, stays, desk=stays.get_absolute_url(), old_name=gone.name, reason=reason.strip())
    return stays


class _Moving:
    """Moves what belongs to one record to another, row by row, so that each keeps its history."""

    def __init__(self, gone: Cooperation, stays: Cooperation, *, user: User, why: str) -> None:
        self.gone, self.stays, self.user, self.why = gone, stays, user, why

    def move_all(self) -> None:
        self._participations()
        for name in ("agreements", "awards", "status_steps"):
            for row in getattr(self.gone, name).all():
                row.cooperation = self.stays
                save(row, user=self.user, why=self.why)
        for event in self.gone.events.all():
            sign(event, user=self.user, why=self.why).cooperations.add(self.stays)
        known = set(self.stays.evidence.values_list("sha256", flat=True))
        self.gone.evidence.exclude(sha256__in=known).update(cooperation=self.stays)
        self.stays.task_fields.add(*self.gone.task_fields.all())
        self._sources(self.gone, self.stays)
        self._wishes()

    def _participations(self) -> None:
        rows = self.stays.participations.select_related("municipality", "organisation", "confirmation")
        present = {row.body: row for row in rows}
        for row in self.gone.participations.select_related("municipality", "organisation", "confirmation"):
            if twin := present.get(row.body):
                self._into_twin(row, twin)
            else:
                row.cooperation = self.stays
                save(row, user=self.user, why=self.why)

    def _into_twin(self, row: Participation, twin: Participation) -> None:
        told = {(step.degree, step.on, step.attested_on) for step in twin.steps.all()}
        for step in row.steps.all():
            if (step.degree, step.on, step.attested_on) not in told:
                step.participation = twin
                save(step, user=self.user, why=self.why)
        answer, its_own = getattr(row, "confirmation", None), getattr(twin, "confirmation", None)
        if answer and answer.answer != Answer.OPEN and (its_own is None or its_own.answer == Answer.OPEN):
            if its_own:
                its_own.delete()
            answer.participation = twin
            save(answer, user=self.user, why=self.why)
        for act in row.agreements.all():
            sign(act, user=self.user, why=self.why).parties.add(twin)
            act.parties.remove(row)  # it stays with the record that is gone, and shall not be told twice
        row.proposal_items.filter(proposal__state=ProposalState.OPEN).update(participation=twin)
        self._sources(row, twin)

    def _wishes(self) -> None:
        """Open proposals and remarks wait at the one that stays; what a proposal changes is what stands there."""
        proposals = self.gone.proposals.filter(state=ProposalState.OPEN)
        for item in ProposalItem.objects.filter(proposal__in=proposals, kind=ChangeKind.FIELD):
            if item.field == "task_fields":
                item.old = sorted(self.stays.task_fields.values_list("code", flat=True))
            else:
                item.old = plain(getattr(self.stays, item.field))
            item.save(update_fields=["old"])
        proposals.update(cooperation=self.stays, based_on=self.stays.version + 1)
        self.gone.remarks.filter(handled_at__isnull=True).update(cooperation=self.stays)

    def _sources(self, source: Any, target: Any) -> None:
        """Citations and contradictions speak of the one that stays; one contradiction for each field."""
        source.citations.update(object_id=target.pk)
        fields = target.conflicts.values_list("field", flat=True)
        source.conflicts.exclude(field__in=list(fields)).update(object_id=target.pk)
