"""Reads of the directory, as words."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db import models
from django.db.models import Prefetch, Q

from coopportal.common.search import matches
from municipalities.keys import parse_key, prefix_of


def _holds_on(day: dt.date, path: str = "") -> Q:
    """A period holds on ``day``: no beginning means since ever, no end means until further notice."""
    return (Q(**{f"{path}valid_from__isnull": True}) | Q(**{f"{path}valid_from__lte": day})) & (
        Q(**{f"{path}valid_until__isnull": True}) | Q(**{f"{path}valid_until__gte": day})
    )


class PeriodQuerySet(models.QuerySet[Any]):
    def on(self, day: dt.date) -> PeriodQuerySet:
        """The periods that hold on ``day``; both ends are inclusive."""
        return self.filter(_holds_on(day))


class MunicipalityQuerySet(models.QuerySet[Any]):
    def as_subject(self) -> MunicipalityQuerySet:
        return self

    def existing_on(self, day: dt.date) -> MunicipalityQuerySet:
        """Bodies that exist on ``day``."""
        return self.filter(_holds_on(day))

    def inside(self, body: Any) -> MunicipalityQuerySet:
        """What lies inside ``body``, itself not included; nesting is by prefix of the ARS."""
        return self.filter(ars__startswith=prefix_of(body.ars, body.level)).exclude(pk=body.pk)

    def holding(self, text: str, day: dt.date) -> Any | None:
        """The body that holds the key ``text`` on ``day``, else its latest holder; None where nobody ever held it.

        Raises ValueError where ``text`` is not the form of a key.
        """
        key = parse_key(text)
        held = Q(**{f"periods__{key.column}": key.value})
        holders = self.filter(held)
        return (
            holders.filter(_holds_on(day, "periods__")).order_by("pk").first()
            or holders.order_by(models.F("periods__valid_until").desc(nulls_first=True), "-pk").first()
        )

    def matching(self, query: str) -> MunicipalityQuerySet:
        """Names, alternative names and keys, folded."""
        return self.filter(matches(query))

    def with_period_on(self, day: dt.date) -> MunicipalityQuerySet:
        """Fetches the period of ``day``, so that ``on_day`` tells name, kind and keys of that day."""
        periods = self.model.periods.rel.related_model.objects.on(day).select_related("parent")
        return self.prefetch_related(Prefetch("periods", periods, to_attr="periods_on_day"))

    def with_successors(self) -> MunicipalityQuerySet:
        successions = self.model.successions.rel.related_model.objects.select_related("successor")
        return self.prefetch_related(Prefetch("successions", successions.order_by("on", "pk")))

    def with_relations(self) -> MunicipalityQuerySet:
        return self.select_related("state", "parent")

    def for_list(self) -> MunicipalityQuerySet:
        return self.with_relations().order_by("sort_key", "level", "ars", "pk")


class OrganisationQuerySet(models.QuerySet[Any]):
    def as_subject(self) -> OrganisationQuerySet:
        return self

    def matching(self, query: str) -> OrganisationQuerySet:
        return self.filter(matches(query))

    def for_list(self) -> OrganisationQuerySet:
        return self.select_related("state").order_by("sort_key", "pk")
