"""Carries out what was accepted of a proposal."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from accounts.models import User
from agreements.choices import COUNTED_DEGREES, Answer, ChangeKind, Degree, Role
from agreements.models import (
    Agreement,
    Award,
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
from agreements.workflow.wishes import is_shared
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
    _step(participation, user=user, why=why, **_columns(ParticipationStep, _degree_of(new)))
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


def _degree_of(new: Any) -> dict[str, Any]:
    return {name: new[name] for name in ("degree", "on", "on_precision", "on_wording")}


def _change_role(
    row: Cooperation, item: ProposalItem, proposal: ChangeProposal, user: User, day: dt.date, why: str
) -> None:
    """One leads: who led until now is a partner from now on."""
    changed = [(item.participation, str(item.new))]
    if item.new == Role.LEAD:
        former = row.participations.filter(role=Role.LEAD).exclude(pk=item.participation_id)
        changed += [(one, str(Role.PARTNER)) for one in former]
    for participation, role in changed:
        now: Any = Participation.objects.get(pk=participation.pk)  # type: ignore[union-attr]
        now.role = role
        now.full_clean()
        save(now, user=user, why=why)
        _ask_again(row, now, proposal, user=user, day=day, why=why)


def _change_degree(
    row: Cooperation, item: ProposalItem, proposal: ChangeProposal, user: User, day: dt.date, why: str
) -> None:
    new: Any = item.new
    values = _columns(ParticipationStep, _degree_of(new))
    _step(item.participation, user=user, why=why, note=new["note"], **values)
    _ask_again(row, item.participation, proposal, user=user, day=day, why=why)


def _ask_again(
    row: Cooperation, participation: Any, proposal: ChangeProposal, *, user: User, day: dt.date, why: str
) -> None:
    """A yes was given to what stood there then: unless the body proposed this itself, it is asked once more."""
    confirmation = Confirmation.objects.filter(participation=participation, answer=Answer.CONFIRMED).first()
    if confirmation is None or participation.municipality_id == proposal.municipality_id:
        return
    confirmation.answer, confirmation.reason = Answer.OPEN, ""
    confirmation.answered_on, confirmation.answered_by, confirmation.requested_at = None, None, None
    save(confirmation, user=user, why=why)
    ask_participants(row, user=user, day=day, among=[participation])


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


def _add_award(
    row: Cooperation, item: ProposalItem, proposal: ChangeProposal, user: User, day: dt.date, why: str
) -> None:
    new: Any = item.new
    values = {name: value for name, value in new.items() if name != "programme"}
    award = Award(cooperation=row, programme_id=new["programme"], **_columns(Award, values))
    award.full_clean()
    save(award, user=user, why=why)


def _leave_to_its_row(
    row: Cooperation, item: ProposalItem, proposal: ChangeProposal, user: User, day: dt.date, why: str
) -> None:
    """What changes one row is written in one go (``apply_to_rows``): half of a day is no day."""


def apply_to_rows(accepted: Iterable[ProposalItem], *, user: User, why: str) -> None:
    """Bring what was accepted of agreements, events and money that are there into them, each row once.

    Raises ValidationError where the values no longer fit each other.
    """
    rows: dict[tuple[type, int], tuple[Any, list[ProposalItem]]] = {}
    for item in accepted:
        if changed := item.row:
            rows.setdefault((type(changed), changed.pk), (changed, []))[1].append(item)
    for changed, items in rows.values():
        for item in items:
            column: Any = changed._meta.get_field(item.field)
            setattr(changed, column.attname, column.to_python(item.new))
        if isinstance(changed, Event):
            _require_alone(changed, items)
        changed.full_clean()
        save(changed, user=user, why=why)


def _require_alone(event: Event, items: Iterable[ProposalItem]) -> None:
    """The event may have come to belong to other cooperations since it was proposed; it is held until all is written.

    Raises ValidationError at each item.
    """
    list(Event.objects.select_for_update(of=("self",)).filter(pk=event.pk).values_list("pk"))
    if is_shared(event):
        words = _("Dieses Ereignis gehört auch zu anderen Einträgen.")
        raise ValidationError({f"items.{item.pk}": words for item in items})


_HOW: dict[ChangeKind, Callable[..., None]] = {
    ChangeKind.FIELD: _set_field,
    ChangeKind.JOIN: _join,
    ChangeKind.LEAVE: _leave,
    ChangeKind.AGREEMENT: _add_agreement,
    ChangeKind.EVENT: _add_event,
    ChangeKind.ROLE: _change_role,
    ChangeKind.STEP: _change_degree,
    ChangeKind.AWARD: _add_award,
    ChangeKind.AGREEMENT_FIELD: _leave_to_its_row,
    ChangeKind.EVENT_FIELD: _leave_to_its_row,
    ChangeKind.AWARD_FIELD: _leave_to_its_row,
}
