"""A page of the list of cooperations as plain rows: what a card shows, in four queries, whatever the number of rows.

Of a card only these columns are read (texts to search and grounds of a record are wide), and of its participants only
what is told of them together. To make objects of all of them took most of the time of the page.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from operator import itemgetter
from typing import Any

from django.db import connection
from django.db.models import F, Value
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import get_language

from agreements.choices import (
    COUNTED_DEGREES,
    UNAFFIRMED_AFTER_DAYS,
    AgreementStatus,
    CooperationKind,
    CooperationStatus,
    LegalForm,
)
from agreements.models import Agreement, Cooperation, Participation, TaskField
from agreements.sentences import counts_in
from coopportal.common.dates import UncertainDate
from coopportal.common.labels import labels
from coopportal.common.prepared import Prepared, together

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
    if not keys:
        return []
    questions = Questions.on(connection.vendor, day, TaskField.name_column(), cut=cut)
    rows = {row[0]: row for row in questions.records.values(questions.records.of(keys))}
    found = Found(
        _members(questions, keys), _belongings(questions, keys), _names(questions, keys) if named else {}, Words()
    )
    unaffirmed_before = today - dt.timedelta(days=UNAFFIRMED_AFTER_DAYS)
    return [_card(rows[key], found, unaffirmed_before, cut=cut) for key in keys if key in rows]


class Words:
    """What all cards of a page say, in its language: asked for once."""

    def __init__(self) -> None:
        self.language = get_language()
        self.kinds, self.statuses = labels(CooperationKind), labels(CooperationStatus)
        self.forms, self.agreements = labels(LegalForm), labels(AgreementStatus)


@dataclass(frozen=True)
class Found:
    """What belongs to the cooperations of a page, by their keys."""

    #: Key → degree on the day, code and name of the Land of each participant.
    members: Mapping[int, list[tuple[str, str, str]]]
    belongings: Mapping[tuple[int, str], list[tuple[Any, ...]]]
    names: Mapping[int, list[str]]
    words: Words


@dataclass(frozen=True)
class Questions:
    """What is asked for cards of one day, in the language of one column of names: made once, sent for each page."""

    records: Prepared
    #: Cooperation → degree on the day, code and name of the Land of each participant.
    members: Prepared
    #: Cooperation → code and name of the task fields, form and status of the agreements, with what they go by.
    belongings: tuple[Prepared, Prepared]
    #: Cooperation → the names of the participants, in their order.
    names: Prepared

    @classmethod
    @lru_cache(maxsize=100)
    def on(cls, _vendor: str, day: dt.date, name_column: str, *, cut: bool) -> Questions:
        records = Cooperation.objects.with_status_wording_on(day).order_by()
        members, agreements = Participation.objects.all(), Agreement.objects.order_by()
        if cut:
            members, agreements = members.appeared_by(day), agreements.known_on(day)
        state = [Coalesce(f"municipality__state__{name}", f"organisation__state__{name}") for name in ("code", "name")]
        fields: Any = Cooperation.task_fields.through.objects.order_by()
        fields = fields.annotate(_what=Value(_TASK), _by=F("taskfield"), _name=F(f"taskfield__{name_column}"))
        acts = agreements.annotate(_what=Value(_ACT), _by=F("sort_key"))
        key = "cooperation"
        return cls(
            Prepared(records, _COLUMNS, column="pk"),
            Prepared(members.with_day_degree(day).order_by(), [key, "day_degree", *state], column=key),
            (
                Prepared(fields, [key, "_what", "_by", "pk", "taskfield", "_name"], column=key),
                Prepared(acts, [key, "_what", "_by", "pk", "legal_form", "status"], column=key),
            ),
            Prepared(members.in_order(), [key, Coalesce("municipality__name", "organisation__name")], column=key),
        )


def _card(row: tuple[Any, ...], found: Found, unaffirmed_before: dt.date, *, cut: bool) -> Card:
    pk, slug, name, summary, kind, region, legal_form, status, day_status, on, precision, wording, *stood_up = row
    words, shown = found.words, day_status or (CooperationStatus.UNKNOWN.value if cut else status)
    mine = found.members.get(pk, ())
    counted = [degree for degree, _code, _state in mine if degree in COUNTED_DEGREES]
    affirmed_on, published_on, created_at = stood_up
    stood_up_for = affirmed_on or published_on or timezone.localdate(created_at)
    return Card(
        pk,
        slug,
        name,
        summary,
        words.kinds[kind],
        region,
        shown,
        words.statuses[shown],
        UncertainDate(on, precision, wording) if on else None,
        stood_up_for < unaffirmed_before,
        counts_in(words.language, len(counted), len(mine) - len(counted)),
        [state for _code, state in sorted({(code, state) for _degree, code, state in mine if code})],
        [name for _code, name in found.belongings.get((pk, _TASK), ())],
        _legal_forms(legal_form, [one for one in found.belongings.get((pk, _ACT), ()) if one[0]], words),
        found.names.get(pk, []),
    )


def _legal_forms(own: str, acts: Sequence[tuple[Any, ...]], words: Words) -> list[str]:
    """As ``records.legal_forms``: a planned one is not there yet, so each act says its status."""
    told = [words.forms[own]] if own and own not in [form for form, _status in acts] else []
    told += [f"{words.forms[form]} ({words.agreements[status]})" for form, status in acts]
    return list(dict.fromkeys(told)) if len(told) > 1 else told


def _members(questions: Questions, keys: Sequence[int]) -> Mapping[int, list[tuple[str, str, str]]]:
    """Key → degree on the day, code and name of the Land of each participant."""
    found = defaultdict(list)
    for key, degree, code, state in questions.members.of(keys):
        found[key].append((degree, code, state))
    return found


_TASK, _ACT = "task", "act"


def _belongings(questions: Questions, keys: Sequence[int]) -> Mapping[tuple[int, str], list[tuple[Any, ...]]]:
    """Code and name of the task fields, form and status of the agreements, each in their order; one query."""
    found = defaultdict(list)
    for key, what, _by, _pk, one, other in sorted(together(questions.belongings, keys), key=itemgetter(2, 3)):
        found[key, what].append((one, other))
    return found


def _names(questions: Questions, keys: Sequence[int]) -> Mapping[int, list[str]]:
    """The names of the participants, in their order."""
    found = defaultdict(list)
    for key, name in questions.names.of(keys):
        found[key].append(name)
    return found
