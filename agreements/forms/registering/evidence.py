"""The form in which a document is attached."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from coopportal.common.forms import KernForm


class EvidenceForm(KernForm):
    """One document; what it is, is checked by its content when it is attached."""

    needed = ("file",)
    use_required_attribute = False

    file = forms.FileField(
        label=_("Dokument hochladen"),
        help_text=_("PDF, ODT oder DOCX, höchstens 20 MB"),
        widget=forms.FileInput(attrs={"accept": ".pdf,.odt,.docx"}),
        error_messages={"required": _("Wählen Sie zuerst eine Datei aus."), "empty": _("Die Datei ist leer.")},
    )
    title = forms.CharField(
        label=_("Bezeichnung"),
        max_length=200,
        required=False,
        help_text=_("zum Beispiel „Beschluss des Verbandsgemeinderats vom 12.03.2025“"),
    )
