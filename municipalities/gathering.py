"""A body with all that its own page tells of it: asked by questions that are made once, in one query for each.

The same as ``Municipality.objects.for_page().with_period_on(day).holding(key, day)``, whose SQL took longer to make
anew for each page than all that the page does with the rows.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, NamedTuple

from django.db import connection
from django.db.models import F

from coopportal.common.addresses import address
from coopportal.common.objects import Objects
from coopportal.common.prepared import Prepared
from municipalities.keys import parse_key
from municipalities.models import Municipality, MunicipalityName, MunicipalityPeriod, Succession
from municipalities.roll import label_of


@dataclass(frozen=True)
class Questions:
    """Who bore a key when, by the name of its column; bodies, and what belongs to each."""

    holders: dict[str, Prepared]
    bodies: Objects
    #: Relation → its rows, and their attribute that leads back.
    belonging: dict[str, tuple[Objects, str]]

    @classmethod
    @lru_cache(maxsize=2)
    def made(cls, _vendor: str) -> Questions:
        told = ["municipality_id", "valid_from", "valid_until"]
        periods = MunicipalityPeriod.objects.order_by()
        changes = Succession.objects.all()
        after = changes.select_related("successor").order_by(F("on").asc(nulls_last=True), "pk")
        before = changes.select_related("predecessor").order_by("on", "pk")
        own = MunicipalityPeriod.objects.select_related("parent").order_by("valid_from", "pk")
        return cls(
            {column: Prepared(periods, told, column=column) for column in ("ars", "ags")},
            Objects(Municipality.objects.with_relations().order_by(), "pk"),
            {
                "successions": (Objects(after, "predecessor"), "predecessor"),
                "other_names": (Objects(MunicipalityName.objects.all(), "municipality"), "municipality"),
                "periods": (Objects(own, "municipality"), "municipality"),
                "predecessions": (Objects(before, "successor"), "successor"),
            },
        )


def body_holding(text: str, day: dt.date) -> Municipality | None:
    """The body that holds the key on ``day``, else its latest holder; None where nobody ever held it.

    Raises ValueError where ``text`` is not the form of a key.
    """
    asked = Questions.made(connection.vendor)
    key = holder_of(text, day, asked)
    found: list[Municipality] = asked.bodies.of([] if key is None else [key])
    for body in found:
        for relation, (rows, name) in asked.belonging.items():
            rows.belonging([body], relation, name)
        periods = body.periods.all()
        body.periods_on_day = [row for row in periods if _holds(row.valid_from, row.valid_until, day)]  # type: ignore[attr-defined]
    return found[0] if found else None


def holder_of(text: str, day: dt.date, asked: Questions | None = None) -> int | None:
    """The primary key of that body. One query."""
    key = parse_key(text)
    question = (asked or Questions.made(connection.vendor)).holders[key.column]
    rows = question.values(question.of([key.value]))
    if now := [pk for pk, begins, ends in rows if _holds(begins, ends, day)]:
        return min(now)
    return max(rows, key=_lateness)[0] if rows else None


def _lateness(row: tuple[Any, ...]) -> tuple[bool, dt.date, int]:
    pk, _begins, ends = row
    return ends is None, ends or dt.date.max, pk


def _holds(begins: dt.date | None, ends: dt.date | None, day: dt.date) -> bool:
    return (begins is None or begins <= day) and (ends is None or day <= ends)


# --- What belongs to a body directly ---


class Child(NamedTuple):
    """What the page of a body tells of one that belongs to it."""

    name: str
    kind: str
    ars: str
    level: str
    shares_name: int

    @property
    def label(self) -> str:
        return label_of(self.name, self.kind, self)

    @property
    def address(self) -> str:
        return address("municipalities:detail", self.ars)


@lru_cache(maxsize=20)
def _children(_vendor: str, day: dt.date) -> tuple[Prepared, Prepared]:
    periods = MunicipalityPeriod.objects.on(day).order_by()
    rows = Municipality.objects.for_list().select_related(None)
    return Prepared(periods, ["municipality"], column="parent"), Prepared(rows, Child._fields, column="pk")


def children_of(body: Municipality, day: dt.date) -> list[Child]:
    """As ``Municipality.objects.belonging_to``, in its order; one query."""
    keys, rows = _children(connection.vendor, day)
    return [*map(Child._make, rows.within(keys.about(keys.told([body.pk]))))]
