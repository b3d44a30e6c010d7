"""Turns touched rows into changes: what hangs together (``Rules``, said by the roof), and who tells it (``Teller``)."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Min, QuerySet
from django.utils import timezone

from coopportal.common.models import Change
from coopportal.common.triggers import Triggered

ALL = "*"
#: So begins the name of a list where rows of it are noted that were written and of which nobody is told: they are in no
#: list. Who keeps rows may have seen them there before (``touched``).
NOTED = "noted:"

Keys = Iterable[Any]
#: Rows of a list of the API with what reached them: (name of the list, (primary key, the row that reached it)).
Reached = Iterable[tuple[str, Iterable[tuple[Any, Any]]]]


@dataclass(frozen=True)
class Told:
    """A list of the API: the column of its keys, and its rows on a day, as it shows them unasked."""

    key: str
    rows: Callable[[dt.date], QuerySet[Any]]


@dataclass(frozen=True)
class Rules:
    """What the roof knows of the rooms: which tables are watched, and what else a touched row touches.

    Tables that the database keeps by itself (``derived``) live by triggers too: they stand among the ``watched``.
    """

    watched: tuple[Triggered, ...]
    lists: Mapping[str, Told]
    #: The records that marks of one kind are about, and the lists in which they stand.
    reach: Callable[[str, list[str]], Reached]
    lists_of: Callable[[str], set[str]]
    #: The records that change because these appeared, went or got another key. Those of ``deep`` are followed too.
    follow: Callable[[str, list[Any]], Reached]
    deep: frozenset[str]
    #: List → its records that are others because days have passed, from the day after the first to the second.
    due: Callable[[dt.date, dt.date], Mapping[str, QuerySet[Any]]]
    #: Primary key → key of the record that took the place of this one.
    successors: Callable[[str, list[Any]], Mapping[Any, str]]


_rules: list[Rules] = []


def use(rules: Rules) -> None:
    """Say once, at start, what hangs together."""
    _rules[:] = [rules]


def rules() -> Rules:
    return _rules[0]


def note(untold: Collection[tuple[str, str]]) -> None:
    """These rows (list, primary key) were written, or all of a list. The lower the place, the later it was noted."""
    if not untold:
        return
    place, now = Change.objects.aggregate(least=Min("position"))["least"] or 0, timezone.now()
    rows = [
        Change(resource=f"{NOTED}{name}", key=pk, object_pk=pk, position=at, since=at, at=now, is_gone=True)
        for at, (name, pk) in enumerate(sorted(untold), min(place, 0) - len(untold))
    ]
    unique, other = ["resource", "key"], ["position", "since", "at"]
    Change.objects.bulk_create(rows, batch_size=500, update_conflicts=True, unique_fields=unique, update_fields=other)


@dataclass
class Teller:
    """Turns touched rows into changes."""

    today: dt.date
    pending: dict[str, dict[Any, int]] = field(default_factory=lambda: defaultdict(dict))
    done: dict[str, dict[Any, int]] = field(default_factory=lambda: defaultdict(dict))
    told: dict[tuple[str, str], tuple[int, Change, str]] = field(default_factory=dict)
    followed: dict[str, set[Any]] = field(default_factory=lambda: defaultdict(set))
    absent: set[tuple[str, str]] = field(default_factory=set)
    #: List → row → the keys under which somebody may have read it though nothing was told of it.
    seen: dict[str, dict[Any, set[str]]] = field(default_factory=lambda: defaultdict(lambda: defaultdict(set)))

    def leave(self, name: str, orders: Mapping[str, int]) -> None:
        """These rows left a list, or their key: of ``row/key`` the place of the mark."""
        convert = rules().lists[name].rows(self.today).model._meta.pk.to_python
        for left in orders:
            row, _slash, key = left.partition("/")
            self.seen[name][convert(row)].add(key)
            self.reach([(name, [(convert(row), left)])], orders, deep=True)

    def reach(self, reached: Reached, orders: Mapping[str, int], *, otherwise: int = 0, deep: bool = False) -> None:
        """These rows were touched, each at the place of what reached it.

        ``deep``: whether they are shown may have changed, so those that depend on it are told too. That they look as
        they did when they were told last does not say that nobody read them meanwhile.
        """
        for name, pairs in reached:
            for key, cause in pairs:
                order = orders.get(str(cause), otherwise)
                if deep and key not in self.followed[name]:
                    self.followed[name].add(key)
                    self.done[name].pop(key, None)
                if key not in self.done[name]:
                    self.pending[name][key] = max(order, self.pending[name].get(key, 0))

    def tell(self, position: int) -> int:
        """Write the changes after ``position``, in the order of the marks; how many there are."""
        while any(self.pending.values()):
            for name in rules().lists:
                if touched := self.pending.pop(name, None):
                    self.done[name] |= touched
                    self._compare(name, touched)
        names = list(rules().lists)
        rows = sorted(self.told.values(), key=lambda one: (one[0], names.index(one[1].resource), one[1].key))
        now = timezone.now()
        for _order, change, what in rows:
            position += 1
            change.position, change.at = position, now
            if what == "appeared":
                change.since = position
        Change.objects.bulk_create([change for _o, change, _w in rows if change.pk is None], batch_size=500)
        known = [change for _o, change, _w in rows if change.pk is not None]
        columns = ["object_pk", "position", "since", "at", "is_gone", "successor"]
        Change.objects.bulk_update(known, columns, batch_size=200)
        note(self.absent - {(change.resource, change.object_pk) for _o, change, _w in rows})
        return len(rows)

    def _compare(self, name: str, touched: dict[Any, int]) -> None:
        """What became of these rows of one list."""
        told = rules().lists[name]
        present = dict(told.rows(self.today).filter(pk__in=touched).order_by().values_list("pk", told.key))
        left = {pk: keys for pk in touched if (keys := self.seen[name].get(pk))}
        known = self._known(name, touched, [*present.values(), *(key for keys in left.values() for key in keys)])
        self.absent |= {(name, str(pk)) for pk in touched if pk not in present}
        after = rules().successors(name, [pk for pk in touched if pk not in present])
        flipped = [pk for pk in touched if pk in self.followed[name]]
        for pk, order in touched.items():
            key = str(present[pk]) if pk in present else None
            for change in known.values():
                if change.object_pk == str(pk) and change.key != key:
                    flipped += [pk] * self._gone(change, key or after.get(pk, ""), order)
            if key is not None:
                flipped += [pk] * self._here(name, key, pk, known, order)
        self._tell_left(name, left, known, touched, present, after)
        if flipped:
            orders = {str(pk): touched[pk] for pk in flipped}
            followers = list(rules().follow(name, flipped))
            self.reach(followers, orders, deep=name in rules().deep)

    def _tell_left(
        self,
        name: str,
        left: Mapping[Any, set[str]],
        known: dict[str, Change],
        touched: Mapping[Any, int],
        present: Mapping[Any, Any],
        after: Mapping[Any, str],
    ) -> None:
        """What somebody may have read under these keys is not there any more, told before or not."""
        if not left:
            return
        told = rules().lists[name]
        keys = {key for some in left.values() for key in some}
        there = told.rows(self.today).filter(**{f"{told.key}__in": keys}).order_by().values_list(told.key, flat=True)
        taken = {str(key) for key in there}
        for pk, some in left.items():
            for key in some - taken:
                change = known.get(key) or Change(resource=name, key=key, object_pk=str(pk), since=0)
                change.is_gone, change.successor = True, str(present.get(pk) or after.get(pk, ""))
                known[key] = change
                self.told[name, key] = (touched[pk], change, "gone")

    def _known(self, name: str, touched: Keys, keys: Keys) -> dict[str, Change]:
        of_list = Change.objects.filter(resource=name)
        rows = [
            *of_list.filter(object_pk__in=[str(pk) for pk in touched]),
            *of_list.filter(key__in=[str(key) for key in keys]),
        ]
        return {row.key: row for row in rows}

    def _gone(self, change: Change, successor: str, order: int) -> bool:
        """The record of this key is gone (again, where another takes its place now)."""
        was_there = not change.is_gone
        if was_there or change.successor != successor:
            change.is_gone, change.successor = True, successor
            self.told[change.resource, change.key] = (order, change, "gone")
        return was_there

    def _here(self, name: str, key: str, pk: Any, known: dict[str, Change], order: int) -> bool:
        """The record of this key is there; did it appear?"""
        change = known.get(key)
        appeared = change is None or change.is_gone
        if change is None:
            change = known[key] = Change(resource=name, key=key, since=0)
        change.is_gone, change.successor, change.object_pk = False, "", str(pk)
        self.told[name, key] = (order, change, "appeared" if appeared else "changed")
        return appeared
