"""How a file for maps tells cooperations: as the places of their participants."""

from __future__ import annotations

from typing import Any

from coopportal.common.geojson import GeoJsonRenderer, position
from coopportal.common.renderers import Record
from municipalities.models import Municipality


class CooperationGeoJson(GeoJsonRenderer):
    """A cooperation lies where its municipal participants lie; each of these tells its ``position`` (null: unknown).

    A cooperation of none whose place is known has no geometry.
    """

    key = "slug"
    needs = ("participations",)

    def placed(self, columns: list[str], portion: list[Record]) -> list[tuple[Any, Record]]:
        keys = {member["municipality"] for record in portion for member in record["participations"]}
        positions = Municipality.objects.positions(keys - {None})
        return [self._placed(record, columns, positions) for record in portion]

    @staticmethod
    def _placed(record: Record, columns: list[str], positions: dict[str, Any]) -> tuple[Any, Record]:
        members = []
        for member in record["participations"]:
            place = positions.get(member["municipality"])
            members.append({**member, "position": position(*place) if place else None})
        points = [member["position"] for member in members if member["position"]]
        geometry = {"type": "MultiPoint", "coordinates": points} if points else None
        told = {name: record[name] for name in columns}
        return geometry, told | {"participations": members} if "participations" in told else told
