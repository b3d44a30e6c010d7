"""The form of a change proposal as one: new values of fields, rows that come, change or go, and why."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.forms.utils import ErrorDict
from django.utils.translation import gettext_lazy as _

from agreements.choices import GONE_DEGREES
from agreements.forms.desk import TownForm
from agreements.forms.proposing import (
    AgreementForm,
    AwardForm,
    EventForm,
    JoinForm,
    LeaveForm,
    PositionForm,
    columns_of,
    told,
)
from agreements.forms.registering.fields import DayField, write_day
from agreements.models import Agreement, Award, Cooperation, Event, TaskField
from agreements.workflow import Changes
from agreements.workflow.wishes import PROPOSABLE
from coopportal.common.forms import ChosenRows, KernModelForm

#: So many rows to join, to leave and to get another position are offered, one after the other; more make another
#: proposal.
ROWS = 5
#: The lists of forms, in the order of the page; so are those of ``Changes`` called.
_LISTS = ("joining", "participants", "leaving", "agreements", "awards", "events")


class FieldsForm(KernModelForm):
    """Every public field of a record with its present value; only what is changed is proposed."""

    marks_optional = False
    started, ended = DayField(label=_("Beginn")), DayField(label=_("Ende (letzter Tag)"))
    task_fields = ChosenRows(
        label=_("Aufgabenfelder"),
        queryset=TaskField.objects.order_by("code"),
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )

    class Meta:
        model = Cooperation
        fields = tuple(name for name in PROPOSABLE if name.split("_")[0] not in ("started", "ended"))
        widgets: ClassVar[dict[str, Any]] = {"summary": forms.Textarea(attrs={"rows": 4})}

    def __init__(self, *args: Any, instance: Cooperation, **kwargs: Any) -> None:
        days = {"started": instance.started, "ended": instance.ended}
        shown = {name: write_day(day) for name, day in days.items()}
        super().__init__(*args, **kwargs | {"instance": instance, "initial": shown})
        for name, day in days.items():
            self.fields[name].stands = day  # type: ignore[attr-defined]
        self.order_fields([*(name for name in self.fields if name != "task_fields"), "task_fields"])

    def changed(self) -> dict[str, Any]:
        values = {name: self.cleaned_data[name] for name in self.changed_data if name in self.cleaned_data}
        for name in ("started", "ended"):
            if name in values:
                values |= columns_of(name, values.pop(name))
        if "task_fields" in values:
            values["task_fields"] = [field.code for field in values["task_fields"]]
        return values

    def differing(self) -> list[tuple[str, str, str]]:
        """Where what was typed is not what stands there now: name of the field, what stands there, what was typed."""
        fields = [self[name] for name in self.changed_data]
        return [(str(field.label), told(field, field.initial), told(field, field.value())) for field in fields]


class WhyForm(TownForm):
    """On whose behalf, why, and what supports it."""

    reason = forms.CharField(label=_("Warum?"), max_length=2000, widget=forms.Textarea(attrs={"rows": 3}))
    source = forms.CharField(
        label=_("Quelle"),
        max_length=300,
        help_text=_(
            "Was belegt es? Zum Beispiel: Ratsbeschluss vom 12.03.2026. "
            "Wird die Änderung übernommen, steht die Quelle öffentlich beim Eintrag."
        ),
    )


@dataclass(frozen=True)
class Present:
    """What is there and may be changed: who takes part (with ``with_degree_on``), acts, events, money, programmes."""

    participations: list[Any]
    agreements: list[Agreement]
    events: list[Event]
    awards: list[Award]
    programmes: list[Any]


class ProposalForms:
    """All of it as one: valid together, told together. ``examined`` False: shown as it was typed, not judged yet."""

    def __init__(
        self,
        data: Any,
        *,
        cooperation: Cooperation,
        present: Present,
        towns: list[Any],
        day: dt.date,
        examined: bool = True,
    ) -> None:
        here = [row for row in present.participations if row.day_degree not in GONE_DEGREES]
        extra = {"empty_permitted": True, "use_required_attribute": False}
        self.fields = FieldsForm(data, instance=cooperation, prefix="f")
        self.joining = [JoinForm(data, prefix=f"joining-{n}", day=day, **extra) for n in range(ROWS)]
        self.leaving = [LeaveForm(data, prefix=f"leaving-{n}", participations=here, **extra) for n in range(ROWS)]
        self.participants = [
            PositionForm(data, prefix=f"position-{n}", participations=present.participations, **extra)
            for n in range(ROWS)
        ]
        self.agreements = _rows(AgreementForm, data, "agreements", present.agreements, extra)
        self.events = _rows(EventForm, data, "events", present.events, extra)
        self.awards = _rows(AwardForm, data, "awards", present.awards, extra | {"programmes": present.programmes})
        self.why = WhyForm(data, prefix="w", towns=towns)
        if not examined:
            for form in self.all:
                form._errors = ErrorDict()

    @property
    def all(self) -> list[Any]:
        return [self.fields, *(form for name in _LISTS for form in getattr(self, name)), self.why]

    @property
    def media(self) -> forms.Media:
        return self.joining[0].media

    @property
    def has_faults(self) -> bool:
        return any(form.errors for form in self.all)

    def is_valid(self) -> bool:
        """All are asked, whatever the first says: everything wrong is told at once."""
        found = [form.is_valid() for form in self.all]
        return all(found)

    def _given(self, name: str) -> list[Any]:
        return [form for form in getattr(self, name) if form.has_changed()]

    def changes(self) -> Changes:
        return Changes(
            fields=self.fields.changed(),
            joining=[form.partner() for form in self._given("joining")],
            leaving=[form.leaving() for form in self._given("leaving")],
            participants=[form.position() for form in self._given("participants")],
            agreements=[form.columns() for form in self._given("agreements")],
            events=[form.columns() for form in self._given("events")],
            awards=[form.columns() for form in self._given("awards")],
        )

    def differing(self) -> list[tuple[str, str, str]]:
        """Where what was typed is not what stands there now, of the record and of its rows."""
        rows = [*self.agreements, *self.events, *self.awards]
        return [*self.fields.differing(), *(told for form in rows for told in form.differing())]

    def tell(self, error: ValidationError) -> None:
        """Put each message of the workflow at its place (``joining.0.role``); what has none at the reason."""
        for place, messages in error.message_dict.items():
            form, name = self._at(place)
            for message in messages:
                form.add_error(name if name in form.fields else None, message)

    def _at(self, place: str) -> tuple[Any, str]:
        kind, _dot, rest = place.partition(".")
        if kind in _LISTS:
            number, _dot, name = rest.partition(".")
            form = self._given(kind)[int(number)]
            return form, form.at(name)
        place = place.split("_")[0] if place.startswith(("started_", "ended_")) else place
        return (self.fields, place) if place in self.fields.fields else (self.why, place)


def _rows(form_class: type[Any], data: Any, name: str, present: Iterable[Any], options: dict[str, Any]) -> list[Any]:
    """A form for each row that is there, and one for a new row."""
    there = [form_class(data, prefix=f"{name}-{row.pk}", of=row, **options) for row in present]
    return [*there, form_class(data, prefix=f"{name}-0", **options)]
