"""Which rows of a list hold a word, in the process: a search looks through the words, not through the texts.

Fifty thousand texts are made of some ten thousand words. A pattern without a blank stands in a text where it stands in
one of its words; of a phrase only those rows are asked whose words could make it. So the answer is that of
``search.matches``, on every database. Made ahead (``followed``), never while somebody waits: before that, and where too
much was written since, the database looks through the texts. Of rows written later the texts themselves are kept.
"""

from __future__ import annotations

import datetime as dt
from array import array
from bisect import bisect_right
from collections import OrderedDict, defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import reduce
from itertools import chain, compress
from operator import and_
from typing import Any

from django.db import router
from django.db.models import QuerySet

from coopportal.common.bits import Snapshot, flags_of
from coopportal.common.followed import Followed, name_of
from coopportal.common.models import Clock
from coopportal.common.search import GAP, parse, wanted
from coopportal.common.spans import FEW, bits_of
from coopportal.common.touched import MOST_ROWS, Seen

#: The rows of so many patterns are kept.
MOST_PATTERNS = 200
#: More rows are not asked for by their keys.
MOST_KEYS = 1_000


def title_of(text: str) -> str:
    """What stands before the gap (``search.titled``)."""
    title, gap, _others = text.partition(GAP)
    return title if gap else ""


@dataclass(frozen=True)
class Words:
    """The words of the rows of one state: ``keys`` and ``titles`` by place, and of each word the rows that hold it.

    Words stand in ``vocabulary`` between line ends, in the order of ``starts`` and ``rows``; those of many rows have
    them as a set, others as places. ``later`` are the texts of rows written since, None where the row is gone.
    """

    seen: Seen
    day: dt.date
    asks: Callable[[], QuerySet[Any]]
    keys: list[Any]
    titles: list[str]
    vocabulary: str
    starts: list[int]
    rows: list[int | array[int]]
    later: Mapping[Any, str | None] = field(default_factory=dict)
    patterns: OrderedDict[str, int] = field(default_factory=OrderedDict)

    @classmethod
    def of(cls, seen: Seen, day: dt.date, asks: Callable[[], QuerySet[Any]], alias: str) -> Words:
        keys, titles = [], []
        places: dict[str, array[int]] = defaultdict(lambda: array("I"))
        told = asks().using(alias).order_by("pk").values_list("pk", "search_text")
        for place, (key, text) in enumerate(told.iterator()):
            keys.append(key)
            titles.append(title_of(text))
            for word in set(text.split()):
                places[word].append(place)
        starts, start = [], 1
        for word in places:
            starts.append(start)
            start += len(word) + 1
        size = len(keys)
        rows = [bits_of(one, size) if len(one) * FEW >= size else one for one in places.values()]
        return cls(seen, day, asks, keys, titles, "\n" + "".join(f"{word}\n" for word in places), starts, rows)

    # --- Base: places of the rows as they were first read ---

    def _with(self, pattern: str) -> int:
        """The rows of which some word holds the pattern; line ends in it are those of words."""
        dense, places, at = 0, [], self.vocabulary.find(pattern)
        while at >= 0:
            number = bisect_right(self.starts, at + (pattern[0] == "\n")) - 1
            of_word = self.rows[number]
            if isinstance(of_word, int):
                dense |= of_word
            else:
                places.append(of_word)
            end = self.starts[number + 1] if number + 1 < len(self.starts) else len(self.vocabulary)
            at = self.vocabulary.find(pattern, end - 1)
        return dense | bits_of([*chain.from_iterable(places)], len(self.keys))

    def _of(self, pattern: str) -> int:
        """The rows whose text holds the pattern."""
        found = self.patterns.get(pattern)
        if found is None:
            words = pattern.split(" ")
            found = self._with(pattern) if len(words) == 1 else self._of_phrase(pattern, words)
            self.patterns[pattern] = found
            if len(self.patterns) > MOST_PATTERNS:
                self.patterns.popitem(last=False)
        return found

    def _of_phrase(self, pattern: str, words: list[str]) -> int:
        """The texts are asked, of those rows that have all words of the phrase."""
        parts = [f"{words[0]}\n", *(f"\n{word}\n" for word in words[1:-1]), f"\n{words[-1]}"]
        could = reduce(and_, map(self._with, parts))
        rows = self.asks().filter(search_text__contains=pattern).order_by()
        if could.bit_count() <= MOST_KEYS:
            rows = rows.filter(pk__in=[*compress(self.keys, flags_of(could, len(self.keys)))])
        places = {key: place for place, key in enumerate(self.keys)}
        known = [places[key] for key in rows.values_list("pk", flat=True) if key in places]
        return bits_of(known, len(self.keys)) & could

    # --- As places of a snapshot ---

    def in_places(self, snapshot: Snapshot, query: str) -> int:
        """Which rows of a snapshot match a query, as ``search.matches`` says it."""
        return reduce(and_, (self._term(snapshot, one.pattern, one.excluded) for one in parse(query)))

    def _term(self, snapshot: Snapshot, pattern: str, excluded: bool) -> int:
        found = self._placed(snapshot, self._of(pattern)) & ~self._later(snapshot)
        found |= snapshot.of_keys(key for key, text in self.later.items() if text is not None and pattern in text)
        return snapshot.everything & ~found if excluded else found

    def _placed(self, snapshot: Snapshot, bits: int) -> int:
        if snapshot.keys[: len(self.keys)] == self.keys:
            return bits
        return snapshot.of_keys(compress(self.keys, flags_of(bits, len(self.keys))))

    def _later(self, snapshot: Snapshot) -> int:
        return snapshot.of_keys(self.later)

    def by_title(self, snapshot: Snapshot, query: str, found: int) -> list[int]:
        """These rows, those first of which the most wanted terms stand in the title (``search.missing_in_title``)."""
        titles = dict(zip(self.keys, self.titles, strict=True))
        titles |= {key: title_of(text) for key, text in self.later.items() if text is not None}
        patterns = [term.pattern for term in wanted(query)]
        missing: list[list[int]] = [[] for _each in range(len(patterns) + 1)]
        for key in snapshot.keys_of(found):
            title = titles.get(key, "")
            missing[sum(pattern not in title for pattern in patterns)].append(snapshot.places[key])
        return [bits_of(places, len(snapshot.keys)) for places in missing]


@dataclass(frozen=True, eq=False, kw_only=True)
class FollowedWords(Followed[Words]):
    """A list whose words are kept; its rows have ``search_text``."""

    @property
    def are_there(self) -> bool:
        """Were they made already?"""
        return name_of(router.db_for_read(Clock)) in self.kept

    def at_hand(self, day: dt.date, number: int) -> Words | None:
        """The words of a version, where they are there and little was written since; else the database is asked."""
        return self.if_kept(day, number)

    def _built(self, alias: str, day: dt.date, now: Seen) -> Words:
        return Words.of(now, day, self.public, alias)

    def _brought_forward(self, alias: str, day: dt.date, kept: Words, now: Seen, keys: set[Any]) -> Words:
        if not keys:
            return replace(kept, seen=now, day=day)
        told = self.public().using(alias).filter(pk__in=keys).order_by().values_list("pk", "search_text")
        later = {**kept.later, **dict.fromkeys(keys), **dict(told)}
        if len(later) > MOST_ROWS:
            return self._built(alias, day, now)
        return replace(kept, seen=now, day=day, later=later)
