"""What a process keeps of a list, one state for each database, and how it stays true.

A state belongs to one version of the register (``touched.Seen``) and to one day, and never changes. Where something was
written since, a new one is made of it by asking for the touched rows alone, or anew where those are too many. Only what
all may read is kept, and nothing within a transaction: what that has written may never come true.
"""

from __future__ import annotations

import datetime as dt
from collections import OrderedDict
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field, replace
from threading import Lock
from typing import Any, Generic, Protocol, TypeVar

from django.db import connections, router
from django.db.models import QuerySet

from coopportal.common.ahead import prepares
from coopportal.common.models import Clock
from coopportal.common.touched import MOST_ROWS, Seen, look, touched

#: So many answers that follow from kept rows are kept beside them.
MOST_ANSWERS = 6


class Kept(Protocol):
    @property
    def seen(self) -> Seen: ...
    @property
    def day(self) -> dt.date: ...


S = TypeVar("S", bound=Kept)
T = TypeVar("T")

_all: list[Followed[Any]] = []


@dataclass(frozen=True, eq=False, kw_only=True)
class Followed(Generic[S]):
    """A list that is followed.

    ``resource`` is what the API calls it, ``public`` the rows that everybody may read. ``ways`` lead from a row to what
    a mark of each kind is about, those ``beside`` to what changed in other lists (``touched``). ``due`` finds the rows
    that are others on one of two days; without it days pass them by.
    """

    resource: str
    public: Callable[[], QuerySet[Any]]
    ways: Mapping[str, str]
    beside: Mapping[str, str] = field(default_factory=dict)
    due: Callable[[dt.date, dt.date], QuerySet[Any]] | None = None
    kept: dict[tuple[str, str], S] = field(default_factory=dict)
    lock: Any = field(default_factory=Lock)

    def __post_init__(self) -> None:
        _all.append(self)
        prepares(self.prepare)

    def present(self, day: dt.date, number: int) -> S | None:
        """The state of a day, at least as new as the version of this ``number``; None within a transaction."""
        alias = router.db_for_read(Clock)
        if in_transaction(alias):
            return None
        name = name_of(alias)
        with self.lock:  # one works, the others wait for what he finds
            kept = self.kept.get(name)
            if kept is None or (kept.seen.number, kept.day) != (number, day):
                kept = self._present(alias, day, look(alias, kept.seen if kept else None), kept)
                self.kept[name] = kept
        return kept

    def if_kept(self, day: dt.date, number: int) -> S | None:
        """The same where one is there and little was written since; None where it would have to be made anew."""
        alias = router.db_for_read(Clock)
        kept = self.kept.get(name_of(alias))
        if kept is None or in_transaction(alias):
            return None
        if kept.seen.number == number:
            return kept
        with self.lock:
            kept = self.kept[name_of(alias)]
            now = look(alias, kept.seen)
            keys = self._changed(alias, day, kept, now)
            if keys is None:
                return None
            self.kept[name_of(alias)] = kept = self._brought_forward(alias, day, kept, now, keys)
        return kept

    def prepare(self, day: dt.date, number: int) -> None:
        """What the first visitors of a day and a version would wait for."""
        self.present(day, number)

    def forget(self) -> None:
        self.kept.clear()

    def _present(self, alias: str, day: dt.date, now: Seen, kept: S | None) -> S:
        """What is true now: of what is kept where that can be, else from the beginning."""
        keys = self._changed(alias, day, kept, now) if kept else None
        if kept is None or keys is None:
            return self._built(alias, day, now)
        return self._brought_forward(alias, day, kept, now, keys)

    def _changed(self, alias: str, day: dt.date, kept: S, now: Seen) -> set[Any] | None:
        """The keys of the rows that may be others than those kept; None where they are too many."""
        rows = self.public().model._default_manager.all()
        found = touched(alias, kept.seen, now, self.resource, rows, self.ways, self.beside)
        if found is not None and self.due and kept.day != day:
            first, last = sorted((kept.day, day))
            due = self.due(first, last).using(alias).order_by().values_list("pk", flat=True).distinct()
            found |= set(due[: MOST_ROWS + 1])
        return None if found is None or len(found) > MOST_ROWS else found

    def _built(self, alias: str, day: dt.date, now: Seen) -> S:
        raise NotImplementedError

    def _brought_forward(self, alias: str, day: dt.date, kept: S, now: Seen, keys: set[Any]) -> S:
        raise NotImplementedError


@dataclass(frozen=True)
class Rows:
    """Plain rows by their keys, and answers that follow from them and from what the name of each tells."""

    seen: Seen
    day: dt.date
    rows: Mapping[Any, tuple[Any, ...]]
    answers: OrderedDict[Any, Any] = field(default_factory=OrderedDict)
    lock: Any = field(default_factory=Lock)

    def once(self, name: Any, make: Callable[[], T]) -> T:
        """What ``make`` finds; what is kept is shared, nobody may change it."""
        with self.lock:
            if name not in self.answers:
                self.answers[name] = make()
                if len(self.answers) > MOST_ANSWERS:
                    self.answers.popitem(last=False)
            found: T = self.answers[name]
            return found


@dataclass(frozen=True, eq=False, kw_only=True)
class FollowedRows(Followed[Rows]):
    """A list of which plain rows are kept: ``read`` tells the key of each, and what else is kept of it."""

    read: Callable[[], QuerySet[Any, Any]]

    def _rows(self, alias: str, keys: Collection[Any] | None = None) -> dict[Any, tuple[Any, ...]]:
        rows = self.read().using(alias)
        if keys is not None:
            rows = rows.filter(pk__in=keys)
        return {key: tuple(told) for key, *told in rows.iterator()}

    def _built(self, alias: str, day: dt.date, now: Seen) -> Rows:
        return Rows(now, day, self._rows(alias))

    def _brought_forward(self, alias: str, day: dt.date, kept: Rows, now: Seen, keys: set[Any]) -> Rows:
        if not keys:
            return replace(kept, seen=now, day=day)
        rows = {key: row for key, row in kept.rows.items() if key not in keys}
        return Rows(now, day, rows | self._rows(alias, keys))


def name_of(alias: str) -> tuple[str, str]:
    return alias, str(connections[alias].settings_dict["NAME"])


def in_transaction(alias: str) -> bool:
    """Is something under way that may be rolled back? As Django itself tells it, which leaves out that of a test."""
    blocks = connections[alias].atomic_blocks
    return bool(blocks) and not blocks[-1]._from_testcase  # type: ignore[attr-defined]


def forget() -> None:
    """Everything: a test that is rolled back takes the version back too."""
    for one in _all:
        one.forget()
