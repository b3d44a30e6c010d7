"""The cooperations of one body as plain rows: what its page shows, in three queries, whatever their number.

A large city takes part in hundreds: its page shows the first of them (``places``), the list has all. The degree on a
day is told by the steps, which are shown anyway: the latest that had happened by then.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from agreements.choices import Answer, CooperationKind, CooperationStatus, Degree
from agreements.models import Cooperation, ParticipationStep
from coopportal.common.dates import DATED, Precision, UncertainDate
from coopportal.common.labels import labels

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


def belongings(rows: Any, day: dt.date, *, cut: bool) -> list[Belonging]:
    """These participations (a queryset) on ``day``, by name; ``cut`` leaves out what came later."""
    return places(rows, day, cut=cut, most=None).shown


def places(rows: Any, day: dt.date, *, cut: bool, most: int | None = MOST_SHOWN) -> Places:
    """The same with the first ``most`` alone (None: all of them), and the number of all."""
    rows = rows.appeared_by(day) if cut else rows
    mine = list(
        rows.order_by("cooperation__sort_key", "pk").values_list("pk", "cooperation_id", "confirmation__answer")
    )
    number, mine = len(mine), mine[:most]
    cooperations = Cooperation.objects.filter(pk__in={row[1] for row in mine}).with_status_wording_on(day).order_by()
    told = {row[0]: row for row in cooperations.values_list(*_COOPERATION)}
    steps = _steps([row[0] for row in mine], day if cut else None)
    shown = [_belonging(pk, answer, told[key], steps.get(pk, []), day, cut=cut) for pk, key, answer in mine]
    return Places(shown, number)


def _steps(keys: Iterable[int], until: dt.date | None) -> Mapping[int, list[Step]]:
    """The steps of each participation in their order; only those that had happened by a day where one is given."""
    steps = ParticipationStep.objects.filter(participation__in=keys).in_order()
    if until is not None:
        steps = steps.happened_by(until)
    found = defaultdict(list)
    for key, *columns in steps.values_list("participation_id", *_STEP):
        found[key].append(Step._make(columns))
    return found


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
