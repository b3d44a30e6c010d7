"""A proposal in words: for each change what stands there, what shall stand there, what was decided."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from agreements.choices import ChangeKind, Decision, Degree, Role
from agreements.comparisons import DAYS, act_text, award_text, joined, label_of, text_of, uncertain
from agreements.models import Agreement, Award, ChangeProposal, Cooperation, Event, ProposalItem, TaskField
from coopportal.common.dates import format_day
from coopportal.common.templatetags.portal import german_money
from funding.models import Programme
from municipalities.models import Municipality, Organisation


@dataclass(frozen=True)
class ProposedChange:
    """One thing to say yes or no to. A day, which is three columns, is one change of up to three items.

    ``present`` is what stands there now where that is no longer what the proposer saw.
    """

    items: tuple[ProposalItem, ...]
    label: str
    old: list[str]
    new: list[str]
    present: list[str] | None = None

    @property
    def key(self) -> int:
        return self.items[0].pk

    @property
    def kind(self) -> str:
        return self.items[0].get_kind_display()

    @property
    def decision(self) -> str:
        return self.items[0].decision

    @property
    def decision_label(self) -> str:
        return str(Decision(self.decision).label)

    @property
    def decision_reason(self) -> str:
        return self.items[0].decision_reason


#: The days of a row, by their names; each is three columns.
_DAYS_OF: dict[type[Any], tuple[str, ...]] = {
    Cooperation: DAYS,
    Agreement: ("signed", "effective", "ends"),
    Event: ("on",),
    Award: ("on",),
}


def changes_of(proposal: ChangeProposal) -> list[ProposedChange]:
    """All that a proposal wishes; the queries do not grow with the number of changes."""
    items = list(
        proposal.items.select_related(
            "participation__municipality", "participation__organisation", "agreement", "event", "award__programme"
        )
    )
    told = _Telling(proposal.cooperation, _task_fields(items), _bodies(items), _programmes(items))
    found: list[ProposedChange] = []
    days: dict[tuple[Any, str], list[ProposalItem]] = {}
    for item in items:
        row = item.row or proposal.cooperation
        day = next((name for name in _DAYS_OF[type(row)] if item.field in _columns_of(name)), "")
        if day:
            days.setdefault((row, day), []).append(item)
        elif item.field:
            found.append(told.field(row, item))
        else:
            found.append(told.row(item))
    found += [told.day(row, name, parts) for (row, name), parts in days.items()]
    return sorted(found, key=lambda one: one.key)


def _columns_of(day: str) -> tuple[str, str, str]:
    return (day if day == "on" else f"{day}_on", f"{day}_precision", f"{day}_wording")


def _listed(text: str) -> list[str]:
    return [text] if text else []


class _Telling:
    """Says each item in words; the rows that items point to have been fetched."""

    def __init__(
        self, cooperation: Cooperation, fields: dict[str, str], bodies: dict[Any, Any], programmes: dict[int, Any]
    ) -> None:
        self.cooperation, self.fields, self.bodies, self.programmes = cooperation, fields, bodies, programmes

    def _label(self, row: Any, column: str) -> str:
        """``Beginn`` of the record itself, ``Zweckvereinbarung: letzter Tag`` of a row of it."""
        if row is self.cooperation:
            return label_of(column)
        name = row.programme if isinstance(row, Award) else row
        return f"{name}: {row._meta.get_field(column).verbose_name}"

    def _text(self, row: Any, column: str, value: Any) -> str:
        if column == "programme":
            return str(self.programmes.get(value, ""))
        if column == "amount":
            return german_money(value)
        return text_of(type(row), column, value)

    def field(self, row: Any, item: ProposalItem) -> ProposedChange:
        if item.field == "task_fields":
            sides = [sorted(self.fields.get(code, code) for code in codes or []) for codes in (item.old, item.new)]
            now = sorted(str(field) for field in row.task_fields.all())
        else:
            present = getattr(row, row._meta.get_field(item.field).attname)
            sides = [_listed(self._text(row, item.field, value)) for value in (item.old, item.new)]
            now = _listed(self._text(row, item.field, present))
        drifted = item.decision == Decision.OPEN and now != sides[0]
        return ProposedChange((item,), self._label(row, item.field), sides[0], sides[1], now if drifted else None)

    def day(self, row: Any, name: str, items: list[ProposalItem]) -> ProposedChange:
        present = {column: getattr(row, column) for column in _columns_of(name)}
        old = present | {item.field: item.old for item in items}
        new = present | {item.field: item.new for item in items}
        sides = [_listed(uncertain(values, name)) for values in (old, new, present)]
        drifted = items[0].decision == Decision.OPEN and sides[2] != sides[0]
        label = self._label(row, _columns_of(name)[0])
        return ProposedChange(tuple(items), label, sides[0], sides[1], sides[2] if drifted else None)

    def row(self, item: ProposalItem) -> ProposedChange:
        if item.kind == ChangeKind.AWARD:
            new: Any = item.new or {}
            award = _row(Award, {name: value for name, value in new.items() if name != "programme"})
            award.programme = self.programmes.get(new["programme"])
            return ProposedChange((item,), str(award.programme), [], [award_text(award)])
        return _of_row(item, self.bodies)


def _of_row(item: ProposalItem, bodies: dict[tuple[str, int], Any]) -> ProposedChange:
    new: Any = item.new or {}
    if item.kind == ChangeKind.LEAVE and item.participation:
        body = str(item.participation.body)
        last = _("letzter Tag: %s") % format_day(dt.date.fromisoformat(new["last_day"]))
        role = item.participation.get_role_display()
        return ProposedChange((item,), body, [joined(body, role)], [joined(_("scheidet aus"), last, new.get("note"))])
    if item.kind == ChangeKind.ROLE and item.participation:
        roles = [str(Role(str(value)).label) for value in (item.old, item.new)]
        return ProposedChange((item,), str(item.participation.body), roles[:1], roles[1:])
    if item.kind == ChangeKind.STEP and item.participation:
        since = uncertain(new, "on")
        words = joined(Degree(new["degree"]).label, since and _("seit %s") % since, new.get("note"))
        old = [str(Degree(item.old).label)] if item.old else []
        return ProposedChange((item,), str(item.participation.body), old, [words])
    if item.kind == ChangeKind.JOIN:
        body = str(bodies.get(_body_key(new), _("unbekannte Stelle")))
        since = uncertain(new, "on")
        told: list[Any] = [
            Role(new["role"]).label,
            Degree(new["degree"]).label,
            since and _("seit %s") % since,
            new.get("note"),
        ]
        return ProposedChange((item,), body, [], [joined(body, *told)])
    if item.kind == ChangeKind.AGREEMENT:
        return ProposedChange((item,), new["title"], [], [act_text(_row(Agreement, new))])
    event = _row(Event, new)
    text = joined(event.title, event.get_kind_display(), uncertain(vars(event), "on"), event.place, event.summary)
    return ProposedChange((item,), new["title"], [], [text])


def _row(model: type[Any], values: dict[str, Any]) -> Any:
    return model(**{name: model._meta.get_field(name).to_python(value) for name, value in values.items()})


def _task_fields(items: Iterable[ProposalItem]) -> dict[str, str]:
    """The names of the task fields that are spoken of."""
    spoken: list[Any] = [
        code for one in items if one.field == "task_fields" for code in [*(one.old or []), *(one.new or [])]
    ]
    names = TaskField.objects.filter(code__in=spoken).values_list("code", TaskField.name_column())
    return dict(names) if spoken else {}


def _body_key(values: Any) -> tuple[str, int]:
    kind = "municipality" if values.get("municipality") else "organisation"
    return kind, values.get(kind) or 0


def _bodies(items: Iterable[ProposalItem]) -> dict[tuple[str, int], Any]:
    """The bodies that shall join."""
    keys = [_body_key(item.new) for item in items if item.kind == ChangeKind.JOIN]
    found: dict[tuple[str, int], Any] = {}
    for kind, model in (("municipality", Municipality), ("organisation", Organisation)):
        if wanted := [key for one, key in keys if one == kind]:
            found |= {(kind, row.pk): row for row in model.objects.filter(pk__in=wanted)}
    return found


def _programmes(items: Iterable[ProposalItem]) -> dict[int, Any]:
    """The programmes whose money is spoken of."""
    spoken = {(item.new or {})["programme"] for item in items if item.kind == ChangeKind.AWARD}
    spoken |= {value for item in items if item.field == "programme" for value in (item.old, item.new)}
    spoken |= {item.award.programme_id for item in items if item.award}
    return Programme.objects.in_bulk([key for key in spoken if key]) if spoken else {}
