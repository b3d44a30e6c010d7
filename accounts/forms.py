"""Forms of the accounts in KERN markup: those of django-allauth with our words, and our own."""

from __future__ import annotations

import datetime as dt
from typing import Any

from allauth.account import forms as account_forms
from allauth.mfa.base import forms as factor_forms
from allauth.mfa.recovery_codes import forms as code_forms
from allauth.mfa.totp import forms as totp_forms
from django import forms
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from accounts.choices import INVITED_CHOICES, MandateRole
from accounts.models import Invitation, User
from coopportal.common.forms import ChosenRow, KernForm, KernFormMixin
from coopportal.common.query_fields import DayField
from municipalities.forms import MunicipalityField
from municipalities.models import Municipality, State

_RULES = _(
    "Mindestens 12 Zeichen, zum Beispiel vier Wörter, die nichts miteinander zu tun haben. Es darf weder weit "
    "verbreitet noch Ihrem Namen ähnlich sein."
)
_DIFFERENT = _("Die beiden Passwörter sind nicht gleich.")


class Worded(KernFormMixin):
    """Gives the fields of somebody else's form our words, and takes away what they say inside their boxes."""

    labels: dict[str, Any] = {}
    hints: dict[str, Any] = {}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():  # type: ignore[attr-defined]
            field.widget.attrs.pop("placeholder", None)
            field.label = self.labels.get(name, field.label)
            field.help_text = self.hints.get(name, "")

    def clean(self) -> Any:
        """Both new passwords have to be the same; said in our words."""
        data = self.cleaned_data  # type: ignore[attr-defined]
        if data.get("password1") and data.get("password2") and data["password1"] != data["password2"]:
            self.add_error("password2", _DIFFERENT)  # type: ignore[attr-defined]
            return data
        return super().clean()  # type: ignore[misc]


_NEW_LABELS = {
    "oldpassword": _("Bisheriges Passwort"),
    "password1": _("Neues Passwort"),
    "password2": _("Neues Passwort, noch einmal"),
}
_CODE_LABEL = {"code": _("Code")}


def _numeric(form: forms.Form) -> None:
    """Telephones show their digits; six of the app or eight of the recovery codes."""
    form.fields["code"].widget.attrs |= {"inputmode": "numeric", "spellcheck": "false"}


class LoginForm(Worded, account_forms.LoginForm):
    labels = {"login": _("Anmeldename oder E-Mail-Adresse"), "password": _("Passwort")}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["login"].widget.attrs |= {"autocomplete": "username", "autocapitalize": "none"}


class ReauthenticateForm(Worded, account_forms.ReauthenticateForm):
    labels = {"password": _("Passwort")}


class ResetPasswordForm(Worded, account_forms.ResetPasswordForm):
    labels = {"email": _("E-Mail-Adresse")}


class ResetPasswordFromKeyForm(Worded, account_forms.ResetPasswordKeyForm):
    labels, hints = _NEW_LABELS, {"password1": _RULES}


class ChangePasswordForm(Worded, account_forms.ChangePasswordForm):
    labels, hints = _NEW_LABELS, {"password1": _RULES}


class SetPasswordForm(Worded, account_forms.SetPasswordForm):
    labels, hints = _NEW_LABELS, {"password1": _RULES}


class CodeForm(Worded, factor_forms.AuthenticateForm):
    """The second step of the log-in."""

    labels = _CODE_LABEL
    hints = {"code": _("Die sechs Ziffern aus Ihrer App oder einer Ihrer Notfallcodes mit acht Ziffern.")}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _numeric(self)


class CodeAgainForm(Worded, factor_forms.ReauthenticateForm):
    labels, hints = _CODE_LABEL, CodeForm.hints

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _numeric(self)


class ActivateFactorForm(Worded, totp_forms.ActivateTOTPForm):
    labels = {"code": _("Code aus der App")}
    hints = {"code": _("Sechs Ziffern, die die App nach dem Einlesen anzeigt.")}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _numeric(self)


class DeactivateFactorForm(Worded, totp_forms.DeactivateTOTPForm):
    pass


class GenerateCodesForm(Worded, code_forms.GenerateRecoveryCodesForm):
    pass


# --- Invitations ---


