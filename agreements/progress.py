"""How far a registration is: what each step still lacks, what is wrong there, what the reviewer said of it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from agreements import steps
from agreements.choices import RecordState
from agreements.models import Cooperation, Transition
from agreements.steps import STEPS, Step, anchor_of, step_of
from agreements.workflow import Piece, pieces_of


class State(StrEnum):
    """What the marker of a step shows."""

    DONE = "done"
    OPEN = "open"
    FAULTY = "faulty"
    REMARK = "remark"
    OPTIONAL = "optional"


LABELS: dict[State, Any] = {
    State.DONE: _("erledigt"),
    State.OPEN: _("noch offen"),
    State.FAULTY: _("bitte prüfen"),
    State.REMARK: _("Anmerkung der Prüfung"),
    State.OPTIONAL: _("freiwillig"),
}


@dataclass(frozen=True)
class Mark:
    """One step in the list of steps."""

    step: Step
    number: int
    state: State
    is_here: bool

    @property
    def label(self) -> Any:
        return LABELS[self.state]


@dataclass(frozen=True)
class Message:
    """Something to see to, and where."""

    step: Step
    anchor: str
    text: str
    required: bool = True


class Progress:
    """The state of all steps of a draft or returned record. Eleven queries, however much it holds."""

    def __init__(self, cooperation: Cooperation, here: Step) -> None:
        self.cooperation, self.here = cooperation, here

    @cached_property
    def _row(self) -> Cooperation:
        row: Cooperation = Cooperation.objects.for_checklist().get(pk=self.cooperation.pk)
        return row

    @cached_property
    def pieces(self) -> list[Piece]:
        return pieces_of(self._row)

    @cached_property
    def last_return(self) -> Transition | None:
        """The step by which the record was last returned, with its remarks; None where nothing is to revise."""
        if self.cooperation.record_state != RecordState.RETURNED:
            return None
        back: Transition | None = (
            self.cooperation.transitions.filter(to_state=RecordState.RETURNED)
            .select_related("by")
            .prefetch_related("remarks")
            .last()
        )
        return back

    @cached_property
    def remarks(self) -> dict[str, list[str]]:
        """What the reviewer said, by place."""
        found: dict[str, list[str]] = {}
        for remark in self.last_return.remarks.all() if self.last_return else ():
            found.setdefault(remark.field, []).append(remark.text)
        return found

    @cached_property
    def _filled(self) -> set[str]:
        row = self._row
        filled = {
            steps.DATES.slug: bool(row.started_on or row.started_wording or row.agreements.all()),
            steps.MONEY.slug: row.awards.exists(),
            steps.SOURCES.slug: bool(row.basis or row.evidence.all()),
        }
        return {slug for slug, is_filled in filled.items() if is_filled}

    @property
    def marks(self) -> Iterator[Mark]:
        faulty = {one.step for one in self._row.unfinished.all()}
        missing = {step_of(piece.field).slug for piece in self.pieces if piece.required}
        remarked = {step_of(place).slug for place in self.remarks if place}
        for number, step in enumerate(STEPS, 1):
            yield Mark(step, number, self._state(step, faulty, missing, remarked), step is self.here)

    def _state(self, step: Step, faulty: set[str], missing: set[str], remarked: set[str]) -> State:
        if step.slug in faulty:
            return State.FAULTY
        if step.slug in remarked:
            return State.REMARK
        if step.slug in missing or step is steps.CHECK:
            return State.OPEN
        can_be_empty = step.optional or step is steps.DATES
        return State.OPTIONAL if can_be_empty and step.slug not in self._filled else State.DONE

    @property
    def messages(self) -> list[Message]:
        """Everything to see to, what bars the way first."""
        return [
            Message(step_of(piece.field), anchor_of(piece.field), piece.message, piece.required)
            for piece in self.pieces
        ]

    @property
    def barring(self) -> list[Message]:
        return [message for message in self.messages if message.required]

    @property
    def advice(self) -> list[Message]:
        return [message for message in self.messages if not message.required]

    @property
    def number(self) -> int:
        return STEPS.index(self.here) + 1

    @property
    def total(self) -> int:
        return len(STEPS)
