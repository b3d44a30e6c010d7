"""Where cooperations take place: their municipal participants as places of a map, and how many of an area take part.

The map and the table beside it tell the same, so both are made here. The rows are those the FilterSet of the
cooperations selects.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from django.db.models import Exists, F, FloatField, OuterRef, Subquery, Window
from django.db.models.functions import Cast, RowNumber
from django.urls import reverse

from agreements.choices import Degree
from agreements.models import Cooperation, Participation, Spell
from coopportal.common.filters import PortalFilterSet
from coopportal.common.remembered import remembered
from municipalities.choices import Kind, Level
from municipalities.keys import short_key
from municipalities.models import Municipality, MunicipalityPeriod, State

#: Limits of the classes of shading, in percent; the class 0 is "none at all".
CLASSES = (10, 25, 50)

#: So many bodies are asked for by their keys.
MOST_KEYS = 500


class Place(NamedTuple):
    """A body that takes part in chosen cooperations: how many list it, and in how many it counts as participant.

    A plain row: a map may have ten thousand of them.
    """

    listed: int
    counted: int
    pk: int
    ars: str
    name: str
    kind: str
    level: str
    state: str
    shares_name: bool
    valid_from: dt.date | None
    valid_until: dt.date | None
    lon: float | None
    lat: float | None

    @property
    def kind_label(self) -> str:
        return str(Kind(self.kind).label)

    @property
    def label(self) -> str:
        """The name; where several bodies share it, with kind and key (as ``Municipality.label``)."""
        return f"{self.name} ({self.kind_label}, {short_key(self.ars, self.level)})" if self.shares_name else self.name

    @property
    def url(self) -> str:
        return reverse("municipalities:detail", args=[self.ars])

    def existed_on(self, day: dt.date) -> bool:
        return (self.valid_from or day) <= day <= (self.valid_until or day)

    @property
    def has_position(self) -> bool:
        return self.lat is not None and self.lon is not None


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

_COLUMNS = ("ars", "name", "kind", "level", "state_id", "shares_name", "valid_from", "valid_until")


def places_of(asked: PortalFilterSet) -> list[Place]:
    """Every body of the chosen cooperations once; those with most cooperations first, then by name.

    The map, its file and the statistics ask the same: what was found is kept until something is written.
    """
    name = f"places {asked.day} {asked.is_cut}"
    return remembered(name, asked.qs.order_by(), lambda: _places_of(asked), size=len, version=asked.version)


def _places_of(asked: PortalFilterSet) -> list[Place]:
    """Two queries: to group by all that is told of a body takes twice as long as by its key.

    Where there are many bodies all are read: to ask for each of many keys takes longer.
    """
    numbers = {pk: told for pk, *told in spells_of(asked).per_body().values_list("municipality", "listed", "counted")}
    degrees = [Cast(name, FloatField()) for name in ("lon", "lat")]
    bodies = Municipality.objects.filter(pk__in=numbers) if len(numbers) <= MOST_KEYS else Municipality.objects.all()
    found = bodies.order_by("sort_key", "pk").values_list("pk", *_COLUMNS, *degrees)
    places = [Place._make([*numbers[pk], pk, *columns]) for pk, *columns in found if pk in numbers]
    places.sort(key=lambda place: -place.listed)
    return _renamed(places, asked.day) if asked.is_cut else places


def _renamed(places: list[Place], day: dt.date) -> list[Place]:
    """The same with the names and kinds they had on ``day``."""
    then = MunicipalityPeriod.objects.on(day).filter(municipality__in=[place.pk for place in places])
    names = {pk: (name, kind) for pk, name, kind in then.values_list("municipality", "name", "kind")}
    found = ((place, *names.get(place.pk, (place.name, place.kind))) for place in places)
    return [place._replace(name=name, kind=kind) for place, name, kind in found]


def participations_at(places: Sequence[Place], asked: PortalFilterSet, *, most: int) -> dict[int, list[Any]]:
    """The first participations of each of these places (at most ``most``) by the id of the body.

    With cooperation and ``degree_label`` of the day. A city may have hundreds: which are shown is found before rows
    are made of them. Kept as the places are.
    """
    name = f"at {[place.pk for place in places]} {most} {asked.day} {asked.is_cut}"
    return remembered(
        name, asked.qs.order_by(), lambda: _participations_at(places, asked, most), size=_rows_in, version=asked.version
    )


def _rows_in(by_body: dict[int, list[Any]]) -> int:
    return sum(map(len, by_body.values()))


def _participations_at(places: Sequence[Place], asked: PortalFilterSet, most: int) -> dict[int, list[Any]]:
    # From the places to their cooperations: SQLite would look for each place in each of the cooperations.
    spells = Spell.objects.on(asked.day).filter(municipality__in=[place.pk for place in places])
    spells = spells.appeared() if asked.is_cut else spells
    spells = spells.filter(Exists(asked.qs.order_by().filter(pk=OuterRef("cooperation"))))
    name = Subquery(Cooperation.objects.filter(pk=OuterRef("cooperation")).values("sort_key"))
    order = (name, F("participation"))
    nth = Window(RowNumber(), partition_by=F("municipality"), order_by=order)
    shown = spells.annotate(nth=nth).filter(nth__lte=most)
    rows = (
        Participation.objects.filter(pk__in=shown.values("participation"))
        .with_degree_on(asked.day)
        .select_related("cooperation", "confirmation")
        .order_by("cooperation__sort_key", "pk")
        .defer("cooperation__search_text", "cooperation__summary")
    )
    by_body = defaultdict(list)
    for row in rows:
        row.degree_label = Degree(row.day_degree).label if row.day_degree else ""
        by_body[row.municipality_id].append(row)
    return by_body


def unplaced_of(asked: PortalFilterSet) -> int:
    """How many of the places have no coordinates; kept as the places are."""
    name = f"unplaced {asked.day} {asked.is_cut}"
    rows = asked.qs.order_by()
    return remembered(
        name, rows, lambda: sum(not place.has_position for place in places_of(asked)), version=asked.version
    )


# --- Shares ---


def totals_by_district(day: dt.date, states: Iterable[State] = ()) -> Counter[str]:
    """How many municipalities each district has, by its five digits; a kreisfreie Stadt is a district of one.

    Only what the official directory told counts: the few bodies of the documents are no base of a share.
    """
    rows = Municipality.objects.existing_on(day).filter(level=Level.MUNICIPALITY, directory_state__isnull=False)
    if states:
        rows = rows.filter(state__in=list(states))
    return Counter(rows.per_district())


def taking_part_of(asked: PortalFilterSet) -> Counter[str]:
    """How many municipalities of the day count as participants, by the five digits of a district."""
    name = f"taking part {asked.day} {asked.is_cut}"
    return remembered(
        name, asked.qs.order_by(), lambda: _taking_part(places_of(asked), asked.day), size=len, version=asked.version
    )


def _taking_part(places: Iterable[Place], day: dt.date) -> Counter[str]:
    found = (place for place in places if place.counted and place.level == Level.MUNICIPALITY)
    return Counter(place.ars[:5] for place in found if place.existed_on(day))


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
