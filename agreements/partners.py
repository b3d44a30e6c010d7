"""What the neighbours of a municipality do together: in which fields it does nothing, and whom it could ask.

Only who counts as partner, party or member on the day does something. That a cooperation looks for partners is
nowhere stated; it is concluded from what is known of it, and the page says so.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, NamedTuple, cast

from django.db.models import Count, Exists, OuterRef, Q, Subquery

from agreements.choices import BEGINNING, OVER, WANTED_DEGREES, Answer
from agreements.filters import PartnerFilterSet
from agreements.filters.cooperation_bits import TIES, own_fields, tie_of
from agreements.filters.presences import Chosen, all_at_hand
from agreements.models import Participation, TaskField
from coopportal.common.addresses import address
from coopportal.common.aggregates import count_of
from municipalities.choices import Level
from municipalities.distances import kilometres
from municipalities.models import Municipality

#: Of a body the key, the Land, where it lies, and the name by which it is sorted.
Place = tuple[int, str, Any, Any, str]
#: So many neighbours are named for a field.
MOST_NAMED = 4
#: More cooperations are not named to the database one by one.
MOST_KEYS = 5_000
#: What more bodies do the database counts as quickly.
MOST_BODIES = 400


@dataclass(frozen=True)
class FieldRow:
    """A task field in which neighbours take part: how many, some of them, and whether those above the body do."""

    field: TaskField
    number: int
    named: list[Municipality]
    above: list[Municipality]

    @property
    def more(self) -> int:
        return self.number - len(self.named)


@dataclass(frozen=True, slots=True)
class Part:
    """What a neighbour is in a cooperation."""

    slug: str
    name: str
    degree: str
    answer: str | None

    @property
    def url(self) -> str:
        return address("agreements:cooperation", self.slug)

    @property
    def is_refused(self) -> bool:
        return self.answer == Answer.REFUSED


class Near(NamedTuple):
    """A neighbour, and how far away it is; ``kilometres`` None: not known."""

    pk: int
    sort_key: str
    kilometres: float | None


@dataclass
class Doing:
    """A neighbour and its cooperations in the fields asked for; ``kilometres`` None: not known."""

    body: Municipality
    kilometres: float | None
    participations: list[Part] = field(default_factory=list)


@dataclass(frozen=True)
class Beginning:
    """A cooperation that others could join: it has not begun, or it has not yet all whom it would like to have."""

    slug: str
    name: str
    status: str
    wanted: int
    own_degree: str

    @property
    def url(self) -> str:
        return address("agreements:cooperation", self.slug)

    @property
    def is_beginning(self) -> bool:
        return self.status in BEGINNING


class Partners:
    """The answers to one question, each in a constant number of queries."""

    def __init__(self, asked: PartnerFilterSet, body: Municipality) -> None:
        self.asked, self.body, self.day = asked, body, asked.day
        self.neighbours = Municipality.objects.existing_on(self.day).around(body, asked.reaches).order_by()

    def _participations(self) -> Any:
        rows = Participation.objects.all()
        rows = rows.appeared_by(self.day) if self.asked.is_cut else rows
        return rows.with_degree_on(self.day)

    def _above(self) -> list[str]:
        """The keys of the district and the association in which the body lies."""
        keys = [f"{self.body.ars[:5]}0000000", f"{self.body.ars[:9]}000"]
        return [key for key in dict.fromkeys(keys) if key != self.body.ars and self.body.level != Level.DISTRICT]

    # --- Fields ---

    @cached_property
    def _doing_by_field(self) -> dict[str, dict[int, int]]:
        """Field → body → number of cooperations, of the neighbours, of the body itself and of those above it."""
        known = None if self.asked.is_cut else all_at_hand(self.day, self.day, self.asked.version)
        bodies = self.neighbours | Municipality.objects.filter(Q(pk=self.body.pk) | Q(ars__in=self._above())).order_by()
        keys = list(bodies.values_list("pk", flat=True)[: MOST_BODIES + 1]) if known else []
        return self._known(known, keys) if known and len(keys) <= MOST_BODIES else self._read()

    def _known(self, known: Chosen, keys: Iterable[int]) -> dict[str, dict[int, int]]:
        """By what the process knows: of each body in which cooperations it counts, of each field which bear it."""
        of_bodies = known.by_group({key: str(key) for key in keys})
        found: dict[str, dict[int, int]] = defaultdict(dict)
        for code, of_field in own_fields(known.snapshot.values).items():
            for key, bits in of_bodies.items():
                if number := (bits & of_field).bit_count():
                    found[code][int(key)] = number
        return found

    def _read(self) -> dict[str, dict[int, int]]:
        """The same by the database; one query."""
        rows = self._participations().counting().filter(
            Q(municipality__in=self.neighbours.values("pk"))
            | Q(municipality=self.body.pk)
            | Q(municipality__ars__in=self._above()),
            cooperation__in=self.asked.rows_without("task_field").order_by().values("pk"),
            cooperation__task_fields__isnull=False,
        )  # fmt: skip
        rows = rows.order_by().values("cooperation__task_fields", "municipality").annotate(number=Count("pk"))
        found: dict[str, dict[int, int]] = defaultdict(dict)
        for code, body, number in rows.values_list("cooperation__task_fields", "municipality", "number"):
            found[code][body] = number
        return found

    @cached_property
    def _bodies(self) -> dict[int, Municipality]:
        """All that were found, named as on the day."""
        pks = {pk for bodies in self._doing_by_field.values() for pk in bodies}
        bodies = list(Municipality.objects.filter(pk__in=pks))
        if self.asked.is_cut:
            Municipality.objects.tell_of(bodies, self.day)
        return {body.pk: body for body in bodies}

    @cached_property
    def rows(self) -> list[tuple[bool, FieldRow]]:
        """Fields in which neighbours take part, and whether the body does too; those of most neighbours first."""
        above = {pk for pk, body in self._bodies.items() if body.ars in self._above()}
        fields = TaskField.objects.select_related("parent").in_bulk(list(self._doing_by_field))
        found = []
        for code, numbers in self._doing_by_field.items():
            near = sorted(
                (self._bodies[pk] for pk in numbers if pk != self.body.pk and pk not in above),
                key=lambda body: (-numbers[body.pk], body.sort_key, body.pk),
            )
            over = [self._bodies[pk] for pk in numbers if pk in above]
            if near or over:
                row = FieldRow(fields[code], len(near), near[:MOST_NAMED], over)
                found.append((self.body.pk in numbers, row))
        return sorted(found, key=lambda one: (-one[1].number, one[1].field.code))

    @property
    def gaps(self) -> list[FieldRow]:
        """Fields in which neighbours take part and the body does not."""
        return [row for has_it, row in self.rows if not has_it]

    @property
    def in_common(self) -> list[FieldRow]:
        """Fields in which both take part."""
        return [row for has_it, row in self.rows if has_it]

    # --- Partners in the fields asked for ---

    @cached_property
    def _of_fields(self) -> Chosen | None:
        """The presences in cooperations of the fields, where the process knows them."""
        known = None if self.asked.is_cut else all_at_hand(self.day, self.day, self.asked.version)
        return known.bearing("task_field", [one.pk for one in self.asked.fields]) if known else None

    @cached_property
    def _places(self) -> list[Place]:
        return self._read_places(self.neighbours)

    @staticmethod
    def _read_places(bodies: Any) -> list[Place]:
        return list(bodies.values_list("pk", "state", "lat", "lon", "sort_key"))

    @cached_property
    def active(self) -> list[Near]:
        """The neighbours that take part in cooperations of the fields; the nearest first, then by name."""
        if known := self._of_fields:
            taking_part = known.counting()
            found = [row for row in self._places if row[0] in taking_part]
        else:
            found = self._read_places(self.neighbours.filter(pk__in=self._counting().values("municipality")))
        near = [Near(pk, name, self._kilometres_to(lat, lon)) for pk, _state, lat, lon, name in found]
        return sorted(near, key=lambda one: (one.kilometres is None, one.kilometres or 0.0, one.sort_key, one.pk))

    def _kilometres_to(self, lat: Any, lon: Any) -> float | None:
        here = self.body.lat, self.body.lon
        return None if None in (*here, lat, lon) else kilometres(*map(float, (*cast(Any, here), lat, lon)))

    def _counting(self, bodies: Collection[int] | None = None) -> Any:
        """What counts in cooperations of the fields: of these bodies, or of all neighbours."""
        rows = self._participations().counting().order_by()
        if bodies is None:
            rows = rows.filter(municipality__in=self.neighbours.values("pk"))
        else:
            rows = rows.filter(municipality__in=bodies)
        return rows.filter(cooperation__in=self._theirs(bodies or ()))

    def _theirs(self, bodies: Collection[int]) -> Any:
        """The cooperations of the fields; where the process knows it those in which one of the bodies counts."""
        if bodies and (known := self._of_fields):
            bits = known.by_group(dict.fromkeys(bodies, "near")).get("near", 0)
            if bits.bit_count() <= MOST_KEYS:
                return list(known.snapshot.keys_of(bits))
        return self.asked.qs.order_by().values("pk")

    def doing(self, active: Collection[Near]) -> list[Doing]:
        """These neighbours with their cooperations of the fields, by name."""
        bodies = Municipality.objects.in_bulk([one.pk for one in active])
        if self.asked.is_cut:
            Municipality.objects.tell_of(list(bodies.values()), self.day)
        found = {one.pk: Doing(bodies[one.pk], one.kilometres) for one in active if one.pk in bodies}
        rows = self._counting(list(found)).order_by("cooperation__sort_key", "pk")
        told = ("cooperation__slug", "cooperation__name", "day_degree", "confirmation__answer")
        for pk, *part in rows.values_list("municipality", *told):
            found[pk].participations.append(Part(*part))
        return list(found.values())

    @cached_property
    def beginning(self) -> list[Beginning]:
        """Cooperations of the fields with a neighbour that others could join; by name."""
        parts = self._participations().filter(cooperation=OuterRef("pk"))
        near = parts.filter(municipality__in=self.neighbours.values("pk"))
        own = parts.filter(municipality=self.body.pk).values("day_degree")[:1]
        rows = self._perhaps_open().with_shown_status(self.day, cut=self.asked.is_cut)
        rows = rows.annotate(wanted=count_of(parts.filter(day_degree__in=WANTED_DEGREES)), own_degree=Subquery(own))
        rows = rows.filter(Exists(near), Q(shown_status__in=BEGINNING) | Q(wanted__gt=0))
        rows = rows.exclude(shown_status__in=OVER).order_by("sort_key", "pk")
        told = rows.values_list("slug", "name", "shown_status", "wanted", "own_degree")
        return [Beginning(slug, name, status, number, own or "") for slug, name, status, number, own in told]

    def _perhaps_open(self) -> Any:
        """The cooperations of the fields; where the process knows it without most that nobody could join."""
        if (known := self._of_fields) is None:
            return self.asked.qs
        values = known.snapshot.values
        wanted = [tie for tie in values[TIES] if tie_of(tie)[2] in WANTED_DEGREES]
        is_open = known.bearing("status", BEGINNING).bits | known.bearing(TIES, wanted).bits
        found = is_open & ~known.bearing("status", OVER).bits
        found &= known.bearing("state", {state for _pk, state, *_place in self._places}).bits
        if found.bit_count() > MOST_KEYS:
            return self.asked.qs
        return self.asked.queryset.filter(pk__in=known.snapshot.keys_of(found))


# --- The files ---

GAP_COLUMNS = ["task_field", "name", "neighbours", "named", "district_or_association"]
PARTNER_COLUMNS = ["ars", "name", "kilometres", "cooperation", "cooperation_name", "degree"]


def gap_records(rows: Iterable[FieldRow]) -> list[dict[str, Any]]:
    return [
        {
            "task_field": row.field.code,
            "name": row.field.name_de,
            "neighbours": row.number,
            "named": ", ".join(body.on_day.label for body in row.named),
            "district_or_association": ", ".join(body.on_day.label for body in row.above),
        }
        for row in rows
    ]


def partner_records(rows: Iterable[Doing]) -> list[dict[str, Any]]:
    """One row for each participation; a distance nobody knows is empty."""
    return [
        {
            "ars": one.body.ars,
            "name": one.body.on_day.label,
            "kilometres": None if one.kilometres is None else round(one.kilometres, 1),
            "cooperation": part.slug,
            "cooperation_name": part.name,
            "degree": part.degree,
        }
        for one in rows
        for part in one.participations
    ]
