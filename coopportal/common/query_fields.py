"""What stands in a query: days, lists of words and keys, a text to search, as fields of a form.

A value that does not fit is an error that names it.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from coopportal.common.dates import parse_day
from coopportal.common.remembered import remembered

#: More values of one parameter, or a longer text to search, are an error: they would only burden the database.
MOST_VALUES = 100
LONGEST_SEARCH = 200

NUL = "\x00"


class DayField(forms.Field):
    """A day, written 2019-04-24 or 24.04.2019."""

    widget = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
    default_error_messages = {
        "invalid": _("„%(value)s“ ist kein Tag. Schreiben Sie ihn als TT.MM.JJJJ oder JJJJ-MM-TT.")
    }

    def to_python(self, value: Any) -> dt.date | None:
        if value in self.empty_values:
            return None
        try:
            return parse_day(str(value))
        except ValueError:
            raise ValidationError(
                self.error_messages["invalid"], code="invalid", params={"value": str(value)[:60]}
            ) from None


#: A blank before the zone is the ``+`` of an address that was not encoded.
_MOMENT = re.compile(r"(\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d(?:\.\d{1,6})?)?)(Z|[+ -]\d\d:?\d\d)", re.ASCII)


class MomentField(forms.Field):
    """A day, or a moment with its zone (ISO 8601): 2026-11-22, 2026-11-22T10:00:00Z, 2026-11-22T11:00:00+01:00."""

    default_error_messages = {
        "invalid": _(
            "„%(value)s“ ist weder ein Tag (TT.MM.JJJJ oder JJJJ-MM-TT) noch ein Zeitpunkt mit Zeitzone "
            "(JJJJ-MM-TTThh:mm:ssZ)."
        )
    }

    def to_python(self, value: Any) -> dt.date | dt.datetime | None:
        if value in self.empty_values:
            return None
        text = str(value).strip()
        try:
            if match := _MOMENT.fullmatch(text):
                return dt.datetime.fromisoformat(match[1] + match[2].replace(" ", "+")).astimezone(dt.UTC)
            return parse_day(text)
        except (ValueError, OverflowError):
            raise ValidationError(self.error_messages["invalid"], code="invalid", params={"value": text[:60]}) from None


class ListWidget(forms.SelectMultiple):
    """Reads ``?a=1&a=2`` and ``?a=1,2`` alike."""

    separator = re.compile(",")

    def value_from_datadict(self, data: Any, files: Any, name: str) -> list[str]:
        raw = data.getlist(name) if hasattr(data, "getlist") else [data[name]] if data.get(name) else []
        return [part.strip() for text in raw for part in self.separator.split(str(text)) if part.strip()]


class ListField(forms.Field):
    """Several values, each once, in the order given.

    A field that does not know what a value means may name ``candidates``: what to ask instead, with a label.
    """

    candidates: Sequence[tuple[list[str], str]] = ()

    widget = ListWidget
    default_error_messages = {"too_many": _("Höchstens %(most)d Werte sind möglich.")}

    def keys_of(self, value: list[str]) -> list[str]:
        """Right values as the API takes them."""
        return value

    def clean(self, value: Any) -> list[Any]:
        values = list(dict.fromkeys(value or []))
        if not values and not self.required:
            return []  # most fields of most questions: nothing to look up
        if len(values) > MOST_VALUES:
            raise ValidationError(self.error_messages["too_many"], code="too_many", params={"most": MOST_VALUES})
        cleaned: list[Any] = super().clean(values)
        return cleaned


class ValuesField(ListField):
    """Several values out of a closed list; a value outside it is an error that names it."""

    default_error_messages = {"invalid_choice": _("„%(value)s“ ist hier kein möglicher Wert.")}

    def __init__(self, *, choices: Iterable[tuple[Any, Any]] = (), **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.choices = list(choices)

    @property
    def choices(self) -> list[tuple[Any, Any]]:
        return self._choices

    @choices.setter
    def choices(self, value: Iterable[tuple[Any, Any]]) -> None:
        self._choices = self.widget.choices = list(value)

    def to_python(self, value: Any) -> list[Any]:
        known = {str(choice) for choice, _label in self._choices}
        for text in value or []:
            if text not in known:
                raise ValidationError(
                    self.error_messages["invalid_choice"], code="invalid_choice", params={"value": text[:60]}
                )
        return list(value or [])


class KeysField(ListField):
    """Several objects, each called by its public key; a key of nobody is an error that names it.

    A page may offer fewer than are understood (``offered``). Where it says by which columns an object is told
    (``told_by``), what all such fields of a page offer is read together, and found in what was read (``known``).
    """

    #: Key → object, of those that are known already.
    known: Mapping[str, Any] = {}

    default_error_messages = {"unknown": _("„%(value)s“ gibt es nicht.")}

    def __init__(
        self,
        *,
        queryset: models.QuerySet[Any],
        lookup: str,
        offered: Callable[[], models.QuerySet[Any]] | None = None,
        told_by: Sequence[str] = (),
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.queryset, self.lookup, self.told_by = queryset, lookup, told_by
        self.offered = offered or queryset.all

    @property
    def choices(self) -> list[tuple[str, str]]:
        """For a page that offers the whole (short) list: states, task fields, programmes."""
        return self.choices_at(None)

    def choices_at(self, version: int | None) -> list[tuple[str, str]]:
        """The same, remembered until something is written; ``version`` is the present one, where it was asked."""
        rows = self.offered()
        return remembered(
            f"choices {self.lookup}",
            rows,
            lambda: [(str(getattr(row, self.lookup)), str(row)) for row in rows],
            size=len,
            version=version,
        )

    def to_python(self, value: Any) -> list[Any]:
        wanted = [text for text in value or [] if NUL not in text]
        found = {text: self.known[text] for text in wanted if text in self.known}
        if len(found) < len(wanted):
            rows = self.queryset.filter(**{f"{self.lookup}__in": wanted})
            found = {str(getattr(row, self.lookup)): row for row in rows}
        for text in value or []:
            if text not in found:
                raise ValidationError(self.error_messages["unknown"], code="unknown", params={"value": text[:60]})
        return list(found.values())


class TextField(forms.CharField):
    """What a person types to search; nothing of it is an error but its length, NUL is dropped."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"max_length": LONGEST_SEARCH} | kwargs)

    def to_python(self, value: Any) -> str:
        return str(super().to_python((value or "").replace(NUL, " ")))
