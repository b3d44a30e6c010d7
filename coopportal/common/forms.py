"""Forms in the markup of KERN, the design system of German administration. The admin keeps Django's own.

The bound field gives the widgets their KERN classes, so that Django's widget templates stay in use; what KERN builds
differently (label, hint, error, choices, summary of errors) is in `templates/kern/`.
"""

from pathlib import Path
from typing import Any

import django.forms
from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.forms.renderers import DjangoTemplates
from django.template.backends.django import DjangoTemplates as Backend
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from coopportal.common.numbers import DIGITS

_DJANGO_TEMPLATES = Path(django.forms.__file__).parent / "templates"


class KernBoundField(forms.BoundField):
    """A field that knows its KERN classes, how it is laid out and where a link to it leads."""

    @cached_property
    def kind(self) -> str:
        """How field.html lays it out: "group" (several controls), "check" (box before its label), "select", "input"."""
        widget = self.field.widget
        if widget.use_fieldset:
            return "group"
        if isinstance(widget, forms.CheckboxInput):
            return "check"
        return "select" if isinstance(widget, forms.Select) and not widget.allow_multiple_selected else "input"

    @property
    def anchor(self) -> str:
        """The id of the first control, to lead the error summary there."""
        return self.id_for_label or f"{self.auto_id}_0"

    @property
    def is_marked_optional(self) -> bool:
        """Whether the label says that nothing has to be entered.

        A form that takes unfinished work asks for nothing, but names what will be ``needed`` in the end.
        """
        needed = getattr(self.form, "needed", None)
        if needed is not None:
            return self.name not in needed
        return not self.field.required and bool(getattr(self.form, "marks_optional", True))

    def build_widget_attrs(self, attrs: dict[str, Any], widget: forms.Widget | None = None) -> dict[str, Any]:
        widget = widget or self.field.widget
        attrs = super().build_widget_attrs(attrs, widget)
        name = self._kern_class(widget)
        names = [name, f"{name}--error" if name and self.errors else "", widget.attrs.get("class", "")]
        return attrs | {"class": " ".join(filter(None, names))} if any(names) else attrs

    @staticmethod
    def _kern_class(widget: forms.Widget) -> str:
        if widget.is_hidden:
            return ""
        if isinstance(widget, forms.CheckboxInput | forms.CheckboxSelectMultiple):
            return "kern-form-check__checkbox"
        if isinstance(widget, forms.RadioSelect):
            return "kern-form-check__radio"
        if isinstance(widget, forms.Select) and not widget.allow_multiple_selected:
            return "kern-form-input__select"
        return "kern-form-input__input"


class KernRenderer(DjangoTemplates):
    """Looks for a template in templates/kern/ first, then among Django's own and those of the apps."""

    form_template_name = "form.html"
    field_template_name = "field.html"
    bound_field_class = KernBoundField

    @cached_property
    def engine(self) -> Backend:
        folders = [settings.BASE_DIR / "templates" / "kern", _DJANGO_TEMPLATES]
        return Backend({"NAME": "kern", "APP_DIRS": True, "DIRS": folders, "OPTIONS": {}})


# One for all forms: its templates are compiled once.
RENDERER = KernRenderer()


#: What the portal says instead of Django's German, which calls people "du" or speaks like an office, by code.
MESSAGES = {
    "required": _("Bitte füllen Sie dieses Feld aus."),
    "min_value": _("Bitte geben Sie einen Wert von mindestens %(limit_value)s ein."),
}
EMAIL = _("Bitte geben Sie eine gültige E-Mail-Adresse an.")


def _speak(field: forms.Field) -> None:
    """Give a field the portal's messages; those that its form or its class chose stay."""
    own = field.error_messages
    if own.get("required") == forms.Field.default_error_messages["required"]:
        own["required"] = MESSAGES["required"]
    own.setdefault("min_value", MESSAGES["min_value"])
    if isinstance(field, forms.EmailField):
        own.setdefault("invalid", EMAIL)


class KernFormMixin:
    """Makes any form a KERN form. A form of filters, where nothing is required, sets `marks_optional = False`."""

    default_renderer: Any = RENDERER
    marks_optional = True

    def full_clean(self) -> None:
        """Here and not at the start: forms add fields of their own while they are made."""
        for field in self.fields.values():  # type: ignore[attr-defined]
            _speak(field)
        super().full_clean()  # type: ignore[misc]


class KernForm(KernFormMixin, forms.Form):
    """A plain form in KERN markup."""


class KernModelForm(KernFormMixin, forms.ModelForm):
    """A form of a model in KERN markup."""


class ChosenRow(forms.ModelChoiceField):
    """A row by its key; what can be no key is no choice, and no question that the database would stumble over."""

    def to_python(self, value: Any) -> Any:
        _require_key(self, value)
        return super().to_python(value)


class ChosenRows(forms.ModelMultipleChoiceField):
    """Several rows by their keys, like ``ChosenRow``."""

    def clean(self, value: Any) -> Any:
        for key in value or ():
            _require_key(self, key)
        return super().clean(value)


def _require_key(field: Any, value: Any) -> None:
    """Neither NUL, which PostgreSQL refuses, nor a number beyond its columns. Raises ValidationError."""
    text = str(value)
    if "\x00" in text or (text.isdecimal() and len(text) > DIGITS):
        raise ValidationError(field.error_messages["invalid_choice"], "invalid_choice", {"value": value, "pk": value})
