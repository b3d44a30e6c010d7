"""The kinds of filters that the FilterSets of all rooms are made of: what a value chooses (``filters`` asks them)."""

from __future__ import annotations

import datetime as dt
from typing import Any, ClassVar

import django_filters
from django.db import models
from django.utils import timezone

from coopportal.common.query_fields import DayField, KeysField, MomentField, TextField, ValuesField
from coopportal.common.search import fold_all, holds, parse

#: Nothing was recorded before.
FIRST_YEAR = 2000


class DayFilter(django_filters.Filter):
    field_class = DayField


class ListedFilter(django_filters.Filter):
    """Rows whose column is one of the given values; subclasses say what values there may be."""

    field_class: ClassVar[Any]

    def filter(self, qs: models.QuerySet[Any], value: Any) -> models.QuerySet[Any]:
        return qs.filter(**{f"{self.field_name}__in": value}) if value else qs


class ValuesFilter(ListedFilter):
    """Rows whose column is one of a closed list."""

    field_class = ValuesField


class KeysFilter(ListedFilter):
    """Rows that point at one of the objects called by their public keys."""

    field_class = KeysField


class SearchFilter(django_filters.Filter):
    """Rows whose folded text holds every word (see ``coopportal.common.search``)."""

    field_class = TextField

    def filter(self, qs: models.QuerySet[Any], value: Any) -> models.QuerySet[Any]:
        return qs.matching(value) if value and parse(value) else qs  # type: ignore[attr-defined]


class VocabularySearchFilter(SearchFilter):
    """The same for short closed lists without a column of folded text: their ``columns`` are folded here."""

    def __init__(self, *columns: str, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.columns = columns

    def filter(self, qs: models.QuerySet[Any], value: Any) -> models.QuerySet[Any]:
        if not value or not parse(value):
            return qs
        rows = qs.values_list("pk", *self.columns)
        return qs.filter(pk__in=[pk for pk, *texts in rows if holds(fold_all(map(str, texts)), value)])


class ModifiedSinceFilter(django_filters.Filter):
    """Rows recorded or changed on or after a day, or since a moment (recording time, not the day in the world)."""

    field_class = MomentField

    def filter(self, qs: models.QuerySet[Any], value: Any) -> models.QuerySet[Any]:
        if value is None or value.year < FIRST_YEAR:
            return qs
        if not isinstance(value, dt.datetime):
            value = timezone.make_aware(dt.datetime.combine(value, dt.time.min))
        return qs.filter(updated_at__gte=value)


class OrderingFilter(ValuesFilter):
    """Chooses among the orders a FilterSet offers; applied by ``filters.PortalFilterSet.rows``."""

    def filter(self, qs: models.QuerySet[Any], value: Any) -> models.QuerySet[Any]:
        return qs
