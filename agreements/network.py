"""Who cooperates with whom: the participants of the chosen cooperations as nodes, what they share as ties.

Only participations that count on the day are tied: partners, parties, members. Where the network is that of a place,
every tie has an end in it. Too many ties for a picture are told by district, and if need be by Land.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple, TypeVar
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext as _

from agreements.choices import COUNTED_DEGREES, NetworkLevel
from agreements.filters import NetworkFilterSet
from agreements.nodes import Who, names
from agreements.querysets.pairs import Pair, Refused, Shared
from agreements.slow_ties import InDatabase
from agreements.ties import InProcess, in_process
from coopportal.common import networks
from coopportal.common.networks import Network, Node, Tie
from coopportal.common.remembered import remembered
from coopportal.common.views import ListPage

T = TypeVar("T")

#: With more nodes or ties a picture is drawn of districts, or of Länder.
MOST_NODES, MOST_TIES = 60, 300
#: The levels that are tried before that of the Länder.
FINER = (NetworkLevel.BODY, NetworkLevel.DISTRICT)
#: More ties are not told at all; whoever asks is told to choose a part.
MOST_ROWS = 20_000
#: So many cooperations of a pair stand in its row.
MOST_SHARED = 3


#: Parameters that say whose network it is, and how it is looked at.
PLACES = frozenset({"land", "kommune", "innerhalb", "stelle", "tiefe", "darstellung"})


@dataclass(frozen=True)
class Row:
    """Two of the network and what they share; ``other`` is None for the bodies of a group among themselves.

    ``refused`` tells in how many of the shared cooperations one of the two, or a body of it, says that it does not
    take part, ``refused_by`` who does.
    """

    one: Who
    other: Who | None
    pair: Pair
    refused: int = 0
    refused_by: tuple[tuple[Who, int], ...] = ()

    @property
    def number(self) -> int:
        return self.pair.number

    @property
    def question(self) -> list[tuple[str, str]] | None:
        """The filters under which the list of cooperations tells exactly what the pair shares; None: none do.

        Two values of one parameter are an "or", so the second municipality is asked for as an area of one.
        """
        if self.other is None or self.one.is_group or self.other.is_group:
            return None
        first, second = sorted((self.one, self.other), key=lambda who: (who.key[0] == "o", not who.holds_others))
        if first.query is None or second.query is None or (second.key[0] == "m" and second.holds_others):
            return None
        again = ("innerhalb", second.query[1]) if second.key[0] == "m" else second.query
        asked = [first.query, again, *(("grad", str(degree)) for degree in COUNTED_DEGREES)]
        return asked if first.query[0] != again[0] else None


class Found(NamedTuple):
    """What is told of a network; of one that is too large nothing but that."""

    level: NetworkLevel
    is_too_large: bool
    who: dict[str, Who]
    rows: list[Row]
    drawing: Network | None
    refusing: frozenset[str] = frozenset()


class CooperationNetwork:
    """The network of one question: of what the process keeps (``ties``), else by queries (``slow_ties``)."""

    def __init__(self, asked: NetworkFilterSet) -> None:
        self.asked, self.day = asked, asked.day
        self.starts = {body.pk for body in asked.starts}

    # --- Which ties, on which level ---

    @cached_property
    def _ties(self) -> InProcess | InDatabase:
        return in_process(self.asked) or InDatabase(self.asked)

    @cached_property
    def _found(self) -> tuple[NetworkLevel, list[Pair] | None]:
        """The level asked for, else the finest of which a picture can be read; no pairs where they are too many."""
        if asked := self.asked.chosen("level"):
            level = NetworkLevel(asked)
            return level, self._ties.pairs(level, MOST_ROWS)
        for level in FINER:
            if not self._ties.has_more_nodes(level, MOST_NODES):
                found = self._ties.pairs(level, MOST_TIES)
                if found is not None and _can_be_read(found):
                    return level, found
        return NetworkLevel.STATE, self._ties.pairs(NetworkLevel.STATE, MOST_ROWS)

    @cached_property
    def _found_out(self) -> Found:
        """Joins all participants with each other, so it is kept until something is written."""
        return self._remembered("ties", self._find_out, size=lambda found: len(found.rows))

    def _remembered(self, name: str, make: Callable[[], T], *, size: Callable[[T], int]) -> T:
        """What follows from the chosen cooperations, from whom the network is, and from how it is looked at."""
        asked, starts = self.asked, sorted(self.starts)
        told = (
            f"network {name} {starts} {asked.steps} {asked.chosen('level')} {asked.has_place} {self.day} {asked.is_cut}"
        )
        return remembered(told, asked.qs.order_by(), make, size=size, version=asked.version)

    def _find_out(self) -> Found:
        level, found = self._found
        if found is None:
            return Found(level, True, {}, [], None)
        who = names({key for pair in found for key in pair[:2]}, self.asked)
        told = self._ties.refused(level)
        rows = [self._row(pair, who, told.get(pair[:2])) for pair in found]
        rows.sort(key=lambda row: (-row.number, row.one.order, row.other.order if row.other else ()))
        return Found(level, False, who, rows, self._drawn(found, who, told, level), _refusing(rows, level))

    @property
    def level(self) -> NetworkLevel:
        return self._found_out.level

    @property
    def is_coarser(self) -> bool:
        """Is it told on a coarser level than that of bodies because there is so much of it?"""
        return not self.asked.chosen("level") and self.level != NetworkLevel.BODY

    @property
    def is_too_large(self) -> bool:
        return self._found_out.is_too_large

    @property
    def who(self) -> dict[str, Who]:
        """What the nodes stand for, by their keys."""
        return self._found_out.who

    @property
    def rows(self) -> list[Row]:
        """The closest first, then by name; who was asked for stands first in its row."""
        return self._found_out.rows

    @property
    def refusing(self) -> frozenset[str]:
        """The keys of nodes that say that they do not take part in what they share; of groups those that always do."""
        return self._found_out.refusing

    @property
    def has_dashed(self) -> bool:
        """Is a node or tie of the picture drawn as disputed?"""
        lines = self.drawing.lines if self.drawing else []
        return bool(self.refusing) or any(line.tie.is_refused for line in lines)

    @property
    def doubted(self) -> Mapping[str, int]:
        """Of each group of bodies in how many of its shared cooperations, counted over all ties, somebody refuses."""
        found = Counter[str]()
        for row in self.rows if self.level != NetworkLevel.BODY else ():
            found.update(dict.fromkeys({row.one.key, (row.other or row.one).key}, row.refused))
        return found

    def _row(self, pair: Pair, who: dict[str, Who], refused: Refused | None) -> Row:
        one, other = sorted((who[pair.one], who[pair.other]), key=self._order)
        number, by = refused or Refused(0, {})
        told = tuple((who[key], times) for key, times in by.items())
        return Row(one, None if pair.one == pair.other else other, pair, number, told)

    def _order(self, who: Who) -> tuple[Any, ...]:
        return (who.key not in self._start_keys, *who.order)

    @cached_property
    def _start_keys(self) -> set[str]:
        return {f"m{pk}" for pk in self.starts}

    def shared_by(self, rows: Sequence[Row]) -> dict[tuple[str, str], list[Shared]]:
        """The first cooperations of each of the rows, kept as the ties are."""
        wanted = [row.pair for row in rows]

        def make() -> list[Shared]:
            return self._ties.shared(self.level, wanted, most=MOST_SHARED)

        told = defaultdict(list)
        for one in self._remembered(f"shared {wanted}", make, size=len):
            told[one.one, one.other].append(one)
        return told

    # --- The picture ---

    @property
    def drawing(self) -> Network | None:
        """None where a picture could not be read."""
        return self._found_out.drawing

    def _drawn(
        self, found: list[Pair], who: dict[str, Who], refused: Mapping[tuple[str, str], Refused], level: NetworkLevel
    ) -> Network | None:
        if not _can_be_read(found):
            return None
        times = {pair: told.number for pair, told in refused.items()}
        ties = [Tie(*pair, _is_refused(pair.number, times.get(pair[:2], 0), level)) for pair in found]
        rings = networks.rings(ties, self._start_keys & who.keys())
        sizes, within = Counter[str](), Counter[str]()
        for pair in found:
            sizes.update(dict.fromkeys({pair.one, pair.other}, pair.number))
            within.update({pair.one: pair.number if pair.one == pair.other else 0})
        order = sorted(who.values(), key=lambda one: one.order)
        called = Counter(one.short for one in order)
        words = {one.key: one.short if called[one.short] == 1 and one.short else one.label for one in order}
        nodes = [Node(key, label, sizes[key], rings.get(key, 1), within[key]) for key, label in words.items()]
        return networks.network(nodes, ties)

    def address(self, who: Who) -> str:
        """The finer network of a node under the same filters; its page where it has none."""
        if who.query is None:
            return who.page
        return f"{reverse('agreements:network')}?{urlencode([*self._besides, who.query])}"

    def cooperations(self, row: Row) -> str:
        """The list of all that a pair shares; empty where no filters tell it."""
        asked = [one for one in self._besides if one[0] != "grad"]
        return f"{reverse('agreements:list')}?{urlencode([*asked, *row.question])}" if row.question else ""

    @cached_property
    def _besides(self) -> list[tuple[str, str]]:
        """All that was asked except whose network it is."""
        return [one for one in ListPage.question(self.asked, german=True) if one[0] not in PLACES]

    @property
    def told(self) -> str:
        """The picture in words: the closest ties."""
        return " ".join(f"{_label(row)}: {row.number}{_doubt(row)}." for row in self.rows[:10])


def _label(row: Row) -> str:
    if row.other is None:
        return _("%(name)s untereinander") % {"name": row.one.label}
    return f"{row.one.label} – {row.other.label}"


def _doubt(row: Row) -> str:
    return " " + _("(davon %d mit Widerspruch)") % row.refused if row.refused else ""


def _is_refused(number: int, refused: int, level: NetworkLevel) -> bool:
    """Is it drawn as disputed? Of bodies as soon as it is once; of groups, which share thousands, if it always is."""
    return refused > 0 if level == NetworkLevel.BODY else refused == number


def _refusing(rows: Iterable[Row], level: NetworkLevel) -> frozenset[str]:
    shared, refused = defaultdict[str, int](int), defaultdict[str, int](int)
    for row in rows:  # twenty thousand at national size
        number = row.pair.number
        shared[row.one.key] += number
        if row.other is not None:
            shared[row.other.key] += number
        for one, times in row.refused_by:
            refused[one.key] += times
    return frozenset(key for key, number in refused.items() if _is_refused(shared[key], number, level))


def _can_be_read(found: Sequence[Pair]) -> bool:
    return len(found) <= MOST_TIES and len({key for pair in found for key in pair[:2]}) <= MOST_NODES
