"""Which cooperations tie two groups of bodies, by bit sets: what two share are the bits that their sets have in common.

Pure: a group goes by a letter-coded name (``querysets.pairs``), a cooperation by its place.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import combinations


@dataclass(frozen=True)
class GroupTies:
    """Of each group three sets: where ``some`` body of it counts, where ``several`` do, and where one of ``inside``.

    Every tie has a body of ``inside`` at one of its ends.
    """

    some: Mapping[str, int]
    several: Mapping[str, int]
    inside: Mapping[str, int]

    def together(self, one: str, other: str) -> int:
        """The cooperations that tie the two; of one group those that tie its bodies among themselves."""
        inside = self.inside.get(one, 0)
        if one == other:
            return inside & self.several[one]
        return self.some[one] & self.inside.get(other, 0) | inside & self.some[other]

    def pairs(self) -> Iterator[tuple[str, str, int]]:
        """All pairs that are tied, each in the order of its letters, and what ties them."""
        names = sorted(self.some)
        for one, other in [*combinations(names, 2), *((name, name) for name in names)]:
            if bits := self.together(one, other):
                yield one, other, bits

    def refused(self, refusing: Mapping[str, int]) -> Iterator[tuple[str, str, int, dict[str, int]]]:
        """The pairs of which one refuses what it shares: in how many cooperations, and who in how many.

        ``refusing`` are the cooperations in which some body of the group refuses, though it counts.
        """
        for one, other, bits in self.pairs():
            by = {name: number for name in (one, other) if (number := (bits & refusing.get(name, 0)).bit_count())}
            if by:
                either = refusing.get(one, 0) | refusing.get(other, 0)
                yield one, other, (bits & either).bit_count(), by
