"""How far two places lie apart. Pure; degrees (WGS 84) and kilometres along the earth, good to half a percent."""

from __future__ import annotations

import math
from typing import NamedTuple

RADIUS = 6371.0
#: Kilometres of a degree of latitude.
DEGREE = math.pi * RADIUS / 180


class Window(NamedTuple):
    """The degrees between which everything within some kilometres of a place lies."""

    south: float
    north: float
    west: float
    east: float


def kilometres(lat: float, lon: float, other_lat: float, other_lon: float) -> float:
    """The distance by the haversine formula."""
    up, across = math.radians(other_lat - lat), math.radians(other_lon - lon)
    part = math.cos(math.radians(lat)) * math.cos(math.radians(other_lat)) * math.sin(across / 2) ** 2
    return 2 * RADIUS * math.asin(math.sqrt(math.sin(up / 2) ** 2 + part))


def window(lat: float, lon: float, reach: float) -> Window:
    """What is certain to hold every place within ``reach`` kilometres."""
    up = reach / DEGREE
    across = up / math.cos(math.radians(min(abs(lat) + up, 89)))
    return Window(lat - up, lat + up, lon - across, lon + across)
