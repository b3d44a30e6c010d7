"""The whole directory, invented: as many bodies of each level in each Land as there are, keys of the true form."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any, NamedTuple

from benchmarks.generator.dice import Dice
from benchmarks.generator.words import BEFORE, BEHIND, ENDS, STEMS
from benchmarks.generator.writing import Store
from coopportal.common.search import sort_key
from municipalities.keys import ags_of, short_key
from municipalities.models import (
    DirectoryState,
    Municipality,
    MunicipalityFigure,
    MunicipalityName,
    MunicipalityPeriod,
    State,
    Succession,
)
from municipalities.names import search_text
from municipalities.workflow import kind_words

FIXTURES = Path(__file__).resolve().parents[2] / "fixtures"
EDITION, COUNTED, CHANGED = dt.date(2025, 11, 30), dt.date(2024, 12, 31), dt.date(2019, 1, 1)
SOURCE = "erfunden für den Benchmark"


class Shape(NamedTuple):
    """What a Land has: districts, kreisfreie Städte, associations and their kind, municipalities; where it lies."""

    districts: int
    cities: int
    associations: int
    kind: str
    municipalities: int
    south: float
    west: float


#: Rounded from the directory of 30.11.2025; a city among the municipalities counts as a city only.
SHAPES = {
    "01": Shape(11, 4, 84, "amt", 1100, 53.8, 9.0),
    "02": Shape(0, 1, 0, "", 0, 53.5, 9.8),
    "03": Shape(37, 8, 114, "samtgemeinde", 930, 52.0, 8.5),
    "04": Shape(0, 2, 0, "", 0, 53.1, 8.6),
    "05": Shape(31, 22, 0, "", 374, 51.0, 6.7),
    "06": Shape(21, 5, 0, "", 416, 50.0, 8.5),
    "07": Shape(24, 12, 129, "verbandsgemeinde", 2288, 49.5, 7.0),
    "08": Shape(35, 9, 270, "administrative_community", 1092, 48.0, 8.5),
    "09": Shape(71, 25, 311, "administrative_community", 2031, 48.0, 11.0),
    "10": Shape(6, 0, 0, "", 52, 49.3, 6.8),
    "11": Shape(0, 1, 0, "", 0, 52.5, 13.4),
    "12": Shape(14, 4, 50, "amt", 409, 52.0, 13.0),
    "13": Shape(6, 2, 76, "amt", 722, 53.5, 12.0),
    "14": Shape(10, 3, 66, "administrative_association", 413, 50.8, 13.0),
    "15": Shape(11, 3, 18, "verbandsgemeinde", 215, 51.5, 11.5),
    "16": Shape(17, 5, 40, "administrative_community", 600, 50.6, 10.8),
}
#: Of a thousand municipalities so many have joined another one on 01.01.2019; one body in fifty has another name.
ENDED, RENAMED = 0.012, 0.02


class NoNames:
    """Stands for the other names of a body that has none."""

    @staticmethod
    def all() -> list[Any]:
        return []


@dataclass(slots=True)
class Body:
    """What the rest of the register has to know of a body; shaped so that the workflow can derive texts from it."""

    pk: int
    name: str
    state: str
    weight: float
    other_names: Any = NoNames

    @property
    def state_id(self) -> str:
        return self.state


@dataclass(slots=True)
class OtherNames:
    names: list[Any] = field(default_factory=list)

    def all(self) -> list[Any]:
        return self.names


@dataclass(slots=True)
class OtherName:
    name: str


@dataclass(slots=True)
class District:
    """A district with all that lies in it, or a kreisfreie Stadt alone."""

    name: str
    state: str
    bodies: list[Body]


def _states() -> list[dict[str, str]]:
    entries: list[dict[str, str]] = json.loads((FIXTURES / "01_states.json").read_text(encoding="utf-8"))["entries"]
    return entries


def names_of_states() -> dict[str, str]:
    """The names of the Länder by their keys."""
    return {entry["code"]: entry["name"] for entry in _states()}


def write_states(store: Store) -> None:
    for entry in _states():
        store[State].add(**entry)
    store[DirectoryState].add(day=EDITION, lines=16_000, sha256="0" * 64, content=b"")


class Directory:
    """Writes the bodies and remembers who could cooperate with whom."""

    def __init__(self, store: Store, dice: Dice, *, part: float = 1) -> None:
        """``part``: how much of it; less than all is for tests."""
        self.store, self.dice = store, dice
        self.named = self._names()
        self.districts: list[District] = []
        for state, shape in SHAPES.items():
            smaller = {name: round(part * getattr(shape, name)) for name in ("districts", "cities", "associations")}
            self._state(state, shape._replace(**smaller, municipalities=round(part * shape.municipalities)))

    def _names(self) -> Any:
        """Names, each once; later with something before or behind."""
        plain = self.dice.shuffled([f"{stem}{end}" for stem in STEMS for end in ENDS if stem[-1] != end[0]])
        seen = set()
        for turn in count():
            for name in plain:
                name = name if turn == 0 and not self.dice.chance(0.03) else self._adorned(name)
                if name not in seen:
                    seen.add(name)
                    yield name

    def _adorned(self, name: str) -> str:
        if self.dice.chance(0.5):
            return f"{self.dice.among(BEFORE)} {name}"
        return f"{name} {self.dice.among(BEHIND)}"

    def _state(self, state: str, shape: Shape) -> None:
        """Districts are numbered from 051, cities from 000, as in many Länder."""
        districts = []
        for number in range(shape.cities):
            ars = f"{state}{number:03d}0000000"
            city = self._body(ars, next(self.named), "independent_city", "municipality", None, shape)
            districts.append(District(city.name, state, [city]))
        shares = self._shares(shape.municipalities, shape.districts)
        for number, share in enumerate(shares):
            associations = shape.associations * (number + 1) // shape.districts
            associations -= shape.associations * number // shape.districts
            districts.append(self._district(f"{state}{51 + number:03d}", shape, share, associations))
        self.districts += districts

    def _shares(self, total: int, among: int) -> list[int]:
        """How many municipalities each district has: some have few, some many."""
        weights = [0.5 + self.dice.roll() for _ in range(among)]
        parts = [int(total * weight / sum(weights)) for weight in weights]
        if parts:
            parts[0] += total - sum(parts)
        return parts

    def _district(self, key: str, shape: Shape, municipalities: int, associations: int) -> District:
        # As Neustadt: a district often bears the name of its town, and then both are told apart by kind and key.
        name = next(self.named)
        district = self._body(f"{key}0000000", name, "rural_district", "district", None, shape)
        bodies, above = [district], []
        for number in range(associations):
            ars = f"{key}5{number + 1:03d}000"
            above.append((self._body(ars, next(self.named), shape.kind, "association", district.pk, shape), ars[5:9]))
        bodies += [body for body, _part in above]
        for number in range(municipalities):
            parent, part = self.dice.among(above) if above and not self.dice.chance(0.25) else (district, "0000")
            kind = "town" if number < 3 or self.dice.chance(0.12) else "municipality"
            own = name if number == 0 and self.dice.chance(0.4) else next(self.named)
            ends = number > 3 and self.dice.chance(ENDED)
            until = CHANGED - dt.timedelta(days=1) if ends else None
            ars = f"{key}{part}{number + 1:03d}"
            body = self._body(ars, own, kind, "municipality", parent.pk, shape, until)
            if ends:
                self._join(body, bodies[1 + associations])
            else:
                bodies.append(body)
        return District(f"Landkreis {name}", key[:2], bodies)

    def _join(self, gone: Body, heir: Body) -> None:
        change = {"predecessor_id": gone.pk, "successor_id": heir.pk, "kind": "absorption", "on": CHANGED}
        self.store[Succession].add(**change, source=SOURCE, confirmed=True)

    def _population(self, kind: str) -> int:
        middle = {"independent_city": 120_000, "rural_district": 160_000, "town": 9_000, "municipality": 1_500}
        return 50 + int(middle.get(kind, 8_000) * 2.718281828 ** (0.8 * self.dice.normal()))

    def _body(
        self,
        ars: str,
        name: str,
        kind: str,
        level: str,
        parent: int | None,
        shape: Shape,
        until: dt.date | None = None,
    ) -> Body:
        ags = ags_of(ars) if level == "municipality" else None
        official = f"{name}, Stadt" if kind in ("town", "independent_city") else name
        population = self._population(kind)
        other = f"Alt-{name}" if self.dice.chance(RENAMED) else ""
        keys = [ars, short_key(ars, level), ags]
        values = {"ars": ars, "ags": ags, "name": name, "official_name": official, "kind": kind, "parent_id": parent}
        values |= {"valid_until": until}
        pk = self.store[Municipality].add(
            **values,
            level=level,
            state_id=ars[:2],
            lat=f"{shape.south + 1.5 * self.dice.roll():.6f}",
            lon=f"{shape.west + 2 * self.dice.roll():.6f}",
            coordinates_source=SOURCE,
            population=population,
            population_date=COUNTED,
            area_km2=f"{5 + 60 * self.dice.roll():.2f}",
            directory_state=EDITION,
            directory_source=SOURCE,
            sort_key=sort_key(name),
            search_text=search_text([name, other], [official, *kind_words(kind)], keys),
        )
        self.store[MunicipalityPeriod].add(municipality_id=pk, **values)
        figures = {"population": population, "population_date": COUNTED, "area_km2": "25.00", "source": SOURCE}
        self.store[MunicipalityFigure].add(municipality_id=pk, directory_state=EDITION, **figures)
        body = Body(pk, name, ars[:2], max(population, 100) ** 0.5)
        if other:
            self.store[MunicipalityName].add(municipality_id=pk, name=other, note="früherer Name")
            body.other_names = OtherNames([OtherName(other)])
        self.store.flush()
        return body
