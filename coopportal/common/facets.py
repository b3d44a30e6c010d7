"""Facets of a list: how many rows each value of a filter would bring, and which values are chosen.

A value's number is that of the rows under all *other* filters: of this filter only that value would be chosen. Where
the process keeps bit sets of the list (``bits``) they count; else all numbers of all facets come from one query.
"""

from __future__ import annotations

import datetime as dt
import json
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping
from contextvars import ContextVar
from dataclasses import dataclass
from functools import cached_property
from typing import Any, ClassVar

from django.db.models import CharField, Count, F, QuerySet, Value
from django.db.models.functions import Cast
from django.utils import timezone

from coopportal.common import feed
from coopportal.common.bits import Indexed, Sets, Snapshot, any_of, counts
from coopportal.common.remembered import remembered
from coopportal.common.words import FollowedWords, Words

#: Rows of (facet, value, number), to be added up where several tell of one value.
Part = QuerySet[Any, Any]
#: Counts the values of one facet (by its name) of the rows found without it; the FilterSet knows the day.
Counting = Callable[[Any, str, QuerySet[Any]], Iterable[Part]]

#: A question, and the filters that this thread leaves out of it just now: others may ask the same one meanwhile.
_leaving: ContextVar[tuple[Any, Collection[str]]] = ContextVar("leaving", default=(None, ()))


def counted(name: str, rows: QuerySet[Any], value: Any, number: Any = None) -> Part:
    """How many rows bear each value of an expression; ``number`` counts something else than rows."""
    told = {"_facet": Cast(Value(name), CharField()), "_value": Cast(value, CharField())}
    groups = rows.order_by().annotate(**told).values("_facet", "_value")
    return groups.annotate(_number=number or Count("pk")).values_list("_facet", "_value", "_number")


def column(path: str) -> Counting:
    """Of rows that bear one value, in a column of their own or of what they point at."""
    return lambda _asked, name, rows: [counted(name, rows, F(path))]


class InSets:
    """What a question chooses, as bit sets of one snapshot: facet by facet, and all other filters together."""

    def __init__(self, asked: Faceted, snapshot: Snapshot, left_out: Collection[str] = ()) -> None:
        """``left_out`` are filters that do not choose; none of them is a facet."""
        self.asked, self.snapshot = asked, snapshot
        self.values = asked.sets_of(snapshot)
        #: The facets that are counted here.
        self.facets = asked.facets.keys() & self.values.keys()
        self.chosen = {
            name: any_of(self.values[name], _texts(asked.form.fields[name], value))
            for name, value in asked.form.cleaned_data.items()
            if name in self.values and value
        }
        #: What knows where the words searched for stand; None where the database has to look.
        self.words = asked.words_at_hand()
        # The day asked for is in the snapshot.
        self.others = asked.rows_left({*self.values, "as_of", *(["search"] if self.words else []), *left_out})

    @cached_property
    def is_whole(self) -> bool:
        """Are facets all that was asked for?"""
        return self.asked.holds_all(self.others)

    @cached_property
    def rest(self) -> int:
        """The rows under all filters that are no facets here: the words find them, and the database."""
        others = self._others
        return others & self.words.in_places(self.snapshot, self.asked.searched) if self.words else others

    @property
    def _others(self) -> int:
        if self.is_whole:
            return self.snapshot.everything
        keys = self.others.order_by().values_list("pk", flat=True)
        name, number = f"bits {self.snapshot.series}", self.snapshot.seen.number
        return remembered(name, keys, lambda: self.snapshot.of_keys(keys), size=weight, version=number)

    def without(self, left_out: str = "") -> int:
        """The rows under all filters but this one."""
        found = self.rest & self.snapshot.everything
        for name, bits in self.chosen.items():
            if name != left_out:
                found &= bits
        return found

    @cached_property
    def found(self) -> int:
        return self.without()

    @property
    def ranked(self) -> list[int]:
        """The rows found, the likeliest of a search first; needs ``words``."""
        assert self.words is not None  # noqa: S101
        return self.words.by_title(self.snapshot, self.asked.searched, self.found)


def weight(bits: int) -> int:
    """A set weighs as much as so many rows of numbers."""
    return 1 + bits.bit_length() // 800


def _texts(field: Any, value: list[Any]) -> list[str]:
    """The chosen values as the facet calls them."""
    lookup = getattr(field, "lookup", "")
    return [str(getattr(one, lookup)) if lookup else str(one) for one in value]


