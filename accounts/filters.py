"""The FilterSet of the stewards' list of people."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.choices import MandateRole
from coopportal.common.filter_kinds import KeysFilter, SearchFilter, ValuesFilter
from coopportal.common.filters import PortalFilterSet
from municipalities.filters import states_filter


class PersonSearchFilter(SearchFilter):
    """People in whose name, log-in or address every word occurs."""

    def filter(self, qs: models.QuerySet[Any], value: Any) -> models.QuerySet[Any]:
        for word in (value or "").split():
            qs = qs.naming(word)  # type: ignore[attr-defined]
        return qs


class RoleFilter(ValuesFilter):
    """People who have one of these roles on the day."""

    def filter(self, qs: models.QuerySet[Any], value: Any) -> models.QuerySet[Any]:
        return qs.acting_on(self.parent.day, role__in=value) if value else qs  # type: ignore[attr-defined]


class ActsInStateFilter(KeysFilter):
    """People who act for one of these Länder or for a municipality in it on the day."""

    def filter(self, qs: models.QuerySet[Any], value: Any) -> models.QuerySet[Any]:
        return qs.acting_in(value, self.parent.day) if value else qs  # type: ignore[attr-defined]


class PeopleFilterSet(PortalFilterSet):
    aliases = {"aufgabe": "role", "land": "state"}
    orderings = {"name": ("last_name", "first_name"), "last_login": ("last_login",)}

    search = PersonSearchFilter(label=_("Name, Anmeldename oder Adresse"))
    role = RoleFilter(choices=MandateRole.choices, label=_("Aufgabe"))
    state = ActsInStateFilter(queryset=states_filter().extra["queryset"], lookup="code", label=_("Land"))

    def shape(self, rows: models.QuerySet[Any]) -> models.QuerySet[Any]:
        return rows.for_list(self.day)  # type: ignore[attr-defined]
