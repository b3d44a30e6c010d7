"""A page of the directory as plain rows: what a line of its table shows, in two queries, three with a day.

Of a body only these columns are read. To make objects of all of them took most of the time of the page.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, NamedTuple

from django.db import connection
from django.db.models import F

from coopportal.common.labels import labels
from coopportal.common.prepared import Prepared
from municipalities.choices import Kind, told_apart
from municipalities.keys import short_key
from municipalities.models import MunicipalityPeriod, Succession, ending_of

#: What is read of a body.
COLUMNS = (
    *("pk", "ars", "name", "kind", "level", "shares_name", "state__name", "population", "population_date"),
    *("directory_state", "valid_until"),
)


class Heir(NamedTuple):
    """Who stands in the place of a body."""

    ars: str
    name: str
    confirmed: bool


@dataclass(slots=True)
class BodyRow:
    """A body in the directory, in the language of the page; ``label``, ``kind`` and ``key`` are those of the day."""

    pk: int
    ars: str
    name: str
    label: str
    kind: str
    state: str
    key: str
    population: int | None
    population_date: dt.date | None
    directory_state: dt.date | None
    #: When it ended, in words; empty where it exists on the day.
    ending: str = ""
    heirs: list[Heir] = field(default_factory=list)


def body_rows(rows: Sequence[tuple[Any, ...]], day: dt.date, *, cut: bool) -> list[BodyRow]:
    """The bodies of these rows of ``COLUMNS``; with ``cut`` as they were on the ``day``."""
    if not rows:
        return []
    keys = [row[0] for row in rows]
    then = _values_on(connection.vendor, day).of(keys) if cut else []
    values = {key: told for key, *told in reversed(then)}
    heirs = defaultdict(list)
    for key, *heir in _heirs(connection.vendor).of(keys):
        heirs[key].append(Heir(*heir))
    kinds = labels(Kind)
    found = []
    for key, ars, name, kind, level, shares, state, population, counted_on, seen_on, until in rows:
        day_ars, day_name, day_kind = values.get(key, (ars, name, kind))
        label = told_apart(day_name, kinds[day_kind], short_key(day_ars, level), shares) if shares else day_name
        row = BodyRow(key, ars, name, label, kinds[day_kind], state, day_ars, population, counted_on, seen_on)
        if until and until < day:
            row.heirs = heirs[key]
            row.ending = ending_of(until, seen_on, confirmed=any(heir.confirmed for heir in row.heirs))
        found.append(row)
    return found


@lru_cache(maxsize=2)
def _heirs(_vendor: str) -> Prepared:
    """Body → key and name of each successor, and whether that is sure; in their order."""
    successions = Succession.objects.order_by(F("on").asc(nulls_last=True), "pk")
    told = ["predecessor", "successor__ars", "successor__name", "confirmed"]
    return Prepared(successions, told, column="predecessor")


@lru_cache(maxsize=50)
def _values_on(_vendor: str, day: dt.date) -> Prepared:
    """Body → key, name and kind on a day."""
    periods = MunicipalityPeriod.objects.on(day)
    return Prepared(periods, ["municipality", "ars", "name", "kind"], column="municipality")
