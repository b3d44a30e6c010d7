"""The map: what the filters of the list of cooperations select, drawn and as a table."""

from __future__ import annotations

import hashlib
from typing import Any
from urllib.parse import urlencode

from django.core.paginator import Page, Paginator
from django.db.models import QuerySet
from django.urls import reverse

from agreements.filters import CooperationFilterSet
from agreements.models import Cooperation
from agreements.places import (
    Place,
    Share,
    districts_of,
    participations_at,
    places_of,
    shares_of,
    totals_by_district,
)
from coopportal.common.filters import PortalFilterSet
from coopportal.common.geojson import GeoJsonFile, collection, compact
from coopportal.common.views import ListPage
from municipalities.choices import BoundaryLevel
from municipalities.maps import LEVELS, OWN_LEVEL
from municipalities.models import Boundary, State

#: With more cooperations the map shows their participants only: so many lines tell nothing.
MOST_WITH_LINES = 25

#: More places than these hide the shading behind them: the map shows them from nearer by.
CROWD = 300

#: So many participants of one cooperation are drawn as areas (see ``MOST_VALUES`` of a filter).
MOST_AS_AREAS = 100

#: So many cooperations of one body stand in its row of the table.
MOST_IN_A_ROW = 8


class MapPage(ListPage):
    """Participants of the chosen cooperations as a table and, where scripts run, on a map."""

    filterset_class = CooperationFilterSet
    template_name = "agreements/map.html"
    resource = "cooperations"

    def get_queryset(self) -> QuerySet[Any]:
        return Cooperation.objects.public()

    def page(self, asked: PortalFilterSet) -> Page[Any]:
        self.places = places_of(asked)
        return Paginator(self.places, asked.page_size(self.page_size)).get_page(asked.page_number)

    def extra_context(self, asked: PortalFilterSet, page: Page[Any]) -> dict[str, Any]:
        shown = list(page.object_list)
        cooperations = asked.total()
        sources = Boundary.objects.sources()
        names = dict(State.objects.values_list("code", "name"))
        shares = self.shares(asked, names)
        drawing = self.drawing(asked, cooperations, sources, has_shares=bool(shares))
        return {
            "rows": _rows(shown, participations_at(shown, asked, most=MOST_IN_A_ROW), names),
            "cooperation_count": cooperations,
            "unplaced": self.places.unplaced,
            "shares": shares,
            "state": _only(chosen_states(asked)),
            "sources": list(dict.fromkeys(source for of_level in sources.values() for source in of_level)),
            "geojson_url": _address("api:cooperations-list", [*self.question(asked), ("format", "geojson")]),
            "has_lines": bool(drawing["cooperations"]),
            "shaded": drawing["shaded"],
            "is_crowded": drawing["isCrowded"],
            "drawing": compact(drawing),
        }

    def shares(self, asked: PortalFilterSet, names: dict[str, str]) -> list[Share]:
        """By district where one Land is chosen, else by Land."""
        chosen = chosen_states(asked)
        totals = totals_by_district(asked, chosen)
        if not totals:
            return []
        if state := _only(chosen):
            names = districts_of(asked, [state])
        elif chosen:
            names = {state.code: state.name for state in chosen}
        return shares_of(totals, self.places.taking_part(asked.day), names)

    def drawing(
        self, asked: PortalFilterSet, cooperations: int, sources: dict[str, list[str]], *, has_shares: bool
    ) -> dict[str, Any]:
        """What the script needs to draw the same: addresses, and on which level areas are shaded (if any)."""
        states = [state.code for state in chosen_states(asked)]
        day = {"stand": asked.asked_day.isoformat()} if asked.asked_day else {}
        borders: dict[str, str] = {
            str(level): f"{reverse('municipalities:boundaries', args=[name])}?{urlencode(day)}"
            for name, level in LEVELS.items()
            if level in sources
        }
        own = self.own_borders(day) if cooperations == 1 and len(borders) > 1 else None
        lines = _address("api:cooperations-list", [*self.question(asked), ("format", "geojson")])
        return {
            "places": _address("map-places", self.question(asked, german=True)),
            "cooperations": lines if 0 < cooperations <= MOST_WITH_LINES else None,
            "cooperationPage": reverse("agreements:cooperation", args=["SLUG"]),
            "bodyPage": reverse("municipalities:detail", args=["ARS"]),
            "day": urlencode(day),
            "borders": borders,
            "own": own,
            "shaded": None if own else _shaded_level(borders, states, has_shares=has_shares),
            "sources": sources,
            "states": states,
            "isCrowded": len(self.places) > CROWD,
            "isFiltered": any(asked.form.cleaned_data.get(name) for name in asked.filters if name not in _NO_CHOICE),
        }

    def own_borders(self, day: dict[str, str]) -> str | None:
        """The borders of the participants of the one cooperation chosen, unless they are too many."""
        keys = self.places.keys()
        if not 0 < len(keys) <= MOST_AS_AREAS:
            return None
        address = reverse("municipalities:boundaries", args=[OWN_LEVEL])
        return f"{address}?{urlencode({'kommune': ','.join(keys), **day})}"


def _shaded_level(borders: dict[str, str], states: list[str], *, has_shares: bool) -> str | None:
    """All municipalities of one Land, else the districts with the shares of their municipalities."""
    if len(states) == 1 and BoundaryLevel.MUNICIPALITY in borders:
        return str(BoundaryLevel.MUNICIPALITY)
    return str(BoundaryLevel.DISTRICT) if has_shares and BoundaryLevel.DISTRICT in borders else None


#: Parameters that choose no cooperations.
_NO_CHOICE = frozenset({"as_of", "ordering", "state"})


def _address(name: str, query: list[tuple[str, str]]) -> str:
    return f"{reverse(name)}?{urlencode(query)}" if query else reverse(name)


def chosen_states(asked: PortalFilterSet) -> list[State]:
    asked.form.is_valid()
    return list(asked.form.cleaned_data.get("state") or [])


def _only(states: list[State]) -> State | None:
    return states[0] if len(states) == 1 else None


def _rows(shown: list[Place], participations: dict[int, list[Any]], names: dict[str, str]) -> list[dict[str, Any]]:
    """The rows of the table: a body, its Land, its cooperations (the first ones, and how many more)."""
    return [
        {
            "place": place,
            "state": names.get(place.body.state, ""),
            "participations": participations.get(place.pk, []),
            "more": max(0, place.listed - MOST_IN_A_ROW),
        }
        for place in shown
    ]


class MapPlaces(GeoJsonFile):
    """The participants of the chosen cooperations as points, and the shares of the districts (``shares``).

    A body without coordinates has no geometry.
    """

    filterset_class = CooperationFilterSet

    def get_queryset(self) -> QuerySet[Any]:
        return Cooperation.objects.public()

    def version(self, asked: PortalFilterSet) -> str:
        """The file itself: what it tells depends on too many tables for a cheaper sign."""
        self.text = self.written(asked)
        return hashlib.sha256(self.text.encode()).hexdigest()

    def body(self, asked: PortalFilterSet) -> str:
        return self.text

    def written(self, asked: PortalFilterSet) -> str:
        places = places_of(asked)
        totals = totals_by_district(asked, chosen_states(asked))
        shares = shares_of(totals, places.taking_part(asked.day), {district: district for district in totals})
        told = {share.key: [share.taking_part, share.of, share.shade] for share in shares}
        features = places.features()
        return collection([features] if features else [], shares=told)
