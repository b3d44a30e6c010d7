"""Forms about saved searches; strangers are asked two simple questions besides, as with remarks."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from coopportal.common.forms import KernForm
from watching.choices import WITH_MAIL, Frequency


class SearchForm(KernForm):
    """A search of somebody who is logged in."""

    title = forms.CharField(
        label=_("Bezeichnung"), help_text=_("So heißt die Suche in Ihrer Liste und in den E-Mails."), max_length=120
    )
    frequency = forms.ChoiceField(label=_("Bescheid per E-Mail"), choices=Frequency.choices, widget=forms.RadioSelect)


class AddressForm(SearchForm):
    """The same for an address, without log-in."""

    field_order = ("email", "title", "frequency")

    email = forms.EmailField(
        label=_("Ihre E-Mail-Adresse"),
        help_text=_("Sie bekommen zuerst einen Link. Erst wenn Sie dort zustimmen, schreiben wir Ihnen."),
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )
    website = forms.CharField(
        label=_("Bitte leer lassen"),
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off", "tabindex": "-1"}),
    )
    shown = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["frequency"].choices = [(one.value, one.label) for one in WITH_MAIL]  # type: ignore[attr-defined]

    @property
    def seen(self) -> list[Any]:
        """The fields that people see."""
        return [self[name] for name in ("email", "title", "frequency")]


class WebhookForm(KernForm):
    """Where the news of a search go."""

    url = forms.CharField(
        label=_("Adresse Ihres Programms"),
        help_text=_("Sie beginnt mit https:// und ist aus dem öffentlichen Netz zu erreichen."),
        max_length=500,
        widget=forms.URLInput(attrs={"autocomplete": "off"}),
    )
