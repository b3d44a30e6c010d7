"""Who takes part beside whom, told of a few nodes (the Länder): read once, then counted here.

To join the members with themselves in the database, once for the pairs and again for what they share, takes several
times as long; ``tests/agreements/test_network.py`` compares both.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import combinations, combinations_with_replacement

from agreements.querysets.pairs import Pair, Refused, refusing_pairs
from coopportal.common.bits import Snapshot, flags_of


class Few:
    """The members of cooperations: rows of (cooperation, node, number of bodies, 1 where one of them is inside)."""

    def __init__(self, rows: Iterable[tuple[int, str, int, int]]) -> None:
        self._of: dict[int, list[tuple[str, int, int]]] = defaultdict(list)
        for cooperation, node, bodies, inside in rows:
            self._of[cooperation].append((node, bodies, inside))

    def pairs(self, *, most: int) -> list[Pair]:
        """As ``pairs`` finds them: the closest first, at most ``most``."""
        alike = Counter(tuple(sorted(members)) for members in self._of.values())
        numbers = Counter[tuple[str, str]]()
        for members, number in alike.items():
            for pair in _tied(members):
                numbers[pair] += number
        ranked = sorted(numbers.items(), key=lambda found: (-found[1], found[0]))
        return [Pair(*pair, number) for pair, number in ranked[:most]]

    def refused(self, refusing: Iterable[tuple[int, str]]) -> dict[tuple[str, str], Refused]:
        """The pairs of which one refuses; ``refusing`` are cooperations with a node that does."""
        nodes: dict[int, set[str]] = defaultdict(set)
        for cooperation, node in refusing:
            nodes[cooperation].add(node)
        numbers = Counter[tuple[str, str]]()
        by: dict[tuple[str, str], Counter[str]] = defaultdict(Counter)
        for cooperation in nodes.keys() & self._of.keys():
            members = sorted((*member, int(member[0] in nodes[cooperation])) for member in self._of[cooperation])
            for pair, who in refusing_pairs(members):
                numbers[pair] += 1
                by[pair].update(who)
        return {pair: Refused(number, dict(sorted(by[pair].items()))) for pair, number in numbers.items()}

    def shared(
        self, wanted: Sequence[Pair], ordered: Callable[[], Iterable[int]], *, most: int
    ) -> dict[tuple[str, str], list[int]]:
        """The first ``most`` of the ``ordered`` cooperations of each of the pairs."""
        found: dict[tuple[str, str], list[int]] = {pair[:2]: [] for pair in wanted}
        open_pairs = set(found)
        for cooperation in ordered():
            if not open_pairs:
                break
            for pair in _tied(sorted(self._of.get(cooperation, ()))):
                if pair in open_pairs:
                    found[pair].append(cooperation)
                    if len(found[pair]) == most:
                        open_pairs.remove(pair)
        return found


class FewInBits:
    """The same of sets of cooperations: by node those of which somebody of it takes part, and several do.

    ``inside`` are those in which somebody of the node is of those whose network it is. ``Few`` says the same slowly.
    """

    def __init__(
        self, snapshot: Snapshot, members: Mapping[str, int], several: Mapping[str, int], inside: Mapping[str, int]
    ) -> None:
        self._snapshot = snapshot
        self._members, self._several, self._inside = dict(sorted(members.items())), several, inside

    def _tied(self, one: str, other: str) -> int:
        """The cooperations that tie two nodes; of a node with itself those in which several of its bodies take part."""
        if one == other:
            return self._several.get(one, 0) & self._inside.get(one, 0) & self._members[one]
        inside = self._inside.get(one, 0) | self._inside.get(other, 0)
        return self._members[one] & self._members[other] & inside

    def pairs(self, *, most: int) -> list[Pair]:
        found = combinations_with_replacement(self._members, 2)
        numbers = [Pair(*pair, number) for pair in found if (number := self._tied(*pair).bit_count())]
        return sorted(numbers, key=lambda pair: (-pair.number, pair[:2]))[:most]

    def refused(self, refusing: Iterable[tuple[int, str]]) -> dict[tuple[str, str], Refused]:
        places = self._snapshot.places
        known = [(key, node) for key, node in refusing if key in places]
        sets = (self._members, self._several, self._inside)
        here = self._snapshot.of_keys({key for key, _node in known})
        flags = [{node: flags_of(bits & here, len(places)) for node, bits in one.items()} for one in sets]

        def rows() -> Iterator[tuple[int, str, int, int]]:
            members, several, inside = flags
            nothing = bytes(len(places))
            for key in {key for key, _node in known}:
                place = places[key]
                for node, there in members.items():
                    if there[place]:
                        bodies = 1 + several.get(node, nothing)[place]
                        yield key, node, bodies, inside.get(node, nothing)[place]

        return Few(rows()).refused(known)

    def shared(
        self, wanted: Sequence[Pair], ordered: Callable[[], Iterable[int]], *, most: int
    ) -> dict[tuple[str, str], list[int]]:
        tied = {pair[:2]: self._tied(*pair[:2]) for pair in wanted}
        return {pair: self._snapshot.page(bits, (), ordered, 0, most) for pair, bits in tied.items()}


def _tied(members: Sequence[tuple[str, int, int]]) -> Iterator[tuple[str, str]]:
    """The pairs of one cooperation, whose members are sorted; a node with several bodies is one with itself."""
    for (one, _b, one_in), (other, _c, other_in) in combinations(members, 2):
        if one_in + other_in:
            yield one, other
    for node, bodies, inside in members:
        if bodies > 1 and inside:
            yield node, node
