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
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from django.db import connection, transaction
from django.db.models import Count, Min, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce
from django.utils import timezone

from coopportal.common.models import Change, Clock, Mark
from coopportal.common.prepared import Prepared
from coopportal.common.triggers import SHOWN, Triggered, install

#: Marks told, or rows of a list looked at, in one transaction: by a command, and inside a request.
BATCH = 5_000
PORTION = 500
ALL = "*"
#: A mark of this kind and the name of a list: its rows are looked at one after another, those told before as well. Its
#: key says how far that is: ``rows:`` and the last row, then ``told:`` and the last one of which a change is known.
SWEEP = "sweep:"
ROWS, TOLD = "rows:", "told:"
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


@transaction.atomic
def begin() -> None:
    """The clock and the triggers, where the database has the tables for them; new ones look at all rows once.

    All or nothing: where it is ended halfway, a table that triggers keep would stay empty beside triggers that are
    there, and the next ``migrate`` would find nothing to do.
    """
    if Clock._meta.db_table in connection.introspection.table_names():
        Clock.objects.get_or_create(pk=1)
        mark_all(install(rules().watched))


def mark_all(kinds: Iterable[str]) -> None:
    """All rows of these kinds have to be looked at again."""
    Mark.objects.bulk_create([Mark(kind=kind, row_key=ALL) for kind in kinds])


def settle(
    today: dt.date,
    *,
    most: int | None = None,
    portion: int = BATCH,
    progress: Callable[[int], None] = lambda _waiting: None,
) -> Version:
    """Tell what waits, up to ``most`` portions, each in a transaction of its own; the version then.

    Inside a request ``most`` and a small ``portion`` bound what it does; a command goes on to the end.
    """
    now, portions = version(), 0
    while (now.waiting or now.day != today) and (most is None or portions < most):
        _settle_portion(today, portion)
        now, portions = version(), portions + 1
        progress(now.waiting)
    return now


def settle_some(today: dt.date) -> Version:
    """As much of it as a request may do."""
    return settle(today, most=4, portion=PORTION)


def is_behind(now: Version) -> bool:
    """Waits more than a request can tell? Then who began to pull now could miss that something goes again."""
    return now.waiting > PORTION or (now.waiting > 0 and Mark.objects.filter(_of_all()).exists())


def _of_all() -> Q:
    return Q(row_key=ALL) | Q(kind__startswith=SWEEP)


def tell_first(name: str, keys: list[Any], today: dt.date) -> None:
    """What everybody can read of these rows of a list is told before they go, however much else waits."""
    if settle_some(today).waiting:
        _tell_now(name, keys, today)


@transaction.atomic
def _tell_now(name: str, keys: list[Any], today: dt.date) -> None:
    clock = Clock.objects.select_for_update().get(pk=1)
    teller = _Teller(today)
    teller.reach([(name, [(key, key) for key in keys])], {})
    _moved(clock, teller.tell(clock.position))


def tombstone(name: str, key: str, today: dt.date) -> Change | None:
    """What is known of a record that was not found; None where nobody ever could read it.

    Where it comes and goes while it is asked for, the asker is told that it is gone, and of its return by the feed.
    """
    settle_some(today)
    return Change.objects.filter(resource=name, key=key).first()


@transaction.atomic
def _settle_portion(today: dt.date, portion: int) -> None:
    """What was written last comes before what has to be looked at again, which may be very much."""
    clock = Clock.objects.select_for_update().get(pk=1)
    settled = _begin_sweeps()
    marks = list(Mark.objects.exclude(_of_all()).order_by("pk").values_list("pk", "kind", "row_key")[:portion])
    teller = _Teller(today)
    if clock.day != today:
        teller.reach(rules().due(clock.day or today, today), {})
    by_kind: dict[str, dict[str, int]] = defaultdict(dict)
    for pk, kind, row_key in marks:
        by_kind[kind][row_key] = pk
    for kind, rows in by_kind.items():
        teller.reach(rules().reach(kind, list(rows)), rows, deep=kind.endswith(SHOWN))
    settled += _sweep(teller, portion - len(marks))
    changes = teller.tell(clock.position)
    # Exactly those read: one of a lower number may have been committed meanwhile.
    Mark.objects.filter(pk__in=[pk for pk, _kind, _row in marks]).delete()
    clock.settled += len(marks) + settled
    clock.day = today
    _moved(clock, changes)


