"""The FilterSet of records to merge."""

from __future__ import annotations

import django_filters
from django.db import models
from django.utils.translation import gettext_lazy as _

from agreements.models import Cooperation
from coopportal.common.filter_kinds import KeysFilter, SearchFilter
from coopportal.common.filters import PortalFilterSet


class MergeFilterSet(PortalFilterSet):
    """Published records by a word; ``k`` names those that were chosen."""

    aliases = {"k": "chosen", "gewaehlt": "asked"}

    search = SearchFilter(label=_("Suchwörter"))
    chosen = KeysFilter(
        queryset=Cooperation.objects.public().select_related("keeper"),
        lookup="slug",
        method="no_filter",
        label=_("Einträge"),
    )

    asked = django_filters.BooleanFilter(method="no_filter", label=_("Auswahl abgeschickt"))

    def shape(self, rows: models.QuerySet[Cooperation]) -> models.QuerySet[Cooperation]:
        return rows.order_by("sort_key", "pk")
