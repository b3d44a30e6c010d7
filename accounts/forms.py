"""Forms of the accounts."""

from django import forms
from django.contrib.auth.forms import AuthenticationForm
from django.utils.translation import gettext_lazy as _

from coopportal.common.forms import KernFormMixin


class LoginForm(KernFormMixin, AuthenticationForm):
    """Name and password, in KERN markup."""

    error_messages = {
        "invalid_login": _(
            "Benutzername und Passwort passen nicht zusammen. Achten Sie auf Groß- und Kleinschreibung."
        ),
        "inactive": _("Dieses Konto ist gesperrt. Wenden Sie sich an die Redaktion."),
    }

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.fields["username"] = forms.CharField(
            label=_("Benutzername"),
            max_length=150,
            widget=forms.TextInput(attrs={"autocomplete": "username", "autocapitalize": "none", "autofocus": True}),
        )
        self.fields["password"].label = _("Passwort")
