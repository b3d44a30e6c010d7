"""Where fields of a serializer find their values: columns of a QuerySet by their paths, and rows beside its rows."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import FieldDoesNotExist
from django.db.models import GeneratedField, Prefetch, QuerySet
from rest_framework import fields

#: Columns that hold what these fields say: type of the field → types of the column.
SAME: dict[type, tuple[str, ...]] = {
    fields.CharField: ("CharField", "TextField", "SlugField", "URLField"),
    fields.SlugField: ("SlugField", "CharField"),
    fields.URLField: ("URLField", "CharField"),
    fields.IntegerField: (
        *("AutoField", "BigAutoField", "IntegerField", "BigIntegerField", "SmallIntegerField"),
        *("PositiveIntegerField", "PositiveBigIntegerField", "PositiveSmallIntegerField"),
    ),
    fields.FloatField: ("FloatField",),
    fields.BooleanField: ("BooleanField",),
}
SAME[fields.ChoiceField] = SAME[fields.CharField]


class NoWay(Exception):
    """A field takes more than columns."""


def fetched_beside(rows: QuerySet[Any], name: str) -> tuple[str, QuerySet[Any]]:
    """What a QuerySet prefetches of a relation to many, as it fetches it."""
    for lookup in rows._prefetch_related_lookups:  # type: ignore[attr-defined]
        path = lookup if isinstance(lookup, str) else lookup.prefetch_to
        if path == name:
            break
    else:
        raise NoWay
    relation: Any = rows.model._meta.get_field(name)
    if not relation.one_to_many or not hasattr(relation, "field"):
        raise NoWay
    queryset = lookup.queryset if isinstance(lookup, Prefetch) else None
    found: Any = relation.related_model._base_manager.all() if queryset is None else queryset
    if not found.query.order_by and found.model._meta.ordering:
        found = found.order_by(*found.model._meta.ordering)
    return relation.field.attname, found


def column_at(rows: QuerySet[Any], path: str) -> Any:
    """The field of a column or annotation. Raises NoWay where a path leads to none, or to many."""
    if path in rows.query.annotations:
        return _kept(rows.query.annotations[path].output_field)
    model: Any = rows.model
    found: Any = None
    for step in path.split("__"):
        try:
            found = model._meta.pk if step == "pk" else _field(model, step)
        except FieldDoesNotExist:
            raise NoWay from None
        if not getattr(found, "concrete", False) or found.many_to_many:
            raise NoWay
        model = found.related_model or model
    if found.is_relation and not path.endswith("_id") and path != "pk":
        raise NoWay
    return _kept(getattr(found, "target_field", found))


def _kept(kind: Any) -> Any:
    """What is kept in a column that the database reckons itself."""
    return kind.output_field if isinstance(kind, GeneratedField) else kind


def _field(model: Any, name: str) -> Any:
    """By name, or by the name of its column (``state_id``)."""
    for one in model._meta.concrete_fields:
        if name in (one.name, one.attname):
            return one
    raise FieldDoesNotExist(name)


def is_same(one: Any, kind: Any) -> bool:
    """Does a column of this kind hold what the field says?"""
    if type(one) is fields.ChoiceField and any(text != value for text, value in one.choice_strings_to_values.items()):
        return False
    return kind.get_internal_type() in SAME.get(type(one), ())
