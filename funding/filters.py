"""FilterSets of programmes, budget lines and figures."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from coopportal.common.facets import column
from coopportal.common.filter_kinds import KeysFilter, ModifiedSinceFilter, SearchFilter, ValuesFilter
from coopportal.common.filters import PortalFilterSet
from funding.choices import ProgrammeKind, ProgrammeStatus, Rung
from funding.models import Programme
from municipalities.filters import states_filter
from municipalities.models import Organisation

#: The programmes, called by their slugs.
PROGRAMMES: Mapping[str, Any] = {"queryset": Programme.objects.all(), "lookup": "slug", "told_by": ("name",)}


def programmes_filter(field_name: str = "programme", **kwargs: Any) -> KeysFilter:
    """Filters by slugs of programmes."""
    label = kwargs.pop("label", _("Förderprogramm"))
    return KeysFilter(field_name=field_name, label=label, **PROGRAMMES, **kwargs)


def _funders() -> models.QuerySet[Organisation]:
    """Who funds any programme."""
    return Organisation.objects.filter(programmes__isnull=False).distinct().order_by("sort_key", "pk")


class ProgrammeFilterSet(PortalFilterSet):
    facets = {
        "state": column("state"),
        "status": column("status"),
        "kind": column("kind"),
        "funder": column("funder__slug"),
    }
    aliases = {"land": "state", "status": "status", "art": "kind", "foerdergeber": "funder"}
    orderings = {"name": ("sort_key",), "updated_at": ("updated_at",)}
    titled = True

    search = SearchFilter(label=_("Suchwörter"))
    state = states_filter()
    status = ValuesFilter(choices=ProgrammeStatus.choices, label=_("Stand"))
    kind = ValuesFilter(choices=ProgrammeKind.choices, label=_("Art"))
    funder = KeysFilter(
        queryset=Organisation.objects.all(),
        offered=_funders,
        lookup="slug",
        label=_("Fördergeber"),
    )
    modified_since = ModifiedSinceFilter(label=_("geändert seit"))

    def shape(self, rows: models.QuerySet[Any]) -> models.QuerySet[Any]:
        return rows.for_list(self.asked_day)  # type: ignore[attr-defined]

    def record_shape(self, rows: models.QuerySet[Any]) -> models.QuerySet[Any]:
        return rows.for_records(self.day, cut=self.is_cut)  # type: ignore[attr-defined]


class _OfProgrammeFilterSet(PortalFilterSet):
    def cut(self, rows: models.QuerySet[Any], day: dt.date) -> models.QuerySet[Any]:
        return rows.stated_by(day)  # type: ignore[attr-defined]

    def shape(self, rows: models.QuerySet[Any]) -> models.QuerySet[Any]:
        return rows.as_subject().order_by("pk")  # type: ignore[attr-defined]


class BudgetLineFilterSet(_OfProgrammeFilterSet):
    aliases = {"programm": "programme", "land": "state"}
    orderings = {"year": ("year",), "amount": ("amount",), "date": ("on",), "updated_at": ("updated_at",)}

    search = SearchFilter(label=_("Suchwörter"))
    programme = programmes_filter()
    state = states_filter("programme__state")
    rung = ValuesFilter(choices=Rung.choices, label=_("Sicherheit"))
    modified_since = ModifiedSinceFilter(label=_("geändert seit"))


class FigureFilterSet(_OfProgrammeFilterSet):
    aliases = {"programm": "programme", "land": "state"}
    orderings = {"value": ("value",), "as_of": ("as_of",), "updated_at": ("updated_at",)}

    search = SearchFilter(label=_("Suchwörter"))
    programme = programmes_filter()
    state = states_filter()
    modified_since = ModifiedSinceFilter(label=_("geändert seit"))
