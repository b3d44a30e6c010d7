"""A page of the list of events as plain rows: what an item shows, in two queries, whatever the number of rows."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from django.db import connection
from django.db.models import CharField, IntegerField, QuerySet, Value

from agreements.choices import EventKind
from agreements.items import label_of
from agreements.models import Cooperation, Event
from coopportal.common.dates import UncertainDate
from coopportal.common.labels import labels
from coopportal.common.prepared import Prepared, together
from municipalities.models import Municipality, Organisation

_COLUMNS = ("pk", "kind", "title", "summary", "place", "on", "on_precision", "on_wording", "until")
#: Who took part, in the order in which an item tells them.
_COOPERATIONS, _TOWNS, _OFFICES = range(3)
#: What is asked of each beside its key; of others than municipalities nothing more than the name tells them apart.
_OF_TOWNS = ("level", "kind", "shares_name")


@dataclass(slots=True)
class EventItem:
    """An event in the list, in the language of the page; who took part with the key of the page, in their order."""

    pk: int
    kind_label: str
    title: str
    summary: str
    place: str
    date: UncertainDate
    until: dt.date | None
    cooperations: list[tuple[str, str]] = field(default_factory=list)
    municipalities: list[tuple[str, str]] = field(default_factory=list)
    organisations: list[tuple[str, str]] = field(default_factory=list)

    def __str__(self) -> str:
        return self.title


def event_items(keys: Sequence[int]) -> list[EventItem]:
    """The events of these keys, in their order."""
    if not keys:
        return []
    questions = Questions.on(connection.vendor)
    rows = {row[0]: row for row in questions.records.values(questions.records.of(keys))}
    took_part: dict[tuple[int, int], list[tuple[str, str]]] = defaultdict(list)
    told = sorted(together(questions.took_part, keys), key=_place)
    for event, what, _by, _pk, key, name, level, kind, shares_name in told:
        label = label_of(shares_name, name, kind, key, level) if shares_name else name
        took_part[event, what].append((key, label))
    return [_item(*rows[key], took_part=[took_part[key, what] for what in range(3)]) for key in keys if key in rows]


def _place(row: tuple[Any, ...]) -> tuple[Any, ...]:
    """As the rows themselves are ordered."""
    _event, _what, by, pk, key, _name, level, *_town = row
    return by, level, key if level else "", pk


@dataclass(frozen=True)
class Questions:
    """What is asked for a page of events: made once, sent for each page."""

    records: Prepared
    #: Event → what took part (one of three), its order, key of the page and name; level, key, kind of a municipality.
    took_part: tuple[Prepared, ...]

    @classmethod
    @lru_cache(maxsize=2)
    def on(cls, _vendor: str) -> Questions:
        public = Cooperation.objects.public().values("pk")
        rows = [
            (_COOPERATIONS, Event.cooperations.through.objects.filter(cooperation__in=public), Cooperation, "slug"),
            (_TOWNS, Event.municipalities.through.objects.all(), Municipality, "ars"),
            (_OFFICES, Event.organisations.through.objects.all(), Organisation, "slug"),
        ]
        asked = tuple(
            _who(what, through.order_by(), str(model._meta.model_name), key) for what, through, model, key in rows
        )
        return cls(Prepared(Event.objects.order_by(), _COLUMNS, column="pk"), asked)


def _who(what: int, rows: QuerySet[Any], way: str, key: str) -> Prepared:
    rows = rows.annotate(_what=Value(what, IntegerField()))
    told = ["event", "_what", f"{way}__sort_key", way, f"{way}__{key}", f"{way}__name"]
    if what == _TOWNS:
        return Prepared(rows, [*told, *(f"{way}__{name}" for name in _OF_TOWNS)], column="event")
    nothing = {"_level": Value("", CharField()), "_kind": Value("", CharField()), "_shares": Value(0, IntegerField())}
    return Prepared(rows.annotate(**nothing), [*told, *nothing], column="event")


def _item(
    pk: int,
    kind: str,
    title: str,
    summary: str,
    place: str,
    on: dt.date | None,
    precision: str,
    wording: str,
    until: dt.date | None,
    *,
    took_part: list[list[tuple[str, str]]],
) -> EventItem:
    return EventItem(
        pk, labels(EventKind)[kind], title, summary, place, UncertainDate(on, precision, wording), until, *took_part
    )
