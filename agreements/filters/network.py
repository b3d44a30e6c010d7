"""The FilterSets of who cooperates with whom: the cooperations of their list, and how to look at them."""

from __future__ import annotations

from typing import Any

import django_filters
from django.utils.translation import gettext_lazy as _

from agreements.choices import NetworkLevel
from agreements.filters.cooperations import CooperationFilterSet
from agreements.filters.shared import ALIASES
from municipalities.models import Municipality

#: How many steps from a municipality its network may reach.
DEPTHS = [("1", _("direkte Partner")), ("2", _("auch deren Partner")), ("3", _("drei Schritte weit"))]


class OneOfFilter(django_filters.ChoiceFilter):
    """One word of a closed list; it chooses no rows."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(method="no_filter", empty_label=None, **kwargs)


class NetworkFilterSet(CooperationFilterSet):
    """``tiefe`` says how far from a municipality to go, ``darstellung`` what a node stands for."""

    aliases = {**ALIASES, "tiefe": "depth", "darstellung": "level"}
    orderings: dict[str, tuple[str, ...]] = {}
    not_told = frozenset({"as_of", "ordering", "depth", "level"})

    depth = OneOfFilter(choices=DEPTHS, label=_("Wie weit"))
    level = OneOfFilter(choices=NetworkLevel.choices, label=_("Darstellung"))

    def chosen(self, name: str) -> Any:
        """The clean value of a parameter; None where it is missing or wrong."""
        self.form.is_valid()
        return self.form.cleaned_data.get(name) or None

    @property
    def starts(self) -> list[Municipality]:
        """The municipalities around which the network is drawn."""
        return list(self.chosen("municipality") or [])

    @property
    def steps(self) -> int:
        return int(self.chosen("depth") or 1)

    @property
    def has_place(self) -> bool:
        """Is it the network of something, and not that of the whole country?"""
        return any(self.chosen(name) for name in ("state", "within", "municipality", "organisation", "cooperation"))
