"""The FilterSet of partners near a municipality: whose neighbours, how near, in which task fields."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from agreements.filters.network import OneOfFilter
from agreements.filters.shared import TaskFieldFilter
from coopportal.common.filters import PortalFilterSet
from municipalities.choices import Reach
from municipalities.filters import BodiesFilter
from municipalities.models import Municipality


class PartnerFilterSet(PortalFilterSet):
    """``kommune`` is the one that looks for partners; without ``aufgabenfeld`` the fields are in question."""

    aliases = {"kommune": "municipality", "umkreis": "reach", "aufgabenfeld": "task_field"}
    not_told = frozenset({"as_of", "municipality", "reach"})

    municipality = BodiesFilter(method="no_filter", label=_("Ihre Kommune"))
    reach = OneOfFilter(choices=Reach.choices, label=_("Wo suchen?"))
    task_field = TaskFieldFilter()

    def cut(self, rows: models.QuerySet[Any], day: dt.date) -> models.QuerySet[Any]:
        return rows.known_on(day)  # type: ignore[attr-defined]

    def _chosen(self, name: str) -> Any:
        self.form.is_valid()
        return self.form.cleaned_data.get(name)

    @property
    def problems(self) -> dict[str, list[str]]:
        found = super().problems
        if len(self._chosen("municipality") or []) > 1:
            found[self.page_name("municipality")] = [str(_("Gesucht wird für eine Kommune; genommen ist die erste."))]
        return found

    @property
    def body(self) -> Municipality | None:
        """The municipality that looks for partners."""
        chosen = self._chosen("municipality") or [None]
        body: Municipality | None = chosen[0]
        return body

    @property
    def reaches(self) -> Reach:
        """The neighbours asked for; else those of the district, or of the Land for who is a district itself."""
        if chosen := self._chosen("reach"):
            return Reach(chosen)
        return Reach.STATE if self.body and self.body.is_own_district else Reach.DISTRICT

    @property
    def fields(self) -> list[Any]:
        """The task fields asked for."""
        return list(self._chosen("task_field") or [])
