"""The FilterSet of what changed between two days: the cooperations of their list, and the two days."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.utils.translation import gettext_lazy as _

from agreements.filters.cooperations import CooperationFilterSet
from agreements.filters.shared import ALIASES
from coopportal.common.dates import add_months
from coopportal.common.filters import DayFilter


class ChangeFilterSet(CooperationFilterSet):
    """``von`` and ``bis`` are the two days here; the first one is not part of what is told, the second one is."""

    aliases = {**ALIASES, "von": "first_day", "bis": "last_day"}
    orderings = {}

    first_day = DayFilter(method="no_filter", label=_("nach dem"))
    last_day = DayFilter(method="no_filter", label=_("bis zum"))

    @property
    def until(self) -> dt.date:
        """The later day: the one named, else the day asked for."""
        return self._named("last_day") or self.day

    @property
    def since(self) -> dt.date:
        """The earlier day: the one named, else a year before the later one."""
        return self._named("first_day") or add_months(self.until, -12 if self.until.year > 1 else 0)

    @property
    def problems(self) -> dict[str, list[str]]:
        found = super().problems
        if self.since > self.until:
            found[self.page_name("first_day")] = [str(_("Dieser Tag liegt nach dem zweiten."))]
        return found

    def _named(self, name: str) -> Any:
        self.form.is_valid()
        return self.form.cleaned_data.get(name)
