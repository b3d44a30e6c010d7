"""Bit sets over the rows of a list, in the process: what a facet counts is the number of bits two sets share.

Every value of a facet has one ``int``, whose bits are the rows that bear it: 50,000 rows are 6 kB, to count what two
share takes microseconds, where the database looks at every row. A ``Snapshot`` belongs to one state of the register
(``touched.Seen``) and to one day, and never changes; where something was written since, a new one is made of it by
asking for the touched rows alone, or anew where those are too many (``Indexed``). Only what all may read is in it.
A list that is cut by a day asked for has snapshots of the last such days, each made of the one of today.

Memory at 50,000 rows: docs/decisions.md.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter, OrderedDict, defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from itertools import compress, count, islice
from threading import Lock
from typing import Any

from django.db import connections, router
from django.db.models import CharField, QuerySet, Value
from django.db.models.functions import Cast

from coopportal.common.aggregates import JsonList
from coopportal.common.models import Clock
from coopportal.common.touched import MOST_ROWS, Seen, look, touched

#: So many orders of a list are kept beside it.
MOST_ORDERS = 10
#: Of so many days asked for snapshots are kept beside that of today.
MOST_DAYS = 3

_ONE = ord("1")
_NO_ZEROS = bytes.maketrans(b"01", b"\0\1")
_numbers = count(1)

#: Facet → value → keys of rows.
Lists = Mapping[str, Mapping[str, Collection[Any]]]
#: Facet → value → the rows that bear it.
Sets = Mapping[str, Mapping[str, int]]


def bits_of(places: Iterable[int], size: int) -> int:
    """The set of these places below ``size``."""
    digits = bytearray(b"0") * (size + 1)
    for place in places:
        digits[~place] = _ONE
    return int(digits, 2)


def any_of(sets: Mapping[str, int], values: Iterable[str]) -> int:
    """The rows that bear one of the values."""
    found = 0
    for value in values:
        found |= sets.get(value, 0)
    return found


def counts(sets: Mapping[str, int], within: int) -> Counter[str]:
    """How many of these rows bear each value; values that none bears are left out."""
    numbers = {value: (bits & within).bit_count() for value, bits in sets.items()}
    return Counter({value: number for value, number in numbers.items() if number})


def flags_of(bits: int, size: int) -> bytes:
    """For each place one byte: 1 where it is in the set."""
    return f"{bits:0{size}b}".encode().translate(_NO_ZEROS)[::-1]


@dataclass(frozen=True)
class Borne:
    """Which rows bear which values of a facet: ``rows`` name a value and the key of the row that bears it."""

    facet: str
    rows: QuerySet[Any]
    value: Any
    key: str = "pk"

    def grouped(self, keys: Collection[Any] | None) -> QuerySet[Any]:
        """(Facet, value, keys of the rows that bear it); of these rows only, or of all."""
        rows = self.rows.order_by() if keys is None else self.rows.order_by().filter(**{f"{self.key}__in": keys})
        told = {"_facet": Cast(Value(self.facet), CharField()), "_value": Cast(self.value, CharField())}
        groups = rows.annotate(**told).values("_facet", "_value")
        return groups.annotate(_keys=JsonList(self.key)).values_list("_facet", "_value", "_keys")


@dataclass(frozen=True)
class Snapshot:
    """The bit sets of one state: ``keys`` by place, ``places`` by key, ``everything`` that is there."""

    seen: Seen
    day: dt.date
    keys: list[Any]
    places: Mapping[Any, int]
    everything: int
    values: Sets
    #: Tells places of one order of rows from those of another.
    series: int = field(default_factory=lambda: next(_numbers))
    orders: OrderedDict[Any, list[Any]] = field(default_factory=OrderedDict)

    def of_keys(self, keys: Iterable[Any]) -> int:
        places = self.places
        return bits_of((places[key] for key in keys if key in places), len(self.keys))

    def of_pairs(self, pairs: Iterable[tuple[str | None, Any]]) -> dict[str, int]:
        """Value → its rows, of pairs of a value and a key."""
        keys: dict[str, list[Any]] = defaultdict(list)
        for value, key in pairs:
            keys[value or ""].append(key)
        return {value: self.of_keys(of_value) for value, of_value in keys.items()}

    def page(self, bits: int, order: Any, read: Callable[[], Iterable[Any]], start: int, stop: int) -> list[Any]:
        """The keys of these rows from ``start`` to ``stop`` in an order, which is read where it is not known yet."""
        ordered = self.orders.get(order)
        if ordered is None:
            ordered = self.orders[order] = [key for key in read() if key in self.places]
            if len(self.orders) > MOST_ORDERS:
                self.orders.popitem(last=False)
        flags = flags_of(bits, len(self.keys))
        chosen = map(flags.__getitem__, map(self.places.__getitem__, ordered))
        return list(islice(compress(ordered, chosen), start, stop))


@dataclass(frozen=True)
class Cut:
    """How a list is cut by a day.

    ``borne`` finds what rows bear on that day otherwise than today: (facet, value, key). ``sets`` makes of these lists,
    given as sets, and of today's snapshot which rows were there, and what they bore.
    """

    borne: Callable[[dt.date], QuerySet[Any, Any]]
    sets: Callable[[Snapshot, Sets], tuple[int, Sets]]


@dataclass(frozen=True, eq=False)
class Indexed:
    """A list of which bit sets are kept, one snapshot for each database.

    ``resource`` is what the API calls it, ``public`` the rows that everybody may read, ``borne`` which of them bear
    which values on a day; each bears some value of the facet ``always``. ``ways`` lead from a row to what a mark of
    each kind is about (``touched``). ``due`` finds the rows that bear other values on one of two days. ``cut`` says how
    it is on a day asked for; without it only the database knows.
    """

    resource: str
    public: Callable[[], QuerySet[Any]]
    borne: Callable[[dt.date], Iterable[Borne]]
    always: str
    ways: Mapping[str, str]
    due: Callable[[dt.date, dt.date], QuerySet[Any]]
    cut: Cut | None = None
    kept: dict[tuple[str, str], Snapshot] = field(default_factory=dict)
    lock: Any = field(default_factory=Lock)
    #: Of a day asked for: of which snapshot of today it was made (``_made_of``), and what came out.
    days: OrderedDict[Any, tuple[Any, Snapshot]] = field(default_factory=OrderedDict)
    days_lock: Any = field(default_factory=Lock)

    def __post_init__(self) -> None:
        _all.append(self)

    def holds(self, rows: QuerySet[Any]) -> bool:
        """Are these all the rows that everybody may read, and nothing else?"""
        query, public = rows.query, self.public().query
        return query.where == public.where and not (
            query.is_sliced or query.distinct or query.combinator or query.annotations or len(query.alias_map) > 1
        )

    def at_hand(self, day: dt.date, number: int, cut_by: dt.date | None = None) -> Snapshot | None:
        """The snapshot of a day and version, where there is one already."""
        alias = router.db_for_read(Clock)
        kept = self.kept.get(_name(alias))
        if kept is None or (kept.seen.number, kept.day) != (number, day) or _in_transaction(alias):
            return None
        if cut_by is None:
            return kept
        made_of, found = self.days.get((*_name(alias), cut_by), (None, None))
        return found if made_of == _made_of(kept) else None

    def on(self, day: dt.date, number: int, cut_by: dt.date | None = None) -> Snapshot | None:
        """The snapshot of a day, at least as new as the version of this ``number``; or of what a day asked for leaves.

        None within a transaction: what it has written may never come true, and others must not see it.
        """
        alias = router.db_for_read(Clock)
        if _in_transaction(alias) or (cut_by and not self.cut):
            return None
        name = _name(alias)
        with self.lock:  # one works, the others wait for what he finds
            kept = self.kept.get(name)
            if kept is None or (kept.seen.number, kept.day) != (number, day):
                kept = self._present(alias, day, look(alias, kept.seen if kept else None), kept)
                self.kept[name] = kept
        return self._cut(alias, kept, cut_by) if cut_by else kept

    def _cut(self, alias: str, today: Snapshot, day: dt.date) -> Snapshot:
        """What a day leaves of the snapshot of today: made anew whenever that one is another."""
        name = (*_name(alias), day)
        with self.days_lock:
            made_of, found = self.days.pop(name, (None, None))
            if found is None or made_of != _made_of(today):
                found = self._cut_anew(alias, today, day)
            self.days[name] = (_made_of(today), found)
            while len(self.days) > MOST_DAYS:
                self.days.popitem(last=False)
        return found

    def _cut_anew(self, alias: str, today: Snapshot, day: dt.date) -> Snapshot:
        cut = self.cut
        assert cut is not None  # noqa: S101  (asked for in ``on``)
        lists: dict[str, dict[str, list[Any]]] = defaultdict(lambda: defaultdict(list))
        for facet, value, key in cut.borne(day).using(alias):
            lists[facet][value or ""].append(key)
        everything, values = cut.sets(today, _sets(lists, today.places))
        return replace(today, day=day, everything=everything, values=values)

    def _present(self, alias: str, day: dt.date, now: Seen, kept: Snapshot | None) -> Snapshot:
        """What is true now: of the snapshot kept where that can be, else from the beginning."""
        keys = self._changed(alias, day, kept, now) if kept else None
        if kept is None or keys is None:
            return self._built(alias, day, now)
        return self._brought_forward(alias, day, kept, now, keys)

    def _changed(self, alias: str, day: dt.date, kept: Snapshot, now: Seen) -> set[Any] | None:
        """The keys of the rows that may be others than in the snapshot; None where they are too many."""
        rows = self.public().model._default_manager.all()
        found = touched(alias, kept.seen, now, self.resource, rows, self.ways)
        if found is not None and kept.day != day:
            first, last = sorted((kept.day, day))
            due = self.due(first, last).using(alias).order_by().values_list("pk", flat=True).distinct()
            found |= set(due[: MOST_ROWS + 1])
        return None if found is None or len(found) > MOST_ROWS else found

    def _read(self, alias: str, day: dt.date, keys: Collection[Any] | None = None) -> Lists:
        """Facet → value → keys of the rows that bear it, in one query; unpublished rows may be among them."""
        borne = list(self.borne(day))
        parts = [one.grouped(keys).using(alias) for one in borne]
        found: dict[str, dict[str, list[Any]]] = {one.facet: defaultdict(list) for one in borne}
        for facet, value, of_value in parts[0].union(*parts[1:], all=True):
            found[facet][value or ""] += of_value
        return found

    def _there(self, lists: Lists) -> set[Any]:
        return {key for keys in lists[self.always].values() for key in keys}

    def _built(self, alias: str, day: dt.date, now: Seen) -> Snapshot:
        lists = self._read(alias, day)
        keys = sorted(self._there(lists))
        places = {key: place for place, key in enumerate(keys)}
        return Snapshot(now, day, keys, places, bits_of(range(len(keys)), len(keys)), _sets(lists, places))

    def _brought_forward(self, alias: str, day: dt.date, kept: Snapshot, now: Seen, keys: set[Any]) -> Snapshot:
        """The same with the values these rows bear now; a row that went keeps its place without any."""
        if not keys:
            return replace(kept, seen=now, day=day)
        lists = self._read(alias, day, keys)
        there = self._there(lists)
        all_keys, places = kept.keys, kept.places
        if came := sorted(there - places.keys()):
            all_keys = [*all_keys, *came]
            places = {**places, **{key: place for place, key in enumerate(came, len(kept.keys))}}
        fresh = _sets(lists, {key: places[key] for key in there}, len(all_keys))
        were = kept.of_keys(keys)
        values = {name: _renewed(kept.values[name], fresh[name], were) for name in kept.values}
        everything = kept.everything ^ (kept.everything & were) | bits_of(map(places.__getitem__, there), len(all_keys))
        return Snapshot(now, day, all_keys, places, everything, values)


def _sets(lists: Lists, places: Mapping[Any, int], size: int = 0) -> dict[str, dict[str, int]]:
    """The bit sets of all values, of the rows that have a place."""
    size = size or len(places)
    get = places.get

    def of(keys: Collection[Any]) -> int:
        return bits_of((place for key in keys if (place := get(key)) is not None), size)

    return {facet: {value: of(keys) for value, keys in values.items()} for facet, values in lists.items()}


def _renewed(kept: Mapping[str, int], fresh: Mapping[str, int], were: int) -> dict[str, int]:
    """The values of a facet without those of the touched rows, with those they bear now."""
    found = {value: bits ^ (bits & were) | fresh.get(value, 0) for value, bits in kept.items()}
    return {value: bits for value, bits in {**fresh, **found}.items() if bits}


_all: list[Indexed] = []


def _made_of(snapshot: Snapshot) -> tuple[int, int, dt.date]:
    """Another one wherever anything was written, or the day has changed."""
    return snapshot.series, snapshot.seen.number, snapshot.day


def _name(alias: str) -> tuple[str, str]:
    return alias, str(connections[alias].settings_dict["NAME"])


def _in_transaction(alias: str) -> bool:
    """Is something under way that may be rolled back? As Django itself tells it, which leaves out that of a test."""
    blocks = connections[alias].atomic_blocks
    return bool(blocks) and not blocks[-1]._from_testcase  # type: ignore[attr-defined]


def forget() -> None:
    """Everything: a test that is rolled back takes the version back too."""
    for one in _all:
        one.kept.clear()
        one.days.clear()
