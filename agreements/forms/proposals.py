"""The form of a change proposal: new values of fields, who joins or leaves, a new agreement or event, and why."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from agreements.choices import GONE_DEGREES, Degree, Role
from agreements.forms.desk import TownForm
from agreements.forms.registering.fields import DayField, write_day
from agreements.models import Agreement, Cooperation, Event, Participation, TaskField
from agreements.workflow import Changes, Leaving, Partner
from agreements.workflow.proposals import PROPOSABLE
from coopportal.common.dates import UncertainDate
from coopportal.common.forms import KernForm, KernModelForm
from coopportal.common.search import sort_key
from municipalities.forms import MunicipalityField
from municipalities.meaning import Unclear
from municipalities.models import Organisation

#: So many rows to join and to leave are offered at once; more make another proposal.
ROWS = 3
_DAY = _("TT.MM.JJJJ")


def day_field(label: Any, *, required: bool = False) -> forms.DateField:
    widget = forms.DateInput(format="%d.%m.%Y", attrs={"autocomplete": "off"})
    formats = ["%d.%m.%Y", "%Y-%m-%d"]
    return forms.DateField(label=label, required=required, widget=widget, input_formats=formats, help_text=_DAY)


#: Where the directory of municipalities knows nobody for certain, the only other body of that name is meant.
_NOT_A_MUNICIPALITY = (Unclear.SIMILAR, Unclear.NOBODY, Unclear.NO_KEY)


class BodyField(MunicipalityField):
    """A municipality by name or key, or another body by its name. Who is not meant for certain is asked about."""

    def clean(self, value: Any) -> Any:
        try:
            return super().clean(value)
        except ValidationError as error:
            found = list(Organisation.objects.filter(sort_key=sort_key(str(value or "")))[:2])
            if error.code in _NOT_A_MUNICIPALITY and len(found) == 1:
                self.widget.candidates = ()
                return found[0]
            raise


def columns_of(name: str, day: UncertainDate) -> dict[str, Any]:
    """The three columns in which a day is stored; ``on`` and ``started`` are such names."""
    return {
        name if name == "on" else f"{name}_on": day.on,
        f"{name}_precision": day.precision,
        f"{name}_wording": day.wording,
    }


class FieldsForm(KernModelForm):
    """Every public field of a record with its present value; only what is changed is proposed."""

    marks_optional = False
    started, ended = DayField(label=_("Beginn")), DayField(label=_("Ende (letzter Tag)"))
    task_fields = forms.ModelMultipleChoiceField(
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
        days = {"started": write_day(instance.started), "ended": write_day(instance.ended)}
        super().__init__(*args, **kwargs | {"instance": instance, "initial": days})
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
        return [(str(field.label), _told(field, field.initial), _told(field, field.value())) for field in fields]


def _told(field: Any, value: Any) -> str:
    """A value of a field as people read it."""
    values = value if isinstance(value, list) else [value]
    names = {str(key): str(label) for key, label in getattr(field.field, "choices", ())}
    return ", ".join(names.get(str(getattr(one, "pk", one)), str(one)) for one in values if one not in (None, ""))


class Extra(KernForm):
    """A part of the form that may stay empty: it is there once one of its ``marks`` is filled in."""

    marks: ClassVar[tuple[str, ...]] = ()
    #: Fields that are days → the columns in which they are stored.
    days: ClassVar[dict[str, str]] = {}
    marks_optional = False

    def columns(self) -> dict[str, Any]:
        """What was entered, by columns."""
        values = {name: value for name, value in self.cleaned_data.items() if name not in self.days}
        for name, column in self.days.items():
            values |= columns_of(column, self.cleaned_data[name])
        return values

    def at(self, column: str) -> str:
        """The field that holds a column; the first mark for what has none."""
        day = next((name for name, start in self.days.items() if column.startswith(start)), "")
        return column if column in self.fields else day or self.marks[0]

    def has_changed(self) -> bool:
        return any(str(self.data.get(self.add_prefix(name), "")).strip() for name in self.marks)


class JoinForm(Extra):
    """A body that joins."""

    marks = ("body",)
    days: ClassVar[dict[str, str]] = {"since": "on"}
    body = BodyField(label=_("Wer?"), help_text=_("Name oder amtlicher Schlüssel einer Kommune, Name einer Stelle"))
    role = forms.ChoiceField(
        label=_("Rolle"), choices=[choice for choice in Role.choices if choice[0] != Role.LEAD], initial=Role.PARTNER
    )
    degree = forms.ChoiceField(
        label=_("Beteiligung"),
        choices=[choice for choice in Degree.choices if choice[0] not in GONE_DEGREES],
        initial=Degree.PARTY,
    )
    since = DayField(label=_("seit"))
    note = forms.CharField(label=_("Anmerkung"), max_length=300, required=False)

    def __init__(self, *args: Any, day: dt.date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["body"].day = day  # type: ignore[attr-defined]

    def partner(self) -> Partner:
        return Partner(**self.columns())


class LeaveForm(Extra):
    """A participant that leaves."""

    marks = ("participation", "last_day")
    participation = forms.TypedChoiceField(label=_("Wer?"), coerce=int)
    last_day = day_field(_("Letzter Tag der Beteiligung"), required=True)
    note = forms.CharField(label=_("Anmerkung"), max_length=300, required=False)

    def __init__(self, *args: Any, participations: Iterable[Participation], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._rows = {row.pk: row for row in participations}
        field: Any = self.fields["participation"]
        field.choices = [("", _("bitte wählen")), *((row.pk, str(row.body)) for row in self._rows.values())]

    def leaving(self) -> Leaving:
        data = self.cleaned_data
        return Leaving(self._rows[data["participation"]], data["last_day"], data["note"])


class AgreementForm(Extra, KernModelForm):
    """A new agreement."""

    marks = ("title",)
    days: ClassVar[dict[str, str]] = {"signed": "signed", "effective": "effective", "ends": "ends"}
    signed, effective = DayField(label=_("unterzeichnet am")), DayField(label=_("wirksam ab"))
    ends = DayField(label=_("letzter Tag"))

    class Meta:
        model = Agreement
        fields = (
            *("title", "legal_form", "status", "summary"),
            *("term_months", "renewal_months", "notice_months"),
        )
        widgets: ClassVar[dict[str, Any]] = {"summary": forms.Textarea(attrs={"rows": 3})}


class EventForm(Extra, KernModelForm):
    """A new event."""

    marks = ("title",)
    days: ClassVar[dict[str, str]] = {"held": "on"}
    held, until = DayField(label=_("Tag")), day_field(_("letzter Tag, wenn es mehrere waren"))

    class Meta:
        model = Event
        fields = ("title", "kind", "place", "until", "summary")
        widgets: ClassVar[dict[str, Any]] = {"summary": forms.Textarea(attrs={"rows": 3})}


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


class ProposalForms:
    """All of it as one: valid together, told together."""

    def __init__(
        self,
        data: Any,
        *,
        cooperation: Cooperation,
        participations: Iterable[Participation],
        towns: list[Any],
        day: dt.date,
    ) -> None:
        rows, extra = list(participations), {"empty_permitted": True, "use_required_attribute": False}
        self.fields = FieldsForm(data, instance=cooperation, prefix="f")
        self.joining = [JoinForm(data, prefix=f"joining-{n}", day=day, **extra) for n in range(ROWS)]
        self.leaving = [LeaveForm(data, prefix=f"leaving-{n}", participations=rows, **extra) for n in range(ROWS)]
        self.agreements = [AgreementForm(data, prefix="agreements-0", **extra)]  # type: ignore[arg-type]
        self.events = [EventForm(data, prefix="events-0", **extra)]  # type: ignore[arg-type]
        self.why = WhyForm(data, prefix="w", towns=towns)

    @property
    def all(self) -> list[Any]:
        return [self.fields, *self.joining, *self.leaving, *self.agreements, *self.events, self.why]

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
            agreements=[form.columns() for form in self._given("agreements")],
            events=[form.columns() for form in self._given("events")],
        )

    def tell(self, error: ValidationError) -> None:
        """Put each message of the workflow at its place (``joining.0.role``); what has none at the reason."""
        for place, messages in error.message_dict.items():
            form, name = self._at(place)
            for message in messages:
                form.add_error(name if name in form.fields else None, message)

    def _at(self, place: str) -> tuple[Any, str]:
        kind, _dot, rest = place.partition(".")
        if kind in ("joining", "leaving", "agreements", "events"):
            number, _dot, name = rest.partition(".")
            form = self._given(kind)[int(number)]
            return form, form.at(name)
        place = place.split("_")[0] if place.startswith(("started_", "ended_")) else place
        return (self.fields, place) if place in self.fields.fields else (self.why, place)
