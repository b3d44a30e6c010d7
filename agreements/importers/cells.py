"""What single cells mean: days, words of closed lists, amounts, numbers. Knows no database.

Every function takes the text of a cell and raises ValueError with a German sentence where it means nothing.
"""

from __future__ import annotations

import datetime as dt
import re
from decimal import Decimal
from functools import lru_cache
from typing import Any

from django.db.models import TextChoices

from coopportal.common.dates import Precision, parse_day

_YEAR = re.compile(r"[0-9]{4}")
_MONTH = re.compile(r"([0-9]{4})-([0-9]{2})|([0-9]{1,2})[./]([0-9]{4})")
_GROUPED = re.compile(r"[0-9]{1,3}(\.[0-9]{3})+(,[0-9]{1,2})?")
_COMMA = re.compile(r"[0-9]+(,[0-9]{1,2})?")
_POINT = re.compile(r"[0-9]+\.[0-9]{1,2}")
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "\x00")


def plain(text: str) -> str:
    """The text as it was before an export made it harmless for spreadsheets; blanks around it do not count."""
    text = text.strip()
    return text[1:] if text[:1] == "'" and text[1:].startswith(_FORMULA) else text


@lru_cache(maxsize=4_096)
def day_of(text: str) -> tuple[dt.date, str]:
    """31.12.2025, 2025-12-31, a month (12.2025, 2025-12) or a year; with how exactly that tells the day."""
    if _YEAR.fullmatch(text):
        year, month, precision = int(text), 1, Precision.YEAR
    elif found := _MONTH.fullmatch(text):
        year, month = int(found[1] or found[4]), int(found[2] or found[3])
        precision = Precision.MONTH
    else:
        try:
            return parse_day(text.removesuffix(" 00:00:00")), Precision.DAY
        except ValueError:
            raise ValueError(f"„{shown(text)}“ ist kein Tag (31.12.2025 oder 2025-12-31).") from None
    try:
        return dt.date(year, month, 1), precision
    except ValueError:
        raise ValueError(f"„{shown(text)}“ ist kein Tag (31.12.2025 oder 2025-12-31).") from None


def amount_of(text: str) -> Decimal:
    """1.234,56, 1234,56 or 1234.56, with or without €."""
    bare = re.sub(r"[\s\u00a0\u202f]|€|EUR", "", text)
    if _GROUPED.fullmatch(bare) or _COMMA.fullmatch(bare):
        return Decimal(bare.replace(".", "").replace(",", "."))
    if _POINT.fullmatch(bare):
        return Decimal(bare)
    raise ValueError(f"„{shown(text)}“ ist kein Betrag (zum Beispiel 12.500,00).")


def number_of(text: str) -> int:
    """A whole number of months."""
    if not text.isascii() or not text.isdecimal() or len(text) > 4:
        raise ValueError(f"„{shown(text)}“ ist keine ganze Zahl.")
    return int(text)


class Words:
    """A closed list of words, by their codes and by their German labels."""

    def __init__(self, choices: type[TextChoices]) -> None:
        self.choices = choices
        self.codes = {label_of(str(label)): code for code, label in choices.choices}
        self.codes |= {label_of(code): code for code in choices.values}

    def code_of(self, text: str) -> str:
        found = self.codes.get(text) or self.codes.get(label_of(text))
        if found is None:
            raise ValueError(
                f"„{shown(text)}“ gibt es hier nicht. Möglich: {', '.join(map(str, self.choices.labels))}."
            )
        return found


def label_of(text: str) -> str:
    return " ".join(text.lower().split())


def shown(text: Any, most: int = 60) -> str:
    """A text within a sentence: in one line, cut where it is long."""
    line = " ".join(str(text).split())
    return line if len(line) <= most else f"{line[:most]}…"


def entries_of(text: str) -> list[str]:
    """The entries of a list within a cell; the export writes ``; ``, people also new lines."""
    return [entry for part in text.replace("\n", ";").split(";") if (entry := part.strip())]
