"""A page of the list of programmes as plain rows: what an item shows, in two queries, whatever the number of rows."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from typing import Any, NamedTuple

from django.db import connection

from coopportal.common.addresses import address
from coopportal.common.prepared import Prepared
from funding.choices import Rung
from funding.ladder import RungTotal, totals
from funding.models import BudgetLine

#: What is read of a programme.
COLUMNS = ("pk", "slug", "name", "summary", "kind", "status", "state__name", "funder__name")


class ProgrammeRow(NamedTuple):
    """A programme in the list; kind and status are codes, ``funder`` None where nobody is named."""

    pk: int
    slug: str
    name: str
    summary: str
    kind: str
    status: str
    state: str
    funder: str | None

    @property
    def address(self) -> str:
        return address("funding:programme", self.slug)


@dataclass
class Line:
    """What the ladder takes of a budget line."""

    rung: str
    amount: Decimal | None


@lru_cache(maxsize=20)
def _lines(_vendor: str, until: dt.date | None) -> Prepared:
    rows = BudgetLine.objects.all() if until is None else BudgetLine.objects.stated_by(until)
    return Prepared(rows.order_by(), ["programme_id", "rung", "amount"], column="programme")


def programme_rows(
    rows: Sequence[tuple[Any, ...]], until: dt.date | None
) -> list[tuple[ProgrammeRow, list[RungTotal]]]:
    """The programmes of these rows of ``COLUMNS``, each with the rungs of which any source speaks (until a day)."""
    question = _lines(connection.vendor, until)
    lines = defaultdict(list)
    for key, *line in question.values(question.of([row[0] for row in rows]) if rows else []):
        lines[key].append(Line(*line))
    return [(ProgrammeRow._make(row), _stated(lines.get(row[0], []))) for row in rows]


def _stated(lines: list[Line]) -> list[RungTotal]:
    spoken = {line.rung for line in lines}
    return totals(lines, [rung for rung in Rung if rung in spoken])
