"""The directory as a tree: Land → district → association → municipality, one branch opened at a time.

Nesting follows the keys of the day (the ARS begins with that of what lies around it), as the directory nests. A body
whose association or district is not in the directory hangs one step higher.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import ngettext

from coopportal.common.templatetags.portal import german_number
from municipalities.choices import DISTRICT_FREE, Kind, Level
from municipalities.keys import short_key
from municipalities.models import MunicipalityPeriod, State

Counts = Counter[tuple[str, bool]]


@dataclass
class Branch:
    """A row of the tree. ``key`` opens it, as a Land or as a body; ``up`` is the key that stays open when it closes."""

    name: str
    url: str
    kind: str
    key: str
    up: str = ""
    counts: list[str] = field(default_factory=list)
    children: list[Branch] = field(default_factory=list)
    is_open: bool = False
    is_leaf: bool = False

    @property
    def opening(self) -> dict[str, str | None]:
        """The parameters that open it."""
        return _parameters(self.key)

    @property
    def closing(self) -> dict[str, str | None]:
        """The parameters that close it."""
        return _parameters(self.up)


def _parameters(key: str) -> dict[str, str | None]:
    return {"land": key if len(key) == 2 else None, "kommune": key if len(key) > 2 else None}


@dataclass(frozen=True)
class Opened:
    """How far the tree is open: two digits of a Land, five of a district, nine of an association; empty is closed."""

    state: str = ""
    district: str = ""
    association: str = ""

    @classmethod
    def at(cls, ars: str, level: str) -> Opened:
        """Open down to the body with this ARS."""
        district = "" if ars[5:] == "0000000" and level == Level.MUNICIPALITY else ars[:5]
        return cls(ars[:2], district, ars[:9] if ars[5] == "5" else "")


def tree(day: dt.date, opened: Opened) -> list[Branch]:
    """The Länder, with the branch that is open; as many queries whatever lies in it."""
    periods: Any = MunicipalityPeriod.objects.on(day)
    totals = counts_of(periods.per_area(2))
    branches = []
    for state in State.objects.order_by("code"):
        url = f"{reverse('municipalities:list')}?land={state.code}"
        branch = Branch(state.name, url, "", state.code)
        branch.counts = told(totals.get(state.code, Counter()), cities=True)
        if state.code == opened.state:
            branch.is_open, branch.children = True, _districts(periods, opened)
        branch.is_leaf = not branch.counts
        branches.append(branch)
    return branches


def _districts(periods: Any, opened: Opened) -> list[Branch]:
    """What lies directly in a Land: its districts and cities, and what has no district in the directory."""
    inside = periods.inside(opened.state)
    rows = list(inside.districts().in_order())
    counts = counts_of(inside.per_area(5))
    branches = []
    for row in rows:
        branch = _branch(row)
        if row.municipality.level == Level.DISTRICT:
            branch.counts = told(counts.get(row.ars[:5], Counter()))
            branch.is_leaf = not branch.counts
            if row.ars[:5] == opened.district:
                branch.is_open, branch.children = True, _members(periods.inside(opened.district), opened)
        branches.append(branch)
    orphans = sorted(counts.keys() - {row.ars[:5] for row in rows})
    return branches + [branch for key in orphans for branch in _members(periods.inside(key), opened)]


def _members(inside: QuerySet[Any], opened: Opened) -> list[Branch]:
    """What lies in a district: its associations with their members, and municipalities without association."""
    rows = [row for row in inside.in_order() if row.municipality.level != Level.DISTRICT]  # type: ignore[attr-defined]
    associations = {row.ars[:9] for row in rows if row.municipality.level == Level.ASSOCIATION}
    branches = []
    for row in rows:
        is_association = row.municipality.level == Level.ASSOCIATION
        if not is_association and row.ars[:9] in associations:
            continue
        branch = _branch(row)
        if is_association:
            of = [one for one in rows if one.ars[:9] == row.ars[:9] and one is not row]
            branch.counts = told(Counter((one.municipality.level, False) for one in of))
            branch.is_leaf = not of
            if row.ars[:9] == opened.association:
                branch.is_open, branch.children = True, [_branch(one) for one in of]
        branches.append(branch)
    return branches


def _branch(period: Any) -> Branch:
    """A body as it was called on the day; a leaf until something is known to lie in it."""
    url = reverse("municipalities:detail", args=[period.ars])
    key = short_key(period.ars, period.municipality.level)
    up = period.ars[:5] if period.municipality.level == Level.ASSOCIATION else period.ars[:2]
    return Branch(period.label, url, str(Kind(period.kind).label), key, up, is_leaf=True)


def told(counts: Counts, *, cities: bool = False) -> list[str]:
    """``17 Kreise``, ``5 kreisfreie Städte``, ``605 Gemeinden``: what there is, from above to below.

    ``counts`` are by level and whether it is a city of its own district; these are municipalities too.
    """
    districts, associations = counts[Level.DISTRICT, False], counts[Level.ASSOCIATION, False]
    free = counts[Level.MUNICIPALITY, True]
    municipalities, unincorporated = free + counts[Level.MUNICIPALITY, False], counts[Level.UNINCORPORATED, False]
    numbers = [
        (districts if cities else 0, ngettext("%s Kreis", "%s Kreise", districts)),
        (free if cities else 0, ngettext("%s kreisfreie Stadt", "%s kreisfreie Städte", free)),
        (associations, ngettext("%s Verband", "%s Verbände", associations)),
        (municipalities, ngettext("%s Gemeinde", "%s Gemeinden", municipalities)),
        (unincorporated, ngettext("%s gemeindefreies Gebiet", "%s gemeindefreie Gebiete", unincorporated)),
    ]
    return [text % german_number(number) for number, text in numbers if number]


def counts_of(rows: Iterable[Sequence[Any]]) -> dict[str, Counts]:
    """Rows of area, level, kind and number as counts by area."""
    found: dict[str, Counts] = {}
    for area, level, kind, number in rows:
        found.setdefault(area, Counter())[level, kind in DISTRICT_FREE] += number
    return found
