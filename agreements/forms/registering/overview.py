"""Everything that was entered, step by step, as people read it before they hand it in."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from agreements.forms.registering.comparing import lines_of, shown
from agreements.forms.registering.stepping import StepEntry
from agreements.forms.registering.stored import stored
from agreements.models import Cooperation
from agreements.steps import STEPS, Step, step_of


@dataclass(frozen=True)
class Section:
    """One step: single values, rows with their lines, and what the reviewer said of it."""

    step: Step
    facts: list[tuple[str, str]]
    rows: list[tuple[str, tuple[str, ...]]]
    remarks: list[str]


def overview(cooperation: Cooperation, day: dt.date, remarks: dict[str, list[str]]) -> list[Section]:
    """What is recorded; a constant number of queries."""
    found = []
    for step in STEPS[:-1]:
        entry = StepEntry(step, cooperation, stored(cooperation, step), day=day)
        fields = entry.form.fields.items() if entry.form else ()
        facts = [
            (str(field.label), ", ".join(shown(field, entry.entered.fields.get(name, [])))) for name, field in fields
        ]
        rows = [(one.heading, lines_of(one)) for one in entry.rows]
        said = [text for place, texts in remarks.items() if place and step_of(place) is step for text in texts]
        found.append(Section(step, facts, rows, said))
    return found
