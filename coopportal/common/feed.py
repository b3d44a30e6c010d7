"""What changed, in order: marks of the database become changes of records that the public can read.

Writers only leave marks (``triggers``), in their own transaction, so nothing that is committed can be missing. Later
one teller at a time (``settle``) asks for every touched row whether a list of the API holds it now, and writes what
follows: it appeared, it changed, it is gone. A row that leaves its list or its key leaves a mark of that too, and so
does what was shown because of it (``leaving``): a reader of the lists may have it though nothing was told of it yet.

Places are given under the lock of the clock, so whoever read up to a place has missed nothing before it. What is public
is asked of the lists themselves; the rules of the roof (``teller.Rules``) say what hangs together.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache
from math import inf
from time import monotonic, sleep
from typing import Any

from django.db import OperationalError, connection, transaction
from django.db.models import Count, Subquery, Value
from django.db.models.functions import Coalesce
from django.utils import timezone

from coopportal.common.models import Change, Clock, Mark
from coopportal.common.prepared import Prepared
from coopportal.common.sweeps import begin_day, begin_sweeps, go_on_with_days, of_all, portioned, sweep
from coopportal.common.teller import ALL, Teller, rules
from coopportal.common.triggers import LEFT, SHOWN, install

#: Marks told, or rows of a list looked at, in one transaction, at most: by a command, and inside a request.
BATCH = 5_000
PORTION = 500
#: With so many one begins, so that what was written together is told together. What hangs together with them may be
#: hundred times as much, and SQLite lets nobody else write meanwhile; so the next portions become as large as this many
#: seconds allow.
FIRST = 500
AIM = 0.5
#: A request that had to wait for its turn begins no further portion after so many seconds.
LONGEST = 20.0
#: Who waits for SQLite looks ten times in a second whether it is free.
TURN = 0.15


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
    longest: float = inf,
    progress: Callable[[int], None] = lambda _waiting: None,
) -> Version:
    """Tell what waits in portions, each in a transaction of its own; the version then.

    Inside a request ``most`` (marks and rows), ``longest`` (seconds) and a small ``portion`` bound what it does; a
    command goes on to the end. Between two of its transactions others have their turn.
    """
    now, told, size, start = version(), 0, min(FIRST, portion), monotonic()
    while (now.waiting or now.day != today) and (most is None or told < most):
        if told and monotonic() - start > longest:
            break
        size = size if most is None else min(size, most - told)
        took = _settle_portion(today, size)
        now, told, size = version(), told + size, _next_size(size, took, portion)
        progress(now.waiting)
        if now.waiting and connection.vendor == "sqlite":
            sleep(min(TURN, took))
    return now


def _next_size(size: int, took: float, most: int) -> int:
    """So many as are told in the time aimed at, judged by how long these took."""
    return max(1, min(most, 2 * size, int(size * AIM / max(took, 0.001))))


def settle_some(today: dt.date) -> Version:
    """As much of it as a request may do; where somebody writes for long (SQLite) it waits for the next one."""
    try:
        return settle(today, most=4 * PORTION, portion=PORTION, longest=LONGEST)
    except OperationalError:
        return version()


def is_behind(now: Version) -> bool:
    """Waits more than a request can tell? Then who began to pull now could miss that something goes again."""
    return now.waiting > PORTION or (now.waiting > 0 and Mark.objects.filter(of_all()).exists())


def tell_first(name: str, keys: list[Any], today: dt.date) -> None:
    """What everybody can read of these rows of a list is told before they go, however much else waits."""
    if settle_some(today).waiting:
        _tell_now(name, keys, today)


@transaction.atomic
def _tell_now(name: str, keys: list[Any], today: dt.date) -> None:
    clock = Clock.objects.select_for_update().get(pk=1)
    teller = Teller(today)
    teller.reach([(name, [(key, key) for key in keys])], {})
    _moved(clock, teller.tell(clock.position))


def note_leaving(name: str, key: Any, today: dt.date) -> None:
    """Leave a mark that this row of a list goes, where the list shows it: whoever has read it shall hear of that."""
    if rules().lists[name].rows(today).filter(pk=key).exists():
        Mark.objects.create(kind=f"{LEFT}{name}", row_key=f"{key}/{key}")


def tombstone(name: str, key: str, today: dt.date) -> Change | None:
    """What is known of a record that was not found; None where nobody ever could read it.

    Where it comes and goes while it is asked for, the asker is told that it is gone, and of its return by the feed.
    """
    settle_some(today)
    return Change.objects.filter(resource=name, key=key).first()


@transaction.atomic
def _settle_portion(today: dt.date, portion: int) -> float:
    """What was written last comes before what has to be looked at again, which may be very much.

    The answer are the seconds that it took since its turn had come.
    """
    clock, begun = Clock.objects.select_for_update().get(pk=1), monotonic()
    settled = begin_sweeps()
    marks = list(Mark.objects.exclude(portioned()).order_by("pk").values_list("pk", "kind", "row_key")[:portion])
    teller = Teller(today)
    if clock.day not in (None, today):
        begin_day(clock.day, today)
    by_kind: dict[str, dict[str, int]] = defaultdict(dict)
    for pk, kind, row_key in marks:
        by_kind[kind][row_key] = pk
    for kind, rows in by_kind.items():
        if kind.startswith(LEFT):
            teller.leave(kind.removeprefix(LEFT), rows)
            continue
        teller.reach(rules().reach(kind, list(rows)), rows, deep=kind.endswith(SHOWN))
    turned, left = go_on_with_days(teller, portion - len(marks))
    settled += turned + sweep(teller, left)
    changes = teller.tell(clock.position)
    # Exactly those read: one of a lower number may have been committed meanwhile.
    Mark.objects.filter(pk__in=[pk for pk, _kind, _row in marks]).delete()
    clock.settled += len(marks) + settled
    clock.day = today
    _moved(clock, changes)
    return monotonic() - begun


def _moved(clock: Clock, changes: int) -> None:
    clock.position += changes
    if changes:
        clock.moved_at = timezone.now()
    clock.save()
