"""Which bodies the rows of a directory are: level, kind, name, parent, figures. Knows no database.

A kreisfreie Stadt stands in the directory three times (Satzart 40, 50 and 60) and is one body, the municipality.
Satzart 50 with Textkennzeichen 50 is a municipality without association, not an association.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from dataclasses import dataclass, field

from municipalities.choices import LEVEL_OF_KIND, DoubtKind, Kind, Level
from municipalities.importers.gv100ad import ASSOCIATION, DISTRICT, Directory, Row
from municipalities.names import people_name

#: Textkennzeichen (columns 123-124) by Satzart; None: the row is no body of its own.
KINDS: dict[str, dict[str, Kind | None]] = {
    DISTRICT: {
        "41": None,
        "42": None,
        "43": Kind.DISTRICT,
        "44": Kind.RURAL_DISTRICT,
        "45": Kind.REGIONAL_ASSOCIATION,
    },
    ASSOCIATION: {
        "50": None,
        "51": Kind.AMT,
        "52": Kind.SAMTGEMEINDE,
        "53": Kind.VERBANDSGEMEINDE,
        "54": Kind.ADMINISTRATIVE_COMMUNITY,
        "55": Kind.KIRCHSPIELSLANDGEMEINDE,
        "56": Kind.ADMINISTRATIVE_ASSOCIATION,
        "57": Kind.ADMINISTRATIVE_COMMUNITY,
        "58": Kind.FULFILLING_MUNICIPALITY,
    },
    "60": {
        "60": Kind.MARKET,
        "61": Kind.INDEPENDENT_CITY,
        "62": Kind.URBAN_DISTRICT,
        "63": Kind.TOWN,
        "64": Kind.MUNICIPALITY,
        "65": Kind.UNINCORPORATED,
        "66": Kind.UNINCORPORATED,
        "67": Kind.MAJOR_DISTRICT_TOWN,
    },
}
INDEPENDENT = frozenset({Kind.INDEPENDENT_CITY, Kind.URBAN_DISTRICT})


@dataclass(slots=True)
class Body:
    """A body as one state of the directory tells it.

    ``parent`` is the key of its association, else of its district, None for an independent city and where the parent's
    row is missing (``is_orphan``). Area in hectares; population and area of districts and associations are the sums of
    their municipalities. ``kind`` is None where the Textkennzeichen is missing or unknown; ``doubt`` keeps the row out.
    """

    key: str
    ars: str
    official_name: str
    kind: Kind | None
    level: Level
    line: int
    parent: str | None = None
    is_orphan: bool = False
    population: int = 0
    area: int = 0

    @property
    def ags(self) -> str | None:
        return self.key if len(self.key) == 8 else None

    @property
    def name(self) -> str:
        return people_name(self.official_name, is_association=self.level == Level.ASSOCIATION)


@dataclass(slots=True)
class Finding:
    """A doubt about one key of the file, with the line that raised it (None: the key is not in the file)."""

    kind: DoubtKind
    key: str
    line: int | None
    message: str


@dataclass
class Bodies:
    """All bodies of one state by key, parents before children, and the doubts their rows raise by themselves."""

    day: dt.date
    by_key: dict[str, Body] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)

    def of_level(self, *levels: Level) -> list[Body]:
        return [body for body in self.by_key.values() if body.level in levels]


def bodies_of(directory: Directory) -> Bodies:
    """The bodies of a directory as read."""
    bodies = Bodies(directory.day)
    for row in _each_once(directory.districts, bodies):
        _take(row, Level.DISTRICT, bodies)
    for row in _each_once(directory.associations, bodies):
        _take(row, Level.ASSOCIATION, bodies)
    # Rows that are no bodies of their own, but answer for a key: an independent city is its own district.
    own = {row.key for row in directory.districts if KINDS[DISTRICT].get(row.code, "") is None}
    for row in _each_once(directory.municipalities, bodies):
        _take(row, Level.MUNICIPALITY, bodies)
    for body in bodies.by_key.values():
        _find_parent(body, bodies, own)
    add_up(bodies)
    return bodies


def _each_once(rows: list[Row], bodies: Bodies) -> list[Row]:
    """The first row of each key; further ones that say something else are a doubt, mere repetitions are not."""
    first: dict[str, Row] = {}
    for row in rows:
        other = first.setdefault(row.key, row)
        if other[1:] != row[1:]:
            message = f"{other.name} ({row.key}) steht in Zeile {other.line} und anders in Zeile {row.line}."
            bodies.findings.append(Finding(DoubtKind.CONTRADICTION, row.key, row.line, message))
    return list(first.values())


def _take(row: Row, level: Level, bodies: Bodies) -> None:
    kinds = KINDS[row.record]
    kind = kinds.get(row.code)
    if row.code in kinds and kind is None:
        return
    if kind is None:
        code = row.code.strip()
        written = f"Textkennzeichen „{code}“ ist hier unbekannt" if code else "Das Textkennzeichen fehlt"
        finding = Finding(DoubtKind.UNKNOWN_KIND, row.key, row.line, f"{row.name} ({row.key}): {written}.")
        bodies.findings.append(finding)
        if row.record == ASSOCIATION and row.key[5] != "5":
            return
    body = Body(row.key, row.ars, row.name, kind, LEVEL_OF_KIND[kind] if kind else level, row.line)
    body.population, body.area = row.population, row.area
    bodies.by_key[row.key] = body


def _find_parent(body: Body, bodies: Bodies, own: set[str]) -> None:
    """The association if the body belongs to one, else the district; an independent city has none."""
    district, association = body.ars[:5], body.ars[:9]
    if body.level == Level.DISTRICT or body.kind in INDEPENDENT:
        return
    if body.level != Level.ASSOCIATION and association in bodies.by_key:
        body.parent = association
    elif body.level != Level.ASSOCIATION and body.ars[5] == "5":
        _orphan(body, bodies, f"Gemeindeverband {association}")
    elif district in bodies.by_key:
        body.parent = district
    elif district not in own:
        _orphan(body, bodies, f"Kreis {district}")


def _orphan(body: Body, bodies: Bodies, missing: str) -> None:
    body.is_orphan = True
    message = f"{body.official_name} ({body.key}): Zum {missing} fehlt der Satz in der Datei."
    bodies.findings.append(Finding(DoubtKind.ORPHAN, body.key, body.line, message))


def add_up(bodies: Bodies) -> None:
    """Population and area of districts and associations: the sums of the municipalities whose keys lie in theirs."""
    sums: dict[str, list[int]] = defaultdict(lambda: [0, 0])
    for body in bodies.of_level(Level.MUNICIPALITY, Level.UNINCORPORATED):
        for key in (body.ars[:5], body.ars[:9]):
            sums[key][0] += body.population
            sums[key][1] += body.area
    for body in bodies.of_level(Level.DISTRICT, Level.ASSOCIATION):
        body.population, body.area = sums[body.key]
