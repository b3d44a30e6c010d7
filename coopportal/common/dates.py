"""Days, uncertain days and how German readers write them.

A date of uncertain precision is stored as three columns: ``…_on`` (the earliest day that fits),
``…_precision`` and ``…_wording`` (the words of the source). This module knows neither a database
nor a web: it is pure and typed.
"""

import calendar
import datetime as dt
import re
from dataclasses import dataclass

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

ISO_DAY = re.compile(r"^(\d{4})-(\d{2})-(\d{2})$")
GERMAN_DAY = re.compile(r"^(\d{1,2})\.(\d{1,2})\.(\d{4})$")


class Precision(TextChoices):
    """How exactly a source tells a day."""

    DAY = "day", _("auf den Tag")
    MONTH = "month", _("auf den Monat")
    YEAR = "year", _("auf das Jahr")
    PART_OF_YEAR = "part_of_year", _("auf einen Teil des Jahres")
    VAGUE = "vague", _("ungefähr")
    UNKNOWN = "unknown", _("unbekannt")


#: Precisions whose ``…_on`` may decide what held on a given day.
DATED = (Precision.DAY, Precision.MONTH, Precision.YEAR, Precision.PART_OF_YEAR)


def parse_day(text: str) -> dt.date:
    """The day written as ``2019-04-24`` or ``24.04.2019``.

    Raises ValueError for anything else, a day that does not exist included.
    """
    text = text.strip()
    if match := ISO_DAY.match(text):
        year, month, day = match.groups()
    elif match := GERMAN_DAY.match(text):
        day, month, year = match.groups()
    else:
        raise ValueError(f"not a day: {text!r}")
    return dt.date(int(year), int(month), int(day))


def format_day(day: dt.date) -> str:
    """24.04.2019"""
    return f"{day.day:02d}.{day.month:02d}.{day.year:04d}"


def add_months(day: dt.date, months: int) -> dt.date:
    """The same day of the month ``months`` later, or that month's last day where it has none.

    This is the counting of BGB § 188 (2) and (3) for a period counted in months.
    """
    index = day.year * 12 + day.month - 1 + months
    year, month = divmod(index, 12)
    month += 1
    return dt.date(year, month, min(day.day, calendar.monthrange(year, month)[1]))


MONTHS = (
    _("Januar"),
    _("Februar"),
    _("März"),
    _("April"),
    _("Mai"),
    _("Juni"),
    _("Juli"),
    _("August"),
    _("September"),
    _("Oktober"),
    _("November"),
    _("Dezember"),
)


@dataclass(frozen=True)
class UncertainDate:
    """A day as exactly as its source tells it."""

    on: dt.date | None
    precision: str
    wording: str = ""

    def __bool__(self) -> bool:
        return self.on is not None or bool(self.wording)

    def __str__(self) -> str:
        """In German: ``24.04.2019``, ``April 2019``, ``2019``, ``„Anfang 2019“`` or ``unbekannt``."""
        if self.wording and self.precision in (Precision.PART_OF_YEAR, Precision.VAGUE):
            return f"„{self.wording}“"
        if self.on is None or self.precision == Precision.UNKNOWN:
            return f"„{self.wording}“" if self.wording else str(_("unbekannt"))
        if self.precision == Precision.DAY:
            return format_day(self.on)
        if self.precision == Precision.MONTH:
            return f"{MONTHS[self.on.month - 1]} {self.on.year}"
        if self.precision == Precision.VAGUE:
            return str(_("um %(year)s")) % {"year": self.on.year}
        return str(self.on.year)

    @property
    def decides(self) -> bool:
        """May this date decide what held on a given day?"""
        return self.on is not None and self.precision in DATED