class ColleagueForm(KernForm):
    """An officer invites to one of the municipalities he or she acts for."""

    email = forms.EmailField(
        label=_("Dienstliche E-Mail-Adresse"), widget=forms.EmailInput(attrs={"autocomplete": "off"})
    )

    def __init__(self, *args: Any, bodies: list[Municipality], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if len(bodies) > 1:
            choices = [(body.pk, f"{body} ({body.ars})") for body in bodies]
            self.fields["municipality"] = forms.TypedChoiceField(label=_("Kommune"), choices=choices, coerce=int)
        self._bodies = {body.pk: body for body in bodies}

    def invited(self) -> dict[str, Any]:
        """What ``workflow.invite`` is to be called with."""
        body = self.cleaned_data.get("municipality") or next(iter(self._bodies))
        place = {"municipality": self._bodies[body], "state": None}
        return {"email": self.cleaned_data["email"], "role": MandateRole.OFFICER, **place}


class PlaceForm(KernForm):
    """What somebody is to do, and for whom: the role says which of the two places is asked for."""

    role = forms.ChoiceField(label=_("Aufgabe"), choices=INVITED_CHOICES, widget=forms.RadioSelect)
    municipality = MunicipalityField(
        label=_("Kommune"), help_text=_("Für Sachbearbeitung: Name oder amtlicher Schlüssel"), required=False
    )
    state = ChosenRow(
        label=_("Land"),
        queryset=State.objects.order_by("name"),
        to_field_name="code",
        help_text=_("Für Prüfung"),
        empty_label=_("bitte wählen"),
        required=False,
    )

    def __init__(self, *args: Any, day: dt.date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["municipality"].day = day  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """The place of the other role is left out of account."""
        data: dict[str, Any] = self.cleaned_data
        wanted = {MandateRole.OFFICER: "municipality", MandateRole.REVIEWER: "state"}.get(data.get("role", ""))
        if wanted and not data.get(wanted) and wanted not in self.errors:
            words = {"municipality": _("Geben Sie die Kommune an."), "state": _("Wählen Sie das Land.")}
            self.add_error(wanted, words[wanted])
        return data

    def place(self) -> dict[str, Any]:
        """Role and place, as the verbs take them."""
        data, role = self.cleaned_data, self.cleaned_data["role"]
        municipality = data["municipality"] if role == MandateRole.OFFICER else None
        return {
            "role": role,
            "municipality": municipality,
            "state": data["state"] if role == MandateRole.REVIEWER else None,
        }


class AnybodyForm(PlaceForm):
    """A steward invites officers and reviewers to any place."""

    field_order = ("email",)

    email = forms.EmailField(
        label=_("Dienstliche E-Mail-Adresse"), widget=forms.EmailInput(attrs={"autocomplete": "off"})
    )

    def invited(self) -> dict[str, Any]:
        """What ``workflow.invite`` is to be called with."""
        return {"email": self.cleaned_data["email"], **self.place()}


class MandateForm(PlaceForm):
    """A steward gives a mandate, from when until when."""

    marks_optional = False
    valid_from = DayField(label=_("gültig ab"), help_text=_("Leer: ab heute"), required=False)
    valid_until = DayField(label=_("gültig bis"), help_text=_("Der letzte Tag; leer: auf Weiteres"), required=False)

    def __init__(self, *args: Any, gives_all: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if gives_all:
            self.fields["role"].choices = MandateRole.choices  # type: ignore[attr-defined]

    def given(self) -> dict[str, Any]:
        """What ``workflow.give_mandate`` is to be called with."""
        days = {name: self.cleaned_data[name] for name in ("valid_from", "valid_until")}
        return {**self.place(), **days}


class LastDayForm(KernForm):
    """When a mandate ends."""

    last_day = DayField(
        label=_("Letzter Tag"), help_text=_("Leer: gestern, das Mandat endet also sofort"), required=False
    )


class TokenForm(KernForm):
    """What a token is for, and how long."""

    name = forms.CharField(
        label=_("Wofür brauchen Sie ihn?"), help_text=_("Zum Beispiel: Abgleich mit unserem Intranet"), max_length=60
    )
    days = forms.TypedChoiceField(
        label=_("Wie lange soll er gelten?"),
        choices=[(30, _("30 Tage")), (90, _("90 Tage")), (365, _("ein Jahr"))],
        coerce=int,
        initial=90,
        widget=forms.RadioSelect,
    )


class AcceptForm(KernForm):
    """The invited person's name and password."""

    first_name = forms.CharField(
        label=_("Vorname"), max_length=150, widget=forms.TextInput(attrs={"autocomplete": "given-name"})
    )
    last_name = forms.CharField(
        label=_("Nachname"), max_length=150, widget=forms.TextInput(attrs={"autocomplete": "family-name"})
    )
    password1 = forms.CharField(
        label=_("Passwort"),
        strip=False,
        max_length=256,
        help_text=_RULES,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )
    password2 = forms.CharField(
        label=_("Passwort, noch einmal"),
        strip=False,
        max_length=256,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def __init__(self, *args: Any, invitation: Invitation, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.invitation = invitation

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = self.cleaned_data
        first, second = data.get("password1"), data.get("password2")
        if first and second and first != second:
            self.add_error("password2", _DIFFERENT)
        elif first:
            names = {name: data.get(name, "") for name in ("first_name", "last_name")}
            try:
                validate_password(first, User(username=self.invitation.email, email=self.invitation.email, **names))
            except ValidationError as error:
                self.add_error("password1", error)
        return data
