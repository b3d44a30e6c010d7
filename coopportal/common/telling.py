"""From rows to records: what a serializer says of a row, without asking every field of every row anew.

A serializer is read once: which attributes of a row its fields take, and what makes plain values of them. Its fields
are asked themselves wherever that is not all there is to it, so an answer is the same on both ways
(``tests/roof/test_telling.py`` holds them side by side).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from operator import attrgetter
from typing import Any

from django.conf import settings
from django.core.exceptions import ObjectDoesNotExist
from django.db.models import Manager
from django.utils import timezone
from rest_framework import ISO_8601, fields, serializers
from rest_framework.fields import is_simple_callable
from rest_framework.settings import api_settings

from coopportal.common.fields import KeysField, WordField
from coopportal.common.renderers import Record

Convert = Callable[[Any], Any]

#: The fields of which a value is made without them, by their very class: subclasses may say something else.
_PLAIN: dict[type, Convert] = {
    fields.CharField: str,
    fields.SlugField: str,
    fields.URLField: str,
    fields.IntegerField: int,
    fields.FloatField: float,
}


@cache
def read_once(serializer: Any) -> Any:
    """A serializer of this class without rows, to be asked for its fields; they are made once."""
    return serializer()


@lru_cache(maxsize=256)  # fields can be asked for in any order
def telling(serializer: Any, names: tuple[str, ...] | None) -> Telling:
    """What a serializer of this class says of rows: these fields in this order, all where no names are given.

    Fields with an underscore, which come only where they are asked for, are left out.
    """
    one: Any = serializer()
    told = names or tuple(one.fields)
    one.fields.fields = {name: one.fields[name] for name in told if not name.startswith("_") and name in one.fields}
    return Telling(one)


class Telling:
    """Makes records of rows as a serializer does."""

    def __init__(self, serializer: Any) -> None:
        self._serializer = serializer
        self._plan = _Plan.of(serializer)
        self._fitting: dict[type, bool] = {}

    @property
    def is_swift(self) -> bool:
        """Are there no fields that must be asked for each row?"""
        return self._plan is not None

    def records(self, rows: Iterable[Any]) -> list[Record]:
        """The records of the rows, in their order."""
        plan = self._plan
        zone = timezone.get_current_timezone() if plan and plan.moments else None
        return [
            self._record(plan, row, zone) if plan and self._fits(plan, row) else self._serializer.to_representation(row)
            for row in rows
        ]

    def _fits(self, plan: _Plan, row: Any) -> bool:
        """Are the attributes of rows of this class values, none of them to be called first?"""
        kind = type(row)
        if kind not in self._fitting:
            try:
                has_to_be_called = any(map(is_simple_callable, plan.values(row)))
                self._fitting[kind] = not (has_to_be_called or isinstance(row, Mapping))
            except (AttributeError, ObjectDoesNotExist):
                return False  # another row will tell
        return self._fitting[kind]

    def _record(self, plan: _Plan, row: Any, zone: dt.tzinfo | None) -> Record:
        try:
            values = plan.values(row)
        except (AttributeError, ObjectDoesNotExist):  # the field knows what to say where there is nothing
            record: Record = self._serializer.to_representation(row)
            return record
        record = dict.fromkeys(plan.names)
        record.update(zip(plan.taken, values, strict=True))
        for name, convert in plan.converted:
            if (value := record[name]) is not None:
                record[name] = convert(value)
        for name in plan.moments:
            if (value := record[name]) is not None:
                record[name] = value.astimezone(zone).isoformat().replace("+00:00", "Z")
        for name, method in plan.methods:
            record[name] = method(row)
        return record


@dataclass(frozen=True)
class _Plan:
    """How records are made: ``taken`` from attributes (``values``) and ``converted``, or made by ``methods``.

    ``moments`` are told in the zone of the answer, which is asked for once.
    """

    names: tuple[str, ...]
    taken: tuple[str, ...]
    values: Callable[[Any], tuple[Any, ...]]
    converted: tuple[tuple[str, Convert], ...]
    methods: tuple[tuple[str, Convert], ...]
    moments: tuple[str, ...]

    @classmethod
    def of(cls, serializer: Any) -> _Plan | None:
        """None where the class of the serializer, or a field, has its own way."""
        if type(serializer).to_representation is not serializers.Serializer.to_representation:
            return None
        sources: dict[str, str] = {}
        converted: dict[str, Convert] = {}
        methods: dict[str, Convert] = {}
        moments: list[str] = []
        for name, field in serializer.fields.items():
            if type(field) is fields.SerializerMethodField:
                methods[name] = getattr(serializer, field.method_name)
            elif is_moment(field):
                sources[name] = field.source
                moments.append(name)
            elif (convert := converting(field)) is None:
                return None
            else:
                sources[name], converted[name] = field.source, convert
        if len(sources) < 2:  # the getter of one attribute gives no tuple
            return None
        return cls(
            names=(*serializer.fields,),
            taken=(*sources,),
            values=attrgetter(*sources.values()),
            converted=(*converted.items(),),
            methods=(*methods.items(),),
            moments=(*moments,),
        )


def converting(field: Any) -> Convert | None:
    """What makes a plain value of an attribute that is not None; None where the field takes it in its own way."""
    kind = type(field)
    if field.source == "*" or field.write_only or kind.get_attribute is not fields.Field.get_attribute:
        return None
    if kind in _PLAIN:
        return _PLAIN[kind]
    if kind is fields.ChoiceField:
        return _choosing(field)
    if kind is WordField:
        return dict(field.words).get
    if kind is fields.DateField and is_iso(field):
        return dt.date.isoformat
    if kind is KeysField and (of_each := _PLAIN.get(type(field.child))):
        return lambda keys: sorted(map(of_each, keys))
    if kind is serializers.ListSerializer:
        return _nesting(field)
    if isinstance(field, serializers.BaseSerializer):
        return None
    to_representation: Convert = field.to_representation
    return to_representation


def _choosing(field: Any) -> Convert:
    """A choice as it is written; where all are texts that is their text."""
    if all(text == value for text, value in field.choice_strings_to_values.items()):
        return str
    to_representation: Convert = field.to_representation
    return to_representation


def is_iso(field: Any) -> bool:
    return str(getattr(field, "format", api_settings.DATE_FORMAT)).lower() == ISO_8601


def is_moment(field: Any) -> bool:
    """A moment as the database keeps it, with its zone, told in ISO form."""
    written = getattr(field, "format", api_settings.DATETIME_FORMAT)
    kept = isinstance(field.parent, serializers.ModelSerializer) and settings.USE_TZ
    return type(field) is fields.DateTimeField and kept and str(written).lower() == ISO_8601


def _nesting(field: Any) -> Convert:
    of_each = Telling(field.child)
    return lambda rows: of_each.records(rows.all() if isinstance(rows, Manager) else rows)
