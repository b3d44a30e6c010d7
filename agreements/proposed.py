"""A proposal in words: for each change what stands there, what shall stand there, what was decided."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from agreements.choices import ChangeKind, Decision, Degree, Role
from agreements.comparisons import DAYS, act_text, joined, label_of, text_of, uncertain
from agreements.models import Agreement, ChangeProposal, Cooperation, Event, ProposalItem, TaskField
from coopportal.common.dates import format_day
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


def changes_of(proposal: ChangeProposal) -> list[ProposedChange]:
    """All that a proposal wishes; the queries do not grow with the number of changes."""
    items = list(proposal.items.select_related("participation__municipality", "participation__organisation"))
    names, bodies = _task_fields(items), _bodies(items)
    row = proposal.cooperation
    found: list[ProposedChange] = []
    days: dict[str, list[ProposalItem]] = {}
    for item in items:
        day = next((name for name in DAYS if item.field.startswith(f"{name}_")), None)
        if day:
            days.setdefault(day, []).append(item)
        elif item.kind == ChangeKind.FIELD:
            found.append(_of_field(row, item, names))
        else:
            found.append(_of_row(item, bodies))
    return sorted([*found, *[_of_day(row, name, parts) for name, parts in days.items()]], key=lambda one: one.key)


def _of_field(row: Cooperation, item: ProposalItem, names: dict[str, str]) -> ProposedChange:
    if item.field == "task_fields":
        told = [sorted(names.get(code, code) for code in codes or []) for codes in (item.old, item.new)]
        now = sorted(field.name_de for field in row.task_fields.all())
    else:
        texts = [text_of(Cooperation, item.field, value) for value in (item.old, item.new)]
        told = [[text] if text else [] for text in texts]
        text = text_of(Cooperation, item.field, getattr(row, item.field))
        now = [text] if text else []
    drifted = item.decision == Decision.OPEN and now != told[0]
    return ProposedChange((item,), label_of(item.field), told[0], told[1], now if drifted else None)


def _of_day(row: Cooperation, name: str, items: list[ProposalItem]) -> ProposedChange:
    columns = [f"{name}_{column}" for column in ("on", "precision", "wording")]
    present = {column: getattr(row, column) for column in columns}
    old = present | {item.field: item.old for item in items}
    new = present | {item.field: item.new for item in items}
    told = [[text] if (text := uncertain(values, name)) else [] for values in (old, new, present)]
    drifted = items[0].decision == Decision.OPEN and told[2] != told[0]
    return ProposedChange(tuple(items), label_of(f"{name}_on"), told[0], told[1], told[2] if drifted else None)


def _of_row(item: ProposalItem, bodies: dict[tuple[str, int], Any]) -> ProposedChange:
    new: Any = item.new or {}
    if item.kind == ChangeKind.LEAVE and item.participation:
        body = str(item.participation.body)
        last = _("letzter Tag: %s") % format_day(dt.date.fromisoformat(new["last_day"]))
        role = item.participation.get_role_display()
        return ProposedChange((item,), body, [joined(body, role)], [joined(_("scheidet aus"), last, new.get("note"))])
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
    return dict(TaskField.objects.filter(code__in=spoken).values_list("code", "name_de")) if spoken else {}


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
