"""Since when things are, for steps whose day nobody stated: never the day on which somebody typed them in."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from accounts.models import User
from agreements.choices import CooperationStatus
from agreements.models import Agreement, Cooperation, Participation, ParticipationStep, StatusStep
from agreements.workflow.recording import save
from coopportal.common.dates import UncertainDate


def date_partners(row: Cooperation, *, user: User, day: dt.date, why: str) -> None:
    """Give the steps of a record that is published now, and of which no day is told, the day of what founded it.

    That is its beginning, else the first day of an agreement to which the body is a party. What begins after ``day``
    or has no known day dates nothing: such a step holds on every day.
    """
    acts = list(row.agreements.prefetch_related("parties").order_by("pk"))
    undated = ParticipationStep.objects.filter(
        participation__cooperation=row, on__isnull=True, on_wording="", attested_on__isnull=True
    )
    for step in undated.select_related("participation").order_by("pk"):
        if since := _since(row, step.participation, acts, day):
            step.on, step.on_precision, step.on_wording = since.on, since.precision, since.wording
            step.full_clean()
            save(step, user=user, why=why)


def _since(row: Cooperation, part: Participation, acts: Iterable[Agreement], day: dt.date) -> UncertainDate | None:
    if row.started:
        return row.started if _is_past(row.started, day) or not row.started.decides else None
    bound = [act for act in acts if part in act.parties.all() or not act.parties.all()]
    days = [act.effective if act.effective.decides else act.signed for act in bound]
    past = [date for date in days if _is_past(date, day)]
    return min(past, key=lambda date: date.on or day, default=None)


def first_status(row: Cooperation, day: dt.date) -> StatusStep:
    """The status a record is published with: since its beginning or end where that says so, else undated."""
    since = _of_status(row, day)
    return _step(row, since) if since else StatusStep(cooperation=row, status=row.status)


def next_status(row: Cooperation, day: dt.date) -> StatusStep:
    """A status that follows others: since the day the record tells of it, else attested by whoever says it on ``day``.

    Undated it would come before those that it follows.
    """
    since = _of_status(row, day)
    if since and since.decides and not row.status_steps.filter(effective_on__gte=since.on).exists():
        return _step(row, since)
    return StatusStep(cooperation=row, status=row.status, attested_on=day)


def _of_status(row: Cooperation, day: dt.date) -> UncertainDate | None:
    ended = (CooperationStatus.ENDED, CooperationStatus.ABANDONED)
    begun = (CooperationStatus.ACTIVE, CooperationStatus.BEING_SET_UP)
    since = row.ended if row.status in ended else row.started if row.status in begun else None
    return since if since and (_is_past(since, day) or not since.decides) else None


def _step(row: Cooperation, since: UncertainDate) -> StatusStep:
    days = {"on": since.on, "on_precision": since.precision, "on_wording": since.wording}
    return StatusStep(cooperation=row, status=row.status, **days)


def _is_past(date: UncertainDate, day: dt.date) -> bool:
    return date.decides and date.on is not None and date.on <= day