def _moved(clock: Clock, changes: int) -> None:
    clock.position += changes
    if changes:
        clock.moved_at = timezone.now()
    clock.save()


def _begin_sweeps() -> int:
    """All rows of a kind: the lists in which they stand are swept from their beginning. How many marks went for that.

    Where it may have changed what is shown, anything may depend on it.
    """
    found = list(Mark.objects.filter(row_key=ALL).values_list("pk", "kind"))
    if not found:
        return 0
    names = set(rules().lists)
    if not any(kind.endswith(SHOWN) for _pk, kind in found):
        names = {name for _pk, kind in found for name in rules().lists_of(kind)}
    sweeps = [f"{SWEEP}{name}" for name in rules().lists if name in names]
    gone, _of = Mark.objects.filter(Q(kind__in=sweeps) | Q(pk__in=[pk for pk, _kind in found])).delete()
    Mark.objects.bulk_create([Mark(kind=kind, row_key=ROWS) for kind in sweeps])
    _note({(name, ALL) for name in names})
    return gone


def _note(untold: Collection[tuple[str, str]]) -> None:
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


def _sweep(teller: _Teller, portion: int) -> int:
    """Go on with the lists that are swept, by so many rows; how many of them have come to their end."""
    ended = 0
    for mark in Mark.objects.filter(kind__startswith=SWEEP).order_by("pk"):
        while portion > 0 and mark.pk:
            name, is_first = mark.kind.removeprefix(SWEEP), mark.row_key.startswith(ROWS)
            last = mark.row_key.removeprefix(ROWS if is_first else TOLD)
            read, keys = (_rows_after if is_first else _told_after)(name, last, portion, teller.today)
            teller.reach([(name, [(key, key) for key in keys])], {}, otherwise=mark.pk)
            if len(read) == portion:
                mark.row_key = f"{ROWS if is_first else TOLD}{read[-1]}"
                mark.save()
            elif is_first:
                mark.row_key = TOLD
                mark.save()
            else:
                mark.delete()
                ended += 1
            portion -= len(read)
    return ended


def _rows_after(name: str, last: str, most: int, today: dt.date) -> tuple[list[Any], list[Any]]:
    """The next rows of a list."""
    rows = rules().lists[name].rows(today).order_by("pk")
    found = list((rows.filter(pk__gt=last) if last else rows).values_list("pk", flat=True)[:most])
    return found, found


def _told_after(name: str, last: str, most: int, today: dt.date) -> tuple[list[Any], list[Any]]:
    """The next rows of which something was told, and those of them that are no longer in the list."""
    told = Change.objects.filter(resource=name, object_pk__gt=last).order_by("object_pk")
    found = list(told.values_list("object_pk", flat=True).distinct()[:most])
    rows = rules().lists[name].rows(today)
    keys = [rows.model._meta.pk.to_python(key) for key in found]
    present = set(rows.filter(pk__in=keys).order_by().values_list("pk", flat=True))
    return found, [key for key in keys if key not in present]


@dataclass
class _Teller:
    """Turns touched rows into changes."""

    today: dt.date
    pending: dict[str, dict[Any, int]] = field(default_factory=lambda: defaultdict(dict))
    done: dict[str, dict[Any, int]] = field(default_factory=lambda: defaultdict(dict))
    told: dict[tuple[str, str], tuple[int, Change, str]] = field(default_factory=dict)
    followed: dict[str, set[Any]] = field(default_factory=lambda: defaultdict(set))
    absent: set[tuple[str, str]] = field(default_factory=set)

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
        _note(self.absent - {(change.resource, change.object_pk) for _o, change, _w in rows})
        return len(rows)

    def _compare(self, name: str, touched: dict[Any, int]) -> None:
        """What became of these rows of one list."""
        told = rules().lists[name]
        present = dict(told.rows(self.today).filter(pk__in=touched).order_by().values_list("pk", told.key))
        known = self._known(name, touched, present)
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
