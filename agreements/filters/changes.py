"""The FilterSet of what changed between two days: the cooperations of their list, and the two days."""

from __future__ import annotations

import datetime as dt
from itertools import compress
from typing import Any

from django.utils.translation import gettext_lazy as _

from agreements.filters.cooperation_bits import COOPERATIONS
from agreements.filters.cooperations import CooperationFilterSet
from agreements.filters.shared import ALIASES
from agreements.models import Cooperation
from coopportal.common.bits import flags_of
from coopportal.common.dates import add_months
from coopportal.common.filter_kinds import DayFilter


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


def keys_of(asked: ChangeFilterSet) -> list[Any] | None:
    """The keys of the cooperations asked for, where they are some of all and bit sets know them."""
    sets = asked.sets if asked.german else None
    if sets is None or sets.found == sets.snapshot.everything:
        return None
    return list(compress(sets.snapshot.keys, flags_of(sets.found, len(sets.snapshot.keys))))


def known_on(asked: ChangeFilterSet, *days: dt.date) -> list[int]:
    """Of the cooperations asked for, how many were known on each of the days: by bit sets where they know it."""
    sets = asked.sets
    found = [COOPERATIONS.on(asked.today, sets.snapshot.seen.number, day) if sets else None for day in days]
    return [
        (sets.found & cut.everything).bit_count()
        if sets and cut and cut.series == sets.snapshot.series
        else Cooperation.objects.filter(pk__in=asked.qs.order_by().values("pk")).known_on(day).count()
        for day, cut in zip(days, found, strict=True)
    ]
