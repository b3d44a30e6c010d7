"""Filters that point at bodies of the directory and at Länder; every resource that knows any is asked by them."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from typing import Any

import django_filters
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from coopportal.common.filter_kinds import KeysFilter, VocabularySearchFilter
from coopportal.common.filters import PortalFilterSet
from coopportal.common.query_fields import ListField, ListWidget
from municipalities.keys import is_key, prefix_of
from municipalities.meaning import Unclear, meant_by
from municipalities.models import Municipality, State


class BodiesWidget(ListWidget):
    """Several bodies; a comma within the brackets of an entry ("Jena (kreisfreie Stadt, 16053000)") divides nothing."""

    separator = re.compile(r",(?![^()]*\))")


class BodiesField(ListField):
    """Municipal bodies, called by ARS, short key or AGS; a key of nobody is an error that names it.

    A key finds the body that holds it on ``day``, else its latest holder. With ``takes_names`` (on pages) a name or an
    entry is understood too where it is clear whom it means. Else the error names the ``candidates``, on pages as pairs
    of what to write instead and a label, to be offered as links.
    """

    widget = BodiesWidget
    day: dt.date
    takes_names = False
    suggests = True

    def clean(self, value: Any) -> list[Municipality]:
        self.candidates: list[tuple[list[str], str]] = []
        self.understood: dict[str, Municipality] = {}
        bodies: list[Municipality] = super().clean(value)
        return bodies

    def to_python(self, value: Any) -> list[Municipality]:
        value = value or []
        self.understood = Municipality.objects.holding_each([text for text in value if is_key(text)], self.day)
        for text in value:
            if text not in self.understood:
                self.understood[text] = self._understand(text, value)
        return list(dict.fromkeys(self.understood[text] for text in value))

    def _understand(self, text: str, value: list[str]) -> Municipality:
        meant = meant_by(text, self.day, ended=True)
        if meant.body and self.takes_names:
            return meant.body
        candidates = (meant.body,) if meant.body else meant.candidates
        others = [self.understood[one].short_key if one in self.understood else one for one in value if one != text]
        self.candidates = [([*others, body.short_key], body.entry) for body in candidates]
        if self.takes_names and meant.unclear:
            raise ValidationError(meant.unclear.label, code=meant.unclear, params={"text": text[:60]})
        unclear = meant.unclear if meant.unclear == Unclear.KEY_OF_NOBODY else Unclear.NO_KEY
        message = str(unclear.label) % {"text": text[:60]}
        if candidates:
            names = "; ".join(body.entry for body in candidates)
            message += " " + _("Gemeint sein kann: %(names)s.") % {"names": names}
        raise ValidationError(message, code=unclear)

    def shown(self, value: list[str]) -> str:
        """What stands in the field for these values, as far as they were understood."""
        understood = getattr(self, "understood", {})
        return ", ".join(understood[text].entry if text in understood else text for text in value or [])

    def keys_of(self, value: list[str]) -> list[str]:
        """The same values with keys for names, for whoever takes only keys."""
        return [text if is_key(text) else self.understood[text].short_key for text in value]


class BodiesFilter(django_filters.Filter):
    """Rows that point at one of the bodies, found by the key they hold on the day asked for."""

    field_class = BodiesField

    @property
    def field(self) -> Any:
        field = super().field
        field.day, field.takes_names = self._day(), self.parent.german
        return field

    def _day(self) -> dt.date:
        """Read from the raw query: the form is not clean yet while its fields are made."""
        parent = self.parent
        try:
            asked = parent.filters["as_of"].field.clean(parent.data.get(parent.page_name("as_of")))
        except ValidationError:
            asked = None
        return asked or parent.today

    def filter(self, qs: models.QuerySet[Any], value: Any) -> models.QuerySet[Any]:
        return qs.filter(**{f"{self.field_name}__in": value}) if value else qs


class InsideFilter(BodiesFilter):
    """Rows that point at one of the bodies or at anything that lies inside it."""

    def inside(self, bodies: list[Municipality]) -> Q:
        """Nesting is by prefix of the ARS.

        Where rows point at bodies these are looked for first: SQLite would go through all rows.
        """
        way, _dot, column = self.field_name.rpartition("__")
        condition = Q()
        for body in bodies:
            condition |= Q(**{f"{column}__startswith": prefix_of(body.ars, body.level)})
        return Q(**{f"{way}__in": Municipality.objects.filter(condition).order_by().values("pk")}) if way else condition

    def filter(self, qs: models.QuerySet[Any], value: Any) -> models.QuerySet[Any]:
        return qs.filter(self.inside(value)) if value else qs


#: The Länder, called by their codes.
STATES: Mapping[str, Any] = {"queryset": State.objects.all(), "lookup": "code", "told_by": ("name",)}


def states_filter(field_name: str = "state", **kwargs: Any) -> KeysFilter:
    """Filters by two-digit codes of Länder."""
    label = kwargs.pop("label", _("Land"))
    return KeysFilter(field_name=field_name, label=label, **STATES, **kwargs)


class StateFilterSet(PortalFilterSet):
    aliases: dict[str, str] = {}
    orderings = {"code": ("code",), "name": ("name",)}

    search = VocabularySearchFilter("code", "name", "official_name", label=_("Name"))

    def shape(self, rows: models.QuerySet[Any]) -> models.QuerySet[Any]:
        return rows.order_by("code")
