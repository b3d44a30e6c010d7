"""When two figures may be divided, and why not.

A figure has a base and a date. A ratio is formed only where one figure is declared part of the other; figures of
different bases are never divided, whatever they look like.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Protocol

from django.utils.translation import gettext as _


class Countable(Protocol):
    """What a figure must tell for a ratio."""

    pk: int
    value: Decimal
    qualifier: str
    base: str
    part_of_id: int | None


@dataclass(frozen=True)
class Share:
    """A part of a whole, with its percentage."""

    part: Decimal
    whole: Decimal

    @property
    def percent(self) -> Decimal:
        """0–100, to one decimal place."""
        return (self.part * 100 / self.whole).quantize(Decimal("0.1"))


@dataclass(frozen=True)
class Refusal:
    """Why no ratio is formed, in a sentence for people."""

    reason: str


def ratio(part: Countable, whole: Countable) -> Share | Refusal:
    """The share of ``part`` in ``whole``, or the reason why there is none."""
    if part.part_of_id != whole.pk:
        if not part.base or not whole.base:
            return Refusal(_("Worauf sich die Zahl bezieht, sagt die Quelle nicht; ein Anteil wäre geraten."))
        if part.base != whole.base:
            return Refusal(
                _("Verschiedene Grundmengen („%(part)s“ und „%(whole)s“); ein Anteil würde in die Irre führen.")
                % {"part": part.base, "whole": whole.base}
            )
        return Refusal(_("Keine der Quellen erklärt die eine Zahl zum Teil der anderen."))
    if whole.qualifier != "exact" or part.qualifier != "exact":
        return Refusal(_("Eine der Zahlen ist nur ungefähr bekannt; ein Anteil wäre scheingenau."))
    if not whole.value:
        return Refusal(_("Die Gesamtzahl ist null."))
    return Share(part.value, whole.value)
