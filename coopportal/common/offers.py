"""Which values of a facet are in sight: those chosen come first, those that would bring nothing come last.

Where several would bring nothing they fold away, so that a reader sees what there is. Nothing is ever left out.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

#: Code and label (a text, or a promise of one).
Value = tuple[str, Any]

#: Fewer values without rows than this stay in sight.
FEW = 3


@dataclass(frozen=True)
class Offer:
    """Values (code, label) of a facet: in sight, and folded away."""

    shown: list[Value]
    folded: list[Value] = field(default_factory=list)


def offer(values: Iterable[Value], chosen: Collection[str], counts: Mapping[str, int] | None) -> Offer:
    """The values in the order in which they are offered; without numbers as they come."""
    told = [(str(code), label) for code, label in values]
    if counts is None:
        return Offer(told)
    first = [value for value in told if value[0] in chosen]
    some = [value for value in told if value[0] not in chosen and counts.get(value[0])]
    none = [value for value in told if value[0] not in chosen and not counts.get(value[0])]
    if len(none) < FEW or not (first or some):
        return Offer([*first, *some, *none])
    return Offer([*first, *some], none)


def rest_label(offered: Offer) -> str:
    """What the values folded away are called together."""
    return _("%d weitere ohne Treffer") % len(offered.folded)
