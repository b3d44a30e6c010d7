"""The FilterSet of records to merge."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from agreements.choices import RecordState
from agreements.models import Cooperation
from coopportal.common.filters import KeysFilter, PortalFilterSet, SearchFilter

#: What can still be merged: a draft is nobody's business, what has ended stays ended.
MERGEABLE = (RecordState.PUBLISHED, RecordState.SUBMITTED)


class MergeFilterSet(PortalFilterSet):
    """Records by a word; ``k`` names those that were chosen."""

    aliases = {"k": "chosen"}

    search = SearchFilter(label=_("Suchwörter"))
    chosen = KeysFilter(
        queryset=Cooperation.objects.filter(record_state__in=MERGEABLE).select_related("keeper"),
        lookup="slug",
        method="no_filter",
        label=_("Einträge"),
    )

    def shape(self, rows: models.QuerySet[Cooperation]) -> models.QuerySet[Cooperation]:
        return rows.order_by("sort_key", "pk")
