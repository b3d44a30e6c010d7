"""Facets of a list: how many rows each value of a filter would bring, and which values are chosen.

A value's number is that of the rows under all *other* filters: of this filter only that value would be chosen. All
numbers of all facets of a list come from one query, whatever their number.
"""

from __future__ import annotations

import datetime as dt
import json
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, ClassVar

from django.db.models import CharField, Count, F, QuerySet, Value
from django.db.models.functions import Cast
from django.utils import timezone

from coopportal.common import feed
from coopportal.common.remembered import remembered

#: Rows of (facet, value, number), to be added up where several tell of one value.
Part = QuerySet[Any, Any]
#: Counts the values of one facet (by its name) of the rows found without it; the FilterSet knows the day.
Counting = Callable[[Any, str, QuerySet[Any]], Iterable[Part]]


def counted(name: str, rows: QuerySet[Any], value: Any, number: Any = None) -> Part:
    """How many rows bear each value of an expression; ``number`` counts something else than rows."""
    told = {"_facet": Cast(Value(name), CharField()), "_value": Cast(value, CharField())}
    groups = rows.order_by().annotate(**told).values("_facet", "_value")
    return groups.annotate(_number=number or Count("pk")).values_list("_facet", "_value", "_number")


def column(path: str) -> Counting:
    """Of rows that bear one value, in a column of their own or of what they point at."""
    return lambda _asked, name, rows: [counted(name, rows, F(path))]


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

    #: These choose no rows, or are told elsewhere.
    not_told: ClassVar[frozenset[str]] = frozenset({"as_of", "ordering"})

    _left_out = ""

    # What the other half brings.
    form: Any
    filters: Any
    queryset: Any
    page_name: Callable[[str], str]

    def filter_queryset(self, queryset: QuerySet[Any]) -> QuerySet[Any]:
        for name, value in self.form.cleaned_data.items():
            if name != self._left_out:
                queryset = self.filters[name].filter(queryset, value)
        return queryset

    def rows_without(self, name: str) -> QuerySet[Any]:
        """The rows under all filters but this one."""
        self.form.is_valid()  # fills cleaned_data with what is right, whatever else is wrong
        self._left_out = name
        try:
            return self.filter_queryset(self.queryset.all())
        finally:
            self._left_out = ""

    @cached_property
    def version(self) -> int:
        """Of all that can be read, asked before anything of this question is read: for what is ``remembered``."""
        return feed.version().number

    @cached_property
    def counts(self) -> dict[str, Counter[str]]:
        """Facet → value → number of rows; a value without rows is counted 0."""
        return self._counted({name: self.rows_without(name) for name in self.facets})

    @cached_property
    def shares(self) -> dict[str, Counter[str]]:
        """The same for the rows found: under this filter too."""
        self.form.is_valid()
        return self._counted(dict.fromkeys(self.facets, self.filter_queryset(self.queryset.all())))

    def _counted(self, rows: Mapping[str, QuerySet[Any]]) -> dict[str, Counter[str]]:
        parts = [part for name, count in self.facets.items() for part in count(self, name, rows[name])]
        found: dict[str, Counter[str]] = defaultdict(Counter)
        if parts:
            together = parts[0].union(*parts[1:], all=True)
            for name, value, number in remembered(
                "facets", together, lambda: list(together), size=len, version=self.version
            ):
                found[name][value or ""] += number
        return {name: found[name] for name in self.facets}

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
