"""The cooperations of one body as plain rows: what its page shows, in three queries, whatever their number.

A large city takes part in hundreds: its page shows the first of them (``places``), the list has all. The degree on a
day is told by the steps, which are shown anyway: the latest that had happened by then.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, NamedTuple

from django.db import connection

from agreements.choices import Answer, CooperationKind, CooperationStatus, Degree
from agreements.models import Cooperation, Participation, ParticipationStep
from coopportal.common.dates import DATED, Precision, UncertainDate
from coopportal.common.labels import labels
from coopportal.common.prepared import Prepared

#: So many cooperations, events and deadlines of a body stand on its page.
MOST_SHOWN = 25


class Step(NamedTuple):
    """A dated step of a participation, and the act by which it was taken."""

    pk: int
    degree: str
    on: dt.date | None
    on_precision: str
    on_wording: str
    attested_on: dt.date | None
    note: str
    agreement_id: int | None
    agreement: str | None
    event: str | None
    effective_on: dt.date | None
    rank: int

    @property
    def date(self) -> UncertainDate:
        return UncertainDate(self.on, self.on_precision, self.on_wording)

    @property
    def known(self) -> UncertainDate | None:
        """Since when its degree is known: the day stated, else the one of the document; None for an unknown day."""
        if self.effective_on is None:
            return None
        is_stated = self.on is not None and self.on_precision in DATED
        told = (self.on_precision, self.on_wording) if is_stated else (Precision.DAY.value, "")
        return UncertainDate(self.effective_on, *told)


_STEP = (
    *("pk", "degree", "on", "on_precision", "on_wording", "attested_on", "note"),
    *("agreement_id", "agreement__title", "event__title", "effective_on", "rank"),
)
_COOPERATION = (
    *("pk", "slug", "name", "kind", "status"),
    *("day_status", "day_status_on", "day_status_precision", "day_status_wording"),
)


def step_of(row: ParticipationStep) -> Step:
    """The same of a step that was fetched as an object, with its acts."""
    agreement, event = row.agreement, row.event
    return Step(
        *(row.pk, row.degree, row.on, row.on_precision, row.on_wording, row.attested_on, row.note, row.agreement_id),
        *(agreement.title if agreement else None, event.title if event else None, row.effective_on, row.rank),
    )


@dataclass(slots=True)
class Belonging:
    """A body's place in a cooperation, in the language of the page and with its state on a day."""

    pk: int
    slug: str
    name: str
    kind: str
    #: The degree on the day, empty where none is attested yet.
    degree: str
    degree_label: str
    degree_known: UncertainDate | None
    #: Does the body itself say that it does not take part?
    is_refused: bool
    status: str
    status_label: str
    status_known: UncertainDate | None
    steps: list[Step]


class Places(NamedTuple):
    """The first places of a body, by name, and how many it has in all."""

    shown: list[Belonging]
    number: int

    @property
    def is_long(self) -> bool:
        return self.number > MOST_SHOWN

    @property
    def is_cut(self) -> bool:
        return self.number > len(self.shown)


@dataclass(frozen=True)
class Questions:
    """What is asked for the places of bodies on a day; ``cut`` leaves out what came later."""

    places: Prepared
    cooperations: Prepared
    steps: Prepared

    @classmethod
    @lru_cache(maxsize=20)
    def on(cls, _vendor: str, column: str, day: dt.date, *, cut: bool) -> Questions:
        rows, steps = Participation.objects.public(), ParticipationStep.objects.in_order()
        if cut:
            rows, steps = rows.appeared_by(day), steps.happened_by(day)
        cooperations = Cooperation.objects.with_status_wording_on(day).order_by()
        columns = ["pk", "cooperation_id", "confirmation__answer"]
        return cls(
            Prepared(rows.order_by("cooperation__sort_key", "pk"), columns, column=column),
            Prepared(cooperations, _COOPERATION, column="pk"),
            Prepared(steps, ["participation_id", *_STEP], column="participation"),
        )


def places(column: str, keys: Collection[int], day: dt.date, *, cut: bool, most: int | None = MOST_SHOWN) -> Places:
    """Public places in which a ``column`` of participations is one of keys: the first ``most`` (None: all), by name.

    With the number of all; ``cut`` leaves out what came later.
    """
    asked = Questions.on(connection.vendor, column, day, cut=cut)
    mine = asked.places.of(keys)
    number, mine = len(mine), mine[:most]
    cooperations = asked.cooperations.values(asked.cooperations.of([*{row[1] for row in mine}]))
    told = {row[0]: row for row in cooperations}
    steps = defaultdict(list)
    for of, *columns in asked.steps.values(asked.steps.of([row[0] for row in mine])):
        steps[of].append(Step._make(columns))
    shown = [_belonging(pk, answer, told[of], steps.get(pk, []), day, cut=cut) for pk, of, answer in mine]
    return Places(shown, number)


def latest(steps: Iterable[Step], day: dt.date) -> Step | None:
    """The step that decides on ``day`` (as ``querysets.steps.latest_step``); those of unknown day come first."""
    happened = [step for step in steps if step.effective_on is None or step.effective_on <= day]
    return max(happened, key=lambda step: (step.effective_on or dt.date.min, step.rank, step.pk), default=None)


def _belonging(
    pk: int, answer: str | None, told: tuple[Any, ...], steps: list[Step], day: dt.date, *, cut: bool
) -> Belonging:
    _key, slug, name, kind, status, day_status, on, precision, wording = told
    shown = day_status or (CooperationStatus.UNKNOWN.value if cut else status)
    step = latest(steps, day)
    return Belonging(
        pk,
        slug,
        name,
        labels(CooperationKind)[kind],
        step.degree if step else "",
        labels(Degree)[step.degree] if step else "",
        step.known if step else None,
        answer == Answer.REFUSED,
        shown,
        labels(CooperationStatus)[shown],
        UncertainDate(on, precision, wording) if on else None,
        steps,
    )
