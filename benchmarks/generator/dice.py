"""Chance that answers the same on every machine: of ``random`` only ``random()`` is used."""

from __future__ import annotations

import datetime as dt
import math
import random
from bisect import bisect
from collections.abc import Sequence
from itertools import accumulate
from typing import Any, TypeVar

T = TypeVar("T")


class Weighted:
    """Things with weights: how often each is drawn."""

    def __init__(self, things: Sequence[Any], weights: Sequence[float]) -> None:
        self.things = things
        self.sums = list(accumulate(weights))


class Dice:
    def __init__(self, seed: int) -> None:
        self.roll = random.Random(seed).random

    def chance(self, share: float) -> bool:
        return self.roll() < share

    def below(self, end: int) -> int:
        """0 … ``end`` - 1, each as often."""
        return int(self.roll() * end)

    def among(self, things: Sequence[T]) -> T:
        return things[int(self.roll() * len(things))]

    def of(self, weighted: Weighted) -> Any:
        return weighted.things[bisect(weighted.sums, self.roll() * weighted.sums[-1])]

    def day(self, first: dt.date, last: dt.date) -> dt.date:
        """A day between the two, both included."""
        return first + dt.timedelta(days=self.below((last - first).days + 1)) if first < last else first

    def normal(self) -> float:
        """Normally distributed with mean 0 and deviation 1 (Box and Muller)."""
        return math.sqrt(-2 * math.log(1 - self.roll())) * math.cos(2 * math.pi * self.roll())

    def shuffled(self, things: Sequence[T]) -> list[T]:
        rows = list(things)
        for place in range(len(rows) - 1, 0, -1):
            other = self.below(place + 1)
            rows[place], rows[other] = rows[other], rows[place]
        return rows
