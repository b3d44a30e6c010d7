"""FilterSets of municipal bodies: what was true of them on the day asked for."""

from __future__ import annotations

from typing import Any

import django_filters
from django.db import models
from django.db.models import Count, Exists, F, OuterRef
from django.utils.translation import gettext_lazy as _

from coopportal.common.facets import Part, column, counted
from coopportal.common.filter_kinds import ModifiedSinceFilter, SearchFilter, ValuesFilter
from coopportal.common.filters import PortalFilterSet
from coopportal.common.search import parse
from municipalities.choices import (
    BodyStatus,
    Involvement,
    Kind,
    Level,
)
from municipalities.filters.chosen import BodiesFilter, InsideFilter, states_filter
from municipalities.involvement import involved
from municipalities.models import MunicipalityPeriod


class OfThatDay(django_filters.Filter):
    """With a day asked for, bodies of which it was true then; without one, of which it is true now."""

    def filter(self, qs: models.QuerySet[Any], value: Any) -> models.QuerySet[Any]:
        if not value or not self.parent.is_cut:
            return super().filter(qs, value)
        periods = super().filter(MunicipalityPeriod.objects.on(self.parent.day), value)
        return qs.filter(Exists(periods.filter(municipality=OuterRef("pk"))))


class KindOfThatDay(OfThatDay, ValuesFilter):
    pass


class ParentOfThatDay(OfThatDay, BodiesFilter):
    pass


class InsideOnThatDay(OfThatDay, InsideFilter):
    pass


class StatusOfThatDay(ValuesFilter):
    """Bodies that exist on the day asked for, or no more; the FilterSet brings those that had begun."""

    def filter(self, qs: models.QuerySet[Any], value: Any) -> models.QuerySet[Any]:
        return qs.with_status_on(self.parent.day).filter(day_status__in=value) if value else qs  # type: ignore[attr-defined]


class InvolvementOfThatDay(ValuesFilter):
    """Bodies that take part in a published cooperation on the day asked for, or in none."""

    def filter(self, qs: models.QuerySet[Any], value: Any) -> models.QuerySet[Any]:
        if not value:
            return qs
        asked: Any = self.parent
        # What programs asked is kept as a question: there the keys would take much room.
        keys = involved(asked.day, asked.today, asked.version) if asked.german else None
        return qs.with_involvement_on(asked.day, keys).filter(involvement__in=value)  # type: ignore[attr-defined]


def _statuses(asked: Any, name: str, rows: Any) -> list[Part]:
    return [counted(name, rows.with_status_on(asked.day), F("day_status"))]


def _involvements(asked: Any, name: str, rows: Any) -> list[Part]:
    return [counted(name, rows.with_involvement_on(asked.day), F("involvement"))]


def _known_involvements(asked: Any, name: str, rows: Any) -> list[Part]:
    keys = involved(asked.day, asked.today, asked.version)
    return [counted(name, rows.with_involvement_on(asked.day, keys), F("involvement"))]


def _kinds(asked: Any, name: str, rows: models.QuerySet[Any]) -> list[Part]:
    """The kinds of today, or those of the day asked for."""
    if not asked.is_cut:
        return [counted(name, rows, F("kind"))]
    periods = MunicipalityPeriod.objects.on(asked.day).filter(municipality__in=rows.order_by().values("pk"))
    return [counted(name, periods, F("kind"), Count("municipality", distinct=True))]


class DirectorySearchFilter(SearchFilter):
    """Bodies by their names and keys, or by the names of the district and the Land they lie in."""

    #: Those of this question: every facet asks for its own rows.
    _areas: list[tuple[str, str]] | None = None

    def filter(self, qs: models.QuerySet[Any], value: Any) -> models.QuerySet[Any]:
        rows: Any = qs
        return rows.matching_or_lying_in(value, lambda: self._known_areas(rows)) if value and parse(value) else qs

    def _known_areas(self, rows: Any) -> list[tuple[str, str]]:
        if self._areas is None:
            self._areas = rows.areas()
        return self._areas


