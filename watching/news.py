"""What is new in a saved search since it was told last: decided by its result, then and now.

Rows that came into the result, rows in it that changed, rows that are in it no longer. What changed is asked of the
order of all changes (``coopportal.common.feed``): a cooperation counts as changed when one of its participations did.
"""

from __future__ import annotations

import datetime as dt
import zlib
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import accumulate, pairwise

from coopportal.common import feed
from coopportal.common.filters import PortalFilterSet
from coopportal.common.models import Change
from watching.lists import Watched


@dataclass(frozen=True)
class Place:
    """How far a search is told: the place in the order of changes, and the rows it found then."""

    position: int
    members: frozenset[int]

    @property
    def packed(self) -> bytes:
        """The members, for the database: the steps between their sorted numbers, compressed (a byte a row or less)."""
        steps = [after - before for before, after in pairwise([0, *sorted(self.members)])]
        return zlib.compress(",".join(map(str, steps)).encode())

    @classmethod
    def unpacked(cls, position: int, packed: bytes | memoryview) -> Place:
        text = zlib.decompress(bytes(packed)).decode() if packed else ""
        return cls(position, frozenset(accumulate(map(int, text.split(",")))) if text else frozenset())


@dataclass(frozen=True)
class News:
    """Primary keys of rows, those of the latest change first; ``left`` may still be read elsewhere, or be gone."""

    new: list[int]
    changed: list[int]
    left: list[int]
    changes: dict[int, Change]
    place: Place

    def __bool__(self) -> bool:
        return bool(self.new or self.changed or self.left)


def place_of(asked: PortalFilterSet, position: int) -> Place:
    """Where a search stands that is told up to here."""
    return Place(position, frozenset(asked.qs.order_by().values_list("pk", flat=True)))


def position_now(today: dt.date) -> int:
    """The place of the last change, all that waited told."""
    return feed.settle(today).position


def news_since(before: Place, watched: Watched, asked: PortalFilterSet, today: dt.date) -> News:
    """What became of a search since then. Two queries, whatever there is."""
    now = place_of(asked, position_now(today))
    rows = Change.objects.filter(resource=watched.name, position__gt=before.position, position__lte=now.position)
    changes = {int(row.object_pk): row for row in rows.order_by("position")}

    def latest_first(keys: Iterable[int]) -> list[int]:
        return sorted(keys, key=lambda pk: (-changes[pk].position if pk in changes else 0, -pk))

    stayed = now.members & before.members
    return News(
        new=latest_first(now.members - before.members),
        changed=latest_first(stayed & changes.keys()),
        left=latest_first(before.members - now.members),
        changes=changes,
        place=now,
    )
