"""Tiny files of borders, written by hand: two squares side by side at 50° north."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

#: Two neighbours on a grid of hundredths of a degree; arc 0 is the border they share, from south to north.
ARCS = [
    [[10, 0], [2, 10], [-2, 10]],
    [[10, 20], [-10, 0], [0, -20], [10, 0]],
    [[10, 20], [10, 0], [0, -20], [-10, 0]],
]
TRANSFORM = {"scale": [0.01, 0.01], "translate": [11.0, 50.0]}
WEST: list[Any] = [[0, 1]]
EAST: list[Any] = [[2, 0]]


def topology(**changes: Any) -> dict[str, Any]:
    """Two municipalities of the Saale-Holzland-Kreis in a quantised TopoJSON."""
    geometries = [
        {"type": "Polygon", "arcs": WEST, "properties": {"AGS": "16074001", "GEN": "Westdorf"}},
        {"type": "Polygon", "arcs": EAST, "properties": {"AGS": "16074002", "GEN": "Ostdorf"}},
    ]
    objects = {"VG250_GEM": {"type": "GeometryCollection", "geometries": geometries}}
    return {"type": "Topology", "transform": TRANSFORM, "arcs": ARCS, "objects": objects} | changes


def square(west: float = 11.0, south: float = 50.0, size: float = 0.1) -> list[list[float]]:
    east, north = west + size, south + size
    return [[west, south], [east, south], [east, north], [west, north], [west, south]]


def feature(key: str | None = "16074001", /, ring: Any = None, **properties: Any) -> dict[str, Any]:
    """A GeoJSON feature: a square, called by its AGS."""
    own = {"AGS": key} if key else {}
    geometry = {"type": "Polygon", "coordinates": [ring or square()]}
    return {"type": "Feature", "properties": own | properties, "geometry": geometry}


def features(*rows: dict[str, Any], **members: Any) -> dict[str, Any]:
    return {"type": "FeatureCollection", "features": list(rows)} | members


def written(folder: Path, content: Any, name: str = "grenzen.json") -> Path:
    """A file with that content: bytes and text as they are, anything else as JSON."""
    path = folder / name
    data = content if isinstance(content, bytes | str) else json.dumps(content)
    path.write_bytes(data if isinstance(data, bytes) else data.encode())
    return path


def streamed_json(response: Any) -> Any:
    """What a streamed answer of the API holds."""
    assert response.status_code == 200
    return json.loads(b"".join(response.streaming_content))