@dataclass(frozen=True)
class Chosen:
    """A value that was chosen, and what is left of its parameter without it."""

    parameter: str
    field: str
    label: str
    remaining: list[str]


class Faceted:
    """The half of a FilterSet that counts. Subclasses say ``facets``: parameter → how its values are counted."""

    facets: ClassVar[Mapping[str, Counting]] = {}
    #: Facets that can be counted with what the process knows: the same numbers, in another statement.
    quicker: ClassVar[Mapping[str, Counting]] = {}

    #: These choose no rows, or are told elsewhere.
    not_told: ClassVar[frozenset[str]] = frozenset({"as_of", "ordering"})

    #: The bit sets that the process keeps of the list; without them the database counts.
    indexed: ClassVar[Indexed | None] = None

    #: The words that the process keeps of the list, where rows have bit sets too.
    words: ClassVar[FollowedWords | None] = None

    # What the other half brings.
    form: Any
    filters: Any
    queryset: Any
    today: dt.date
    german: bool
    page_name: Callable[[str], str]

    @property
    def is_cut(self) -> bool:
        raise NotImplementedError

    @property
    def asked_day(self) -> dt.date | None:
        raise NotImplementedError

    @property
    def searched(self) -> str:
        raise NotImplementedError

    @property
    def _left_out(self) -> Collection[str]:
        asked, names = _leaving.get()
        return names if asked is self else ()

    def filter_queryset(self, queryset: QuerySet[Any]) -> QuerySet[Any]:
        left_out = self._left_out
        for name, value in self.form.cleaned_data.items():
            if name not in left_out:
                queryset = self.filters[name].filter(queryset, value)
        return queryset

    def rows_without(self, name: str) -> QuerySet[Any]:
        """The rows under all filters but this one."""
        return self.rows_left((name,))

    def rows_left(self, left_out: Collection[str]) -> QuerySet[Any]:
        """The rows under all filters but these."""
        self.form.is_valid()  # fills cleaned_data with what is right, whatever else is wrong
        leaving = _leaving.set((self, left_out))
        try:
            return self.filter_queryset(self.queryset.all())
        finally:
            _leaving.reset(leaving)

    def sets_of(self, snapshot: Snapshot) -> Sets:
        """The rows that each value of a parameter means in this question."""
        return snapshot.values

    def holds_all(self, rows: QuerySet[Any]) -> bool:
        return self.indexed is not None and self.indexed.holds(rows)

    @cached_property
    def sets(self) -> InSets | None:
        """What is asked for as bit sets; None where only the database knows: of other rows."""
        return self._sets(self.indexed.on) if self.indexed else None

    def sets_without(self, name: str) -> InSets | None:
        """The same without one filter that is no facet."""
        return InSets(self, self.sets.snapshot, {name}) if self.sets else None

    def _sets_at_hand(self) -> InSets | None:
        return self._sets(self.indexed.at_hand) if self.indexed else None

    def words_at_hand(self) -> Words | None:
        """What finds the words searched for; None where nothing is, or nothing is ready."""
        if self.words is None or not self.words.are_there or not self.searched:
            return None
        return self.words.at_hand(self.today, self.version)

    def _sets(self, find: Callable[[dt.date, int, dt.date | None], Snapshot | None]) -> InSets | None:
        self.form.is_valid()
        if not self.holds_all(self.queryset):
            return None
        snapshot = find(self.today, self.version, self.asked_day)
        return InSets(self, snapshot) if snapshot else None

    @cached_property
    def version(self) -> int:
        """Of all that can be read, asked before anything of this question is read: for what is ``remembered``."""
        return feed.version().number

    #: Was the version asked before anything else of this question was read? Then all that is told of it can be kept.
    is_of_version = False

    def begin_with_version(self) -> None:
        self.is_of_version = self.version >= 0

    @cached_property
    def counts(self) -> dict[str, Counter[str]]:
        """Facet → value → number of rows; a value without rows is counted 0."""
        return self._numbers(self.rows_without, lambda sets, name: sets.without(name))

    @cached_property
    def shares(self) -> dict[str, Counter[str]]:
        """The same for the rows found: under this filter too."""
        return self._numbers(lambda _name: self.rows_left(()), lambda sets, _name: sets.found)

    def _numbers(
        self, rows: Callable[[str], QuerySet[Any]], bits: Callable[[InSets, str], int]
    ) -> dict[str, Counter[str]]:
        """By bit sets where they know the facet, by the database where they do not."""
        sets = self.sets
        here = sets.facets if sets else frozenset()
        found = self._counted({name: rows(name) for name in self.facets if name not in here})
        if sets:
            found |= {name: counts(sets.values[name], bits(sets, name)) for name in here}
        return {name: found[name] for name in self.facets}

    def _counted(self, rows: Mapping[str, QuerySet[Any]]) -> dict[str, Counter[str]]:
        """The question is remembered as the facets say it, whatever quicker way its answer is found in."""
        found: dict[str, Counter[str]] = {name: Counter() for name in rows}

        def read() -> list[Any]:
            return list(self._parts(rows, {**self.facets, **self.quicker}))

        if rows:
            asked = self._parts(rows, self.facets)
            for name, value, number in remembered("facets", asked, read, size=len, version=self.version):
                found[name][value or ""] += number
        return found

    def _parts(self, rows: Mapping[str, QuerySet[Any]], ways: Mapping[str, Counting]) -> Part:
        """All numbers of all facets in one question."""
        parts = [part for name in rows for part in ways[name](self, name, rows[name])]
        return parts[0].union(*parts[1:], all=True)

    def total(self) -> int:
        """How many rows are found.

        A page counts facets too, for which the sets are needed anyway. For the API nothing is built, and what it was
        asked is kept without the sets.
        """
        sets = self.sets if self.german else self._sets_at_hand()
        if sets and (sets.is_whole or self.german):
            return sets.found.bit_count()
        rows = self.rows_left(()).order_by()
        return int(remembered("total", rows, lambda: self.count(rows), version=self.version))

    def count(self, rows: QuerySet[Any]) -> int:
        """How many rows these are that were found: subclasses may know it without asking the database."""
        return rows.count()

    @property
    def counts_told(self) -> str:
        """The numbers for the script that renews them: JSON of ``name of the field:value`` → number, without zeros."""
        numbers = {
            f"{self.page_name(name)}:{value}": number
            for name, counter in self.counts.items()
            for value, number in counter.items()
        }
        return json.dumps(numbers, ensure_ascii=False)

    @cached_property
    def chosen_values(self) -> list[Chosen]:
        """Everything chosen that was right, in the order of the form, each with the way to take it away."""
        self.form.is_valid()
        return [
            one
            for name, field in self.form.fields.items()
            if name not in self.not_told and self.form.cleaned_data.get(name)
            for one in self._chosen_of(name, field)
        ]

    @property
    def choice(self) -> str:
        """What is chosen, as people say it: "Land: Thüringen, Sachsen · Status: geplant"."""
        found: dict[str, list[str]] = {}
        for chosen in self.chosen_values:
            found.setdefault(chosen.field, []).append(chosen.label)
        return " · ".join(f"{field}: {', '.join(labels)}" for field, labels in found.items())

    def _chosen_of(self, name: str, field: Any) -> list[Chosen]:
        cleaned, parameter = self.form.cleaned_data[name], self.page_name(name)
        if not isinstance(cleaned, list):
            return [Chosen(parameter, str(field.label), _told(cleaned), [])]
        texts = list(dict.fromkeys(self.form[name].value() or []))
        labels = _labels(field, texts, cleaned)
        return [
            Chosen(parameter, str(field.label), labels.get(text, text), [one for one in texts if one != text])
            for text in texts
        ]


def _told(value: Any) -> str:
    """A single value as people write it: days and moments in German, words in quotation marks."""
    if isinstance(value, dt.datetime):
        return f"{timezone.localtime(value):%d.%m.%Y, %H:%M}"
    if hasattr(value, "strftime"):
        return f"{value:%d.%m.%Y}"
    return f"„{value}“" if isinstance(value, str) else str(value)


def _labels(field: Any, texts: list[str], cleaned: list[Any]) -> dict[str, str]:
    """Text of the query → what people call it; no further query."""
    if lookup := getattr(field, "lookup", ""):
        return {str(getattr(row, lookup)): str(row) for row in cleaned}
    if hasattr(field, "choices"):
        return {str(value): str(label) for value, label in field.choices}
    return {text: str(getattr(row, "label", row)) for text, row in zip(texts, cleaned, strict=False)}
