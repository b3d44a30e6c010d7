"""Who took the place of whom between two states of the directory: guesses from area, name and district.

The directory does not say what became of a municipality that is gone. But area is conserved: what one loses another
gains, mostly to the hectare. Guesses are shown as such until a steward confirms them. Knows no database.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import combinations
from statistics import median
from typing import NamedTuple

from municipalities.choices import SuccessionKind
from municipalities.importers.bodies import INDEPENDENT
from municipalities.names import fold_name

#: Sets of more candidates than this are not searched through.
_MOST_TRIED = 20_000


class Unit(NamedTuple):
    """A municipality of one state: area in hectares; ``gain``: what it grew by beyond mere re-measuring."""

    key: str
    name: str
    kind: str
    ars: str
    area: int
    population: int = 0
    gain: int = 0

    @property
    def district(self) -> str:
        return self.ars[:5]

    @property
    def state(self) -> str:
        return self.ars[:2]


class Suggestion(NamedTuple):
    predecessor: str
    successor: str
    kind: SuccessionKind


@dataclass
class Guess:
    """What was found: suggestions; who is left without a successor, with those that grew nearby; who just vanished."""

    suggestions: list[Suggestion] = field(default_factory=list)
    unclear: dict[str, list[Unit]] = field(default_factory=dict)
    vanished: list[str] = field(default_factory=list)


def gains(before: Mapping[str, Unit], after: Mapping[str, Unit]) -> list[Unit]:
    """The municipalities that stayed and grew, beyond what re-measuring did to the whole district."""
    ratios = defaultdict(list)
    for key in before.keys() & after.keys():
        if before[key].area:
            ratios[after[key].district].append(after[key].area / before[key].area)
    usual = {district: min(max(median(found), 0.99), 1.01) for district, found in ratios.items()}
    grown = []
    for key in sorted(before.keys() & after.keys()):
        old, new = before[key].area, after[key].area
        gain = round(new - old * usual.get(after[key].district, 1))
        if gain > max(10, old // 300):
            grown.append(after[key]._replace(gain=new - old))
    return grown


def guess(ended: Iterable[Unit], new: Iterable[Unit], grown: Iterable[Unit]) -> Guess:
    """Successors of the ended municipalities among new ones and those that grew."""
    search = _Search({u.key: u for u in ended}, {u.key: u for u in new}, {u.key: u for u in grown})
    search.same_name()
    search.absorbed(by_district, sizes=(1, 2))
    search.merged()
    search.absorbed(by_district, sizes=(3, 4))
    search.divided(by_district)
    search.absorbed(by_state, sizes=(1,))
    search.divided(by_state)
    search.leave_the_rest()
    return search.found


def by_district(unit: Unit) -> str:
    return unit.district


def by_state(unit: Unit) -> str:
    return unit.state


class _Search:
    """One search: ``ended``, ``new`` and ``grown`` hold what is not settled yet."""

    def __init__(self, ended: dict[str, Unit], new: dict[str, Unit], grown: dict[str, Unit]) -> None:
        self.ended, self.new, self.grown = ended, new, grown
        self.found = Guess()

    def settle(self, gone: Iterable[Unit], heirs: Iterable[Unit], kind: SuccessionKind) -> None:
        """Take what belongs together out of the search."""
        gone, heirs = list(gone), list(heirs)
        self.found.suggestions += [Suggestion(one.key, heir.key, kind) for one in gone for heir in heirs]
        for unit in gone:
            del self.ended[unit.key]
        for unit in heirs:
            self.new.pop(unit.key, None)
            self.grown.pop(unit.key, None)

    def same_name(self) -> None:
        """Another key for the same place: same Land, same name, about the same area."""
        names = defaultdict(list)
        for unit in self.ended.values():
            names[unit.state, fold_name(unit.name)].append(unit)
        for heir in list(self.new.values()):
            same = [u for u in names[heir.state, fold_name(heir.name)] if abs(u.area - heir.area) <= heir.area // 50]
            if len(same) == 1 and same[0].key in self.ended:
                changed_level = (same[0].kind in INDEPENDENT) != (heir.kind in INDEPENDENT)
                kind = SuccessionKind.LEVEL_CHANGE if changed_level else SuccessionKind.KEY_CHANGE
                self.settle(same, [heir], kind)

    def merged(self) -> None:
        """New municipalities whose area is that of ended ones; the smallest first, since they leave least to chance."""
        for heir in sorted(self.new.values(), key=lambda unit: unit.area):
            nearby = [unit for unit in self.ended.values() if unit.district == heir.district]
            gone = _sum_of_all(nearby, heir) or _best(_sums(nearby, range(1, 7), heir.area, max(5, heir.area // 200)))
            if gone:
                self.settle(gone, [heir], SuccessionKind.MERGER if len(gone) > 1 else SuccessionKind.KEY_CHANGE)

    def absorbed(self, near: object, sizes: Iterable[int]) -> None:
        """Those that stayed and gained exactly the area of ended ones."""
        for size in sizes:
            for heir in list(self.grown.values()):
                nearby = [unit for unit in self.ended.values() if near(unit) == near(heir)]  # type: ignore[operator]
                gone = _best(_sums(nearby, (size,), heir.gain, max(2, heir.gain // 1000)))
                if gone:
                    self.settle(gone, [heir], SuccessionKind.ABSORPTION)

    def divided(self, near: object) -> None:
        """An ended one whose area went to several."""
        for unit in sorted(self.ended.values(), key=lambda one: one.area):
            heirs = [one._replace(gain=one.area) for one in self.new.values()] + list(self.grown.values())
            nearby = [one._replace(area=one.gain) for one in heirs if near(one) == near(unit)]  # type: ignore[operator]
            parts = _best(_sums(nearby, (2, 3), unit.area, max(2, unit.area // 500)))
            if parts:
                self.settle([unit], parts, SuccessionKind.SPLIT)

    def leave_the_rest(self) -> None:
        """What is left ended if its area turned up somewhere, first in its district, then in its Land."""
        spare = {unit.key: unit.gain or unit.area for unit in [*self.new.values(), *self.grown.values()]}
        candidates = {unit.key: unit for unit in [*self.new.values(), *self.grown.values()]}
        left = list(self.ended.values())
        for near in (by_district, by_state):
            for place in sorted({near(unit) for unit in left}):
                gone = [unit for unit in left if near(unit) == place]
                around = [unit for key, unit in candidates.items() if near(unit) == place and spare[key]]
                if sum(spare[unit.key] for unit in around) >= 0.8 * sum(unit.area for unit in gone):
                    self.found.unclear |= {unit.key: around for unit in gone}
                    spare |= dict.fromkeys((unit.key for unit in around), 0)
                    left = [unit for unit in left if unit not in gone]
        self.found.vanished = [unit.key for unit in left]


def _sum_of_all(units: list[Unit], heir: Unit) -> tuple[Unit, ...]:
    """All ended ones of one association, or of the district, where together they make the new one."""
    groups = defaultdict(list)
    for unit in units:
        groups[unit.ars[:9]].append(unit)
    for group in (*groups.values(), units):
        if len(group) > 1 and abs(sum(u.area for u in group) - heir.area) <= max(5, heir.area // 200):
            return tuple(group)
    return ()


def _sums(units: list[Unit], sizes: Iterable[int], area: int, tolerance: int) -> Iterator[tuple[int, tuple[Unit, ...]]]:
    """Sets of units whose areas add up to ``area``, with how far they miss it."""
    tried = 0
    for size in sizes:
        for chosen in combinations(units, size):
            tried += 1
            if tried > _MOST_TRIED:
                return
            miss = abs(sum(unit.area for unit in chosen) - area)
            if miss <= tolerance:
                yield miss, chosen


def _best(found: Iterator[tuple[int, tuple[Unit, ...]]]) -> tuple[Unit, ...]:
    """The one set that fits; of several those of one association, else the nearest if it alone is nearest."""
    sets = sorted(found, key=lambda one: (one[0], len(one[1])))
    if len(sets) > 1:
        together = [one for one in sets if len({unit.ars[:9] for unit in one[1]}) == 1 and len(one[1]) > 1]
        if len(together) == 1:
            return together[0][1]
        if sets[0][0] == sets[1][0] and len(sets[0][1]) == len(sets[1][1]):
            return ()
    return sets[0][1] if sets else ()


# --- Associations and districts: they went where their municipalities went ---


def guess_groups(
    ended: Mapping[str, list[str]], home: Mapping[str, list[str]], is_new: Mapping[str, bool]
) -> list[Suggestion]:
    """Successors of ended associations (or districts).

    ``ended``: group → its last municipalities; ``home``: municipality → the groups it, or its successors, lie in now
    (a municipality's own key where it lies in no group); ``is_new``: group or municipality → is it new in this state?
    """
    targets = {key: Counter(place for one in members for place in home.get(one, ())) for key, members in ended.items()}
    fans = Counter(place for counts in targets.values() for place in counts)
    found = []
    for key, counts in sorted(targets.items()):
        groups = [place for place in counts if len(place) != 8]
        heirs = groups or (list(counts) if len(counts) == 1 else [])
        for heir in heirs:
            found.append(Suggestion(key, heir, _group_kind(heir, len(heirs), fans[heir], is_new.get(heir, False))))
    return found


def _group_kind(heir: str, heirs: int, predecessors: int, is_new: bool) -> SuccessionKind:
    if len(heir) == 8:
        return SuccessionKind.LEVEL_CHANGE
    if heirs > 1:
        return SuccessionKind.SPLIT
    if not is_new:
        return SuccessionKind.ABSORPTION
    return SuccessionKind.MERGER if predecessors > 1 else SuccessionKind.KEY_CHANGE
