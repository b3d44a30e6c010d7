"""The FilterSet of the reviewer's queue."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from agreements.choices import ReviewTask
from agreements.filters.cooperations import OfBodies
from agreements.filters.shared import ALIASES
from coopportal.common.filter_kinds import KeysFilter, SearchFilter, ValuesFilter
from coopportal.common.filters import PortalFilterSet
from municipalities.filters import STATES


class TaskFilter(ValuesFilter):
    """Records at which something of one of these kinds waits (needs ``with_waiting``)."""

    def filter(self, qs: models.QuerySet[Any], value: Any) -> models.QuerySet[Any]:
        wanted = Q()
        for task in value or []:
            wanted |= Q(**{f"waiting_{ReviewTask(task).value}__isnull": False})
        return qs.filter(wanted)


class ReviewStateFilter(KeysFilter):
    """Records that one of these Länder reviews (needs ``with_review_state``)."""

    def filter(self, qs: models.QuerySet[Any], value: Any) -> models.QuerySet[Any]:
        return qs.filter(review_state__in=[state.code for state in value]) if value else qs


class ReviewQueueFilterSet(PortalFilterSet):
    aliases = {"aufgabe": "task", **{name: ALIASES[name] for name in ("land", "kommune")}}
    orderings = {"waiting": ("waiting_since",), "name": ("sort_key",), "lead": ("lead_key",)}

    search = SearchFilter(label=_("Suchwörter"))
    task = TaskFilter(choices=ReviewTask.choices, label=_("Was zu tun ist"))
    state = ReviewStateFilter(**STATES, label=_("Land der Prüfung"))
    municipality = OfBodies(label=_("Kommune"))

    def shape(self, rows: models.QuerySet[Any]) -> models.QuerySet[Any]:
        return rows.for_queue()  # type: ignore[attr-defined]
