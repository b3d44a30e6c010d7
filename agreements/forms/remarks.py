"""The form of a public remark, with two simple questions to machines: a field that people do not see, and the time."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import forms
from django.core import signing
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from coopportal.common.forms import KernForm

_SALT = "agreements.remark"
#: So long a form that was shown may be sent; after that it is shown again.
SHOWN_FOR = dt.timedelta(days=1)


def stamp(now: dt.datetime) -> str:
    """When the form was shown, signed: who sends it cannot make it older."""
    return signing.dumps(now.timestamp(), salt=_SALT)


def time_taken(shown: str, now: dt.datetime) -> dt.timedelta:
    """How long ago the form was shown; no time at all where it was not shown by us."""
    try:
        return now - dt.datetime.fromtimestamp(signing.loads(shown, salt=_SALT), tz=dt.UTC)
    except signing.BadSignature:
        return dt.timedelta(0)


def shown_again(data: QueryDict, moment: dt.datetime) -> QueryDict:
    """What was sent, as a form that was shown at this moment."""
    again = data.copy()
    again["shown"] = stamp(moment)
    return again


class RemarkForm(KernForm):
    """What somebody without log-in has to say of a record."""

    text = forms.CharField(
        label=_("Ihr Hinweis"),
        help_text=_("Was stimmt nicht, was fehlt, und woher wissen Sie es? Höchstens ein Link."),
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 6}),
    )
    name = forms.CharField(
        label=_("Ihr Name"), max_length=120, required=False, widget=forms.TextInput(attrs={"autocomplete": "name"})
    )
    email = forms.EmailField(
        label=_("Ihre E-Mail-Adresse"),
        help_text=_("Nur für Rückfragen der Prüfung. Sie wird nicht veröffentlicht."),
        required=False,
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )
    website = forms.CharField(
        label=_("Bitte leer lassen"),
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off", "tabindex": "-1"}),
    )
    shown = forms.CharField(widget=forms.HiddenInput, required=False)

    @property
    def seen(self) -> list[Any]:
        """The fields that people see."""
        return [self[name] for name in ("text", "name", "email")]
