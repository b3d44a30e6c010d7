"""Who cooperates with whom: the participants of the chosen cooperations as nodes, what they share as ties.

Only participations that count on the day are tied: partners, parties, members. Where the network is that of a place,
every tie has an end in it. Too many ties for a picture are told by district, and if need be by Land.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Container, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import islice
from typing import Any, NamedTuple, TypeVar
from urllib.parse import urlencode

from django.db.models import Exists, OuterRef, Q
from django.urls import reverse
from django.utils.translation import gettext as _

from agreements.choices import COUNTED_DEGREES, NetworkLevel
from agreements.filters import NetworkFilterSet
from agreements.filters.member_bits import MEMBER_BITS, MEMBERS, SEVERAL
from agreements.models import Cooperation, Participation, Spell
from agreements.nodes import Who, names
from agreements.querysets.few import Few, FewInBits
from agreements.querysets.pairs import NO_STATE, Pair, Refused, Shared, pairs, shared
from coopportal.common import networks
from coopportal.common.bits import Snapshot
from coopportal.common.facets import InSets
from coopportal.common.networks import Network, Node, Tie
from coopportal.common.remembered import remembered
from coopportal.common.views import ListPage
from municipalities.keys import prefix_of
from municipalities.models import Municipality

T = TypeVar("T")

#: With more nodes or ties a picture is drawn of districts, or of Länder.
MOST_NODES, MOST_TIES = 60, 300
#: The levels that are tried before that of the Länder.
FINER = (NetworkLevel.BODY, NetworkLevel.DISTRICT)
#: More ties are not told at all; whoever asks is told to choose a part.
MOST_ROWS = 20_000
#: Key of no cooperation: a list of keys has one at least, or nothing could be asked.
NOBODY = -1
#: More cooperations are not named one by one.
MOST_KEYS = 1_000
#: So many participations are looked at before it is tried whether a picture can be read.
PROBED = 1_000
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
    """The network of one question, in a constant number of queries (one more for each step and each coarser level)."""

    def __init__(self, asked: NetworkFilterSet) -> None:
        self.asked, self.day = asked, asked.day
        self.starts = {body.pk for body in asked.starts}

    # --- Which participations ---

    def _members(self, level: NetworkLevel) -> Any:
        rows = self._of_cooperations()
        return rows.as_members(level, inside=self._inside, alone=self._alone(level))

    def _alone(self, level: NetworkLevel) -> list[int]:
        return sorted(self.starts) if level != NetworkLevel.BODY else []

    def _of_cooperations(self) -> Any:
        few = self._few_keys
        return self._spells().filter(cooperation__in=self._keys() if few is None else few or [NOBODY])

    def _keys(self) -> Any:
        return self._cooperations().order_by().values("pk")

    @cached_property
    def _few_keys(self) -> list[int] | None:
        """The keys of the chosen cooperations where these are few: the database need not find them each time."""
        if self._sets is not None:
            first = list(islice(self._sets.snapshot.keys_of(self._sets.found), MOST_KEYS + 1))
        else:
            first = list(self._keys().values_list("pk", flat=True)[: MOST_KEYS + 1])
        return first if len(first) <= MOST_KEYS else None

    @cached_property
    def _sets(self) -> InSets | None:
        """The chosen cooperations as a set; None around a municipality, and where only the database knows."""
        return None if self.starts or self.asked.is_cut else self.asked.sets

    def _spells(self) -> Any:
        rows = Spell.objects.on(self.day)
        return rows.appeared() if self.asked.is_cut else rows

    def _cooperations(self) -> Any:
        """Those the filters choose; around a municipality also those of its partners, as far as one asked to go."""
        if not self.starts:
            return self.asked.qs
        rows = self.asked.qs if self.asked.steps == 1 else self.asked.rows_without("municipality")
        # The filter says so too where it stays; by keys the database begins with the few.
        return rows.filter(pk__in=Participation.objects.filter(self._reached).values("cooperation"))

    @cached_property
    def _inside(self) -> Q | None:
        """The bodies of which every tie has one: those reached, those of the area or of the Länder; None: any."""
        chosen = self.asked.chosen
        if self.starts:
            return self._reached
        if areas := chosen("within"):
            condition = Q()
            for body in areas:
                condition |= Q(ars__startswith=prefix_of(body.ars, body.level))
            return Q(municipality__in=Municipality.objects.filter(condition).order_by().values("pk"))
        if offices := chosen("organisation"):
            return Q(organisation__in=offices)
        if states := chosen("state"):
            return Q(state__in=states)
        return None

    @cached_property
    def _reached(self) -> Q:
        """The municipalities asked for and, with more steps, their partners; one query for each further step."""
        towns, offices = set(self.starts), set[int]()
        for _step in range(self.asked.steps - 1):
            bodies = Q(municipality__in=sorted(towns)) | Q(organisation__in=sorted(offices))
            of_them = Exists(self._spells().counting().filter(bodies, cooperation=OuterRef("cooperation")))
            rows = self._spells().counting().filter(of_them)
            rows = rows.filter(cooperation__in=self.asked.rows_without("municipality").order_by().values("pk"))
            for town, office in rows.order_by().values_list("municipality", "organisation").distinct():
                (towns.add(town) if town else offices.add(office))
        return Q(municipality__in=sorted(towns)) | Q(organisation__in=sorted(offices))

    # --- Which ties, on which level ---

    @cached_property
    def _found(self) -> tuple[NetworkLevel, list[Pair]]:
        """The level asked for, else the finest of which a picture can be read."""
        if asked := self.asked.chosen("level"):
            level = NetworkLevel(asked)
            return level, self._pairs(level, MOST_ROWS + 1)
        is_small = self.starts and self.asked.steps == 1  # around one municipality there are few
        looked = {} if is_small else self.looked_at(FINER, PROBED)
        for level in FINER:
            if len(looked.get(level, ())) <= MOST_NODES:
                found = self._pairs(level, MOST_TIES + 1)
                if _can_be_read(found):
                    return level, found
        return NetworkLevel.STATE, self._pairs(NetworkLevel.STATE, MOST_ROWS + 1)

    def looked_at(self, levels: Sequence[NetworkLevel], most: int) -> dict[NetworkLevel, set[str]]:
        """Nodes of the network, found in a look at so many participations."""
        rows = self._of_cooperations()
        if self._sets is not None and self._few_keys is None:
            first = islice(self._sets.snapshot.keys_of(self._sets.found), most)
            rows = self._spells().filter(cooperation__in=list(first))
        return rows.first_nodes(levels, inside=self._inside, most=most)

    def _pairs(self, level: NetworkLevel, most: int) -> list[Pair]:
        """Of few nodes they are counted here: to join so many members takes the database a hundred times as long."""
        is_few = level == NetworkLevel.STATE
        return self._few.pairs(most=most) if is_few else pairs(self._members(level), most=most)

    def _refused(self, level: NetworkLevel) -> dict[tuple[str, str], Refused]:
        if self._has_few(level):
            return self._few.refused(self._spells().refusing_states())
        return self._of_cooperations().refused(level, inside=self._inside, alone=self._alone(level))

    def _has_few(self, level: NetworkLevel) -> bool:
        """Are the nodes Länder, and nothing else?"""
        return level == NetworkLevel.STATE and not self.starts

    @cached_property
    def _few(self) -> Few | FewInBits:
        asked = self.asked
        if self.starts:
            return Few(self._members(NetworkLevel.STATE))
        kept = MEMBER_BITS.on(asked.today, asked.version) if self._sets is not None else None
        if self._sets is None or kept is None:
            return Few(self._of_cooperations().as_states(inside=self._inside))
        found = kept.shared_with(self._sets.snapshot, self._sets.found)
        members = {f"l{state}": bits & found for state, bits in kept.values[MEMBERS].items()}
        several = {f"l{state}": bits for state, bits in kept.values[SEVERAL].items()}
        return FewInBits(kept, members, several, self._insiders(kept, members))

    def _insiders(self, kept: Snapshot, members: dict[str, int]) -> dict[str, int]:
        """By Land the cooperations in which a body of it takes part of which every tie has one."""
        if self._inside is None:
            return members
        if not (self.asked.chosen("within") or self.asked.chosen("organisation")):
            codes = {f"l{state.code}" for state in self.asked.chosen("state")}
            return {state: bits for state, bits in members.items() if state in codes}
        pairs = self._spells().counting().filter(self._inside).order_by().values_list("state", "cooperation")
        return {f"l{state or NO_STATE}": bits for state, bits in kept.of_pairs(pairs.distinct()).items()}

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
        if len(found) > MOST_ROWS:
            return Found(level, True, {}, [], None)
        who = names({key for pair in found for key in pair[:2]}, self.asked)
        told = self._refused(level)
        rows = [self._row(pair, who, told.get(pair[:2])) for pair in found]
        rows.sort(key=lambda row: (-row.number, row.one.order, row.other.order if row.other else ()))
        refusing = frozenset(one.key for row in rows for one, _number in row.refused_by)
        return Found(level, False, who, rows, self._drawn(found, who, told), refusing)

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
        """The keys of nodes that say, or of which one body says, that they do not take part in what they share."""
        return self._found_out.refusing

    def _row(self, pair: Pair, who: dict[str, Who], refused: Refused | None) -> Row:
        one, other = sorted((who[pair.one], who[pair.other]), key=self._order)
        number, by = refused or Refused(0, {})
        told = tuple((who[key], times) for key, times in by.items())
        return Row(one, None if pair.one == pair.other else other, pair, number, told)

    def _order(self, who: Who) -> tuple[Any, ...]:
        return (who.key not in self._start_keys, *who.order)

    @property
    def _start_keys(self) -> set[str]:
        return {f"m{pk}" for pk in self.starts}

    def shared_by(self, rows: Sequence[Row]) -> dict[tuple[str, str], list[Shared]]:
        """The first cooperations of each of the rows; one query (two of Länder), kept as the ties are."""
        wanted = [row.pair for row in rows]
        found = self._remembered(f"shared {wanted}", lambda: self._shared(wanted), size=len)
        told = defaultdict(list)
        for one in found:
            told[one.one, one.other].append(one)
        return told

    def _shared(self, wanted: list[Pair]) -> list[Shared]:
        if self.level != NetworkLevel.STATE:
            return shared(self._members(self.level), wanted, most=MOST_SHARED)
        keys = self._few.shared(wanted, self._in_order, most=MOST_SHARED)
        told = Cooperation.objects.in_bulk({key for some in keys.values() for key in some})
        return [Shared(*pair, told[key].slug, told[key].name) for pair, some in keys.items() for key in some]

    def _in_order(self) -> Iterable[int]:
        """The keys of the chosen cooperations, by name; of all where they are known as a set."""
        if self._sets is None:
            return self._cooperations().order_by("sort_key", "pk").values_list("pk", flat=True)
        known = self._sets.snapshot.orders.get(())
        return known or Cooperation.objects.public().order_by("sort_key", "pk").values_list("pk", flat=True)

    # --- The picture ---

    @property
    def drawing(self) -> Network | None:
        """None where a picture could not be read."""
        return self._found_out.drawing

    def _drawn(self, found: list[Pair], who: dict[str, Who], refused: Container[Any]) -> Network | None:
        if not _can_be_read(found):
            return None
        ties = [Tie(*pair, is_refused=pair[:2] in refused) for pair in found]
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


def _can_be_read(found: Sequence[Pair]) -> bool:
    return len(found) <= MOST_TIES and len({key for pair in found for key in pair[:2]}) <= MOST_NODES
