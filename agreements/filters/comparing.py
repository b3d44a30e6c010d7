"""The FilterSet of a comparison: which cooperations, and which to offer beside them."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from agreements.filters.shared import CooperationKeyFilter
from agreements.models import Cooperation
from coopportal.common.filter_kinds import SearchFilter
from coopportal.common.filters import PortalFilterSet
from coopportal.common.search import parse

#: So many cooperations can stand side by side, and so many more are offered.
LEAST, MOST, OFFERED = 2, 4, 8


class CompareFilterSet(PortalFilterSet):
    """``k`` is given once for each cooperation; ``q`` looks for further ones."""

    aliases = {"k": "cooperation"}

    cooperation = CooperationKeyFilter(method="no_filter")
    search = SearchFilter(method="no_filter", label=_("Weitere suchen"))

    def _clean(self, name: str) -> Any:
        self.form.is_valid()
        return self.form.cleaned_data.get(name)

    @property
    def problems(self) -> dict[str, list[str]]:
        found = super().problems
        if len(self._clean("cooperation") or []) > MOST:
            told = _("Höchstens %(most)d Kooperationen stehen nebeneinander; gezeigt werden die ersten.") % {
                "most": MOST
            }
            found[self.page_name("cooperation")] = [str(told)]
        return found

    @property
    def chosen(self) -> list[Any]:
        """The cooperations to compare, in the order asked for."""
        slugs = self.form["cooperation"].value() or []
        rows = sorted(self._clean("cooperation") or [], key=lambda row: slugs.index(row.slug))
        return rows[:MOST]

    def offered(self) -> Any:
        """Others to put beside: what was searched, else those with a task field in common, else any."""
        rows: Any = Cooperation.objects.public()
        if self.is_cut:
            rows = rows.known_on(self.day)
        rows = rows.exclude(pk__in=[row.pk for row in self.chosen]).order_by("sort_key", "pk")
        typed = self._clean("search") or ""
        if parse(typed):
            return rows.matching(typed)[:OFFERED]
        if not self.chosen:
            return rows[:OFFERED]
        fields = Cooperation.task_fields.through.objects.filter(cooperation__in=[row.pk for row in self.chosen])
        alike = Cooperation.task_fields.through.objects.filter(taskfield__in=fields.values("taskfield"))
        return rows.filter(pk__in=alike.values("cooperation"))[:OFFERED] or rows[:OFFERED]
