"""When two figures may be divided, and why not.

A figure has a base and a date. A ratio is formed only where one figure is declared part of the other; figures of
different bases are never divided, whatever they look like.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import combinations
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


@dataclass(frozen=True)
class Comparison:
    """Two figures a reader might divide, and what comes of it; without ``whole`` since ``part`` has no base."""

    part: Countable
    whole: Countable | None
    result: Share | Refusal

    @property
    def share(self) -> Share | None:
        return self.result if isinstance(self.result, Share) else None


def comparisons(own: Sequence[Countable], around: Sequence[Countable] = ()) -> list[Comparison]:
    """All that could be divided: figures of one subject by each other and by those ``around`` it; shares come first.

    The smaller is taken as the part. A figure without a base is refused once, not against each of the others.
    """
    baseless = [figure for figure in own if not figure.base and figure.part_of_id is None]
    based = [figure for figure in own if figure not in baseless]
    pairs = [sorted(pair, key=_rank) for pair in combinations(based, 2)]
    pairs += [[part, whole] for part in based for whole in around]
    found = [Comparison(part, whole, ratio(part, whole)) for part, whole in pairs]
    if len(own) + len(around) > 1:
        found += [Comparison(figure, None, ratio(figure, figure)) for figure in baseless]
    return sorted(found, key=lambda comparison: comparison.share is None)


def _rank(figure: Countable) -> tuple[bool, Decimal]:
    """A declared part comes before its whole whatever the values say."""
    return figure.part_of_id is None, figure.value
