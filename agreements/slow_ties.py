"""Who takes part beside whom, found by queries: within a transaction, and to check what is reckoned (``ties``)."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import Any

from django.db.models import Exists, OuterRef, Q

from agreements.choices import NetworkLevel
from agreements.filters import NetworkFilterSet
from agreements.models import Participation, Spell
from agreements.querysets.pairs import Pair, Refused, Shared, pairs, shared
from municipalities.keys import prefix_of
from municipalities.models import Municipality

#: So many participations are looked at to see whether there are too many nodes.
PROBED = 1_000


class InDatabase:
    """The ties of a question, on every level."""

    def __init__(self, asked: NetworkFilterSet) -> None:
        self.asked, self.day = asked, asked.day
        self.starts = {body.pk for body in asked.starts}

    def has_more_nodes(self, level: NetworkLevel, most: int) -> bool:
        """Are surely more nodes tied? One query."""
        rows = self._of_cooperations().first_nodes([level], inside=self._inside, most=PROBED)
        return len(rows[level]) > most

    def pairs(self, level: NetworkLevel, most: int) -> list[Pair] | None:
        """The closest first; None where there are more. One query."""
        found = pairs(self._members(level), most=most + 1)
        return found if len(found) <= most else None

    def refused(self, level: NetworkLevel) -> dict[tuple[str, str], Refused]:
        """The pairs of which one says in a shared cooperation that it does not take part. One query."""
        return self._of_cooperations().refused(level, inside=self._inside, alone=self._alone(level))

    def shared(self, level: NetworkLevel, wanted: Sequence[Pair], *, most: int) -> list[Shared]:
        """The first ``most`` cooperations of each of the pairs, by name. One query."""
        return shared(self._members(level), wanted, most=most)

    def _members(self, level: NetworkLevel) -> Any:
        return self._of_cooperations().as_members(level, inside=self._inside, alone=self._alone(level))

    def _alone(self, level: NetworkLevel) -> list[int]:
        return sorted(self.starts) if level != NetworkLevel.BODY else []

    def _of_cooperations(self) -> Any:
        return self._spells().filter(cooperation__in=self._cooperations().order_by().values("pk"))

    def _spells(self) -> Any:
        rows = Spell.objects.on(self.day)
        return rows.appeared() if self.asked.is_cut else rows

    def _cooperations(self) -> Any:
        """Those the filters choose; around a municipality also those of its partners, as far as one asked to go."""
        if not self.starts:
            return self.asked.qs
        rows = self.asked.qs if self.asked.steps == 1 else self.asked.rows_without("municipality")
        # The filter says so too where it stays; by keys the database begins with the few.
        return rows.filter(pk__in=Participation.objects.filter(self._reached).values("cooperation"))

    @cached_property
    def _inside(self) -> Q | None:
        """The bodies of which every tie has one: those reached, those of the area or of the Länder; None: any."""
        chosen = self.asked.chosen
        if self.starts:
            return self._reached
        if areas := chosen("within"):
            condition = Q()
            for body in areas:
                condition |= Q(ars__startswith=prefix_of(body.ars, body.level))
            return Q(municipality__in=Municipality.objects.filter(condition).order_by().values("pk"))
        if offices := chosen("organisation"):
            return Q(organisation__in=offices)
        if states := chosen("state"):
            return Q(state__in=states)
        return None

    @cached_property
    def _reached(self) -> Q:
        """The municipalities asked for and, with more steps, their partners; one query for each further step."""
        towns, offices = set(self.starts), set[int]()
        for _step in range(self.asked.steps - 1):
            bodies = Q(municipality__in=sorted(towns)) | Q(organisation__in=sorted(offices))
            of_them = Exists(self._spells().counting().filter(bodies, cooperation=OuterRef("cooperation")))
            rows = self._spells().counting().filter(of_them)
            rows = rows.filter(cooperation__in=self.asked.rows_without("municipality").order_by().values("pk"))
            for town, office in rows.order_by().values_list("municipality", "organisation").distinct():
                (towns.add(town) if town else offices.add(office))
        return Q(municipality__in=sorted(towns)) | Q(organisation__in=sorted(offices))
