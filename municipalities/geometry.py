"""Plain geometry of areas on the map: rings and polygons in degrees (WGS 84), no database, no file.

A ring is closed (its last position repeats the first); the first ring of a polygon is its outer one, the others are
holes. Areas are in square degrees of latitude: a degree of longitude is shortened as in the middle of Germany.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import NamedTuple

Position = tuple[float, float]
Ring = list[Position]
Polygon = list[Ring]

#: How long a degree of longitude is at 51° north, in degrees of latitude.
LONGITUDE = math.cos(math.radians(51))


class Box(NamedTuple):
    """A bounding box in degrees."""

    west: float
    south: float
    east: float
    north: float

    def holds(self, position: Position) -> bool:
        return self.west <= position[0] <= self.east and self.south <= position[1] <= self.north


def box_of(positions: Iterable[Position]) -> Box:
    """The smallest box around at least one position."""
    xs, ys = zip(*positions, strict=True)
    return Box(min(xs), min(ys), max(xs), max(ys))


def signed_area(ring: Sequence[Position]) -> float:
    """The area of a closed ring, positive where it runs against the clock."""
    x0, y0 = ring[0]
    doubled = 0.0
    for (x1, y1), (x2, y2) in pairwise(ring):
        doubled += (x1 - x0) * (y2 - y0) - (x2 - x0) * (y1 - y0)
    return doubled / 2 * LONGITUDE


def turned(ring: Ring, *, hole: bool) -> Ring:
    """The ring in the direction of RFC 7946: outer rings against the clock, holes with it."""
    return ring[::-1] if (signed_area(ring) < 0) != hole else ring


def is_inside(position: Position, ring: Sequence[Position]) -> bool:
    """Does the position lie inside the closed ring? On the line itself either answer may come."""
    x, y = position
    inside = False
    for (x1, y1), (x2, y2) in pairwise(ring):
        if (y1 > y) != (y2 > y) and x < x1 + (y - y1) / (y2 - y1) * (x2 - x1):
            inside = not inside
    return inside


def centroid(ring: Sequence[Position]) -> Position:
    """The centre of gravity of a closed ring; the middle of its box where it has no area."""
    x0, y0 = ring[0]
    doubled = x = y = 0.0
    for (x1, y1), (x2, y2) in pairwise(ring):
        cross = (x1 - x0) * (y2 - y0) - (x2 - x0) * (y1 - y0)
        doubled += cross
        x += (x1 + x2 - 2 * x0) * cross
        y += (y1 + y2 - 2 * y0) * cross
    if doubled == 0:
        box = box_of(ring)
        return (box.west + box.east) / 2, (box.south + box.north) / 2
    return x0 + x / doubled / 3, y0 + y / doubled / 3


def point_on(polygons: Sequence[Polygon]) -> Position:
    """A position on the largest of the polygons that stands for all: its centre of gravity, if that lies on it.

    Else (a sickle, a ring around a city) the middle of the widest piece at that height.
    """
    polygon = max(polygons, key=lambda rings: abs(signed_area(rings[0])))
    middle = centroid(polygon[0])
    if is_inside(middle, polygon[0]) and not any(is_inside(middle, hole) for hole in polygon[1:]):
        return middle
    y = middle[1]
    crossings = sorted(
        x1 + (y - y1) / (y2 - y1) * (x2 - x1)
        for ring in polygon
        for (x1, y1), (x2, y2) in pairwise(ring)
        if (y1 > y) != (y2 > y)
    )
    pieces = list(zip(crossings[::2], crossings[1::2], strict=False))
    if not pieces:
        return polygon[0][0]
    left, right = max(pieces, key=lambda piece: piece[1] - piece[0])
    return (left + right) / 2, y
