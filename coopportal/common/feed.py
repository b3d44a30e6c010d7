"""What changed, in order: marks of the database become changes of records that the public can read.

Writers only leave marks (``triggers``), in their own transaction, so nothing that is committed can be missing. Later
one teller at a time (``settle``) asks for every touched row whether a list of the API holds it now, and writes what
follows: it appeared, it changed, it is gone. Places are given under the lock of the clock, so whoever read up to a
place has missed nothing before it. What is public is asked of the lists themselves; the rules of the
roof (``Rules``) say what hangs together.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from django.db import connection, transaction
from django.db.models import Count, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce
from django.utils import timezone

from coopportal.common.models import Change, Clock, Mark
from coopportal.common.prepared import Prepared
from coopportal.common.triggers import SHOWN, Triggered, install

#: Marks told in one transaction.
BATCH = 5_000
ALL = "*"

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
    #: The records that marks of one kind are about; None are all rows of that kind.
    reach: Callable[[str, list[str] | None], Reached]
    #: The records that change because these appeared, went or got another key. Those of ``deep`` are followed too.
    follow: Callable[[str, list[Any]], Reached]
    deep: frozenset[str]
    #: The records that are others because days have passed: from the day after the first to the second.
    due: Callable[[dt.date, dt.date], Reached]
    #: Primary key → key of the record that took the place of this one.
    successors: Callable[[str, list[Any]], Mapping[Any, str]]


_rules: list[Rules] = []


def use(rules: Rules) -> None:
    """Say once, at start, what hangs together."""
    _rules[:] = [rules]


def rules() -> Rules:
    return _rules[0]


@dataclass(frozen=True)
class Version:
    """Of all that can be read: ``number`` grows with every committed write and never shrinks."""

    number: int
    waiting: int
    position: int
    day: dt.date | None
    moved_at: dt.datetime | None


def version() -> Version:
    """The present version, in one query."""
    question = _question_of_the_version(connection.vendor)
    for settled, waiting, position, day, moved_at in question.values(question.all()):
        return Version(settled + waiting, waiting, position, day, moved_at)
    raise Clock.DoesNotExist


@cache
def _question_of_the_version(_vendor: str) -> Prepared:
    waiting = Mark.objects.order_by().annotate(_all=Value(1)).values("_all").annotate(_n=Count("pk")).values("_n")
    rows = Clock.objects.filter(pk=1).annotate(waiting=Coalesce(Subquery(waiting), Value(0)))
    return Prepared(rows, ["settled", "waiting", "position", "day", "moved_at"])


def begin() -> None:
    """The clock and the triggers, where the database has the tables for them; new ones look at all rows once."""
    if Clock._meta.db_table in connection.introspection.table_names():
        Clock.objects.get_or_create(pk=1)
        mark_all(install(rules().watched))


def mark_all(kinds: Iterable[str]) -> None:
    """All rows of these kinds have to be looked at again."""
    Mark.objects.bulk_create([Mark(kind=kind, row_key=ALL) for kind in kinds])


def settle(today: dt.date, *, most: int | None = None) -> Version:
    """Tell what waits, up to ``most`` batches; the version then."""
    now, batches = version(), 0
    while (now.waiting or now.day != today) and (most is None or batches < most):
        _settle_batch(today)
        now, batches = version(), batches + 1
    return now


def tombstone(name: str, key: str, today: dt.date) -> Change | None:
    """What is known of a record that was not found; None where nobody ever could read it.

    Where it comes and goes while it is asked for, the asker is told that it is gone, and of its return by the feed.
    """
    settle(today, most=4)
    return Change.objects.filter(resource=name, key=key).first()


@transaction.atomic
def _settle_batch(today: dt.date) -> None:
    clock = Clock.objects.select_for_update().get(pk=1)
    marks = list(Mark.objects.order_by("pk").values_list("pk", "kind", "row_key")[:BATCH])
    teller = _Teller(today)
    if clock.day != today:
        teller.reach(rules().due(clock.day or today, today), {})
    by_kind: dict[str, dict[str, int]] = defaultdict(dict)
    for pk, kind, row_key in marks:
        by_kind[kind][row_key] = pk
    for kind, rows in by_kind.items():
        reached = rules().reach(kind, None if ALL in rows else list(rows))
        teller.reach(reached, rows, otherwise=rows.get(ALL, 0), deep=kind.endswith(SHOWN))
    changes = teller.tell(clock.position)
    # Exactly those read: one of a lower number may have been committed meanwhile.
    Mark.objects.filter(pk__in=[pk for pk, _kind, _row in marks]).delete()
    clock.settled += len(marks)
    clock.position += changes
    clock.day = today
    if changes:
        clock.moved_at = timezone.now()
    clock.save()


@dataclass
class _Teller:
    """Turns touched rows into changes."""

    today: dt.date
    pending: dict[str, dict[Any, int]] = field(default_factory=lambda: defaultdict(dict))
    done: dict[str, dict[Any, int]] = field(default_factory=lambda: defaultdict(dict))
    told: dict[tuple[str, str], tuple[int, Change, str]] = field(default_factory=dict)
    followed: dict[str, set[Any]] = field(default_factory=lambda: defaultdict(set))

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
        return len(rows)

    def _compare(self, name: str, touched: dict[Any, int]) -> None:
        """What became of these rows of one list."""
        told = rules().lists[name]
        present = dict(told.rows(self.today).filter(pk__in=touched).order_by().values_list("pk", told.key))
        known = self._known(name, touched, present)
        after = rules().successors(name, [pk for pk in touched if pk not in present])
        flipped = [pk for pk in touched if pk in self.followed[name]]
        for pk, order in touched.items():
            key = str(present[pk]) if pk in present else None
            for change in known.values():
                if change.object_pk == str(pk) and change.key != key:
                    flipped += [pk] * self._gone(change, key or after.get(pk, ""), order)
            if key is not None:
                flipped += [pk] * self._here(name, key, pk, known, order)
        if flipped:
            orders = {str(pk): touched[pk] for pk in flipped}
            self.reach(rules().follow(name, flipped), orders, deep=name in rules().deep)

    def _known(self, name: str, touched: Keys, present: Mapping[Any, Any]) -> dict[str, Change]:
        of_list = Change.objects.filter(resource=name)
        rows = [
            *of_list.filter(object_pk__in=[str(pk) for pk in touched]),
            *of_list.filter(key__in=[str(key) for key in present.values()]),
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
