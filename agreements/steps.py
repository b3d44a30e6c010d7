"""The steps in which a cooperation is registered, and which of them a place of a record belongs to.

A place names a value as the verbs of the workflow do: ``summary``, ``participants.1.role``, ``agreements.0.signed_on``.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True)
class Step:
    """One page of a registration. ``rows`` is the place of its list (none: it has single values only)."""

    slug: str
    title: Any
    question: Any
    places: tuple[str, ...]
    rows: str = ""
    optional: bool = False


WHAT = Step(
    "was",
    _("Was"),
    _("Worum geht es?"),
    ("name", "short_name", "summary", "task_fields", "kind", "status", "region"),
)
WHO = Step("wer", _("Wer"), _("Wer arbeitet zusammen?"), ("participants",), rows="participants")
FORM = Step("rechtsform", _("Rechtsform"), _("In welcher Rechtsform arbeiten Sie zusammen?"), ("legal_form",))
DATES = Step(
    "fristen",
    _("Fristen"),
    _("Seit wann, wie lange und mit welcher Frist?"),
    ("started_on", "ended_on", "agreements"),
    rows="agreements",
)
MONEY = Step("geld", _("Geld"), _("Gibt es Fördergeld?"), ("awards",), rows="awards", optional=True)
SOURCES = Step(
    "quellen",
    _("Quellen"),
    _("Worauf stützen sich die Angaben?"),
    ("basis", "evidence", "file"),
    optional=True,
)
CHECK = Step("pruefen", _("Prüfen"), _("Stimmt alles?"), ())

STEPS = (WHAT, WHO, FORM, DATES, MONEY, SOURCES, CHECK)
BY_SLUG = {step.slug: step for step in STEPS}


def step_of(place: str) -> Step:
    """The step where this place is entered; what belongs to none is told on the page that checks all."""
    head = place.split(".")[0].replace("_precision", "_on").replace("_wording", "_on")
    return next((step for step in STEPS if head in step.places), CHECK)


def anchor_of(place: str) -> str:
    """The id of the control in its step: ``participants.1.role`` → ``id_participants-1-role``."""
    head, *rest = place.split(".")
    if len(rest) == 1:
        return f"zeile-{head}-{rest[0]}"
    return f"id_{'-'.join([head, *rest])}" if rest or head not in _LISTS else f"liste-{head}"


_LISTS = frozenset(step.rows for step in STEPS if step.rows)


def neighbours(step: Step) -> tuple[Step | None, Step | None]:
    """The step before and the one after."""
    number = STEPS.index(step)
    return STEPS[number - 1] if number else None, STEPS[number + 1] if number + 1 < len(STEPS) else None


def touched(places: Iterable[str]) -> set[str]:
    """The slugs of the steps in which these places are entered."""
    return {step_of(place).slug for place in places}
