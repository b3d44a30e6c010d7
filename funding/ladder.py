"""The ladder of money: what stands on which rung. Sums are formed per rung, never across."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Protocol


class Money(Protocol):
    """What a budget line or an award must tell for the ladder."""

    amount: Decimal | None
    rung: str


@dataclass(frozen=True)
class RungTotal:
    """One rung: the sum of its known amounts (None where none is known) and how many amounts are unknown."""

    rung: str
    total: Decimal | None
    known: int
    unknown: int

    @property
    def is_stated(self) -> bool:
        """Does any source speak of this rung?"""
        return bool(self.known or self.unknown)


def totals(lines: Iterable[Money], rungs: Iterable[str]) -> list[RungTotal]:
    """A total for each of ``rungs``, in their order, also for those nobody speaks of."""
    rows = list(lines)
    result = []
    for rung in rungs:
        amounts = [row.amount for row in rows if row.rung == rung]
        known = [amount for amount in amounts if amount is not None]
        result.append(RungTotal(rung, sum(known, Decimal(0)) if known else None, len(known), len(amounts) - len(known)))
    return result
