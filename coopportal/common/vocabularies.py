"""The short closed lists that a page of filters offers (Länder, task fields, programmes), read in one statement.

They are remembered until something is written. What the query names of them is found there too, without being asked
for again.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django.db.models import CharField, F, Func, JSONField, Model, QuerySet, Value, Window
from django.db.models.functions import Cast, RowNumber

from coopportal.common.remembered import kept

#: Parameter → key → what it means.
Vocabulary = Mapping[str, Mapping[str, Any]]


def vocabulary(kind: type[Any], filters: Mapping[str, Any], version: int) -> Vocabulary:
    """What the filters of a FilterSet (``kind``) offer that say how their objects are told (``told_by``).

    ``version`` was asked before. The objects know their keys and what their names are made of; they are shared, so
    nobody may change them.
    """
    name = f"vocabulary {kind.__module__}.{kind.__qualname__}"
    return kept(name, lambda: _read(filters), size=lambda found: sum(map(len, found.values())), version=version)


def _read(filters: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = {name: {} for name, one in filters.items() if one.extra.get("told_by")}
    lists = {name: _List(name, filters[name].extra) for name in found}
    if not lists:
        return found
    first, *rest = (one.rows for one in lists.values())
    for name, _place, values in sorted(first.union(*rest, all=True), key=lambda row: row[:2]):
        row = lists[name].made_of(values)
        found[name][str(getattr(row, lists[name].lookup))] = row
    return found


class _Together(Func):
    """Columns of a row as one list: lists of different columns can be read together. Django's own asks first whether
    the database can, once in each process."""

    function = "JSON_ARRAY"
    output_field = JSONField()

    def as_postgresql(self, *args: Any, **kwargs: Any) -> Any:
        return self.as_sql(*args, **kwargs | {"function": "JSONB_BUILD_ARRAY"})


class _List:
    """What one filter offers."""

    def __init__(self, name: str, extra: Mapping[str, Any]) -> None:
        offered: Callable[[], QuerySet[Any]] = extra.get("offered") or extra["queryset"].all
        self.lookup: str = extra["lookup"]
        rows = offered()
        self.model: type[Model] = rows.model
        wanted = {rows.model._meta.pk.name, self.lookup, *extra["told_by"]}
        self.columns = [one.attname for one in rows.model._meta.concrete_fields if one.name in wanted]
        order: Any = rows.query.order_by or rows.model._meta.ordering
        self.rows = rows.order_by().values_list(
            Cast(Value(name), CharField()), Window(RowNumber(), order_by=list(order)), _Together(*map(F, self.columns))
        )

    def made_of(self, values: list[Any]) -> Model:
        return self.model.from_db(self.rows.db, self.columns, values)
