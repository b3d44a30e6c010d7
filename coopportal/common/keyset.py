"""Places within an ordered list: rows after or before the one a reader has reached, found by the keys of the order.

However deep the place lies, a page of it is one bounded query, and rows that come or go elsewhere move nothing. Any
order is understood that ends in something unique: columns, paths, expressions, both ways, wherever what has no value
stands.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.core.exceptions import FieldDoesNotExist, ValidationError
from django.db import connections
from django.db.models import F, Field, Model, Q, QuerySet
from django.db.models.constants import LOOKUP_SEP
from django.db.models.expressions import OrderBy


@dataclass(frozen=True)
class Key:
    """One part of an order: ``name`` is what conditions call it, ``expression`` what it is."""

    name: str
    expression: Any
    descending: bool
    nulls_last: bool
    may_be_null: bool

    def ordered(self, *, backwards: bool) -> OrderBy:
        descending, nulls_last = self.descending != backwards, self.nulls_last != backwards
        if not self.may_be_null:  # said without NULLS, so that an index serves
            return OrderBy(self.expression, descending=descending)
        nulls = {"nulls_last": True} if nulls_last else {"nulls_first": True}
        return OrderBy(self.expression, descending=descending, **nulls)

    def same(self, value: Any) -> Q:
        return Q(**{f"{self.name}__isnull": True}) if value is None else Q(**{self.name: value})

    def beyond(self, value: Any, *, backwards: bool) -> Q | None:
        """The condition of standing behind ``value``; None where nothing can."""
        nulls_behind = self.nulls_last != backwards
        if value is None:
            return None if nulls_behind else Q(**{f"{self.name}__isnull": False})
        lookup = "lt" if self.descending != backwards else "gt"
        found = Q(**{f"{self.name}__{lookup}": value})
        return found | Q(**{f"{self.name}__isnull": True}) if nulls_behind and self.may_be_null else found


@dataclass(frozen=True)
class Order:
    """The order of a list; ``rows`` are those of the list, with what its conditions speak of."""

    rows: QuerySet[Any]
    keys: tuple[Key, ...]

    @classmethod
    def of(cls, rows: QuerySet[Any]) -> Order:
        """The order that the rows have, ending with the id."""
        keys, named = [], {}
        if not rows.query.order_by or rows.query.order_by[-1] not in ("pk", "-pk"):
            rows = rows.order_by(*rows.query.order_by, "pk")
        for number, part in enumerate(rows.query.order_by):
            key, expression = _key(rows, part, f"_key{number}")
            keys.append(key)
            if expression is not None:
                named[key.name] = expression
        return cls(rows.annotate(**named) if named else rows, tuple(keys))

    def page(self, place: list[Any] | None, size: int, *, backwards: bool, inclusive: bool) -> list[tuple[Any, ...]]:
        """The primary key and the keys of at most ``size`` rows behind a place, in the order of the list."""
        rows = self.rows.prefetch_related(None).order_by(*(key.ordered(backwards=backwards) for key in self.keys))
        if place is not None:
            rows = rows.filter(self._behind(place, backwards=backwards, inclusive=inclusive))
        found = list(rows.values_list("pk", *(key.name for key in self.keys))[:size])
        return found[::-1] if backwards else found

    def _behind(self, place: list[Any], *, backwards: bool, inclusive: bool) -> Q:
        """Lexicographic; the first key is named once more by itself, so that an index on it is entered at the place."""
        condition, same = Q(pk__in=[]), Q()
        for key, value in zip(self.keys, place, strict=True):
            if (beyond := key.beyond(value, backwards=backwards)) is not None:
                condition |= same & beyond
            same &= key.same(value)
        if inclusive:
            condition |= same
        first, value = self.keys[0], place[0]
        if len(self.keys) > 1 and not first.may_be_null:
            lookup = "lte" if first.descending != backwards else "gte"
            condition &= Q(**{f"{first.name}__{lookup}": value})
        return condition

    def told(self, values: tuple[Any, ...]) -> list[Any]:
        """A place as JSON can hold it."""
        return [_plain(value) for value in values]

    def read(self, told: list[Any]) -> list[Any]:
        """The place again. Raises ValueError where it is none of this order."""
        if len(told) != len(self.keys):
            raise ValueError("another order")
        query = self.rows.query
        read = []
        for key, value in zip(self.keys, told, strict=True):
            field = F(key.name).resolve_expression(query).output_field
            try:
                read.append(None if value is None else field.to_python(value))
            except ValidationError:
                raise ValueError("no value of this order") from None
        return read


def _key(rows: QuerySet[Any], part: Any, name: str) -> tuple[Key, Any]:
    """A part of an order, and the expression to annotate where it has no name that conditions could use."""
    if isinstance(part, str):
        descending, path = part.startswith("-"), part.lstrip("-")
        nulls_last = _nulls_last_unasked(rows, descending)
        expression: Any = F(path)
    else:
        ordered = part if isinstance(part, OrderBy) else OrderBy(part)
        descending, expression = ordered.descending, ordered.expression
        said = ordered.nulls_last or ordered.nulls_first
        nulls_last = bool(ordered.nulls_last) if said else _nulls_last_unasked(rows, descending)
    if isinstance(expression, F):
        path: str = expression.name  # type: ignore[attr-defined, no-redef]
        may_be_null = path in rows.query.annotations or _may_be_null(rows.model, path)
        return Key(path, expression, descending, nulls_last, may_be_null), None
    return Key(name, F(name), descending, nulls_last, True), expression


def _nulls_last_unasked(rows: QuerySet[Any], descending: bool) -> bool:
    nulls_are_least = connections[rows.db].features.order_by_nulls_first
    return nulls_are_least == descending


def _may_be_null(model: type[Model], path: str) -> bool:
    """Can the column at the end of a path, or any relation on the way, be empty?"""
    for step in path.split(LOOKUP_SEP):
        try:
            field = model._meta.pk if step == "pk" else model._meta.get_field(step)
        except FieldDoesNotExist:  # the column of a foreign key
            return True
        if not isinstance(field, Field) or field.null:
            return True
        model = field.related_model or model
    return False


def _plain(value: Any) -> Any:
    if isinstance(value, dt.date | dt.datetime):
        return value.isoformat()
    return str(value) if isinstance(value, Decimal) else value
