"""One Land of the official files beside the project: its lines of the directory, its areas of the file of borders.

A directory has to hold all 16 Länder; the others are there with their first municipality.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable, Iterator
from pathlib import Path

from municipalities.importers.boundaries import import_boundaries
from municipalities.importers.directory import import_directory
from tests.conftest import unavailable
from tests.municipalities.geo_samples import written

DIRECTORY = Path("data", "gv100ad", "GV100AD_30112025.txt")
BORDERS = Path("data", "geo", "gemeinden.topojson")


def import_land(shared: Path, code: str, folder: Path) -> None:
    """Directory and borders of the Land with this code; `folder` takes the smaller file of borders."""
    for file in (DIRECTORY, BORDERS):
        if not (shared / file).is_file():
            unavailable(f"../shared/{file} fehlt")
    lines = (shared / DIRECTORY).read_bytes().splitlines(keepends=True)
    import_directory(b"".join(_lines_of(lines, code.encode())), today=dt.date(2026, 6, 1))
    topology = json.loads((shared / BORDERS).read_bytes())
    for layer in topology["objects"].values():
        layer["geometries"] = [area for area in layer["geometries"] if area["properties"]["AGS"].startswith(code)]
    import_boundaries(written(folder, topology, "gemeinden.topojson"))


def _lines_of(lines: Iterable[bytes], code: bytes) -> Iterator[bytes]:
    """GV100AD: kind of line (2), day (8), Land (2), Regierungsbezirk and Kreis (3), Gemeinde (3), Verband (4)."""
    waiting: dict[bytes, bytes] = {}
    seen = {code}
    for line in lines:
        kind, state = line[:2], line[10:12]
        if state == code or kind == b"10":
            yield line
        elif state not in seen and kind in {b"40", b"50"}:
            waiting[kind] = line
        elif state not in seen and kind == b"60":
            seen.add(state)
            yield from (
                row for row in waiting.values() if row[10:15] == line[10:15] and row[18:22] in {b"    ", line[18:22]}
            )
            yield line
