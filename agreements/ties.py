"""Who takes part beside whom, reckoned in the process of the presences that it keeps (``filters.presences``).

The database joins half a million participations with themselves; here each chosen cooperation is a handful of numbers,
and those that look alike are told at once; of Länder there are so few that two bit sets are compared
(``group_ties``). ``slow_ties`` says the same by queries;
``tests/roof/test_ties.py`` compares both.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import combinations, islice
from typing import Any

from django.db.models import QuerySet

from agreements.choices import Answer, NetworkLevel
from agreements.filters import NetworkFilterSet
from agreements.filters.presences import Chosen, all_at_hand, chosen
from agreements.group_ties import GroupTies
from agreements.models import Cooperation, Participation
from agreements.querysets.pairs import NO_STATE, Pair, Refused, Shared, refusing_pairs
from coopportal.common.ahead import prepares
from coopportal.common.remembered import kept
from coopportal.common.spans import bits_of
from municipalities.keys import prefix_of
from municipalities.models import Organisation
from municipalities.roll import Roll, roll

#: So many cooperations are looked at before it is asked whether there are too many ties already; then twice as many.
PORTION = 500
#: The names of so many are put in order by the database, those of more by the order that is kept of all.
FEW = 1_000

#: A body with its node: twice the number of the node, one more where every tie must have such a body.
Code = int


@dataclass(frozen=True)
class Nodes:
    """The nodes of a level, as numbers: ``of`` the bodies (organisations below zero), ``names`` of their numbers."""

    of: Mapping[int, int]
    names: Sequence[str]

    def name(self, number: int) -> str:
        return self.names[number] if self.names else body_name(number)

    @cached_property
    def numbers(self) -> Mapping[str, int]:
        """Name → number, of groups and of what stands beside them."""
        return {name: number for number, name in enumerate(self.names)}

    def number(self, name: str) -> int:
        if self.names:
            return self.numbers[name]
        return int(name[1:]) if name[0] == "m" else -int(name[1:])


def body_name(body: int) -> str:
    return f"m{body}" if body > 0 else f"o{-body}"


class _Codes(dict[int, Code]):
    """A body that came this very moment belongs to no group yet."""

    def __init__(self, nodes: Nodes, inside: Collection[int] | None) -> None:
        self.nodes = nodes
        if inside is None:
            super().__init__({body: number << 1 | 1 for body, number in nodes.of.items()})
        else:
            super().__init__({body: number << 1 | (body in inside) for body, number in nodes.of.items()})

    def __missing__(self, body: int) -> Code:
        return (0 if self.nodes.names else body) << 1


def tied(codes: Iterable[Code]) -> list[tuple[int, int]]:
    """The pairs of nodes that one cooperation ties; a node twice where several bodies of it take part."""
    many: dict[int, int] = {}
    inside = set()
    for code in codes:
        node = code >> 1
        many[node] = many.get(node, 0) + 1
        if code & 1:
            inside.add(node)
    if not inside:
        return []
    found = [*combinations(many, 2)]
    if len(inside) < len(many):
        found = [pair for pair in found if pair[0] in inside or pair[1] in inside]
    return found + [(node, node) for node in inside if many[node] > 1]


class InProcess:
    """The ties of a question, on every level."""

    def __init__(self, asked: NetworkFilterSet, chosen: Chosen) -> None:
        """``chosen`` are its cooperations; further than the first step all under its other filters."""
        self.asked, self.chosen = asked, chosen
        self.starts = {body.pk for body in asked.starts}
        self.roll = roll(asked.version)
        self._levels: dict[NetworkLevel, _Codes] = {}

    # --- Who stands for what ---

    @cached_property
    def _office_states(self) -> Mapping[int, str | None]:
        return _office_states(self.asked.version)

    @cached_property
    def _inside(self) -> Collection[int] | None:
        """The bodies of which every tie has one: those reached, those of the area or of the Länder; None: any."""
        of_question = self.asked.chosen
        if self.starts:
            return self._reached
        if areas := of_question("within"):
            prefixes = tuple(prefix_of(body.ars, body.level) for body in areas)
            return {body.pk for body in self.roll.bodies if body.ars.startswith(prefixes)}
        if offices := of_question("organisation"):
            return {-office.pk for office in offices}
        if states := of_question("state"):
            codes = {state.code for state in states}
            offices = {-key for key, code in self._office_states.items() if code in codes}
            return offices | {body.pk for body in self.roll.bodies if body.state in codes}
        return None

    @cached_property
    def _reached(self) -> set[int]:
        """The municipalities asked for and, with more steps, their partners."""
        found = set(self.starts)
        for _step in range(self.asked.steps - 1):
            near = [bodies for _place, bodies in self.chosen.together() if not found.isdisjoint(bodies)]
            found.update(*near)
        return found

    def _codes(self, level: NetworkLevel) -> _Codes:
        if level not in self._levels:
            self._levels[level] = _Codes(self._nodes(level), self._inside)
        return self._levels[level]

    def _nodes(self, level: NetworkLevel) -> Nodes:
        """As ``querysets.pairs`` calls them."""
        bodies, offices = self.roll.bodies, self._office_states
        if level == NetworkLevel.BODY:
            keys = [*(body.pk for body in bodies), *(-key for key in offices)]
            return Nodes(dict(zip(keys, keys, strict=True)), ())
        letter = "s" if level == NetworkLevel.DISTRICT else "l"
        of = {-key: f"{letter}{code or NO_STATE}" for key, code in offices.items()}
        if level == NetworkLevel.DISTRICT:
            of.update({body.pk: f"k{body.ars[:5]}" for body in bodies})
        else:
            of.update({body.pk: f"l{body.state or NO_STATE}" for body in bodies})
        of.update({start: body_name(start) for start in self.starts})
        names = dict.fromkeys([f"{letter}{NO_STATE}", *of.values()])
        numbers = {name: number for number, name in enumerate(names)}
        return Nodes({body: numbers[name] for body, name in of.items()}, [*names])

    # --- Ties ---

    @cached_property
    def _of_states(self) -> GroupTies:
        """The ties of Länder, where no municipality stands beside them."""
        groups = _states(self.roll, self._office_states)
        sets = self.chosen.sets_of(groups, _state_name(None))
        some = {name: both[0] for name, both in sets.items()}
        if (inside := self._inside) is None:
            of_inside = some
        elif self.asked.chosen("within") or self.asked.chosen("organisation"):
            of_inside = self.chosen.by_group({body: groups.get(body, _state_name(None)) for body in inside})
        else:
            names = {_state_name(state.code) for state in self.asked.chosen("state")}
            of_inside = {name: some[name] for name in names & some.keys()}
        return GroupTies(some, {name: both[1] for name, both in sets.items()}, of_inside)

    def _has_sets(self, level: NetworkLevel) -> bool:
        return level == NetworkLevel.STATE and not self.starts

    def _told(self, level: NetworkLevel) -> Iterator[tuple[int, tuple[Code, ...]]]:
        """The place of each cooperation that may tie somebody, and who takes part in it."""
        code = self._codes(level).__getitem__
        for place, bodies in self.chosen.together():
            yield place, tuple(sorted(map(code, bodies)))

    def has_more_nodes(self, level: NetworkLevel, most: int) -> bool:
        """Are more nodes tied? Found out after a few cooperations where there are many."""
        nodes: set[int] = set()
        for _place, codes in self._told(level):
            here = {code >> 1 for code in codes}
            if len(here) > 1 and any(code & 1 for code in codes):
                nodes |= here
                if len(nodes) > most:
                    return True
        return False

    def pairs(self, level: NetworkLevel, most: int) -> list[Pair] | None:
        """The closest first; None where there are more."""
        if self._has_sets(level):
            found = [Pair(one, other, bits.bit_count()) for one, other, bits in self._of_states.pairs()]
            return _closest_first(found) if len(found) <= most else None
        numbers: dict[tuple[int, int], int] = defaultdict(int)
        told = (codes for _place, codes in self._told(level))
        size = PORTION
        while alike := Counter(islice(told, size)):
            for codes, number in alike.items():
                for pair in tied(codes):
                    numbers[pair] += number
                if len(numbers) > most:
                    return None
            size *= 2
        name = self._codes(level).nodes.name
        found = [_pair(name(one), name(other), number) for (one, other), number in numbers.items()]
        return _closest_first(found)

    def refused(self, level: NetworkLevel) -> dict[tuple[str, str], Refused]:
        """The pairs of which one says in a shared cooperation that it does not take part."""
        refusing = self._refusing
        if self._has_sets(level):
            told = self._of_states.refused(self._refusing_states)
            return {(one, other): Refused(number, by) for one, other, number, by in told}
        codes, places = self._codes(level), self.chosen.snapshot.keys
        numbers: Counter[tuple[str, str]] = Counter()
        by: dict[tuple[str, str], Counter[str]] = defaultdict(Counter)
        for place, bodies in self.chosen.only(refusing).together():
            who = refusing[places[place]]
            members: dict[str, tuple[int, int, int]] = {}
            for body in bodies:
                node = codes.nodes.name(codes[body] >> 1)
                many, inside, refuses = members.get(node, (0, 0, 0))
                members[node] = (many + 1, inside | codes[body] & 1, refuses | (body in who))
            rows = [(node, *member) for node, member in sorted(members.items())]
            for pair, nodes in refusing_pairs(rows):
                numbers[pair] += 1
                by[pair].update(nodes)
        return {pair: Refused(number, dict(sorted(by[pair].items()))) for pair, number in numbers.items()}

    @cached_property
    def _refusing(self) -> Mapping[int, Collection[int]]:
        """Cooperation → who says at any time that it does not take part."""

        def read() -> Mapping[int, Collection[int]]:
            rows = Participation.objects.filter(confirmation__answer=Answer.REFUSED).order_by()
            found: dict[int, set[int]] = defaultdict(set)
            for cooperation, town, office in rows.values_list("cooperation", "municipality", "organisation"):
                found[cooperation].add(town or -office)
            return dict(found)

        return kept("who refuses", read, size=len, version=self.asked.version)

    @cached_property
    def _refusing_states(self) -> dict[str, int]:
        """Land → the chosen cooperations in which a body of it refuses that counts there."""
        groups, places = _states(self.roll, self._office_states), self.chosen.snapshot.keys
        refusing, found = self._refusing, defaultdict[str, set[int]](set)
        for place, bodies in self.chosen.only(refusing).together():
            for body in {*refusing[places[place]]}.intersection(bodies):
                found[groups.get(body, _state_name(None))].add(place)
        return {name: bits_of(of_name, len(places)) for name, of_name in found.items()}

    def shared(self, level: NetworkLevel, wanted: Sequence[Pair], *, most: int) -> list[Shared]:
        """The first ``most`` cooperations of each of the pairs, by name."""
        if self._has_sets(level):
            return self._first_of_sets(wanted, most)
        number = self._codes(level).nodes.number
        asked = {tuple(sorted((number(pair.one), number(pair.other)))): pair[:2] for pair in wanted}
        nodes = {node for pair in asked for node in pair}
        known: dict[tuple[Code, ...], list[tuple[str, str]]] = {}
        ties: dict[int, list[tuple[str, str]]] = {}
        for place, codes in self._told(level):
            if codes not in known:
                is_far = nodes.isdisjoint(code >> 1 for code in codes)
                known[codes] = [] if is_far else [asked[pair] for pair in tied(codes) if pair in asked]
            if known[codes]:
                ties[self.chosen.snapshot.keys[place]] = known[codes]
        return self._first(ties, {pair[:2] for pair in wanted}, most)

    def _first(
        self, ties: Mapping[int, Collection[tuple[str, str]]], wanted: set[tuple[str, str]], most: int
    ) -> list[Shared]:
        """``ties``: cooperation → the wanted pairs that it ties."""
        found: dict[tuple[str, str], list[int]] = {pair: [] for pair in sorted(wanted)}
        for key in self._in_order(ties):
            for pair in ties.get(key, ()):
                found[pair].append(key)
                if len(found[pair]) == most:
                    wanted.discard(pair)
            if not wanted:
                break
        return _named({pair: keys[:most] for pair, keys in found.items()})

    def _first_of_sets(self, wanted: Sequence[Pair], most: int) -> list[Shared]:
        snapshot, found = self.chosen.snapshot, {}
        for one, other in sorted(pair[:2] for pair in wanted):
            bits = self._of_states.together(one, other)
            found[one, other] = snapshot.page(bits, (), _by_name, 0, most)
        return _named(found)

    def _in_order(self, keys: Collection[int]) -> Iterable[int]:
        return _by_name().filter(pk__in=keys) if len(keys) <= FEW else self.chosen.snapshot.ordered((), _by_name)


def _by_name() -> QuerySet[Any, int]:
    return Cooperation.objects.public().order_by("sort_key", "pk").values_list("pk", flat=True)


def _named(found: Mapping[tuple[str, str], Sequence[int]]) -> list[Shared]:
    """The cooperations of these keys, pair by pair."""
    first = {key for keys in found.values() for key in keys}
    rows = Cooperation.objects.filter(pk__in=first).values_list("pk", "slug", "name")
    told = {key: (slug, name) for key, slug, name in rows}
    return [Shared(*pair, *told[key]) for pair, keys in found.items() for key in keys if key in told]


def _closest_first(found: Iterable[Pair]) -> list[Pair]:
    return sorted(found, key=lambda pair: (-pair.number, pair[:2]))


def _state_name(code: str | None) -> str:
    return f"l{code or NO_STATE}"


def _office_states(number: int) -> Mapping[int, str | None]:
    """Organisation → code of its Land, where it has one."""

    def read() -> dict[int, str | None]:
        return {row.pk: row.state_id for row in Organisation.objects.order_by().only("pk", "state")}

    return kept("states of organisations", read, size=len, version=number)


def _states(bodies: Roll, offices: Mapping[int, str | None]) -> dict[int, str]:
    """Body → the node of its Land (organisations below zero)."""
    found = {body: _state_name(code) for body, code in bodies.states.items()}
    found.update((-key, _state_name(code)) for key, code in offices.items())
    return found


@prepares
def prepare(day: dt.date, number: int) -> None:
    """What the first visitor of a network of Länder would wait for."""
    if known := all_at_hand(day, day, number):
        known.sets_of(_states(roll(number), _office_states(number)), _state_name(None))


def _pair(one: str, other: str, number: int) -> Pair:
    return Pair(one, other, number) if one < other else Pair(other, one, number)


def in_process(asked: NetworkFilterSet) -> InProcess | None:
    """None where only the database knows which cooperations are chosen."""
    sets = asked.sets
    if sets and asked.starts and asked.steps > 1:
        sets = asked.sets_without("municipality")
    found = chosen(asked, sets) if sets else None
    return InProcess(asked, found) if found else None
