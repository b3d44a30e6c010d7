"""The forms in which a registration begins."""

from __future__ import annotations

import uuid
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from coopportal.common.forms import KernForm
from municipalities.models import Municipality


class StartForm(KernForm):
    """For whom, and what it is called. ``key`` belongs to one showing of the form: sent twice, it begins one draft."""

    needed = ("municipality", "name")

    municipality = forms.ChoiceField(label=_("Für welche Kommune registrieren Sie?"), widget=forms.RadioSelect)
    name = forms.CharField(
        label=_("Name der Kooperation"),
        max_length=200,
        help_text=_("So, wie Sie im Haus davon sprechen. Sie können ihn später ändern."),
        error_messages={"required": _("Geben Sie der Kooperation einen Namen, und sei es ein Arbeitstitel.")},
    )
    key = forms.CharField(max_length=60, widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, towns: list[Municipality], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.towns = {town.ars: town for town in towns}
        field: Any = self.fields["municipality"]
        field.choices = [(town.ars, town.label) for town in towns]
        self.fields["key"].initial = uuid.uuid4().hex
        if len(towns) == 1:
            field.widget, field.required = forms.HiddenInput(), False
            field.initial = towns[0].ars

    @property
    def town(self) -> Municipality:
        """The municipality that was chosen, or the only one."""
        chosen = self.cleaned_data.get("municipality")
        return self.towns[chosen] if chosen else next(iter(self.towns.values()))

    @property
    def digest_of(self) -> dict[str, str]:
        return {"name": self.cleaned_data["name"], "town": self.town.ars}
