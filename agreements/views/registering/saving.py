"""Saves a step as it was filled in: what fits into the record, the rest beside it, nothing lost."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.db import transaction

from accounts.models import User
from agreements import workflow
from agreements.forms.registering import Entered, StepEntry, stored
from agreements.models import Cooperation
from agreements.steps import Step


@dataclass(frozen=True)
class Outcome:
    """The record and the step as they stand now; ``ids`` of new rows by the name of their field."""

    cooperation: Cooperation
    entry: StepEntry
    ids: dict[str, str]


@transaction.atomic
def save_step(
    *, user: User, cooperation: Cooperation, step: Step, entered: Entered, day: dt.date, version: int | None
) -> Outcome:
    """Record what is valid, keep what is not. Raises what ``save_what_fits`` raises, Overtaken among them."""
    typed = StepEntry(step, cooperation, entered, day=day)
    contents = typed.contents()
    saved = workflow.save_what_fits(user=user, cooperation=cooperation, day=day, contents=contents, version=version)
    ids = typed.take(saved)
    row = Cooperation.objects.select_related("keeper__state").get(pk=cooperation.pk)
    kept = typed.unfinished()
    entry = StepEntry(step, row, stored(row, step).over(kept), day=day)
    entry.carry(typed)
    row.version = workflow.keep_unfinished(
        user=user,
        cooperation=row,
        day=day,
        step=step.slug,
        entries=kept,
        faults=entry.faults,
        version=None if saved.is_written else version,
    ).version
    return Outcome(row, entry, ids)


def entered_before(cooperation: Cooperation, step: Step) -> Entered:
    """The step as it stands: what is recorded, and over it what could not be recorded yet."""
    kept = cooperation.unfinished.filter(step=step.slug).first()
    found = stored(cooperation, step)
    return found.over(kept.entries) if kept else found
