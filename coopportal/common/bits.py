"""Bit sets over the rows of a list, in the process: what a facet counts is the number of bits two sets share.

Every value of a facet has one ``int``, whose bits are the rows that bear it: 50,000 rows are 6 kB, to count what two
share takes microseconds, where the database looks at every row. A ``Snapshot`` belongs to one state of the register
and stays true as ``followed`` says. Only what all may read is in it.
A list that is cut by a day asked for has snapshots of the last such days, each made of the one of today and of what
held from when to when (``spans``), which is read once.

Memory at 50,000 rows: docs/decisions.md.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter, OrderedDict, defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import compress, count, islice
from threading import Lock
from typing import Any

import orjson
from django.db import router
from django.db.models import CharField, QuerySet, Value
from django.db.models.functions import Cast

from coopportal.common.aggregates import JsonText
from coopportal.common.followed import Followed, in_transaction, name_of
from coopportal.common.models import Clock
from coopportal.common.spans import Sets, Span, Spans, bits_of
from coopportal.common.touched import MOST_ROWS, Seen

#: So many orders of a list are kept beside it.
MOST_ORDERS = 10
#: Of so many days asked for snapshots are kept beside that of today.
MOST_DAYS = 3

_ONE = ord("1")
_NO_ZEROS = bytes.maketrans(b"01", b"\0\1")
_numbers = count(1)

#: Facet → keys of rows, and the value that each of them bears.
Told = Mapping[str, tuple[list[Any], list[str | None]]]


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
    """Which rows bear which values of a facet: ``rows`` name a value and the key of the row that bears it.

    Where they are very many, they are told ``by`` a column with which an index begins that holds all that is asked.
    """

    facet: str
    rows: QuerySet[Any]
    value: Any
    key: str = "pk"
    by: str = ""

    def told(self, keys: Collection[Any] | None) -> QuerySet[Any, Any]:
        """(Facet, keys, values), both as JSON and in the same order; of these rows only, or of all.

        Nothing is sorted or grouped by value: the process does that in a tenth of the time.
        """
        rows = self.rows.order_by() if keys is None else self.rows.order_by().filter(**{f"{self.key}__in": keys})
        rows = rows.annotate(_facet=Cast(Value(self.facet), CharField()), _value=Cast(self.value, CharField()))
        groups = rows.values("_facet", *([self.by] if self.by else []))
        lists = groups.annotate(_keys=JsonText(self.key), _values=JsonText("_value"))
        return lists.values_list("_facet", "_keys", "_values")


@dataclass
class Past:
    """What held from when to when, as it was read once; None before anybody asked for a day."""

    spans: Spans | None = None
    lock: Any = field(default_factory=Lock)


@dataclass(frozen=True)
class Snapshot:
    """The bit sets of one state: ``keys`` by place, ``places`` by key, ``everything`` that is there.

    The rows of the keys in ``stale`` were written since the ``past`` was read, or may have been.
    """

    seen: Seen
    day: dt.date
    keys: list[Any]
    places: Mapping[Any, int]
    everything: int
    values: Sets
    #: Tells places of one order of rows from those of another.
    series: int = field(default_factory=lambda: next(_numbers))
    orders: OrderedDict[Any, list[Any]] = field(default_factory=OrderedDict)
    past: Past = field(default_factory=Past)
    stale: frozenset[Any] = frozenset()

    def of_keys(self, keys: Iterable[Any]) -> int:
        places = self.places
        return bits_of([places[key] for key in keys if key in places], len(self.keys))

    def of_pairs(self, pairs: Iterable[tuple[str | None, Any]]) -> dict[str, int]:
        """Value → its rows, of pairs of a value and a key."""
        return _sets_of(pairs, self.places, len(self.keys))

    def keys_of(self, bits: int) -> Iterable[Any]:
        """The keys of these rows, in the order of their places."""
        return compress(self.keys, flags_of(bits, len(self.keys)))

    def shared_with(self, other: Snapshot, bits: int) -> int:
        """A set of another snapshot as one of this."""
        return bits if self.keys == other.keys else self.of_keys(other.keys_of(bits))

    def ordered(self, order: Any, read: Callable[[], Iterable[Any]]) -> list[Any]:
        """All keys in an order, which is read where it is not known yet."""
        ordered = self.orders.get(order)
        if ordered is None:
            keys, places = self.keys, self.places  # the very same numbers, so that they take no place of their own
            ordered = self.orders[order] = [keys[places[key]] for key in read() if key in places]
            if len(self.orders) > MOST_ORDERS:
                self.orders.popitem(last=False)
        return ordered

    def page(self, bits: int, order: Any, read: Callable[[], Iterable[Any]], start: int, stop: int) -> list[Any]:
        """The keys of these rows from ``start`` to ``stop`` in an order (``ordered``)."""
        ordered = self.ordered(order, read)
        if bits == (1 << len(self.keys)) - 1:
            return ordered[start:stop]
        flags = flags_of(bits, len(self.keys))
        chosen = map(flags.__getitem__, map(self.places.__getitem__, ordered))
        return list(islice(compress(ordered, chosen), start, stop))


@dataclass(frozen=True)
class Cut:
    """How a list is cut by a day.

    ``spans`` say what rows bear from when to when that they do not always bear. ``sets`` makes of what held on the day,
    and of today's snapshot, which rows were there, and what they bore.
    """

    spans: Callable[[], Iterable[Span]]
    sets: Callable[[Snapshot, Sets], tuple[int, Sets]]


def _nothing_told(told: Told) -> Told:
    return told


def _nothing_more(read: Sets) -> Sets:
    return read


@dataclass(frozen=True, eq=False, kw_only=True)
class Indexed(Followed[Snapshot]):
    """A list of which bit sets are kept.

    ``borne`` says which rows bear which values on a day, ``more`` and ``follow`` what follows from what is told and
    from its sets; each bears some value of the facet ``always``. ``cut`` says how it is on a day asked for; without it
    only the database knows.
    """

    borne: Callable[[dt.date], Iterable[Borne]]
    always: str
    cut: Cut | None = None
    more: Callable[[Told], Told] = _nothing_told
    follow: Callable[[Sets], Sets] = _nothing_more
    #: Of a day asked for: of which snapshot of today it was made (``_made_of``), and what came out.
    days: OrderedDict[Any, tuple[Any, Snapshot]] = field(default_factory=OrderedDict)
    days_lock: Any = field(default_factory=Lock)

    @cached_property
    def _of_public(self) -> Any:
        """The question for all rows that everybody may read; nobody changes it."""
        return self.public().query

    def holds(self, rows: QuerySet[Any]) -> bool:
        """Are these all the rows that everybody may read, and nothing else?"""
        query, public = rows.query, self._of_public
        return query.where == public.where and not (
            query.is_sliced
            or query.distinct
            or query.combinator
            or query.annotations
            or len(query.alias_map) > max(1, len(public.alias_map))
        )

    def at_hand(self, day: dt.date, number: int, cut_by: dt.date | None = None) -> Snapshot | None:
        """The snapshot of a day and version, where there is one already."""
        alias = router.db_for_read(Clock)
        kept = self.kept.get(name_of(alias))
        if kept is None or (kept.seen.number, kept.day) != (number, day) or in_transaction(alias):
            return None
        if cut_by is None:
            return kept
        made_of, found = self.days.get((*name_of(alias), cut_by), (None, None))
        return found if made_of == _made_of(kept) else None

    def on(self, day: dt.date, number: int, cut_by: dt.date | None = None) -> Snapshot | None:
        """The snapshot of a day, at least as new as the version of this ``number``; or of what a day asked for leaves.

        None within a transaction: what it has written may never come true, and others must not see it.
        """
        kept = None if cut_by and not self.cut else self.present(day, number)
        return self._cut(router.db_for_read(Clock), kept, cut_by) if kept and cut_by else kept

    def _cut(self, alias: str, today: Snapshot, day: dt.date) -> Snapshot:
        """What a day leaves of the snapshot of today: made anew whenever that one is another."""
        name = (*name_of(alias), day)
        with self.days_lock:
            made_of, found = self.days.pop(name, (None, None))
            if found is None or made_of != _made_of(today):
                found = self._cut_anew(alias, today, day)
            self.days[name] = (_made_of(today), found)
            while len(self.days) > MOST_DAYS:
                self.days.popitem(last=False)
        return found

    def _cut_anew(self, alias: str, today: Snapshot, day: dt.date) -> Snapshot:
        cut, size = self.cut, len(today.keys)
        assert cut is not None  # noqa: S101  (asked for in ``on``)
        held: Any = self._spans(alias, today).on(day, size)
        if today.stale:
            fresh = Spans.read(list(cut.spans()), alias, today.places, today.stale).on(day, size)
            held = _all_renewed(held, fresh, today.of_keys(today.stale))
        everything, values = cut.sets(today, held)
        return replace(today, day=day, everything=everything, values=values)

    def _spans(self, alias: str, today: Snapshot) -> Spans:
        """What held from when to when, as it was when first asked for; by now the rows of ``stale`` may be others."""
        past = today.past
        with past.lock:
            if past.spans is None:
                past.spans = Spans.read(list(self.cut.spans()), alias, today.places)  # type: ignore[union-attr]
            return past.spans

    def prepare(self, day: dt.date, number: int) -> None:
        snapshot = self.present(day, number)
        if snapshot and self.cut:
            self._spans(router.db_for_read(Clock), snapshot)

    def forget(self) -> None:
        super().forget()
        self.days.clear()

    def _read(self, alias: str, day: dt.date, keys: Collection[Any] | None = None) -> Told:
        """What all rows bear, or those of these keys, in one query; unpublished rows may be among them."""
        borne = list(self.borne(day))
        parts = [one.told(keys).using(alias) for one in borne]
        found: dict[str, tuple[list[Any], list[str | None]]] = {one.facet: ([], []) for one in borne}
        for facet, of_keys, of_values in parts[0].union(*parts[1:], all=True):
            for known, came in zip(found[facet], (of_keys, of_values), strict=True):
                known += orjson.loads(came)
        return found

    def _sets(self, told: Told, places: Mapping[Any, int], size: int) -> Sets:
        """Of the rows that have a place."""
        lists = self.more(told).items()
        return self.follow(
            {name: _sets_of(zip(values, keys, strict=True), places, size) for name, (keys, values) in lists}
        )

    def _built(self, alias: str, day: dt.date, now: Seen) -> Snapshot:
        told = self._read(alias, day)
        keys = sorted(set(told[self.always][0]))
        places = {key: place for place, key in enumerate(keys)}
        return Snapshot(now, day, keys, places, (1 << len(keys)) - 1, self._sets(told, places, len(keys)))

    def _brought_forward(self, alias: str, day: dt.date, kept: Snapshot, now: Seen, keys: set[Any]) -> Snapshot:
        """The same with the values these rows bear now; a row that went keeps its place without any."""
        if not keys:
            return replace(kept, seen=now, day=day)
        told = self._read(alias, day, keys)
        there = set(told[self.always][0])
        all_keys, places = kept.keys, kept.places
        if came := sorted(there - places.keys()):
            all_keys = [*all_keys, *came]
            places = {**places, **{key: place for place, key in enumerate(came, len(kept.keys))}}
        fresh = self._sets(told, {key: places[key] for key in there}, len(all_keys))
        were = kept.of_keys(keys)
        everything = kept.everything & ~were | bits_of([places[key] for key in there], len(all_keys))
        past, stale = kept.past, kept.stale | keys
        if len(stale) > MOST_ROWS:
            past, stale = Past(), frozenset()
        values = _all_renewed(kept.values, fresh, were)
        return Snapshot(now, day, all_keys, places, everything, values, past=past, stale=stale)


def _sets_of(pairs: Iterable[tuple[str | None, Any]], places: Mapping[Any, int], size: int) -> dict[str, int]:
    """Value → the rows that bear it, of pairs of a value and the key of a row; of those that have a place."""
    found: dict[str, list[int]] = defaultdict(list)
    for value, key in pairs:
        if (place := places.get(key)) is not None:
            found[value or ""].append(place)
    return {value: bits_of(of_value, size) for value, of_value in found.items()}


def _all_renewed(kept: Sets, fresh: Sets, were: int) -> dict[str, dict[str, int]]:
    return {name: _renewed(kept[name], fresh.get(name, {}), were) for name in kept}


def _renewed(kept: Mapping[str, int], fresh: Mapping[str, int], were: int) -> dict[str, int]:
    """The values of a facet without those of the touched rows, with those they bear now."""
    found = {value: bits & ~were | fresh.get(value, 0) for value, bits in kept.items()}
    return {value: bits for value, bits in {**fresh, **found}.items() if bits}


def _made_of(snapshot: Snapshot) -> tuple[int, int, dt.date]:
    """Another one wherever anything was written, or the day has changed."""
    return snapshot.series, snapshot.seen.number, snapshot.day
