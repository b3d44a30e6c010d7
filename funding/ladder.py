"""The ladder of money: what stands on which rung. Sums are formed per rung, never across."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
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
    def lines(self) -> int:
        """How many statements stand on this rung."""
        return self.known + self.unknown

    @property
    def state(self) -> str:
        """``known``, ``unknown`` (spoken of without an amount), ``partly`` (both) or ``silent``."""
        if not self.is_stated:
            return "silent"
        return "partly" if self.known and self.unknown else "known" if self.known else "unknown"

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


#: Height of one rung of the picture, in its own units.
RUNG_HEIGHT = 44


@dataclass(frozen=True)
class DrawnRung:
    """A rung in its place on the picture: ``middle`` is counted from the top."""

    total: RungTotal
    middle: int


def drawn(rungs: Sequence[RungTotal]) -> list[DrawnRung]:
    """The rungs as a ladder stands: the first at the foot, the last at the top; listed from the top."""
    return [DrawnRung(total, RUNG_HEIGHT // 2 + RUNG_HEIGHT * i) for i, total in enumerate(reversed(rungs))]
