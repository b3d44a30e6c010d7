"""Records as they were told last, as finished JSON: each process keeps those that it told, up to a number of bytes.

To put a page of a hundred records with their participations together takes two statements over a thousand rows, and
ten times as long as to send it. What a record says depends on its rows, the day, the fields asked for, language and
time zone; all of that is part of the name it is kept under. What was written since takes away the records concerned
before anybody is answered (``followed``), and so does the next day all of them. A record that is gone is among those
concerned, so it is looked for in the database, as one that was never told.

Within a transaction nothing is kept and nothing taken. What was read while something else was brought forward is not
kept either: the write may have come in between.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import orjson
from django.conf import settings
from django.db import router
from django.utils import timezone
from django.utils.translation import get_language

from coopportal.common.followed import Followed, in_transaction, name_of
from coopportal.common.models import Clock
from coopportal.common.prepared import Prepared, Statement
from coopportal.common.records import Reader
from coopportal.common.renderers import compact
from coopportal.common.touched import Seen, look

#: What a record takes besides its bytes, about, and a shape besides its records.
BESIDE = 300
#: After more writes than these the thread that prepares looks which records they concern; until then all are read.
MOST_WRITES = 1_000

#: What a record says depends on this, besides its rows.
Shape = tuple[Any, ...]
#: The key of a record in addresses, its JSON, and how many bytes that has.
Told = tuple[str, orjson.Fragment, int]


@dataclass(eq=False)
class Shelf:
    """Records by their shapes and primary keys, and the primary keys by the keys in addresses."""

    told: dict[Shape, dict[Any, Told]] = field(default_factory=dict)
    named: dict[str, Any] = field(default_factory=dict)
    size: int = 0

    def of(self, shape: Shape) -> Mapping[Any, Told]:
        return self.told.get(shape, {})

    def put(self, shape: Shape, told: Mapping[Any, Told]) -> None:
        if not told:  # of a shape in which nobody was found nothing stays
            return
        self.size += 0 if shape in self.told else BESIDE
        of_shape = self.told.setdefault(shape, {})
        for key, one in told.items():
            self.size += 0 if key in of_shape else one[2] + BESIDE
            of_shape[key] = one
            self.named[one[0]] = key

    def drop(self, keys: Iterable[Any]) -> None:
        """How they were called may stay: a record is taken only under the key that it bears itself."""
        for key in keys:
            for of_shape in self.told.values():
                of_shape.pop(key, None)


@dataclass(frozen=True, eq=False)
class Shelves:
    """What is kept of a version and a day: the records told of late, and those told before them.

    Where the first shelf is full it becomes the second; what nobody asked for meanwhile goes with the one before.
    """

    seen: Seen
    day: dt.date
    late: Shelf = field(default_factory=Shelf)
    before: Shelf = field(default_factory=Shelf)


@dataclass(frozen=True, eq=False, kw_only=True)
class FollowedRecords(Followed[Shelves]):
    """A list whose records are kept; its ``ways`` lead to all that its records tell.

    The thread that prepares begins them, so commands keep nothing.
    """

    def at_hand(self, day: dt.date, number: int) -> Shelves | None:
        """What is kept of this day, at least as new as the version of this ``number``; None where that is not there."""
        alias = router.db_for_read(Clock)
        name = name_of(alias)
        kept = self.kept.get(name)
        if kept is None or kept.day != day or in_transaction(alias):
            return None
        if kept.seen.number == number:
            return kept
        with self.lock:  # one looks, the others wait for what he finds
            kept = self.kept.get(name)
            if kept is None or kept.day != day or abs(number - kept.seen.number) > MOST_WRITES:
                return None
            if kept.seen.number != number:
                kept = self.kept[name] = self._present(alias, day, look(alias, kept.seen), kept)
        return kept

    def keep(self, shelves: Shelves, shape: Shape, told: Mapping[Any, Told]) -> None:
        """What was read while these were there; if they no longer are it may be older than what took their place."""
        name = name_of(router.db_for_read(Clock))
        with self.lock:
            if self.kept.get(name) is not shelves:
                return
            shelves.late.put(shape, told)
            if shelves.late.size > settings.KEPT_RECORDS_MB * 1_000_000 // 2:
                self.kept[name] = replace(shelves, late=Shelf(), before=shelves.late)

    def _built(self, alias: str, day: dt.date, now: Seen) -> Shelves:
        return Shelves(now, day)

    def _brought_forward(self, alias: str, day: dt.date, kept: Shelves, now: Seen, keys: set[Any]) -> Shelves:
        if kept.day != day:
            return Shelves(now, day)
        kept.late.drop(keys)
        kept.before.drop(keys)
        return replace(kept, seen=now)


@dataclass(frozen=True)
class Finished:
    """Takes the place of a reader: records come as finished JSON, and only those that are not kept are read."""

    reader: Reader
    followed: FollowedRecords
    shelves: Shelves
    shape: Shape
    #: The field that holds the key in addresses.
    key_name: str

    @classmethod
    def of(
        cls, reader: Reader, followed: FollowedRecords, question: Shape, key_name: str, day: dt.date, number: int
    ) -> Finished | Reader:
        """The reader itself where nothing is kept. ``question`` says what of a record was asked for."""
        shelves = followed.at_hand(day, number) if settings.KEPT_RECORDS_MB else None
        if shelves is None:
            return reader
        shape = (*question, get_language(), timezone.get_current_timezone_name())
        return cls(reader, followed, shelves, shape, key_name)

    def question(self, rows: Any, column: str = "pk") -> Prepared:
        return self.reader.question(rows, column)

    def in_order(self, keys: Sequence[Any]) -> list[Any]:
        """Those of primary keys, in the order of these."""
        late = self.shelves.late.of(self.shape)
        found = {key: late.get(key) for key in keys}
        if missing := [key for key, one in found.items() if one is None]:
            found |= self._earlier(missing)
        if missing := [key for key in missing if found[key] is None]:
            asked = self.reader.by("pk")
            found |= self._told(asked, asked.told(missing))
        return [one[1] for one in found.values() if one]

    def of_keys(self, column: str, keys: Sequence[Any]) -> list[Any]:
        """The record of the one key of an address, where there is one."""
        (name,) = keys
        for shelf in (self.shelves.late, self.shelves.before):
            one = shelf.of(self.shape).get(shelf.named.get(str(name)))
            if one and one[0] == str(name):
                return [one[1]]
        asked = self.reader.by(column)
        return [one[1] for one in self._told(asked, asked.told(keys)).values()]

    def _earlier(self, keys: Sequence[Any]) -> dict[Any, Told]:
        """From the second shelf to the first one."""
        before = self.shelves.before.of(self.shape)
        found = {key: one for key in keys if (one := before.get(key))}
        if found:
            self.followed.keep(self.shelves, self.shape, found)
        return found

    def _told(self, question: Prepared, keys: Statement) -> dict[Any, Told]:
        """Those that are read, by their primary keys; they are kept."""
        told = {}
        for key, record in zip(*self.reader.found(question, keys), strict=True):
            text = compact(record).encode()
            told[key] = (str(record[self.key_name]), orjson.Fragment(text), len(text))
        self.followed.keep(self.shelves, self.shape, told)
        return told