class MunicipalityFilterSet(PortalFilterSet):
    facets = {
        "state": column("state"),
        "level": column("level"),
        "kind": _kinds,
        "cooperating": _involvements,
        "status": _statuses,
    }
    quicker = {"cooperating": _known_involvements}
    aliases = {
        "land": "state",
        "ebene": "level",
        "art": "kind",
        "mit_kooperation": "cooperating",
        "bestand": "status",
        "uebergeordnet": "parent",
        "innerhalb": "within",
    }
    orderings = {"name": ("sort_key",), "population": ("population",), "ars": ("ars",), "updated_at": ("updated_at",)}

    search = DirectorySearchFilter(label=_("Name oder Schlüssel"))
    state = states_filter()
    level = ValuesFilter(choices=Level.choices, label=_("Ebene"))
    kind = KindOfThatDay(choices=Kind.choices, label=_("Art"))
    cooperating = InvolvementOfThatDay(choices=Involvement.choices, label=_("mit Kooperation"))
    status = StatusOfThatDay(choices=BodyStatus.choices, label=_("Bestand"))
    parent = ParentOfThatDay(field_name="parent", label=_("übergeordnete Körperschaft"))
    within = InsideOnThatDay(field_name="ars", label=_("innerhalb von"))
    modified_since = ModifiedSinceFilter(label=_("geändert seit"))

    @property
    def likeliest_first(self) -> bool:
        """By a ranking of their own (``ranked``)."""
        return bool(self.searched)

    def ordered(self, rows: models.QuerySet[Any]) -> models.QuerySet[Any]:
        """``shape`` has put them in the order of a search already."""
        return super().ordered(rows) if self.form.cleaned_data.get("ordering") else rows

    def filter_queryset(self, queryset: models.QuerySet[Any]) -> models.QuerySet[Any]:
        """Without a day those that exist today; with one those that existed then. A search finds ended ones too.

        So does who asks for a status, and the count of what each status would bring.
        """
        rows: Any = queryset
        ended_too = self.searched or self.form.cleaned_data.get("status") or "status" in self._left_out
        return super().filter_queryset(rows.begun_by(self.day) if ended_too else rows.existing_on(self.day))

    def count(self, rows: models.QuerySet[Any]) -> int:
        """By whom the process knows to take part; the answer is remembered for the question without these keys."""
        chosen = self.form.cleaned_data.get("cooperating")
        keys = involved(self.day, self.today, self.version) if chosen and not self.german else None
        if keys is None:
            return super().count(rows)
        beside: Any = self.rows_without("cooperating").order_by()
        return int(beside.with_involvement_on(self.day, keys).filter(involvement__in=chosen).count())

    def shape(self, rows: models.QuerySet[Any]) -> models.QuerySet[Any]:
        """In the order of the directory; what a search finds, the likeliest first."""
        return self._of_that_day(rows.with_successors().for_list())  # type: ignore[attr-defined]

    def record_shape(self, rows: models.QuerySet[Any]) -> models.QuerySet[Any]:
        return self._of_that_day(rows.with_successors().for_records())  # type: ignore[attr-defined]

    def _of_that_day(self, shaped: Any) -> models.QuerySet[Any]:
        if self.searched:
            shaped = shaped.ranked(self.searched, self.day)
        rows: models.QuerySet[Any] = shaped.with_period_on(self.day) if self.is_cut else shaped
        return rows


class SuggestionFilterSet(MunicipalityFilterSet):
    """The same for a keystroke: bodies by their own names and keys, not by those of the areas they lie in."""

    search = SearchFilter(label=_("Name oder Schlüssel"))


class TreeFilterSet(PortalFilterSet):
    """How far the tree of the directory is open: down to a Land or a body."""

    aliases = {"land": "state", "kommune": "municipality"}

    state = states_filter(method="no_filter")
    municipality = BodiesFilter(method="no_filter", label=_("Kommune"))
