"""The content of a record in words, place by place, as it is now and as it was; what a reviewer compares.

Places are those of the workflow's messages and remarks: a column (``summary``), ``participants``, ``agreements.0``,
``awards.0``.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from agreements.choices import AgreementStatus
from agreements.models import Agreement, Award, Cooperation, Participation, ParticipationStep
from coopportal.common.dates import UncertainDate, format_day
from coopportal.common.templatetags.portal import german_money

#: Columns that are read as they are, in the order of the page; days and lists have places of their own.
COLUMNS = ("name", "short_name", "summary", "kind", "status", "legal_form", "region", "basis")
DAYS = ("started", "ended")


@dataclass(frozen=True)
class Line:
    """What stands at a place now; ``before`` is what stood there when the record was returned, None: no such time."""

    place: str
    label: str
    now: list[str]
    before: list[str] | None = None

    @property
    def changed(self) -> bool:
        return self.before is not None and self.before != self.now

    @property
    def marked_now(self) -> list[tuple[str, bool]]:
        """What stands there, each with whether it is new."""
        return [(text, self.changed and text not in (self.before or [])) for text in self.now]

    @property
    def marked_before(self) -> list[tuple[str, bool]]:
        """What stood there, each with whether it is gone."""
        return [(text, text not in self.now) for text in self.before or []]


def text_of(model: type[models.Model], name: str, value: Any) -> str:
    """A plain value of a column (as JSON holds it) as people say it: the word of a code, a day as TT.MM.JJJJ."""
    if value is None or value == "":
        return ""
    column: Any = model._meta.get_field(name)
    if column.choices:
        return str(dict(column.flatchoices).get(value, value))
    if isinstance(column, models.DateField):
        return format_day(column.to_python(value))
    if isinstance(column, models.DecimalField):
        return german_money(value)
    if isinstance(column, models.BooleanField):
        return _("ja") if value else _("nein")
    return str(value)


def uncertain(values: Mapping[str, Any], name: str) -> str:
    """The day of the three columns of that name (``signed``, ``on``, …) in words; empty where nothing is said."""
    on: Any = values.get("on" if name == "on" else f"{name}_on") or None
    on = dt.date.fromisoformat(on) if isinstance(on, str) else on
    day = UncertainDate(on, values.get(f"{name}_precision") or "", values.get(f"{name}_wording") or "")
    return str(day) if day else ""


def joined(*parts: Any) -> str:
    """``Titel · Rechtsform · …``, without what is empty."""
    return " · ".join(str(part) for part in parts if part)


def act_text(act: Any) -> str:
    """A legal act in one line."""
    values = vars(act)
    days = [
        (gettext_lazy("unterzeichnet: %s"), uncertain(values, "signed")),
        (gettext_lazy("wirksam ab: %s"), uncertain(values, "effective")),
        (gettext_lazy("letzter Tag: %s"), uncertain(values, "ends")),
        (gettext_lazy("Laufzeit: %s Monate"), act.term_months),
        (gettext_lazy("Verlängerung: %s Monate"), act.renewal_months),
        (gettext_lazy("Kündigungsfrist: %s Monate"), act.notice_months),
    ]
    told = [label % value for label, value in days if value]
    form = act.get_legal_form_display() if act.legal_form else ""
    status = act.get_status_display() if act.status != AgreementStatus.UNKNOWN else ""
    return joined(act.title, form, status, *told, act.summary)


def award_text(award: Any) -> str:
    on = uncertain(vars(award), "on")
    return joined(award.programme, award.get_rung_display(), german_money(award.amount), on and _("Stand: %s") % on)


def part_text(part: Any, step: Any) -> str:
    """A participant in one line: who, in which role, how far, since when."""
    on = uncertain(vars(step), "on") if step else ""
    degree = step.get_degree_display() if step else ""
    return joined(part.body, part.get_role_display(), degree, on and _("seit %s") % on, part.note)


def newcomer_text(body: Any) -> str:
    """A body that is not in the register yet, in one line."""
    words = _("%(name)s (neue Stelle)") % {"name": body.name}
    return joined(words, body.get_kind_display(), body.state and body.state.name, body.get_role_display())


# --- The lines of a record ---


def _columns(row: Any, fields: Iterable[Any]) -> dict[str, list[str]]:
    found = {name: text_of(Cooperation, name, getattr(row, name)) for name in COLUMNS}
    found |= {f"{name}_on": uncertain(vars(row), name) for name in DAYS}
    lines = {place: [text] if text else [] for place, text in found.items()}
    return lines | {"task_fields": sorted(str(field) for field in fields)}


def _numbered(place: str, texts: Iterable[str]) -> dict[str, list[str]]:
    return {f"{place}.{number}": [text] for number, text in enumerate(texts)}


def lines_now(row: Cooperation) -> dict[str, list[str]]:
    """What stands at each place; five queries."""
    parts = row.participations.with_bodies().prefetch_related("steps").order_by("pk")
    return {
        **_columns(row, row.task_fields.all()),
        "participants": [
            *(part_text(part, next(iter(part.steps.all()), None)) for part in parts),
            *map(newcomer_text, row.proposed_bodies.filter(organisation=None).select_related("state")),
        ],
        **_numbered("agreements", map(act_text, row.agreements.all())),
        **_numbered("awards", map(award_text, row.awards.select_related("programme"))),
    }


def lines_at(row: Cooperation, at: dt.datetime) -> dict[str, list[str]]:
    """What stood at each place at a moment, from the history; eight queries."""
    then = row.history.filter(history_date__lte=at).first()
    if then is None:
        return {}
    fields = [through.taskfield for through in then.task_fields.select_related("taskfield")]
    parts = list(_rows_at(Participation, at, cooperation=row.pk).select_related("municipality", "organisation"))
    steps: dict[int, Any] = {}
    for step in _rows_at(ParticipationStep, at, participation__in=[part.id for part in parts]):
        steps.setdefault(step.participation_id, step)
    for part in parts:
        part.body = part.municipality or part.organisation
    awards = _rows_at(Award, at, cooperation=row.pk).select_related("programme")
    return {
        **_columns(then, fields),
        "participants": [
            *(part_text(part, steps.get(part.id)) for part in parts),
            *map(newcomer_text, row.proposed_bodies.filter(created_at__lte=at).select_related("state")),
        ],
        **_numbered("agreements", map(act_text, _rows_at(Agreement, at, cooperation=row.pk))),
        **_numbered("awards", map(award_text, awards)),
    }


def _rows_at(model: Any, at: dt.datetime, **which: Any) -> models.QuerySet[Any]:
    """The rows of the history as they were at a moment, without those that were gone by then.

    Not ``as_of``: it asks the live row for every column the history leaves out, one query each.
    """
    rows = model.history.filter(history_date__lte=at, **which).latest_of_each()
    return rows.exclude(history_type="-").order_by("id")


def label_of(place: str) -> str:
    """What a place is called."""
    name, _dot, number = place.partition(".")
    named = {
        "participants": _("Beteiligte"),
        "agreements": _("Vereinbarung"),
        "awards": _("Geld"),
        "started_on": _("Beginn"),
        "ended_on": _("Ende"),
    }
    if name in named:
        nth = number.split(".")[0]
        return f"{named[name]} {int(nth) + 1}" if nth.isdigit() and name != "participants" else str(named[name])
    known = {
        field.name: field.verbose_name for field in Cooperation._meta.get_fields() if hasattr(field, "verbose_name")
    }
    return str(known.get(name, name))


def compare(now: dict[str, list[str]], before: dict[str, list[str]] | None) -> list[Line]:
    """The places in the order of the page; those that are gone follow those of their kind."""
    order = ("name", "short_name", "summary", "kind", "task_fields", "status", "region", "participants", "legal_form")
    kinds = (*order, "started_on", "ended_on", "agreements", "awards", "basis")
    places = sorted(now.keys() | (before or {}).keys(), key=lambda place: (kinds.index(place.split(".")[0]), place))
    return [
        Line(place, label_of(place), now.get(place, []), None if before is None else before.get(place, []))
        for place in places
    ]
