"""Borders as files for the map."""

from __future__ import annotations

from typing import Any

from django.db.models import F, QuerySet
from django.http import Http404

from coopportal.common.filters import PortalFilterSet
from coopportal.common.geojson import GeoJsonFile, collection, compact
from municipalities.choices import BoundaryLevel
from municipalities.filters import BoundaryFilterSet
from municipalities.models import Boundary

LEVELS = {
    "laender": BoundaryLevel.STATE,
    "kreise": BoundaryLevel.DISTRICT,
    "verbaende": BoundaryLevel.ASSOCIATION,
    "gemeinden": BoundaryLevel.MUNICIPALITY,
}

#: Borders of the bodies asked for, each on the level it has in the directory.
OWN_LEVEL = "kommunen"

_OUTLINES = {1: "coarse", 2: "medium", 3: "fine"}


class BoundaryFile(GeoJsonFile):
    """The borders of one level, of the Länder or bodies asked for; they change a few times a year."""

    filterset_class = BoundaryFilterSet
    cache_control = "public, max-age=3600"

    def get_queryset(self) -> QuerySet[Any]:
        level = self.kwargs["level"]
        if level == OWN_LEVEL:
            return Boundary.objects.filter(level=F("municipality__level"))
        if level not in LEVELS:
            raise Http404
        return Boundary.objects.filter(level=LEVELS[level])

    def version(self, asked: PortalFilterSet) -> str:
        return f"{asked.day} {asked.qs.version()}"

    def body(self, asked: Any) -> str:
        """Geometries are stored as text and go out as they are."""
        outline = _OUTLINES[asked.chosen_detail]
        return collection(_feature(*row) for row in asked.qs.drawn(outline))


def _feature(key: str, name: str, ars: str | None, geometry: str) -> str:
    properties = {"name": name} | ({"ars": ars} if ars else {})
    return f'{{"type":"Feature","id":"{key}","properties":{compact(properties)},"geometry":{geometry}}}'
