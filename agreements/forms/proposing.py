"""Parts of the form of a change proposal: who joins, leaves or gets another position; agreements, money, events."""

from __future__ import annotations

import copy
import datetime as dt
from collections.abc import Iterable
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from agreements.choices import GONE_DEGREES, Degree, Role
from agreements.forms.registering.fields import AmountField, DayField, write_amount, write_day
from agreements.models import Agreement, Award, Event, Participation
from agreements.workflow import Leaving, Partner, Position
from coopportal.common.dates import UncertainDate
from coopportal.common.forms import KernForm, KernModelForm
from coopportal.common.search import sort_key
from municipalities.forms import MunicipalityField
from municipalities.meaning import Unclear
from municipalities.models import Organisation

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


def told(field: Any, value: Any) -> str:
    """A value of a field as people read it."""
    values = value if isinstance(value, list) else [value]
    names = {str(key): str(label) for key, label in getattr(field.field, "choices", ())}
    return ", ".join(names.get(str(getattr(one, "pk", one)), str(one)) for one in values if one not in (None, ""))


class Extra(KernForm):
    """A part of the form that may stay empty: it is there once one of its ``marks`` is filled in.

    Of a row that is there (``of``) the form shows what stands in it, and only what differs from that is proposed.
    """

    marks: ClassVar[tuple[str, ...]] = ()
    #: Fields that are days → the columns in which they are stored.
    days: ClassVar[dict[str, str]] = {}
    marks_optional = False
    of: Any = None

    @property
    def heading(self) -> str:
        """What a row that is there is called."""
        return str(self.of or "")

    def columns(self) -> dict[str, Any]:
        """What was entered, by columns: all of a new row; of one that is there its ``id`` and what differs."""
        names = self.changed_data if self.of else self.cleaned_data
        values = {name: self.cleaned_data[name] for name in names if name not in self.days}
        for name, column in self.days.items():
            if name in names:
                values |= columns_of(column, self.cleaned_data[name])
        return values | {"id": self.of.pk} if self.of else values

    def at(self, column: str) -> str:
        """The field that holds a column; the first mark for what has none."""
        day = next((name for name, start in self.days.items() if column.startswith(start)), "")
        return column if column in self.fields else day or self.marks[0]

    def has_changed(self) -> bool:
        if self.of:
            # What was not sent at all is not emptied by that.
            return any(self.add_prefix(name) in self.data for name in self.fields) and super().has_changed()
        return any(str(self.data.get(self.add_prefix(name), "")).strip() for name in self.marks)

    def differing(self) -> list[tuple[str, str, str]]:
        """As in ``FieldsForm``, of a row that is there."""
        if not self.of or not self.has_changed():
            return []
        fields = [self[name] for name in self.changed_data]
        return [
            (f"{self.heading}: {field.label}", told(field, field.initial), told(field, field.value()))
            for field in fields
        ]


class RowForm(Extra, KernModelForm):
    """A row of a list of the record: a new one, or with ``of`` one that is there."""

    def __init__(self, *args: Any, of: Any = None, **kwargs: Any) -> None:
        self.of = of
        days = {name: getattr(of, self.attribute_of(name)) for name in self.days} if of is not None else {}
        if of is not None:
            # A copy: cleaning a form writes into its instance.
            shown = {name: write_day(day) for name, day in days.items()}
            kwargs |= {"instance": copy.copy(of), "initial": shown}
        super().__init__(*args, **kwargs)
        for name, day in days.items():
            self.fields[name].stands = day  # type: ignore[attr-defined]
        for field in self.fields.values():
            if choices := getattr(field, "choices", None):
                field.choices = [(code, label if code else _("keine Angabe")) for code, label in choices]  # type: ignore[attr-defined]

    def attribute_of(self, name: str) -> str:
        """The uncertain day of the model that a field of the form holds."""
        return "date" if self.days[name] == "on" else self.days[name]

    def _post_clean(self) -> None:
        """The workflow checks the row as a whole and says what is wrong at its place."""


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


class PositionForm(Extra):
    """A participant that gets another role, or from a day on another degree."""

    marks = ("participation", "role", "degree")
    days: ClassVar[dict[str, str]] = {"since": "on"}
    participation = forms.TypedChoiceField(label=_("Wer?"), coerce=int)
    role = forms.ChoiceField(label=_("Rolle"), choices=[("", _("wie bisher")), *Role.choices], required=False)
    degree = forms.ChoiceField(
        label=_("Stellung"),
        choices=[("", _("wie bisher")), *(choice for choice in Degree.choices if choice[0] not in GONE_DEGREES)],
        required=False,
    )
    since = DayField(label=_("Stellung gilt ab"))
    note = forms.CharField(label=_("Anmerkung"), max_length=300, required=False)

    def __init__(self, *args: Any, participations: Iterable[Participation], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._rows = {row.pk: row for row in participations}
        field: Any = self.fields["participation"]
        field.choices = [("", _("bitte wählen")), *((row.pk, _described(row)) for row in self._rows.values())]

    def position(self) -> Position:
        values = self.columns()
        return Position(self._rows[values.pop("participation")], **values)


def _described(row: Any) -> str:
    """A participant with what it is now: ``Landstuhl (Partner, Vertragspartei)``."""
    degree = Degree(row.day_degree).label if row.day_degree else ""
    return f"{row.body} ({', '.join(filter(None, [str(row.get_role_display()), str(degree)]))})"


class AgreementForm(RowForm):
    """An agreement."""

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


class EventForm(RowForm):
    """An event."""

    marks = ("title",)
    days: ClassVar[dict[str, str]] = {"held": "on"}
    held, until = DayField(label=_("Tag")), day_field(_("letzter Tag, wenn es mehrere waren"))

    class Meta:
        model = Event
        fields = ("title", "kind", "place", "until", "summary")
        widgets: ClassVar[dict[str, Any]] = {"summary": forms.Textarea(attrs={"rows": 3})}


class AwardForm(RowForm):
    """Money of a programme."""

    marks = ("programme", "amount")
    days: ClassVar[dict[str, str]] = {"stated": "on"}
    programme = forms.TypedChoiceField(label=_("Förderprogramm"), coerce=int)
    amount = AmountField(label=_("Betrag"))
    stated = DayField(label=_("Stand vom"))

    class Meta:
        model = Award
        fields = ("programme", "rung", "amount")

    field_order = ("programme", "rung", "amount", "stated")

    def __init__(self, *args: Any, programmes: Iterable[Any], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._programmes = {row.pk: row for row in programmes}
        groups: dict[str, list[tuple[int, str]]] = {}
        for row in self._programmes.values():
            groups.setdefault(row.state.name if row.state else str(_("ohne Land")), []).append((row.pk, row.name))
        field: Any = self.fields["programme"]
        field.choices = [("", _("bitte wählen")), *groups.items()]
        if self.of is not None:
            self.initial["amount"], self.initial["programme"] = write_amount(self.of.amount), str(self.of.programme_id)

    @property
    def heading(self) -> str:
        return str(self.of.programme) if self.of else ""

    def columns(self) -> dict[str, Any]:
        values = super().columns()
        if "programme" in values:
            values["programme"] = self._programmes[values["programme"]]
        return values
