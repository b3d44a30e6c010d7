"""Which rows of one list were written since one looked last, for whoever keeps something about each of them.

Nothing is written here, so a reader needs no more than to read: what waits to be told (marks) is looked at as it is,
what was told (changes) is found by its place, and so is what was written and told to nobody (``teller.NOTED``). Marks
are looked at before changes, since marks become changes.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from django.db.models import Count, Max, Min, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce

from coopportal.common.models import Change, Clock, Mark
from coopportal.common.teller import ALL, NOTED

#: More marks than these are not looked at one by one.
MOST_MARKS = 5_000
#: More rows than these are not asked for by their keys.
MOST_ROWS = 1_000


@dataclass(frozen=True)
class Seen:
    """Up to where one has looked: all marks up to ``highest`` (so many wait), all changes up to ``position``.

    ``noted`` is the lowest place, which is that of the last thing noted.
    """

    settled: int
    waiting: int
    highest: int
    position: int
    noted: int
    #: How many marks up to the ``highest`` of the time before wait still.
    earlier: int

    @property
    def number(self) -> int:
        """The number of the version (``feed.Version``)."""
        return self.settled + self.waiting


def look(alias: str, before: Seen | None = None) -> Seen:
    """The present place, in one query."""
    marks = Mark.objects.using(alias).order_by().annotate(_all=Value(1)).values("_all")
    earlier = marks.filter(pk__lte=before.highest if before else 0)

    def of(rows: QuerySet[Any], number: Any) -> Coalesce:
        return Coalesce(Subquery(rows.annotate(_n=number).values("_n")), Value(0))

    changes = Change.objects.using(alias).order_by().annotate(_all=Value(1)).values("_all")
    row = Clock.objects.using(alias).annotate(
        waiting=of(marks, Count("pk")),
        highest=of(marks, Max("pk")),
        noted=of(changes, Min("position")),
        earlier=of(earlier, Count("pk")),
    )
    clock: Any = row.get(pk=1)
    return Seen(clock.settled, clock.waiting, clock.highest, clock.position, min(0, clock.noted), clock.earlier)


def touched(
    alias: str,
    before: Seen,
    now: Seen,
    resource: str,
    rows: QuerySet[Any],
    ways: Mapping[str, str],
    beside: Mapping[str, str] = MappingProxyType({}),
) -> set[Any] | None:
    """The keys of the rows of a list written since ``before``, and perhaps of more; None where that cannot be said.

    That a list is swept says nothing new: what began it was a mark of ``ALL`` rows, or was noted with the same name.

    ``rows`` are all rows behind the list, public or not; ``ways`` say by kind of mark how they reach the marked row,
    ``beside`` by the name of another list how they reach what changed there and is not told of them.
    """
    if now.number < before.number or now.position < before.position or now.noted > before.noted:
        return None  # another database stands in its place
    marks = _marks(alias, before, now)
    if marks is None:
        return None
    found: set[Any] = set()
    for kind, keys in marks.items():
        if way := ways.get(kind):
            if ALL in keys or len(keys) > MOST_ROWS:
                return None
            found |= _reached(rows.using(alias), way, keys)
    for name, way in {**beside, resource: "pk"}.items():
        told = _told(alias, before, now, name)
        if ALL in told or len(told) > MOST_ROWS:
            return None
        found |= _reached(rows.using(alias), way, told) if told else set()
    return found if len(found) <= MOST_ROWS else None


def _told(alias: str, before: Seen, now: Seen, resource: str) -> list[str]:
    """The keys of what was told of a list since, or noted without being told; ``*`` for all."""
    changes = Change.objects.using(alias).order_by()
    told = changes.filter(position__gt=before.position, resource=resource)
    found = list(told.values_list("object_pk", flat=True).distinct()[: MOST_ROWS + 1])
    if now.noted != before.noted:
        noted = changes.filter(position__lt=before.noted, resource=f"{NOTED}{resource}")
        found += noted.values_list("object_pk", flat=True)[: MOST_ROWS + 1]
    return found


def _reached(rows: QuerySet[Any], way: str, keys: Iterable[str]) -> set[Any]:
    if way == "pk":  # the row may be gone
        return {rows.model._meta.pk.to_python(key) for key in keys}
    reached = rows.filter(**{f"{way}__in": keys}).order_by().values_list("pk", flat=True).distinct()
    return set(reached[: MOST_ROWS + 1])


def _marks(alias: str, before: Seen, now: Seen) -> dict[str, set[str]] | None:
    """Kind → keys of the marks left since; None where they are too many.

    Where nothing was told meanwhile and as many of the earlier ones wait as then, only later ones are new. Else all
    that wait are taken for new: a mark of a lower number may have been committed after one of a higher.
    """
    rows = Mark.objects.using(alias).order_by("pk")
    if (now.settled, now.earlier) == (before.settled, before.waiting):
        rows = rows.filter(pk__gt=before.highest)
    pairs = list(rows.values_list("kind", "row_key")[: MOST_MARKS + 1])
    if len(pairs) > MOST_MARKS:
        return None
    found: dict[str, set[str]] = defaultdict(set)
    for kind, key in pairs:
        found[kind].add(key)
    return found
