"""All bodies of the directory at hand in the process: what a map, a table of many bodies and a share need of them.

To read twelve thousand rows takes longer than to tell of them. They are read again as soon as anything is written
about a body; within a transaction they are read for that transaction alone.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from threading import Lock
from typing import Any, NamedTuple

from django.db import connections, router
from django.db.models import FloatField
from django.db.models.functions import Cast
from django.utils.translation import get_language

from coopportal.common.ahead import prepares
from coopportal.common.followed import in_transaction
from coopportal.common.geojson import compact, point
from coopportal.common.labels import labels
from coopportal.common.models import Clock
from coopportal.common.prepared import Prepared
from coopportal.common.touched import Seen, look, touched
from coopportal.common.triggers import shown
from municipalities.choices import DISTRICT_FREE, Kind, Level, told_apart
from municipalities.keys import short_key
from municipalities.models import Municipality

#: Of so many days it is kept who existed.
MOST_DAYS = 5

_COLUMNS = (
    *("pk", "ars", "name", "kind", "level", "state_id", "shares_name", "valid_from", "valid_until"),
    *(Cast(name, FloatField()) for name in ("lon", "lat")),
    *("sort_key", "directory_state"),
)


class Body(NamedTuple):
    """A body as it is today."""

    pk: int
    ars: str
    name: str
    kind: str
    level: str
    state: str
    shares_name: int
    valid_from: dt.date | None
    valid_until: dt.date | None
    lon: float | None
    lat: float | None
    sort_key: str
    #: The state of the official directory that told of it; None: another source did.
    directory_state: dt.date | None

    def existed_on(self, day: dt.date) -> bool:
        return (self.valid_from or day) <= day <= (self.valid_until or day)

    @property
    def label(self) -> str:
        return label_of(self.name, self.kind, self)


def label_of(name: str, kind: str, body: Any) -> str:
    """The name; where several bodies share it, with what tells them apart (as ``Municipality.label``)."""
    if not body.shares_name:
        return name
    return told_apart(name, labels(Kind)[kind], short_key(body.ars, body.level), body.shares_name)


def head_of(body: Body, name: str, kind: str) -> str:
    """How a feature of GeoJSON begins that tells of the body by a name and a kind: its properties are still open."""
    properties = {"name": label_of(name, kind, body), "kind": labels(Kind)[kind], "level": body.level}
    place = point(body.lon, body.lat)
    return compact({"type": "Feature", "id": body.ars, "geometry": place, "properties": properties})[:-2]


@dataclass(frozen=True)
class Roll:
    """Every body there is or was, by name."""

    bodies: list[Body]
    _on_days: dict[dt.date, Mapping[int, str]] = field(default_factory=dict)
    _heads: dict[str | None, Mapping[int, str]] = field(default_factory=dict)

    @cached_property
    def by_key(self) -> Mapping[int, Body]:
        return {body.pk: body for body in self.bodies}

    @cached_property
    def states(self) -> Mapping[int, str]:
        """Key → code of the Land, of each body."""
        return {body.pk: body.state for body in self.bodies}

    @cached_property
    def without_position(self) -> frozenset[int]:
        return frozenset(body.pk for body in self.bodies if body.lon is None or body.lat is None)

    @cached_property
    def _municipalities(self) -> list[Body]:
        return [body for body in self.bodies if body.level == Level.MUNICIPALITY]

    def district_of(self, day: dt.date) -> Mapping[int, str]:
        """Key → five digits of its district, of each municipality of the day."""
        found = self._on_days.get(day)
        if found is None:
            if len(self._on_days) >= MOST_DAYS:
                self._on_days.clear()
            found = {body.pk: body.ars[:5] for body in self._municipalities if body.existed_on(day)}
            self._on_days[day] = found
        return found

    @cached_property
    def _official(self) -> list[Body]:
        return [body for body in self._municipalities if body.directory_state]

    def by_district(self, keys: Collection[int], day: dt.date) -> Counter[str]:
        """How many of these bodies are municipalities of the day, by the five digits of their district."""
        found = Counter(map(self.district_of(day).get, keys))
        del found[None]
        return found  # type: ignore[return-value]

    def heads(self) -> Mapping[int, str]:
        """Key → how a feature of GeoJSON begins that tells of the body, in the language of the page."""
        language = get_language()
        if language not in self._heads:
            self._heads[language] = {body.pk: head_of(body, body.name, body.kind) for body in self.bodies}
        return self._heads[language]

    @cached_property
    def _districts(self) -> list[Body]:
        own = [body for body in self.bodies if body.level == Level.DISTRICT or body.kind in DISTRICT_FREE]
        return sorted(own, key=lambda body: (body.sort_key, body.ars))

    def per_district(self, day: dt.date, states: Collection[str] = ()) -> Counter[str]:
        """How many municipalities each district has, by its five digits; of some Länder, or of all.

        Only what the official directory told counts: the few bodies of the documents are no base of a share.
        """
        district_of, bodies = self.district_of(day), self._official
        if states:
            bodies = [body for body in bodies if body.state in states]
        found = Counter([district_of.get(body.pk, "") for body in bodies])
        del found[""]
        return found

    def districts(self, day: dt.date, states: Collection[str]) -> dict[str, str]:
        """Five digits → label of the districts of these Länder, and of the cities that are their own."""
        return {body.ars[:5]: body.label for body in self._districts if body.state in states and body.existed_on(day)}


_kept: dict[tuple[str, str], tuple[Seen, Roll]] = {}
_lock = Lock()
#: How marks say that a body is another.
_WAYS = {Municipality._meta.db_table: "pk", shown(Municipality): "pk"}


def roll(number: int) -> Roll:
    """At least as new as the version of this ``number`` (``feed.Version``)."""
    alias = router.db_for_read(Clock)
    if in_transaction(alias):
        return _read(alias)
    name = (alias, str(connections[alias].settings_dict["NAME"]))
    with _lock:
        seen, kept = _kept.get(name, (None, None))
        if seen is None or kept is None or seen.number != number:
            now = look(alias, seen)
            kept = kept if seen and kept and _is_same(alias, seen, now) else _read(alias)
            _kept[name] = now, kept
    return kept


@prepares
def prepare(_day: dt.date, number: int) -> None:
    """What the first visitors of a version would wait for."""
    roll(number)


def _is_same(alias: str, seen: Seen, now: Seen) -> bool:
    return touched(alias, seen, now, "municipalities", Municipality.objects.all(), _WAYS) == set()


def _read(alias: str) -> Roll:
    question = Prepared(Municipality.objects.using(alias).order_by("sort_key", "pk"), _COLUMNS)
    return Roll([*map(Body._make, question.values(question.all()))])


def forget() -> None:
    """Everything: a test that is rolled back takes the version back too."""
    with _lock:
        _kept.clear()
