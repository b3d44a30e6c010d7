"""The field of a form that asks for a municipal body.

    class PartnerForm(KernForm):
        partner = MunicipalityField(label=_("Kommune"))

    form.cleaned_data["partner"]  # a Municipality

What may be entered: any key, old or new, a name, or what a suggestion writes ("Kaiserslautern (Landkreis, 07335)"). A
name that only one body bears is understood. Where it is not clear who is meant (two bodies of one name, a lost leading
zero, a body that is no more), the field is wrong, says why, and offers the candidates as radio buttons; the form as it
comes back with one of them chosen is right, without any script. A text changed after that goes before the choice.

The page has to bring the widget's files: ``{{ form.media }}`` in its block ``scripts`` (list pages bring them already).
The script hangs on the document, so the field may be repeated in a formset (each with its prefix) and may come with a
part that htmx fetched. The initial value is a Municipality or its id; a draft may keep what was typed
(``field.widget.value_from_datadict``, or ``body.entry``) and give that as initial value.

``rows`` narrows down who may be meant (``Municipality.objects.filter(level=…)``); ``suggest`` does the same to what is
suggested, in parameters of the list of municipal bodies (``{"ebene": "municipality"}``). ``takes_ended`` accepts bodies
that are no more. ``day`` decides who exists and who holds a key: set ``form.fields[…].day`` in the view's form; today
without it.
"""

from __future__ import annotations

import datetime as dt
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from coopportal.common.forms import ChosenRows, KernForm
from municipalities.choices import DoubtDecision, SuccessionKind
from municipalities.meaning import meant_by
from municipalities.models import Doubt, Municipality, Succession


class MunicipalityInput(forms.TextInput):
    """A line of text with suggestions; after a question, with the candidates below it as radio buttons."""

    template_name = "widgets/municipality.html"

    class Media:
        css = {"all": ["combobox.css"]}
        js = [forms.Script("combobox.js", defer=True)]

    def __init__(self, attrs: dict[str, Any] | None = None, suggest: dict[str, str] | None = None) -> None:
        super().__init__({"autocomplete": "off", "spellcheck": "false"} | (attrs or {}))
        self.suggest = suggest or {}
        self.candidates: tuple[Municipality, ...] = ()

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        address = reverse("municipalities:suggestions")
        return context | {
            "suggestions": f"{address}?{urlencode(self.suggest)}" if self.suggest else address,
            "asked": context["widget"]["value"] or "",
            "candidates": self.candidates,
        }

    def value_from_datadict(self, data: Any, files: Any, name: str) -> Any:
        """What was typed, or the candidate chosen for it while it stayed as it was."""
        typed, chosen = data.get(name), data.get(f"{name}-gewaehlt")
        return chosen if chosen and typed == data.get(f"{name}-gefragt") else typed


class MunicipalityField(forms.CharField):
    """Gives a Municipality, None where nothing was entered; see the module."""

    widget = MunicipalityInput

    def __init__(
        self,
        *,
        rows: Any = None,
        suggest: dict[str, str] | None = None,
        takes_ended: bool = False,
        day: dt.date | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(**{"max_length": 200} | kwargs)
        self.rows, self.takes_ended, self.day = rows, takes_ended, day
        if suggest:
            self.widget.suggest = suggest

    def clean(self, value: Any) -> Municipality | None:
        self.widget.candidates = ()
        text = super().clean(value.entry if isinstance(value, Municipality) else value)
        if not text:
            return None
        rows = None if self.rows is None else self.rows.all()
        meant = meant_by(text, self.day or timezone.localdate(), rows, ended=self.takes_ended)
        if meant.body is None and meant.unclear:
            self.widget.candidates = meant.candidates
            raise ValidationError(meant.unclear.label, code=meant.unclear, params={"text": text[:100]})
        return meant.body

    def prepare_value(self, value: Any) -> Any:
        """A body, or its id, as the entry it has in the field."""
        if isinstance(value, int):
            value = Municipality.objects.filter(pk=value).first()
        return value.entry if isinstance(value, Municipality) else value

    def has_changed(self, initial: Any, data: Any) -> bool:
        return bool((self.prepare_value(initial) or "") != (data or ""))


class DecidingForm(KernForm):
    """What a steward decides about the directory; faults that a verb finds are told at their fields."""

    def blame(self, error: ValidationError) -> None:
        told = error.message_dict if hasattr(error, "error_dict") else {"": error.messages}
        for place, messages in told.items():
            self.add_error(place if place in self.fields else None, messages)


class DoubtForm(DecidingForm):
    decision = forms.ChoiceField(
        label=_("Ihre Entscheidung"),
        choices=[choice for choice in DoubtDecision.choices if choice[0] != DoubtDecision.OPEN],
        widget=forms.RadioSelect,
    )
    note = forms.CharField(label=_("Begründung"), max_length=2000, widget=forms.Textarea(attrs={"rows": 3}))


class SuccessionForm(DecidingForm):
    """Confirms or refuses a suggestion; the button that was pressed says which."""

    CONFIRM, REFUSE = "confirm", "refuse"

    on = forms.DateField(
        label=_("Wirksam am"),
        help_text=_("Der Tag, seit dem die Nachfolge gilt, aus Gesetz oder Vertrag. Nur zum Bestätigen nötig."),
        required=False,
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
    )
    note = forms.CharField(
        label=_("Begründung"),
        help_text=_("Woher Sie es wissen: Gesetz- und Verordnungsblatt, Gebietsänderungsvertrag, Auskunft."),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    decision = forms.ChoiceField(choices=[(CONFIRM, CONFIRM), (REFUSE, REFUSE)], widget=forms.HiddenInput)

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        if data.get("decision") == self.CONFIRM and not data.get("on") and "on" not in self.errors:
            self.add_error("on", _("Sagen Sie, seit welchem Tag die Nachfolge gilt."))
        return data


def _chosen(rows: Any) -> ChosenRows:
    """The ticked rows of a list; those somebody else has decided meanwhile are said to be gone."""
    messages = {
        "required": _("Wählen Sie in der Liste, worüber Sie entscheiden."),
        "invalid_choice": _("Über eine der gewählten Zeilen ist schon entschieden. Bitte wählen Sie noch einmal."),
    }
    return ChosenRows(queryset=rows, error_messages=messages, widget=forms.MultipleHiddenInput)


class ManyDoubtsForm(DoubtForm):
    """The same decision about several doubts, for one reason."""

    chosen = _chosen(Doubt.objects.open())


class ManySuccessionsForm(SuccessionForm):
    """The same decision about several suggestions: one day, one reason."""

    chosen = _chosen(Succession.objects.filter(confirmed=False))


class HeirForm(DecidingForm):
    """Who stands in the place of a body of which the import did not find it out."""

    successor = MunicipalityField(label=_("Nachfolgerin"))
    kind = forms.ChoiceField(label=_("Art der Änderung"), choices=SuccessionKind.choices)
    on = forms.DateField(label=_("Wirksam am"), widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}))
    source = forms.CharField(label=_("Woher Sie es wissen"), max_length=300)
