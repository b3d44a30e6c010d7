"""Fields that take what people write: days as exactly as they know them, amounts in German, whole months."""

from __future__ import annotations

import datetime as dt
import re
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from coopportal.common.dates import MONTHS, Precision, UncertainDate, parse_day

_MONTH = re.compile(r"^(\d{1,2})[./](\d{4})$")
_NAMED_MONTH = re.compile(r"^([A-Za-zä]+)\.? (\d{4})$")
_YEAR = re.compile(r"^\d{4}$")
_ANY_YEAR = re.compile(r"(?<!\d)(\d{4})(?!\d)")
_ONLY_DIGITS = re.compile(r"^[\d\s./-]+$")
_AMOUNT = re.compile(r"^(\d{1,3}(?:[. ]\d{3})+|\d+)(?:,(\d{1,2}))?$")
FIRST_YEAR, LAST_YEAR = 1800, 2200


def read_day(text: str) -> UncertainDate:
    """``24.04.2019``, ``04.2019``, ``April 2019``, ``2019``, ``Anfang 2019``; an empty text is an unknown day.

    Words are kept as they are, with the year they name: they decide nothing. Raises ValueError.
    """
    text = " ".join(text.split())
    if not text:
        return UncertainDate(None, Precision.UNKNOWN)
    for known in (_a_day, _a_month, _a_year, _words):
        if found := known(text):
            if found.on is None or not FIRST_YEAR <= found.on.year <= LAST_YEAR:
                raise ValueError(f"no year of ours: {text!r}")
            return found
    raise ValueError(f"not a day: {text!r}")


def _a_day(text: str) -> UncertainDate | None:
    try:
        return UncertainDate(parse_day(text), Precision.DAY)
    except ValueError:
        return None


def _a_month(text: str) -> UncertainDate | None:
    if match := _MONTH.match(text):
        number, year = int(match[1]), int(match[2])
    elif match := _NAMED_MONTH.match(text):
        names = [str(month).lower() for month in MONTHS]
        number = names.index(match[1].lower()) + 1 if match[1].lower() in names else 0
        year = int(match[2])
    else:
        return None
    return UncertainDate(dt.date(year, number, 1), Precision.MONTH) if 1 <= number <= 12 and year else None


def _a_year(text: str) -> UncertainDate | None:
    return UncertainDate(dt.date(int(text), 1, 1), Precision.YEAR) if _YEAR.match(text) and int(text) else None


def _words(text: str) -> UncertainDate | None:
    years = _ANY_YEAR.findall(text)
    if _ONLY_DIGITS.match(text) or len(years) != 1 or not int(years[0]):
        return None
    return UncertainDate(dt.date(int(years[0]), 1, 1), Precision.VAGUE, text)


def write_day(date: UncertainDate) -> str:
    """The text that ``read_day`` reads as this day; words are shown as they are."""
    if date.wording:
        return date.wording
    if date.on is None:
        return ""
    if date.precision == Precision.MONTH:
        return f"{date.on.month:02d}.{date.on.year}"
    return str(date.on.year) if date.precision in (Precision.YEAR, Precision.VAGUE) else f"{date.on:%d.%m.%Y}"


class DayField(forms.CharField):
    """A day as exactly as it is known; cleans to an UncertainDate.

    ``stands`` is the day that stands in the record now: left as it is shown it needs no year, sources often give none.
    """

    stands: UncertainDate | None = None
    widget = forms.TextInput(attrs={"autocomplete": "off", "class": "reg-short"})

    def __init__(self, **options: Any) -> None:
        hint = gettext_lazy("zum Beispiel 24.04.2019, 04.2019, 2019 oder „Anfang 2019“")
        given: dict[str, Any] = {"required": False, "max_length": 120, "help_text": hint}
        super().__init__(**given | options)

    def clean(self, value: Any) -> Any:
        text = super().clean(value)
        if self.stands and " ".join(text.split()) == " ".join(write_day(self.stands).split()):
            return self.stands
        try:
            return read_day(text)
        except ValueError:
            words = _("Diesen Tag kennen wir nicht. Schreiben Sie ihn als TT.MM.JJJJ oder mindestens das Jahr.")
            raise ValidationError(words) from None


class AmountField(forms.CharField):
    """Euro as people write them in German; empty or „unbekannt“ is an unknown amount (None)."""

    widget = forms.TextInput(attrs={"autocomplete": "off", "inputmode": "decimal", "class": "reg-short"})

    def __init__(self, **options: Any) -> None:
        hint = gettext_lazy("in Euro, zum Beispiel 12.500 oder 12.500,50; leer oder „unbekannt“, wenn er offen ist")
        given: dict[str, Any] = {"required": False, "max_length": 40, "help_text": hint}
        super().__init__(**given | options)

    def clean(self, value: Any) -> Decimal | None:
        text = " ".join(super().clean(value).replace("\xa0", " ").split()).removesuffix("€").strip()
        if not text or text.lower() == "unbekannt":
            return None
        match = _AMOUNT.match(text)
        if match is None:
            raise ValidationError(
                _("Schreiben Sie den Betrag so: 12.500 oder 12.500,50. Cent stehen hinter dem Komma.")
            )
        whole = re.sub(r"\D", "", match[1])
        if len(whole) > 12:
            raise ValidationError(_("Dieser Betrag ist zu groß."))
        amount = Decimal(f"{whole}.{match[2] or '0'}")
        if not amount:
            raise ValidationError(_("Ein unbekannter Betrag bleibt leer; 0 € gibt es nicht."))
        return amount


def write_amount(amount: Decimal | None) -> str:
    """12.500 or 12.500,50; an unknown amount is an empty text."""
    if amount is None:
        return ""
    whole, cents = f"{amount:,.2f}".replace(",", ".").rsplit(".", 1)
    return whole if cents == "00" else f"{whole},{cents}"


class MonthsField(forms.IntegerField):
    """A number of whole months."""

    def __init__(self, **options: Any) -> None:
        widget = forms.TextInput(attrs={"autocomplete": "off", "inputmode": "numeric", "class": "reg-short"})
        given: dict[str, Any] = {"required": False, "min_value": 0, "max_value": 1200, "widget": widget}
        super().__init__(**given | options)
        self.error_messages["invalid"] = gettext_lazy("Geben Sie eine ganze Zahl von Monaten an.")
