"""A page of the list of cooperations as plain rows: what a card shows, in four queries, whatever the number of rows.

Of a card only these columns are read (texts to search and grounds of a record are wide), and of its participants only
what is told of them together. To make objects of all of them took most of the time of the page.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import F, Value
from django.db.models.functions import Coalesce
from django.utils import timezone

from agreements.choices import (
    COUNTED_DEGREES,
    UNAFFIRMED_AFTER_DAYS,
    AgreementStatus,
    CooperationKind,
    CooperationStatus,
    LegalForm,
)
from agreements.models import Agreement, Cooperation, Participation, TaskField
from agreements.sentences import counts
from coopportal.common.dates import UncertainDate
from coopportal.common.labels import labels

_COLUMNS = (
    *("pk", "slug", "name", "summary", "kind", "region", "legal_form", "status"),
    *("day_status", "day_status_on", "day_status_precision", "day_status_wording"),
    *("affirmed_on", "published_on", "created_at"),
)


@dataclass(slots=True)
class Card:
    """A cooperation in the list, in the language of the page and with its state on a day."""

    pk: int
    slug: str
    name: str
    summary: str
    kind: str
    region: str
    status: str
    status_label: str
    #: Since when the status is known; None: unknown.
    known: UncertainDate | None
    is_unaffirmed: bool
    #: How many take part and how many are merely mentioned, in words.
    counts: str = ""
    #: Names of the Länder of its participants, in the order of their codes.
    states: list[str] = field(default_factory=list)
    task_fields: list[str] = field(default_factory=list)
    #: Its own legal form unless an act has it, and those of its acts with their status.
    legal_forms: list[str] = field(default_factory=list)
    #: The names of its participants in their order; only where something is searched for.
    names: list[str] = field(default_factory=list)


def cards(keys: Sequence[int], day: dt.date, *, cut: bool, today: dt.date, named: bool) -> list[Card]:
    """The cooperations of these keys, in their order; ``named`` with the names of all participants."""
    columns = Cooperation.objects.filter(pk__in=keys).with_status_wording_on(day).order_by().values_list(*_COLUMNS)
    rows = {row[0]: row for row in columns}
    members, more = _members(keys, day, cut=cut), _belongings(keys, day, cut=cut)
    names = _names(keys, day, cut=cut) if named else {}
    return [_card(rows[key], members, more, names, cut=cut, today=today) for key in keys if key in rows]


def _card(
    row: tuple[Any, ...],
    members: Mapping[int, list[tuple[Any, ...]]],
    belongings: Mapping[tuple[int, str], list[tuple[Any, ...]]],
    names: Mapping[int, list[str]],
    *,
    cut: bool,
    today: dt.date,
) -> Card:
    pk, slug, name, summary, kind, region, legal_form, status, day_status, on, precision, wording, *stood_up = row
    shown = day_status or (CooperationStatus.UNKNOWN.value if cut else status)
    mine = members.get(pk, ())
    counted = sum(1 for degree, _code, _state in mine if degree in COUNTED_DEGREES)
    affirmed_on, published_on, created_at = stood_up
    stood_up_for = affirmed_on or published_on or timezone.localdate(created_at)
    acts = [(form, state) for form, state in belongings.get((pk, _ACT), ()) if form]
    return Card(
        pk,
        slug,
        name,
        summary,
        labels(CooperationKind)[kind],
        region,
        shown,
        labels(CooperationStatus)[shown],
        UncertainDate(on, precision, wording) if on else None,
        stood_up_for < today - dt.timedelta(days=UNAFFIRMED_AFTER_DAYS),
        counts(counted, len(mine) - counted),
        [state for _code, state in sorted({(code, state) for _degree, code, state in mine if code})],
        [name for _code, name in belongings.get((pk, _TASK), ())],
        _legal_forms(legal_form, acts),
        names.get(pk, []),
    )


def _legal_forms(own: str, acts: Iterable[tuple[str, str]]) -> list[str]:
    """As ``records.legal_forms``: a planned one is not there yet, so each act says its status."""
    forms, statuses = labels(LegalForm), labels(AgreementStatus)
    told = [] if not own or own in {form for form, _status in acts} else [forms[own]]
    return list(dict.fromkeys([*told, *(f"{forms[form]} ({statuses[status]})" for form, status in acts)]))


def _members(keys: Sequence[int], day: dt.date, *, cut: bool) -> Mapping[int, list[tuple[Any, ...]]]:
    """Key → degree on the day, code and name of the Land of each participant."""
    rows = Participation.objects.filter(cooperation__in=keys)
    rows = (rows.appeared_by(day) if cut else rows).with_day_degree(day).order_by()
    code = Coalesce("municipality__state__code", "organisation__state__code")
    name = Coalesce("municipality__state__name", "organisation__state__name")
    found = defaultdict(list)
    for key, *told in rows.annotate(_code=code, _name=name).values_list("cooperation", "day_degree", "_code", "_name"):
        found[key].append(tuple(told))
    return found


_TASK, _ACT = "task", "act"


def _belongings(keys: Sequence[int], day: dt.date, *, cut: bool) -> Mapping[tuple[int, str], list[tuple[Any, ...]]]:
    """Code and name of the task fields, form and status of the agreements, each in their order; one query."""
    fields = Cooperation.task_fields.through.objects.filter(cooperation__in=keys)
    agreements = Agreement.objects.filter(cooperation__in=keys)
    if cut:
        agreements = agreements.known_on(day)
    name = F(f"taskfield__{TaskField.name_column()}")
    told: Any = fields.annotate(_what=Value(_TASK), _by=F("taskfield"), _name=name)
    acts: Any = agreements.order_by().annotate(_what=Value(_ACT), _by=F("sort_key"))
    rows = told.values_list("cooperation", "_what", "_by", "pk", "taskfield", "_name").union(
        acts.values_list("cooperation", "_what", "_by", "pk", "legal_form", "status"), all=True
    )
    found = defaultdict(list)
    for key, what, _by, _pk, first, second in sorted(rows, key=lambda row: (row[2], row[3])):
        found[key, what].append((first, second))
    return found


def _names(keys: Sequence[int], day: dt.date, *, cut: bool) -> Mapping[int, list[str]]:
    """The names of the participants, in their order."""
    rows = Participation.objects.filter(cooperation__in=keys)
    rows = (rows.appeared_by(day) if cut else rows).in_order()
    found = defaultdict(list)
    for key, name in rows.values_list("cooperation", Coalesce("municipality__name", "organisation__name")):
        found[key].append(name)
    return found
