"""A draft as the fields of a step show it, and its rows as the workflow takes them."""

from __future__ import annotations

from typing import Any

from agreements import steps
from agreements.forms.registering.bodies import key_of
from agreements.forms.registering.entered import Entered, Row, Texts
from agreements.forms.registering.fields import DayField, write_amount, write_day
from agreements.forms.registering.steps import FORMS, ROWS
from agreements.models import Cooperation, Participation, ParticipationStep
from agreements.steps import Step
from agreements.workflow import Partner
from coopportal.common.dates import Precision, UncertainDate


def stored(cooperation: Cooperation, step: Step) -> Entered:
    """What the draft holds for this step; at most three queries."""
    found = Entered()
    if step.slug in FORMS:
        found.fields = _texts(cooperation, FORMS[step.slug])
    if step is steps.WHO:
        found.rows = [Row(number, _partner_texts(row)) for number, row in enumerate(participations_of(cooperation))]
    elif step.slug in ROWS:
        found.rows = [
            Row(number, _texts(row, ROWS[step.slug]) | {"id": [str(row.pk)]})
            for number, row in enumerate(parts_of(cooperation, step))
        ]
    return found


def participations_of(cooperation: Cooperation) -> list[Participation]:
    """The participants in the order in which forms number them, with bodies and steps."""
    return list(cooperation.participations.with_bodies().prefetch_related("steps").order_by("pk"))


def parts_of(cooperation: Cooperation, step: Step) -> list[Any]:
    """The agreements or awards in the order in which forms number them."""
    if step is steps.MONEY:
        return list(cooperation.awards.select_related("programme").order_by("pk"))
    return list(cooperation.agreements.order_by("pk"))


def first_step(participation: Participation) -> ParticipationStep | None:
    """The step that a draft writes."""
    return min(participation.steps.all(), key=lambda one: one.pk, default=None)


def as_partner(participation: Participation) -> Partner:
    """The participation as it is recorded."""
    step = first_step(participation)
    values = {name: getattr(step, name) for name in ("degree", "on", "on_precision", "on_wording")} if step else {}
    return Partner(participation.body, role=participation.role, note=participation.note, **values)


def day_columns(name: str) -> tuple[str, str, str]:
    """The three columns of a day: ``signed_on`` → ``signed_on``, ``signed_precision``, ``signed_wording``."""
    stem = "on" if name == "on" else name.removesuffix("_on")
    return name, f"{stem}_precision", f"{stem}_wording"


def _texts(row: Any, form: Any) -> Texts:
    found = {}
    for name, field in form.base_fields.items():
        if name == "task_fields":
            found[name] = sorted(one.code for one in row.task_fields.all())
        elif isinstance(field, DayField):
            found[name] = [write_day(_day(row, name))]
        elif name == "amount":
            found[name] = [write_amount(row.amount)]
        elif name == "programme":
            found[name] = [row.programme.slug]
        elif name != "id":
            value = getattr(row, name)
            found[name] = ["" if value is None else str(value)]
    return found


def _day(row: Any, name: str) -> UncertainDate:
    on, precision, wording = (getattr(row, column) for column in day_columns(name))
    return UncertainDate(on, precision, wording if precision not in (Precision.DAY, Precision.MONTH) else "")


def _partner_texts(row: Participation) -> Texts:
    step = first_step(row)
    return {
        "id": [key_of(row.body)],
        "body": [""],
        "choice": [""],
        "asked": [""],
        "role": [row.role],
        "degree": [step.degree if step else ""],
        "on": [write_day(_day(step, "on")) if step else ""],
        "note": [row.note],
    }
