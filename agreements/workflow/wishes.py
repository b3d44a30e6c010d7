"""What a proposal wishes, turned into items that a reviewer says yes or no to one by one; all that is wrong at once."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.db.models import Model
from django.utils.translation import gettext as _

from agreements.choices import GONE_DEGREES, ChangeKind, Role
from agreements.models import (
    Agreement,
    Award,
    Cooperation,
    Event,
    Participation,
    ParticipationStep,
    ProposalItem,
    TaskField,
)
from agreements.workflow.contents import ACT_FIELDS, FIELDS, MONEY_FIELDS, Partner, assign
from agreements.workflow.faults import Faults
from municipalities.models import Municipality

#: What a proposal may change of a cooperation: every public field. ``task_fields`` are codes.
PROPOSABLE = (*(name for name in FIELDS if name != "basis"), "task_fields")
EVENT_FIELDS = ("kind", "title", "summary", "place", "on", "on_precision", "on_wording", "until")


@dataclass(frozen=True)
class Leaving:
    """A participant that leaves; ``last_day`` is the last one on which it takes part."""

    participation: Participation
    last_day: dt.date
    note: str = ""


@dataclass(frozen=True)
class Position:
    """A participant that gets another role, or from a day on another degree; what is empty stays as it is."""

    participation: Participation
    role: str = ""
    degree: str = ""
    on: dt.date | None = None
    on_precision: str = ""
    on_wording: str = ""
    note: str = ""


@dataclass(frozen=True)
class Changes:
    """What a proposal wishes: new values of fields, who joins, leaves or gets another position, acts, events, money.

    A row of ``agreements``, ``events`` or ``awards`` holds columns; with ``id`` it changes the row that is there.
    """

    fields: dict[str, Any] = field(default_factory=dict)
    joining: list[Partner] = field(default_factory=list)
    leaving: list[Leaving] = field(default_factory=list)
    participants: list[Position] = field(default_factory=list)
    agreements: list[dict[str, Any]] = field(default_factory=list)
    events: list[dict[str, Any]] = field(default_factory=list)
    awards: list[dict[str, Any]] = field(default_factory=list)


@dataclass(frozen=True)
class RowKind:
    """A list of rows that belong to a record: which columns of them may be proposed, and what such a change is called.

    ``name`` is the list in ``Changes``, ``to`` the item's column that leads to the row.
    """

    name: str
    to: str
    model: type[Any]
    columns: tuple[str, ...]
    new: ChangeKind
    changed: ChangeKind

    def rows_of(self, cooperation: Cooperation) -> dict[int, Any]:
        """The rows that are there, by id."""
        return {row.pk: row for row in getattr(cooperation, self.name).all()}


ROW_KINDS = (
    RowKind("agreements", "agreement", Agreement, ACT_FIELDS, ChangeKind.AGREEMENT, ChangeKind.AGREEMENT_FIELD),
    RowKind("events", "event", Event, EVENT_FIELDS, ChangeKind.EVENT, ChangeKind.EVENT_FIELD),
    RowKind("awards", "award", Award, MONEY_FIELDS, ChangeKind.AWARD, ChangeKind.AWARD_FIELD),
)


def items_of(row: Cooperation, changes: Changes, day: dt.date, faults: Faults) -> list[ProposalItem]:
    """Every change as an item of its own; what is wrong is added to the faults at its place."""
    items = _field_items(row, changes.fields, faults)
    for number, partner in enumerate(changes.joining):
        items.append(_joining(row, partner, f"joining.{number}", faults))
    for number, leaving in enumerate(changes.leaving):
        items.append(_leaving(row, leaving, f"leaving.{number}", faults))
    for number, position in enumerate(changes.participants):
        items += _position(row, position, f"participants.{number}", day, faults)
    for part in ROW_KINDS:
        if wished := getattr(changes, part.name):
            items += _part_items(row, part, wished, faults)
    return items


def _field_items(row: Cooperation, fields: Mapping[str, Any], faults: Faults) -> list[ProposalItem]:
    """One item for each field whose value would change; all new values are tried together on a copy."""
    wished = Cooperation.objects.get(pk=row.pk)
    for name in fields.keys() - set(PROPOSABLE):
        faults.add(name, _("Diese Angabe lässt sich nicht ändern."))
    assign(wished, dict(fields), FIELDS)
    faults.check(wished)
    items = [
        ProposalItem(kind=ChangeKind.FIELD, **change)
        for change in _differing(row, wished, (name for name in PROPOSABLE if name != "task_fields"))
    ]
    if "task_fields" in fields:
        old, new = sorted(row.task_fields.values_list("code", flat=True)), sorted(set(fields["task_fields"]))
        known = set(TaskField.objects.filter(code__in=new).values_list("code", flat=True))
        for code in sorted(set(new) - known):
            faults.add("task_fields", _("Das Aufgabenfeld „%(code)s“ gibt es nicht.") % {"code": code})
        if old != new:
            items.append(ProposalItem(kind=ChangeKind.FIELD, field="task_fields", old=old, new=new))
    return items


def _differing(row: Any, wished: Any, names: Iterable[str]) -> list[dict[str, Any]]:
    """``field``, ``old`` and ``new`` of the columns in which the wished row differs."""
    pairs = [(name, getattr(row, name), getattr(wished, name)) for name in names]
    return [{"field": name, "old": plain(old), "new": plain(new)} for name, old, new in pairs if old != new]


# --- participants ---


def _joining(row: Cooperation, partner: Partner, place: str, faults: Faults) -> ProposalItem:
    kind = "municipality" if isinstance(partner.body, Municipality) else "organisation"
    participation = Participation(cooperation=row, role=partner.role, note=partner.note, **{kind: partner.body})
    faults.check(participation, place)
    if partner.role == Role.LEAD:
        faults.add(f"{place}.role", _("Federführend ist schon eine andere Stelle."))
    step = _step_of(partner, place, faults)
    told = _told(step, ("degree", "on", "on_precision", "on_wording"))
    return ProposalItem(
        kind=ChangeKind.JOIN, new={kind: partner.body.pk, "role": partner.role, "note": partner.note, **told}
    )


def _step_of(wished: Partner | Position, place: str, faults: Faults) -> ParticipationStep:
    step = ParticipationStep(degree=wished.degree)
    values = {"on": wished.on, "on_precision": wished.on_precision, "on_wording": wished.on_wording}
    assign(step, {name: value for name, value in values.items() if name == "on" or value}, values)
    faults.check(step, place, exclude=("participation",), constraints=False)
    return step


def _is_of(row: Cooperation, participation: Participation, place: str, faults: Faults) -> bool:
    if participation.cooperation_id == row.pk:
        return True
    faults.add(f"{place}.participation", _("Diese Zeile gehört nicht zu diesem Eintrag."))
    return False


def _leaving(row: Cooperation, leaving: Leaving, place: str, faults: Faults) -> ProposalItem:
    _is_of(row, leaving.participation, place, faults)
    new = {"last_day": leaving.last_day.isoformat(), "note": leaving.note}
    return ProposalItem(kind=ChangeKind.LEAVE, participation=leaving.participation, new=new)


def _position(row: Cooperation, wished: Position, place: str, day: dt.date, faults: Faults) -> list[ProposalItem]:
    """Up to two items: the role, which has no day of its own, and the degree as a further step of the history."""
    if not _is_of(row, wished.participation, place, faults):
        return []
    present: Any = row.participations.with_degree_on(day).get(pk=wished.participation.pk)
    items = []
    if wished.role and wished.role != present.role:
        if present.role == Role.LEAD:
            faults.add(f"{place}.role", _("Schlagen Sie vor, wer stattdessen federführend wird."))
        elif wished.role not in Role.values:
            faults.add(f"{place}.role", _("Diese Rolle gibt es nicht."))
        items.append(ProposalItem(kind=ChangeKind.ROLE, participation=present, old=present.role, new=wished.role))
    if wished.degree and (wished.on or wished.degree != present.day_degree):
        step = _step_of(wished, place, faults)
        if wished.degree in GONE_DEGREES:
            faults.add(f"{place}.degree", _("Wer ausscheidet, steht bei den Austritten, mit seinem letzten Tag."))
        if not step.date.decides:
            words = _("Nennen Sie, ab wann das gilt: den Tag, den Monat oder das Jahr.")
            faults.add(f"{place}.on", words)
        told = _told(step, ("degree", "on", "on_precision", "on_wording"))
        new = told | {"note": wished.note}
        items.append(ProposalItem(kind=ChangeKind.STEP, participation=present, old=present.day_degree, new=new))
    return items


# --- agreements, events, money ---


def _part_items(
    row: Cooperation, part: RowKind, wished: Iterable[Mapping[str, Any]], faults: Faults
) -> list[ProposalItem]:
    present = part.rows_of(row)
    items = []
    for number, given in enumerate(wished):
        place, values = f"{part.name}.{number}", {name: value for name, value in given.items() if name != "id"}
        if "id" not in given:
            items.append(_new_row(row, part, values, place, faults))
        elif given["id"] not in present:
            faults.add(f"{place}.id", _("Diese Zeile gehört nicht zu diesem Eintrag."))
        elif is_shared(present[given["id"]]):
            faults.add(f"{place}.id", _("Dieses Ereignis gehört auch zu anderen Einträgen."))
        else:
            items += _changed_row(part, present[given["id"]], values, place, faults)
    return items


def is_shared(row: Any) -> bool:
    """Does an event belong to other cooperations as well? The reviewer of one Land does not decide for the others."""
    return isinstance(row, Event) and row.cooperations.count() > 1


def _new_row(row: Cooperation, part: RowKind, values: dict[str, Any], place: str, faults: Faults) -> ProposalItem:
    made = part.model() if part.model is Event else part.model(cooperation=row)
    assign(made, values, part.columns)
    faults.check(made, place)
    return ProposalItem(kind=part.new, new=_told(made, part.columns))


def _changed_row(part: RowKind, present: Any, values: dict[str, Any], place: str, faults: Faults) -> list[ProposalItem]:
    """One item for each column that would change; all are tried together on a copy."""
    wished = part.model.objects.get(pk=present.pk)
    assign(wished, values, part.columns)
    faults.check(wished, place)
    changes = _differing(present, wished, part.columns)
    return [ProposalItem(kind=part.changed, **{part.to: present}, **change) for change in changes]


def plain(value: Any) -> Any:
    """A value as JSON holds it."""
    if isinstance(value, Model):
        return value.pk
    return value.isoformat() if isinstance(value, dt.date) else str(value) if isinstance(value, Decimal) else value


def _told(row: Any, names: tuple[str, ...]) -> dict[str, Any]:
    return {name: plain(_of(row, name)) for name in names}


def _of(row: Any, name: str) -> Any:
    """A column; a relation that is missing (which is a fault of its own) is nobody."""
    return getattr(row, f"{name}_id") if hasattr(row, f"{name}_id") else getattr(row, name)
