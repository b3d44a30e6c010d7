"""Where cooperations take place: their municipal participants as places of a map, and how many of an area take part.

The map and the table beside it tell the same, so both are made here. The rows are those the FilterSet of the
cooperations selects.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import compress
from operator import itemgetter
from typing import Any, NamedTuple, overload

from django.db.models import Exists, OuterRef
from django.urls import reverse

from agreements.choices import Answer, Degree
from agreements.filters.presences import chosen
from agreements.models import Confirmation, Spell
from coopportal.common.filters import PortalFilterSet
from coopportal.common.labels import labels
from coopportal.common.prepared import Prepared
from coopportal.common.remembered import remembered
from municipalities.choices import Kind
from municipalities.models import MunicipalityPeriod, State
from municipalities.roll import Body, Roll, head_of, label_of, roll

#: Limits of the classes of shading, in percent; the class 0 is "none at all".
CLASSES = (10, 25, 50)

#: So many bodies are asked for by their keys.
MOST_KEYS = 500


class Place(NamedTuple):
    """A body that takes part in chosen cooperations: how many list it, and in how many it counts as participant."""

    listed: int
    counted: int
    body: Body
    #: Those of the day.
    name: str
    kind: str

    @property
    def pk(self) -> int:
        return self.body.pk

    @property
    def ars(self) -> str:
        return self.body.ars

    @property
    def kind_label(self) -> str:
        return labels(Kind)[self.kind]

    @property
    def label(self) -> str:
        """The name; where several bodies share it, with kind and key (as ``Municipality.label``)."""
        return label_of(self.name, self.kind, self.body)

    @property
    def url(self) -> str:
        return reverse("municipalities:detail", args=[self.ars])


class Places(Sequence[Place]):
    """Every body of the chosen cooperations once; those with most cooperations first, then by name.

    Ten thousand of them are mere numbers until they are told of.
    """

    def __init__(self, numbers: Mapping[int, tuple[int, int]], bodies: Roll, renamed_on: dt.date | None) -> None:
        """``numbers`` say of the key of each body in how many cooperations it is, and in how many it counts."""
        self.numbers, self.bodies, self.renamed_on = numbers, bodies, renamed_on
        there = [body for body in bodies.bodies if body.pk in numbers]
        there.sort(key=lambda body: -numbers[body.pk][0])
        self.there = there

    def __len__(self) -> int:
        return len(self.there)

    @overload
    def __getitem__(self, part: int) -> Place: ...
    @overload
    def __getitem__(self, part: slice) -> list[Place]: ...
    def __getitem__(self, part: int | slice) -> Place | list[Place]:
        if isinstance(part, int):
            return self._told([self.there[part]])[0]
        return self._told(self.there[part])

    def __iter__(self) -> Iterator[Place]:
        return iter(self[:])

    def _told(self, bodies: Sequence[Body]) -> list[Place]:
        """With the names and kinds they had on the day asked for."""
        names: Mapping[int, tuple[str, str]] = {}
        if self.renamed_on and bodies:
            names = _names_on(self.renamed_on, [body.pk for body in bodies])
        numbers = self.numbers
        return [Place(*numbers[body.pk], body, *names.get(body.pk, (body.name, body.kind))) for body in bodies]

    def keys(self) -> list[str]:
        """The ARS of each."""
        return [body.ars for body in self.there]

    @property
    def unplaced(self) -> int:
        """How many of them have no coordinates."""
        return sum(map(self.numbers.__contains__, self.bodies.without_position))

    def taking_part(self, day: dt.date) -> Counter[str]:
        """How many municipalities of the day count as participants, by the five digits of a district."""
        return self.bodies.by_district([key for key, (_listed, counted) in self.numbers.items() if counted], day)

    def features(self) -> str:
        """GeoJSON, feature by feature."""
        if self.renamed_on is None:
            numbers, heads = self.numbers, self.bodies.heads()
            told = [(heads[body.pk], *numbers[body.pk]) for body in self.there]
        else:
            told = [(head_of(body, name, kind), listed, counted) for listed, counted, body, name, kind in self]
        return ",".join([f'{head},"listed":{listed},"counted":{counted}}}}}' for head, listed, counted in told])


def _names_on(day: dt.date, keys: Sequence[int]) -> dict[int, tuple[str, str]]:
    rows = MunicipalityPeriod.objects.on(day)
    if len(keys) <= MOST_KEYS:
        rows = rows.filter(municipality__in=keys)
    question = Prepared(rows.order_by(), ["municipality", "name", "kind"])
    return {key: (name, kind) for key, name, kind in question.all()}


@dataclass(frozen=True)
class Share:
    """Of how many municipalities of an area (``of``) how many take part in a chosen cooperation."""

    key: str
    name: str
    taking_part: int
    of: int

    @property
    def percent(self) -> float:
        return 100 * self.taking_part / self.of

    @property
    def shade(self) -> int:
        """0 for none at all, else 1 to 4."""
        return 1 + sum(self.percent > limit for limit in CLASSES) if self.taking_part else 0


def spells_of(asked: PortalFilterSet) -> Any:
    """Those of the participations of the chosen cooperations, on the day asked for."""
    spells, keys = Spell.objects.on(asked.day), asked.qs.order_by().values("pk")
    spells = spells.filter(cooperation__in=keys) if _chooses(asked) else spells.of_most(keys)
    return spells.appeared() if asked.is_cut else spells


def _chooses(asked: PortalFilterSet) -> bool:
    """Is anything asked for that leaves cooperations out?"""
    asked.form.is_valid()
    return any(asked.form.cleaned_data.get(name) for name in asked.filters if name not in _NO_CHOICE)


#: Parameters that leave out no cooperation; a day leaves out only those that were not known by then.
_NO_CHOICE = frozenset({"as_of", "ordering"})


def places_of(asked: PortalFilterSet) -> Places:
    """The map, its file and the statistics ask the same: what was found is kept until something is written."""
    name = f"places {asked.day} {asked.is_cut}"
    return remembered(name, asked.qs.order_by(), lambda: _places_of(asked), size=len, version=asked.version)


def _places_of(asked: PortalFilterSet) -> Places:
    """Reckoned in the process, or by the database where it alone knows the cooperations."""
    found = chosen(asked)
    numbers = found.per_body() if found else numbers_of(spells_of(asked))
    return Places(numbers, roll(asked.version), asked.day if asked.is_cut else None)


def taking_part_of(asked: PortalFilterSet) -> Counter[str]:
    """How many municipalities of the day count as participants, by the five digits of a district."""
    found = chosen(asked)
    if found is None:
        return places_of(asked).taking_part(asked.day)
    return roll(asked.version).by_district(found.counting(), asked.day)


def numbers_of(spells: Any) -> dict[int, tuple[int, int]]:
    """Body → in how many cooperations it is, and in how many it counts."""
    told = spells.per_body().values_list("municipality", "listed", "counted")
    return {key: (listed, counted) for key, listed, counted in told}


class Seat(NamedTuple):
    """The participation of a body in a chosen cooperation, on the day."""

    slug: str
    cooperation: str
    degree: str | None
    is_refused: bool

    @property
    def degree_label(self) -> str:
        return labels(Degree)[self.degree] if self.degree else ""


def participations_at(places: Sequence[Place], asked: PortalFilterSet, *, most: int) -> dict[int, list[Seat]]:
    """The first participations of each of these places (at most ``most``) by the id of the body.

    A city may have hundreds: which are shown is found before more is read of them. Kept as the places are.
    """
    name = f"at {[place.pk for place in places]} {most} {asked.day} {asked.is_cut}"
    return remembered(
        name, asked.qs.order_by(), lambda: _participations_at(places, asked, most), size=_rows_in, version=asked.version
    )


def _rows_in(by_body: dict[int, list[Seat]]) -> int:
    return sum(map(len, by_body.values()))


def _participations_at(places: Sequence[Place], asked: PortalFilterSet, most: int) -> dict[int, list[Seat]]:
    # From the places to their cooperations: SQLite would look for each place in each of the cooperations.
    spells = Spell.objects.on(asked.day).filter(municipality__in=[place.pk for place in places])
    spells = spells.appeared() if asked.is_cut else spells
    found = chosen(asked)
    if found is None:
        spells = spells.filter(Exists(asked.qs.order_by().filter(pk=OuterRef("cooperation"))))
    rows = list(spells.order_by().values_list(*_OF_SEATS))
    is_chosen = found.holds([row[-1] for row in rows]) if found else [True] * len(rows)
    by_body: dict[int, list[Any]] = defaultdict(list)
    for row in sorted(compress(rows, is_chosen), key=itemgetter(1, 2)):
        if len(by_body[row[0]]) < most:
            by_body[row[0]].append(row)
    said = Confirmation.objects.filter(answer=Answer.REFUSED)
    said = said.filter(participation__in=[row[2] for rows in by_body.values() for row in rows])
    refused = set(said.values_list("participation", flat=True))
    return {
        body: [Seat(slug, name, degree, key in refused) for _body, _order, key, slug, name, degree, _more in of_body]
        for body, of_body in by_body.items()
    }


_OF_SEATS = (
    *("municipality", "cooperation__sort_key", "participation"),
    *("cooperation__slug", "cooperation__name", "degree", "cooperation"),
)


# --- Shares ---


def totals_by_district(asked: PortalFilterSet, states: Iterable[State] = ()) -> Counter[str]:
    """How many municipalities each district has, by its five digits; a kreisfreie Stadt is a district of one."""
    return roll(asked.version).per_district(asked.day, {state.code for state in states})


def districts_of(asked: PortalFilterSet, states: Iterable[State]) -> dict[str, str]:
    """Five digits → name of the districts of these Länder."""
    return roll(asked.version).districts(asked.day, {state.code for state in states})


def shares_of(totals: Counter[str], taking_part: Counter[str], names: dict[str, str]) -> list[Share]:
    """The shares of the areas of ``names``, whose keys begin the keys of districts."""
    shares = []
    lengths = {len(key) for key in names}
    whole, part = _by_beginnings(totals, lengths), _by_beginnings(taking_part, lengths)
    for key, name in names.items():
        of, among = whole[key], part[key]
        if of:
            shares.append(Share(key, name, min(among, of), of))
    return shares


def _by_beginnings(numbers: Counter[str], lengths: Iterable[int]) -> Counter[str]:
    """The sums of the keys that begin alike, by these beginnings."""
    sums = Counter[str]()
    for length in lengths:
        for key, number in numbers.items():
            if len(key) >= length:
                sums[key[:length]] += number
    return sums
