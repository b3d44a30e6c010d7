"""Gathers what the desk of a municipality shows: what waits for its officers, and what it has in the register."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from django.core.exceptions import FieldDoesNotExist
from django.core.paginator import Page, Paginator
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.permissions import Somebody
from agreements import permissions as may
from agreements.choices import RecordState
from agreements.models import ChangeProposal, Cooperation, Participation, Transition
from agreements.workflow import Piece, pieces_of
from municipalities.models import Municipality

#: So many cooperations on a page of the desk, and so many changes.
PER_PAGE, LATEST = 25, 5

#: What the places of a form are called whose first part is no column of the record.
_PLACES = {
    "participants": gettext_lazy("Beteiligte"),
    "agreements": gettext_lazy("Vereinbarungen"),
    "awards": gettext_lazy("Geld"),
}


def label_of(place: str) -> str:
    """What people call a place of a record: ``summary``, ``participants``, ``agreements.0.title``; empty: all of it."""
    name = place.split(".")[0]
    if name in _PLACES:
        return str(_PLACES[name])
    try:
        return str(Cooperation._meta.get_field(name).verbose_name) if name else ""  # type: ignore[union-attr]
    except FieldDoesNotExist:
        return ""


@dataclass(frozen=True)
class Task:
    """Something that somebody of a municipality has to do, and since when it waits."""

    kind: str
    label: str
    title: str
    url: str
    since: dt.date
    action: str
    text: str = ""
    remarks: Sequence[tuple[str, str]] = field(default_factory=list)


@dataclass(frozen=True)
class Draft:
    """A record that is not handed in yet, and what it still needs."""

    cooperation: Cooperation
    pieces: list[Piece]

    @property
    def url(self) -> str:
        return address_of_draft(self.cooperation)

    @property
    def required(self) -> list[str]:
        return [piece.message for piece in self.pieces if piece.required]

    @property
    def advised(self) -> list[str]:
        return [piece.message for piece in self.pieces if not piece.required]


class Desk:
    """All of it for these municipalities on ``day``; what is not looked at is not fetched."""

    def __init__(self, towns: Sequence[Municipality], day: dt.date) -> None:
        self.towns, self.day = towns, day

    # --- tasks ---

    @cached_property
    def tasks(self) -> list[Task]:
        """What waits, the oldest first."""
        found = [*self._answers(), *self._returned(), *self._affirmations()]
        return sorted(found, key=lambda task: task.since)

    def _answers(self) -> Iterator[Task]:
        rows = Participation.objects.awaiting_answer_for(self.towns)
        for row in rows.select_related("cooperation__keeper", "municipality", "confirmation"):
            keeper = row.cooperation.keeper
            words = _("%(keeper)s nennt %(town)s als beteiligt. Ob das stimmt, können nur Sie sagen.")
            yield Task(
                kind="submitted",
                label=_("Beteiligung bestätigen"),
                title=row.cooperation.name,
                url=reverse("agreements:answer", args=[row.pk]),
                since=_day_of(row.confirmation.requested_at or row.confirmation.created_at),
                action=_("Ansehen und antworten"),
                text=words % {"keeper": keeper or _("Der Eintrag"), "town": row.municipality},
            )

    def _returned(self) -> Iterator[Task]:
        for row in self._written:
            if row.record_state != RecordState.RETURNED:
                continue
            step: Transition | None = next(iter(row.returns), None)
            yield Task(
                kind="returned",
                label=_("Überarbeiten"),
                title=row.name,
                url=address_of_draft(row),
                since=_day_of(step.at if step else row.updated_at),
                action=_("Überarbeiten und erneut einreichen"),
                text=step.reason if step else "",
                remarks=[(label_of(said.field), said.text) for said in step.remarks.all()] if step else [],
            )

    def _affirmations(self) -> Iterator[Task]:
        rows = Cooperation.objects.filter(keeper__in=self.towns).to_affirm(self.day)
        for row in rows.order_by("last_affirmed", "pk"):
            yield Task(
                kind="open",
                label=_("Stimmt das noch?"),
                title=row.name,
                url=reverse("agreements:affirm", args=[row.pk]),
                since=row.last_affirmed,
                action=_("Durchsehen und bestätigen"),
                text=_("Seit über einem Jahr hat niemand bestätigt, dass dieser Eintrag noch zutrifft."),
            )

    # --- records ---

    @cached_property
    def _written(self) -> list[Any]:
        return list(Cooperation.objects.written_for(self.towns))

    @cached_property
    def drafts(self) -> list[Draft]:
        """Those never handed in, the latest first."""
        rows = [row for row in self._written if row.record_state == RecordState.DRAFT]
        return [Draft(row, pieces_of(row)) for row in rows]

    def cooperations(self, number: str | None) -> Page[Any]:
        """What the municipalities keep or take part in; neither drafts nor what lives on in another record."""
        rows = Cooperation.objects.concerning(self.towns).exclude(
            record_state__in=[RecordState.DRAFT, RecordState.MERGED]
        )
        return Paginator(rows.for_desk(self.towns), PER_PAGE).get_page(number)

    # --- what happened ---

    @cached_property
    def proposals(self) -> list[ChangeProposal]:
        """The latest proposals of these municipalities, and those of others about records they keep."""
        return list(ChangeProposal.objects.concerning(self.towns).for_list()[:LATEST])

    @cached_property
    def changes(self) -> list[Transition]:
        """The latest steps of their records on the way into the register."""
        rows = Transition.objects.filter(cooperation__in=Cooperation.objects.concerning(self.towns).values("pk"))
        return list(rows.select_related("cooperation").order_by("-at", "-pk")[:LATEST])


class Hand:
    """What a person may do with a published record, for the column beside its page; strangers cost no query."""

    def __init__(
        self, user: Somebody, cooperation: Cooperation, participations: Sequence[Participation], day: dt.date
    ) -> None:
        self.user, self.cooperation, self.day = user, cooperation, day
        self.towns = may.towns_of(user, day) if user.is_authenticated else []
        self.own_parts = [row for row in participations if row.municipality in self.towns]

    @cached_property
    def reads_history(self) -> bool:
        """Does the person read who changed what, and why somebody refuses?"""
        return self.user.is_authenticated and may.may_read_history(self.user, self.cooperation, self.day)

    @property
    def is_keeper(self) -> bool:
        return self.cooperation.keeper_id in {town.pk for town in self.towns}

    @property
    def proposes(self) -> bool:
        return bool(self.own_parts) or self.is_keeper

    @property
    def takes_over(self) -> bool:
        towns = [row.municipality for row in self.own_parts if row.municipality and self.cooperation.keeper_id is None]
        return any(may.may_take_over(self.user, self.cooperation, town, self.day) for town in towns)

    @property
    def withdraws(self) -> bool:
        return self.is_keeper and may.is_withdrawn_by_keeper(self.cooperation)

    @property
    def is_any(self) -> bool:
        """Is there anything for this person to do?"""
        return bool(self.towns)


def _day_of(moment: dt.datetime) -> dt.date:
    return timezone.localdate(moment)


def address_of_draft(row: Cooperation) -> str:
    """Where a draft is written on."""
    return reverse("agreements:draft", args=[row.pk])
