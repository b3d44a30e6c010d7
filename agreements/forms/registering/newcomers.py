"""The part of a registration that names a body which is not in the register."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from agreements.models import ProposedBody
from coopportal.common.forms import KernModelForm


class NewcomerForm(KernModelForm):
    """Name, kind, Land and role of the body."""

    use_required_attribute = False

    class Meta:
        model = ProposedBody
        fields = ("name", "kind", "state", "role")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"prefix": "stelle"} | kwargs)
        state: Any = self.fields["state"]
        state.empty_label, state.label_from_instance = _("ohne Land"), lambda row: row.name
        kind: Any = self.fields["kind"]
        kind.choices = [("", _("bitte wählen")), *[one for one in kind.choices if one[0]]]
        self.fields["name"].widget = forms.TextInput(attrs={"autocomplete": "off"})

    def _post_clean(self) -> None:
        """The workflow checks the body as a whole."""
