"""The FilterSet of other bodies than municipal ones."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from coopportal.common.facets import column
from coopportal.common.filter_kinds import KeysFilter, ModifiedSinceFilter, SearchFilter, ValuesFilter
from coopportal.common.filters import PortalFilterSet
from municipalities.choices import (
    OrganisationKind,
)
from municipalities.filters.chosen import states_filter
from municipalities.models import Organisation


class OrganisationFilterSet(PortalFilterSet):
    facets = {"state": column("state"), "kind": column("kind")}
    aliases = {"land": "state", "art": "kind"}
    orderings = {"name": ("sort_key",), "updated_at": ("updated_at",)}
    titled = True

    search = SearchFilter(label=_("Name"))
    state = states_filter()
    kind = ValuesFilter(choices=OrganisationKind.choices, label=_("Art"))
    modified_since = ModifiedSinceFilter(label=_("geändert seit"))

    def shape(self, rows: models.QuerySet[Any]) -> models.QuerySet[Any]:
        return rows.for_list()  # type: ignore[attr-defined]


def organisations_filter(field_name: str = "organisation", **kwargs: Any) -> KeysFilter:
    """Filters by slugs of other bodies."""
    label = kwargs.pop("label", _("Stelle"))
    return KeysFilter(field_name=field_name, queryset=Organisation.objects.all(), lookup="slug", label=label, **kwargs)
