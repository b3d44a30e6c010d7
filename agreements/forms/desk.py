"""Forms of a municipality's desk: answers, reasons."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from agreements.choices import Answer
from coopportal.common.forms import KernForm
from municipalities.models import Municipality


class AnswerForm(KernForm):
    """Yes or no of a municipality to its own participation; whether a reason is there the workflow asks.

    ``version`` is the one of the record that was shown.
    """

    version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    answer = forms.ChoiceField(
        label=_("Stimmt es, dass Ihre Kommune so beteiligt ist?"),
        choices=[
            (Answer.CONFIRMED.value, _("Ja, wir bestätigen die Beteiligung")),
            (Answer.REFUSED.value, _("Nein, wir widersprechen")),
        ],
        widget=forms.RadioSelect,
    )
    reason = forms.CharField(
        label=_("Grund des Widerspruchs"),
        help_text=_(
            "Nur bei einem Nein, dann nötig. Den Grund lesen die Beteiligten und die Prüfung. "
            "Öffentlich steht, dass Sie widersprechen, nicht warum."
        ),
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
    )


class AffirmForm(KernForm):
    """Nothing to fill in: one click."""


class TownForm(KernForm):
    """For which of one's municipalities; asked only where there are several."""

    def __init__(self, *args: Any, towns: list[Municipality], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._towns = {town.pk: town for town in towns}
        if len(towns) > 1:
            choices = [(town.pk, str(town)) for town in towns]
            self.fields["municipality"] = forms.TypedChoiceField(
                label=_("Für welche Kommune?"), choices=choices, coerce=int
            )
            self.order_fields(["municipality"])

    @property
    def municipality(self) -> Municipality:
        """The one chosen, or the only one."""
        return self._towns[self.cleaned_data.get("municipality") or next(iter(self._towns))]


class ReasonForm(KernForm):
    """Why a record is taken back."""

    reason = forms.CharField(
        label=_("Grund"),
        help_text=_("Den Grund lesen die Beteiligten und die Prüfung."),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
