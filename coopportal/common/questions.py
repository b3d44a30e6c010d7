"""What the API was asked, understood once: kept for as long as nothing that can be read has changed.

To understand a question (its form, its filters, the SQL they make) costs more than to answer it. What is kept is the
question with the keys of its first pages, never what is told of them: that is read for every asker.
"""

from __future__ import annotations

from array import array
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from django.db.models import F, QuerySet
from django.db.models.expressions import OrderBy

from coopportal.common.filters import PortalFilterSet
from coopportal.common.finished import Finished
from coopportal.common.pagination import Rows
from coopportal.common.picking import Picked
from coopportal.common.prepared import Prepared, Statement, compiled
from coopportal.common.records import Reader
from coopportal.common.renderers import Record

#: Of so many pages of so many rows the keys are kept with a question, which is of one version of what can be read.
MOST_PAGES, MOST_KEYS = 16, 100
#: Pages from this place on are far.
FAR = 1_000
#: A question takes as much room as so many rows: 30 to 170 kB, nearly all of it its filters with their form.
WEIGHT = 170


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
    known: dict[tuple[int, int], Sequence[Any]] = field(default_factory=dict)

    def keys(self) -> QuerySet[Any]:
        """Their primary keys, in their order, without what is told of them where the order does not need it."""
        names = self.rows.query.annotations
        order = [part.expression if isinstance(part, OrderBy) else part for part in self.rows.query.order_by]
        plain = [part.name if isinstance(part, F) else part for part in order]  # type: ignore[attr-defined]
        is_lean = all(isinstance(part, str) and part.lstrip("-") not in names for part in plain)
        rows = self.asked.qs.order_by(*self.rows.query.order_by) if is_lean else self.rows
        return rows.prefetch_related(None).values_list("pk")

    def keys_at_hand(self, part: slice) -> Sequence[Any] | None:
        """The keys of a page, where bit sets that the process has anyway know them; of the whole list if it is far."""
        found = self.asked.keys_at_hand(far=part.start >= FAR) if self.is_usual else None
        return found[part] if found else None

    @cached_property
    def is_usual(self) -> bool:
        """Are the rows in the order that pages have too, unless one is chosen or a search decides?"""
        unasked = self.asked.record_shape(self.asked.queryset.all())
        return tuple(unasked.query.order_by) == self.asked.usual_order

    def prepare(
        self, reader: Reader | Finished, everything: Callable[[], QuerySet[Any]]
    ) -> tuple[Statement | None, Prepared | None]:
        """How a page is read: in one statement, or in two where the keys cannot be found within another."""
        if self.page is None:
            keys, asked = self.keys(), self.asked
            is_simple = not (keys.query.distinct or keys.query.combinator)
            told = reader.question(asked.ordered(asked.record_shape(everything()))) if is_simple else None
            self.page = compiled(keys), told
        return self.page


class Objects(Rows):
    """A list of objects. Those of a far page are fetched by their keys, which are found first.

    What is told of a row is then asked of the rows of the page alone, not of all that come before.
    """

    def __init__(self, question: Question, rows: QuerySet[Any]) -> None:
        super().__init__(rows)
        self._question = question

    def __getitem__(self, part: slice) -> list[Any]:
        if part.start < FAR:
            return super().__getitem__(part)
        return self.of([key for (key,) in self._question.keys()[part]])


class Listed(Rows):
    """A list that was asked for, as its pages take it: records, read without making objects of rows."""

    def __init__(self, question: Question, reader: Reader | Finished, everything: Callable[[], QuerySet[Any]]) -> None:
        super().__init__(question.rows)
        self._question, self._reader, self._everything = question, reader, everything

    def __getitem__(self, part: slice) -> list[Record]:
        size, start, question = part.stop - part.start, part.start, self._question
        if (size, start) in question.known:
            return self.of(question.known[size, start])
        at_hand = question.keys_at_hand(part)
        found, records = (at_hand, self.of(at_hand)) if at_hand is not None else self._found(size, start)
        if found and size <= MOST_KEYS and len(question.known) < MOST_PAGES:
            question.known[size, start] = array("q", found) if all(type(key) is int for key in found) else [*found]
        return records

    def _found(self, size: int, start: int) -> tuple[list[Any], list[Record]]:
        """The keys where they can be kept, and the records, as the database finds them."""
        keys, told = self._question.prepare(self._reader, self._everything)
        if keys and told and (near := self._question.asked.near(start, start + size)):
            keys, start = compiled(self._question.keys().filter(near[0])), start - near[1]
        if keys is None:
            return [], []
        some = keys.part(size, start)
        if told is None or isinstance(self._reader, Finished):  # what is kept need not be read
            found = [key for (key,) in some.rows()]
            return ([] if told is None else found), self.of(found)
        return self._reader.found(told, some)

    def of(self, keys: Sequence[Any]) -> list[Record]:
        return self._reader.in_order(keys)
