"""FilterSets of what the directory tells beside its bodies: outlines, doubts, successions."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from coopportal.common.filter_kinds import KeysFilter, ValuesFilter
from coopportal.common.filters import PortalFilterSet
from municipalities.choices import (
    DoubtDecision,
    DoubtKind,
    SuccessionKind,
)
from municipalities.filters.chosen import BodiesFilter, states_filter
from municipalities.models import State


class BoundaryFilterSet(PortalFilterSet):
    """Which borders, and how finely drawn: ``detail`` 1 for whole Germany, 2 for a Land, 3 for a district."""

    aliases = {"land": "state", "kommune": "municipality"}

    state = states_filter()
    municipality = BodiesFilter(field_name="municipality", label=_("Kommune"))
    detail = ValuesFilter(
        choices=[("1", _("grob")), ("2", _("mittel")), ("3", _("fein"))], method="no_filter", label=_("Genauigkeit")
    )

    @property
    def chosen_detail(self) -> int:
        """The detail asked for, else the coarsest; expects the question to be right."""
        chosen = self.form.cleaned_data.get("detail")
        return int(chosen[0]) if chosen else 1

    def filter_queryset(self, queryset: models.QuerySet[Any]) -> models.QuerySet[Any]:
        return super().filter_queryset(queryset.standing_on(self.day))  # type: ignore[attr-defined]


class KeyOfStates(KeysFilter):
    """Doubts about keys of one of the Länder."""

    def filter(self, qs: models.QuerySet[Any], value: Any) -> models.QuerySet[Any]:
        condition = Q()
        for state in value or ():
            condition |= Q(**{f"{self.field_name}__startswith": state.code})
        return qs.filter(condition)


class DoubtFilterSet(PortalFilterSet):
    """Doubts about the directory; without a question those that nobody has decided."""

    aliases = {"land": "state", "art": "kind", "entscheidung": "decision"}

    state = KeyOfStates(field_name="key", queryset=State.objects.all(), lookup="code", label=_("Land"))
    kind = ValuesFilter(choices=DoubtKind.choices, label=_("Art"))
    decision = ValuesFilter(choices=DoubtDecision.choices, label=_("Entscheidung"))

    def filter_queryset(self, queryset: models.QuerySet[Any]) -> models.QuerySet[Any]:
        rows: Any = super().filter_queryset(queryset)
        return rows if self.form.cleaned_data.get("decision") else rows.open()

    def shape(self, rows: models.QuerySet[Any]) -> models.QuerySet[Any]:
        return rows.select_related("municipality").order_by("-directory_state", "kind", "key", "pk")


class SuccessionFilterSet(PortalFilterSet):
    """Changes of territory; without a question those that are only suggested."""

    aliases = {"land": "state", "art": "kind", "bestaetigt": "confirmed"}

    state = states_filter("predecessor__state")
    kind = ValuesFilter(choices=SuccessionKind.choices, label=_("Art"))
    confirmed = ValuesFilter(
        choices=[("nein", _("vermutet")), ("ja", _("bestätigt"))], method="no_filter", label=_("Stand")
    )

    def filter_queryset(self, queryset: models.QuerySet[Any]) -> models.QuerySet[Any]:
        wanted = self.form.cleaned_data.get("confirmed") or ["nein"]
        return super().filter_queryset(queryset).filter(confirmed__in=[word == "ja" for word in wanted])

    def shape(self, rows: models.QuerySet[Any]) -> models.QuerySet[Any]:
        return rows.for_decision()  # type: ignore[attr-defined]
