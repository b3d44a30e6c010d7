"""Where nobody does what others do: the districts of a Land and the task fields in which none of theirs takes part.

A district stands for itself and everything that lies in it; it takes part where one of them counts as partner, party
or member on the day. The base are the districts that the directory knows for that day.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.db.models import Count, F
from django.db.models.functions import Coalesce, Substr

from agreements.filters import CooperationFilterSet
from agreements.filters.presences import Chosen, at_hand
from agreements.models import Spell, TaskField
from municipalities.models import Municipality, State
from municipalities.roll import roll


@dataclass(frozen=True)
class District:
    """One row of the matrix."""

    key: str
    body: Municipality
    numbers: list[tuple[TaskField, int]]

    @property
    def gaps(self) -> int:
        return sum(not number for _field, number in self.numbers)


@dataclass(frozen=True)
class Gap:
    """One field: the districts that take part in it, and those that do not."""

    field: TaskField
    having: int
    lacking: list[Municipality]

    @property
    def of(self) -> int:
        return self.having + len(self.lacking)


class Gaps:
    """The matrix of one question, in a constant number of queries."""

    def __init__(self, asked: CooperationFilterSet) -> None:
        self.asked, self.day = asked, asked.day
        asked.form.is_valid()
        self.states: list[State] = list(asked.form.cleaned_data.get("state") or [])
        self.chosen: list[TaskField] = list(asked.form.cleaned_data.get("task_field") or [])

    @cached_property
    def bodies(self) -> list[Municipality]:
        """The districts and the cities that are their own of the Länder asked for, by name."""
        if not self.states:
            return []
        rows = Municipality.objects.existing_on(self.day).filter(state__in=self.states).districts()
        bodies = list(rows)
        if self.asked.is_cut:
            Municipality.objects.tell_of(bodies, self.day)
        return bodies

    @property
    def is_whole(self) -> bool:
        """Did the official directory tell the districts? Otherwise only those are known that sources name."""
        return any(body.directory_state for body in self.bodies)

    @cached_property
    def fields(self) -> list[TaskField]:
        """The groups; where fields are asked for those, a group with all its fields."""
        rows = list(TaskField.objects.select_related("parent").order_by("code"))
        if not self.chosen:
            return [field for field in rows if field.parent_id is None]
        wanted = {field.code for field in self.chosen}
        return [field for field in rows if field.code in wanted or field.parent_id in wanted]

    def _counted(self, code: Any) -> dict[tuple[str, str], int]:
        """(district, field) → number of cooperations; one query."""
        rows = Spell.objects.on(self.day).counting().order_by()
        rows = rows.filter(
            municipality__isnull=False,
            state__in=self.states,
            cooperation__in=self.asked.qs.order_by().values("pk"),
            cooperation__task_fields__isnull=False,
        )
        rows = rows.annotate(district=Substr("municipality__ars", 1, 5), code=code).values("district", "code")
        rows = rows.annotate(number=Count("cooperation", distinct=True))
        return {(district, code): number for district, code, number in rows.values_list("district", "code", "number")}

    @cached_property
    def numbers(self) -> Counter[tuple[str, str]]:
        """How many cooperations of a field or group each district has."""
        if not self.states:
            return Counter()
        known = at_hand(self.asked)
        return self._known(known) if known else self._read()

    def _read(self) -> Counter[tuple[str, str]]:
        """By the database; two queries."""
        field, group = F("cooperation__task_fields"), "cooperation__task_fields__parent"
        by_group = self._counted(Coalesce(group, "cooperation__task_fields"))
        return Counter(self._counted(field) | by_group)

    def _known(self, known: Chosen) -> Counter[tuple[str, str]]:
        """The same by what the process knows: of half a million spells none is read."""
        states = {state.code for state in self.states}
        bodies = roll(self.asked.version).bodies
        of_districts = known.by_group({body.pk: body.ars[:5] for body in bodies if body.state in states})
        of_fields = known.snapshot.values["task_field"]
        codes = [field.code for field in self.fields if field.code in of_fields]
        return Counter(
            {(key, code): (bits & of_fields[code]).bit_count() for key, bits in of_districts.items() for code in codes}
        )

    @cached_property
    def districts(self) -> list[District]:
        return [
            District(key, body, [(field, self.numbers[key, field.code]) for field in self.fields])
            for body in self.bodies
            for key in [body.ars[:5]]
        ]

    @cached_property
    def gaps(self) -> list[Gap]:
        """Every field with the districts that lack it: first what some have and most lack, last what nobody has."""
        found = []
        for field in self.fields:
            lacking = [body for body in self.bodies if not self.numbers[body.ars[:5], field.code]]
            found.append(Gap(field, len(self.bodies) - len(lacking), lacking))
        return sorted(found, key=lambda gap: (not gap.having, -len(gap.lacking), gap.field.code))


COLUMNS = ["district", "district_name", "task_field", "task_field_name", "cooperations"]


def records(found: Gaps) -> list[dict[str, Any]]:
    """Every cell of the matrix; 0 is a gap."""
    return [
        {
            "district": district.body.ars,
            "district_name": district.body.on_day.label,
            "task_field": field.code,
            "task_field_name": field.name_de,
            "cooperations": number,
        }
        for district in found.districts
        for field, number in district.numbers
    ]
