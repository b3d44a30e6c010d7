"""Gathers what the reviewer's pages show: a row of the queue, a record with all that its decision needs."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import User
from agreements.choices import Answer, RecordState, ReviewTask, Role
from agreements.comparisons import Line, compare, label_of, lines_at, lines_now
from agreements.models import Cooperation
from agreements.newcomers import Newcomer, newcomers_of
from agreements.permissions import has_a_hand_in, may_withdraw, review_land_of, reviews_land_of
from agreements.sentences import confirmations
from agreements.workflow import Piece, pieces_of
from municipalities.models import State

#: From so many days on a waiting task is marked.
LONG_DAYS = 28


@dataclass(frozen=True)
class Task:
    """One thing to decide, and where."""

    code: str
    label: str
    url: str


@dataclass(frozen=True)
class QueueRow:
    """A record at which something waits (``with_waiting``, ``for_queue``)."""

    cooperation: Any
    day: dt.date

    @property
    def url(self) -> str:
        return reverse("agreements:review", args=[self.cooperation.pk])

    @property
    def lead(self) -> Any:
        """The body that leads, else the one that keeps the record."""
        leads = [part.body for part in self.cooperation.participations.all() if part.role == Role.LEAD]
        return leads[0] if leads else self.cooperation.keeper

    @property
    def since(self) -> dt.date:
        return timezone.localdate(self.cooperation.waiting_since)

    @property
    def waits(self) -> str:
        """``seit heute``, ``seit 12 Tagen``"""
        return waiting(self.since, self.day)

    @property
    def is_long(self) -> bool:
        return (self.day - self.since).days >= LONG_DAYS

    @property
    def tasks(self) -> list[Task]:
        row = self.cooperation
        found = []
        if row.record_state == RecordState.SUBMITTED:
            found.append(Task(ReviewTask.SUBMISSION, _("Eintrag prüfen"), self.url))
        for proposal in row.proposals_that_wait:
            url = reverse("agreements:review-proposal", args=[proposal.pk])
            found.append(Task(ReviewTask.PROPOSALS, _("Änderungsvorschlag entscheiden"), url))
        for remark in row.remarks_that_wait:
            url = reverse("agreements:review-remark", args=[remark.pk])
            found.append(Task(ReviewTask.REMARKS, _("Hinweis lesen"), url))
        if documents := len(row.evidence_that_wait):
            words = ngettext("%d Nachweis freigeben?", "%d Nachweise freigeben?", documents) % documents
            found.append(Task(ReviewTask.EVIDENCE, words, f"{self.url}#nachweise"))
        return found

    @cached_property
    def pieces(self) -> list[Piece]:
        """What the checklist misses; only what is submitted is measured by it."""
        return pieces_of(self.cooperation) if self.cooperation.record_state == RecordState.SUBMITTED else []


def waiting(since: dt.date, day: dt.date) -> str:
    days = (day - since).days
    return ngettext("seit %d Tag", "seit %d Tagen", days) % days if days > 0 else _("seit heute")


class Review:
    """A record on a reviewer's desk: its lines, what is missing, who answered what, its log, may he decide?"""

    def __init__(self, cooperation: Cooperation, user: User, day: dt.date) -> None:
        self.cooperation, self.user, self.day = cooperation, user, day
        self.transitions = list(
            cooperation.transitions.select_related("by", "municipality").prefetch_related("remarks")
        )
        self.participations = list(
            cooperation.participations.with_bodies()
            .with_officers_on(day)
            .select_related("confirmation")
            .prefetch_related("steps")
            .in_order()
        )
        self.evidence = list(cooperation.evidence.select_related("uploaded_by", "released_by"))

    @cached_property
    def state(self) -> State | None:
        """The Land that decides; None where the stewards do."""
        return review_land_of(self.cooperation)

    @cached_property
    def decides_here(self) -> bool:
        """Is it this reviewer's turn by his mandate?"""
        return reviews_land_of(self.user, self.cooperation, self.day)

    @cached_property
    def is_own(self) -> bool:
        """Four eyes: has he, or his municipality, a hand in it?"""
        return has_a_hand_in(self.user, self.cooperation, self.day)

    @property
    def may_decide(self) -> bool:
        return self.decides_here and not self.is_own

    @property
    def may_withdraw(self) -> bool:
        """Something is wrong with what is published."""
        is_there = self.cooperation.record_state == RecordState.PUBLISHED
        return is_there and may_withdraw(self.user, self.cooperation, self.day)

    @property
    def has_form(self) -> bool:
        """Does the page have the form of a decision, in which something may be typed already?"""
        return (self.may_decide and self.is_open) or self.may_withdraw

    @property
    def is_open(self) -> bool:
        return self.cooperation.record_state == RecordState.SUBMITTED

    @cached_property
    def last_return(self) -> Any:
        """When the record was last given back; None: never."""
        returns = [step for step in self.transitions if step.to_state == RecordState.RETURNED]
        return returns[-1] if returns else None

    @property
    def remarks(self) -> list[tuple[str, str]]:
        """What was said when it was last given back, by the names of the places."""
        given = self.last_return.remarks.all() if self.last_return else []
        return [(label_of(remark.field) if remark.field else _("Allgemein"), remark.text) for remark in given]

    @cached_property
    def lines(self) -> list[Line]:
        before = lines_at(self.cooperation, self.last_return.at) if self.last_return else None
        return compare(lines_now(self.cooperation), before)

    @property
    def changes(self) -> int:
        return sum(line.changed for line in self.lines)

    @cached_property
    def pieces(self) -> list[Piece]:
        return pieces_of(Cooperation.objects.for_checklist().get(pk=self.cooperation.pk))

    @cached_property
    def duplicates(self) -> list[Cooperation]:
        """Records that may mean the same, as far as this reviewer may read them; only before a decision."""
        if not self.is_open:
            return []
        codes = list(self.cooperation.task_fields.values_list("code", flat=True))
        rows = Cooperation.objects.readable_at_review_by(self.user, self.day).select_related("keeper")
        bodies = self.cooperation.participations.all()
        found = rows.likely_duplicates_of(
            self.cooperation.name, task_fields=codes, bodies=bodies, besides=self.cooperation.pk
        )
        return list(found[:5])

    @cached_property
    def newcomers(self) -> list[Newcomer]:
        """Bodies that come into the register with the record; only before a decision."""
        rows = self.cooperation.proposed_bodies.filter(organisation=None).select_related("state")
        return newcomers_of(rows) if self.is_open else []

    @property
    def confirmations(self) -> str:
        answers = [getattr(getattr(row, "confirmation", None), "answer", "") for row in self.asked]
        confirmed, refused = answers.count(Answer.CONFIRMED), answers.count(Answer.REFUSED)
        return confirmations(confirmed, refused, len(answers) - confirmed - refused)

    @property
    def asked(self) -> list[Any]:
        """Municipal participants: those who answer for themselves."""
        return [row for row in self.participations if row.municipality_id]
