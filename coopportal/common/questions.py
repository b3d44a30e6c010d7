"""What the API was asked, understood once: kept for as long as nothing that can be read has changed.

To understand a question (its form, its filters, the SQL they make) costs more than to answer it. What is kept is the
question with the keys of its first pages, never what is told of them: that is read for every asker.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import F, QuerySet
from django.db.models.expressions import OrderBy

from coopportal.common.filters import PortalFilterSet
from coopportal.common.pagination import Rows
from coopportal.common.picking import Picked
from coopportal.common.prepared import Prepared, Statement, compiled
from coopportal.common.records import Reader
from coopportal.common.renderers import Record

#: Of so many pages of so many rows the keys are kept with a question, which is of one version of what can be read.
MOST_PAGES, MOST_KEYS = 4, 100


@dataclass
class Question:
    """What was asked, how much of each record, and the rows that are meant, in their order."""

    asked: PortalFilterSet
    picked: Picked
    rows: QuerySet[Any]
    #: How many these are, where it was asked.
    total: int | None = None
    #: How a page of them is read, where it was: the statement of their keys, and the question for what is told.
    page: tuple[Statement | None, Prepared | None] | None = None
    #: Size and start of the first pages → the keys on them.
    known: dict[tuple[int, int], list[Any]] = field(default_factory=dict)

    def keys(self) -> QuerySet[Any]:
        """Their primary keys, in their order, without what is told of them where the order does not need it."""
        names = self.rows.query.annotations
        order = [part.expression if isinstance(part, OrderBy) else part for part in self.rows.query.order_by]
        plain = [part.name if isinstance(part, F) else part for part in order]  # type: ignore[attr-defined]
        is_lean = all(isinstance(part, str) and part.lstrip("-") not in names for part in plain)
        rows = self.asked.qs.order_by(*self.rows.query.order_by) if is_lean else self.rows
        return rows.prefetch_related(None).values_list("pk")

    def prepare(
        self, reader: Reader, everything: Callable[[], QuerySet[Any]]
    ) -> tuple[Statement | None, Prepared | None]:
        """How a page is read: in one statement, or in two where the keys cannot be found within another."""
        if self.page is None:
            keys, asked = self.keys(), self.asked
            is_simple = not (keys.query.distinct or keys.query.combinator)
            told = reader.question(asked.ordered(asked.record_shape(everything()))) if is_simple else None
            self.page = compiled(keys), told
        return self.page


class Listed(Rows):
    """A list that was asked for, as its pages take it: records, read without making objects of rows."""

    def __init__(self, question: Question, reader: Reader, everything: Callable[[], QuerySet[Any]]) -> None:
        super().__init__(question.rows)
        self._question, self._reader, self._everything = question, reader, everything

    def __getitem__(self, part: slice) -> list[Record]:
        keys, told = self._question.prepare(self._reader, self._everything)
        if keys is None:
            return []
        size, start = part.stop - part.start, part.start
        if (size, start) in self._question.known:
            return self.of(self._question.known[size, start])
        some = keys.part(size, start)
        if told is None:
            return self.of([key for (key,) in some.rows()])
        found, records = self._reader.found(told, some)
        if size <= MOST_KEYS and len(self._question.known) < MOST_PAGES:
            self._question.known[size, start] = found
        return records

    def of(self, keys: Sequence[Any]) -> list[Record]:
        return self._reader.in_order(keys)
