"""Lists of keys fetched with the row itself, on every database: one query for a page, whatever it links to."""

from __future__ import annotations

from typing import Any

from django.db.models import Aggregate, Count, IntegerField, JSONField, QuerySet, Subquery, TextField, Value
from django.db.models.functions import Coalesce


class JsonList(Aggregate):
    """The values of a group as a JSON array, in no particular order."""

    output_field = JSONField()

    def as_sqlite(self, compiler: Any, connection: Any, **context: Any) -> Any:
        return super().as_sql(compiler, connection, function="JSON_GROUP_ARRAY", **context)

    def as_postgresql(self, compiler: Any, connection: Any, **context: Any) -> Any:
        return super().as_sql(compiler, connection, function="JSONB_AGG", **context)


class JsonText(Aggregate):
    """The same as text, quicker to make and to read; several of one group name its rows in the same order."""

    output_field = TextField()

    def as_sqlite(self, compiler: Any, connection: Any, **context: Any) -> Any:
        return super().as_sql(compiler, connection, function="JSON_GROUP_ARRAY", **context)

    def as_postgresql(self, compiler: Any, connection: Any, **context: Any) -> Any:
        template = "%(function)s(%(distinct)s%(expressions)s)::text"
        return super().as_sql(compiler, connection, function="JSON_AGG", template=template, **context)


def _one_group(rows: QuerySet[Any]) -> QuerySet[Any]:
    return rows.order_by().annotate(_all=Value(1)).values("_all")


def list_of(rows: QuerySet[Any], value: Any) -> Coalesce:
    """``value`` of each of the ``rows`` (which name an ``OuterRef``) as a list; empty where there are none."""
    grouped = _one_group(rows).annotate(_list=JsonList(value)).values("_list")
    return Coalesce(Subquery(grouped), Value([], JSONField()))


def count_of(rows: QuerySet[Any]) -> Coalesce:
    """How many ``rows`` (which name an ``OuterRef``) there are."""
    grouped = _one_group(rows).annotate(_count=Count("pk")).values("_count")
    return Coalesce(Subquery(grouped, output_field=IntegerField()), Value(0))
