"""What the database holds of the directory, as plain values: 12,000 bodies cost two queries and few bytes."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, NamedTuple

from django.db.models import F

from municipalities.choices import DoubtDecision, DoubtKind
from municipalities.keys import short_key
from municipalities.models import DirectoryState, Doubt, Municipality, MunicipalityFigure


class StoredBody(NamedTuple):
    """The present values of a body's row, named as there."""

    pk: int
    ars: str
    level: str
    kind: str
    name: str
    official_name: str
    parent_id: int | None
    valid_from: dt.date | None
    valid_until: dt.date | None
    directory_state: dt.date | None
    population: int | None
    area_km2: Decimal | None

    @property
    def key(self) -> str:
        return short_key(self.ars, self.level)

    @property
    def area(self) -> int:
        """In hectares, as the directory counts."""
        return int(self.area_km2 * 100) if self.area_km2 is not None else 0

    @property
    def is_listed(self) -> bool:
        """Was it ever in a directory that was read? Bodies of the fixtures were not."""
        return self.directory_state is not None


class StoredFigure(NamedTuple):
    pk: int
    population: int | None
    area_km2: Decimal | None
    population_date: dt.date | None
    area_date: dt.date | None
    source: str


@dataclass
class Stored:
    """Everything an import compares with.

    ``by_key`` holds the bodies that exist on the day of the state by their keys, ``ended`` the last ended holder of a
    key that no existing body holds, ``figures`` the figures of the day by body, ``states`` the days of the states read;
    ``unanswered`` the open questions of this state who follows an ended body (key, message).
    """

    day: dt.date
    states: list[dt.date]
    by_key: dict[str, StoredBody] = field(default_factory=dict)
    ended: dict[str, StoredBody] = field(default_factory=dict)
    figures: dict[int, StoredFigure] = field(default_factory=dict)
    decisions: dict[tuple[str, str], str] = field(default_factory=dict)
    unanswered: list[tuple[str, str]] = field(default_factory=list)

    @property
    def latest(self) -> dt.date | None:
        return self.states[-1] if self.states else None

    @property
    def previous(self) -> dt.date | None:
        """The last state read before this one."""
        return max((day for day in self.states if day < self.day), default=None)

    @property
    def following(self) -> dt.date | None:
        """The first state read after this one."""
        return min((day for day in self.states if day > self.day), default=None)

    def is_accepted(self, kind: str, key: str) -> bool:
        return self.decisions.get((kind, key)) == DoubtDecision.ACCEPTED

    def is_rejected(self, kind: str, key: str) -> bool:
        return self.decisions.get((kind, key)) == DoubtDecision.REJECTED


def load(day: dt.date) -> Stored:
    """What is stored, seen from the state of ``day``."""
    stored = Stored(day, sorted(DirectoryState.objects.values_list("day", flat=True)))
    rows: Any = Municipality.objects.order_by(F("valid_until").asc(nulls_last=True), "pk").values_list(
        *StoredBody._fields
    )
    for values in rows.iterator(chunk_size=5000):
        body = StoredBody(*values)
        if body.valid_until is None or body.valid_until >= day:
            stored.by_key[body.key] = body
        else:
            stored.ended[body.key] = body
    columns = ("municipality_id", *StoredFigure._fields)
    for owner, *values in MunicipalityFigure.objects.filter(directory_state=day).values_list(*columns):
        stored.figures[owner] = StoredFigure(*values)
    doubts = Doubt.objects.filter(directory_state=day).values_list("kind", "key", "decision", "message")
    for kind, key, said, message in doubts:
        if said != DoubtDecision.OPEN:
            stored.decisions[kind, key] = said
        elif kind == DoubtKind.NO_SUCCESSOR:
            stored.unanswered.append((key, message))
    return stored
