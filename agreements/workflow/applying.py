"""Carries out what was accepted of a proposal."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

from accounts.models import User
from agreements.choices import COUNTED_DEGREES, Answer, ChangeKind, Degree
from agreements.models import (
    Agreement,
    ChangeProposal,
    Confirmation,
    Cooperation,
    Event,
    Participation,
    ParticipationStep,
    ProposalItem,
)
from agreements.workflow.beginnings import next_status
from agreements.workflow.recording import save, set_many
from agreements.workflow.registration import ask_participants
from coopportal.common.dates import Precision


def apply_item(
    row: Cooperation, item: ProposalItem, *, proposal: ChangeProposal, user: User, day: dt.date, why: str
) -> None:
    """Bring one accepted item into the locked record. The caller saves the columns of the record itself.

    Raises ValidationError where it no longer fits what stands there now.
    """
    _HOW[ChangeKind(item.kind)](row, item, proposal, user, day, why)


def _set_field(
    row: Cooperation, item: ProposalItem, proposal: ChangeProposal, user: User, day: dt.date, why: str
) -> None:
    if item.field == "task_fields":
        set_many(row, "task_fields", item.new or [])
        return
    column: Any = row._meta.get_field(item.field)
    setattr(row, item.field, column.to_python(item.new))
    if item.field == "status":
        step = next_status(row, day)
        step.full_clean()
        save(step, user=user, why=why)


def _join(row: Cooperation, item: ProposalItem, proposal: ChangeProposal, user: User, day: dt.date, why: str) -> None:
    new: Any = item.new
    participation = Participation(
        cooperation=row,
        municipality_id=new.get("municipality"),
        organisation_id=new.get("organisation"),
        role=new["role"],
        note=new["note"],
    )
    participation.full_clean()
    save(participation, user=user, why=why)
    columns = {name: new[name] for name in ("degree", "on_precision", "on_wording")}
    on = dt.date.fromisoformat(new["on"]) if new["on"] else None
    _step(participation, user=user, why=why, on=on, **columns)
    if participation.municipality_id == proposal.municipality_id:
        answer = Confirmation(participation=participation, answer=Answer.CONFIRMED)
        answer.answered_on, answer.answered_by = day, proposal.proposed_by
        answer.full_clean()
        save(answer, user=user, why=why)
    elif participation.municipality_id:
        ask_participants(row, user=user, day=day, among=[participation])


def _leave(row: Cooperation, item: ProposalItem, proposal: ChangeProposal, user: User, day: dt.date, why: str) -> None:
    new: Any = item.new
    left_on = dt.date.fromisoformat(new["last_day"]) + dt.timedelta(days=1)
    columns = {"degree": Degree.LEFT, "on": left_on, "on_precision": Precision.DAY, "note": new["note"]}
    _step(item.participation, user=user, why=why, **columns)


def _step(participation: Any, *, user: User, why: str, **columns: Any) -> None:
    step = ParticipationStep(participation=participation, **columns)
    step.full_clean()
    save(step, user=user, why=why)


def _columns(model: type[Any], values: Any) -> dict[str, Any]:
    return {name: model._meta.get_field(name).to_python(value) for name, value in values.items()}


def _add_agreement(
    row: Cooperation, item: ProposalItem, proposal: ChangeProposal, user: User, day: dt.date, why: str
) -> None:
    act = Agreement(cooperation=row, **_columns(Agreement, item.new))
    act.full_clean()
    save(act, user=user, why=why)
    # Nobody says who is bound: those who take part today, as far as they do not deny it.
    today = row.participations.with_degree_on(day).filter(day_degree__in=COUNTED_DEGREES)
    act.parties.set(today.exclude(confirmation__answer=Answer.REFUSED))


def _add_event(
    row: Cooperation, item: ProposalItem, proposal: ChangeProposal, user: User, day: dt.date, why: str
) -> None:
    event = Event(**_columns(Event, item.new))
    event.full_clean()
    save(event, user=user, why=why)
    event.cooperations.add(row)


_HOW: dict[ChangeKind, Callable[..., None]] = {
    ChangeKind.FIELD: _set_field,
    ChangeKind.JOIN: _join,
    ChangeKind.LEAVE: _leave,
    ChangeKind.AGREEMENT: _add_agreement,
    ChangeKind.EVENT: _add_event,
}
