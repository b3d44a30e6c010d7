"""What of the public cooperations is kept as bit sets in the process: which of them bear which value of a facet."""

from __future__ import annotations

import datetime as dt
import functools
import operator
from collections import defaultdict
from collections.abc import Mapping
from typing import Any

from django.db.models import Case, CharField, DateField, F, Func, Min, Q, QuerySet, Value, When, Window
from django.db.models.functions import Coalesce, Lead

from agreements.choices import CooperationStatus
from agreements.models import Agreement, Award, Cooperation, Participation, StatusStep, TaskField
from agreements.models.spells import Spell
from coopportal.common.bits import Borne, Cut, Indexed, Snapshot
from coopportal.common.dates import DATED
from coopportal.common.spans import Sets, Span
from coopportal.common.triggers import shown
from coopportal.common.words import FollowedWords
from funding.models import Programme
from municipalities.models import Municipality, Organisation

#: The set of the cooperations of which some body of a Land takes part in a role and a degree: of each such three one.
TIES = "tie"
#: The legal forms of the cooperations themselves, without those of their agreements.
OWN_FORMS = "own_form"
#: Those of the agreements.
ACT_FORMS = "act_form"
#: The task fields without a group that cooperations bear themselves, not one of their fields.
OWN_GROUPS = "own_group"
#: The cooperations that have begun and not ended.
LASTING = "lasting"
UNKNOWN = CooperationStatus.UNKNOWN.value


class _Joined(Func):
    """Texts with ``|`` between them, without a look at each: half a million are joined."""

    template, arg_joiner = "(%(expressions)s)", " || '|' || "
    output_field = CharField()


def _text(name: str) -> Coalesce:
    return Coalesce(F(name), Value(""), output_field=CharField())


def own_fields(values: Sets) -> dict[str, int]:
    """Task field → the cooperations that bear this very field; a group is not borne by who bears its fields."""
    groups = values[OWN_GROUPS]
    fields = {code: bits for code, bits in values["task_field"].items() if "." in code}
    return {**fields, **groups}


def tie_of(value: str) -> tuple[str, str, str]:
    """Land, role and degree of a value of ``TIES``; empty where there is none."""
    state, role, degree = value.split("|")
    return state, role, degree


def _borne(day: dt.date) -> list[Borne]:
    """As the filters of the same names understand it."""
    rows = Cooperation.objects.public()
    fields = Cooperation.task_fields.through.objects.all()
    group = Coalesce("taskfield__parent", "taskfield")
    return [
        Borne("kind", rows, F("kind")),
        Borne(OWN_FORMS, rows, F("legal_form")),
        Borne("status", rows.with_shown_status(day, cut=False), F("shown_status")),
        Borne("task_field", fields.filter(taskfield__parent__isnull=False), F("taskfield"), "cooperation"),
        Borne("task_field", fields, group, "cooperation"),
        Borne(OWN_GROUPS, fields.filter(taskfield__parent__isnull=True), F("taskfield"), "cooperation"),
        Borne(ACT_FORMS, Agreement.objects.all(), F("legal_form"), "cooperation"),
        Borne(
            TIES,
            Spell.objects.on(day),
            _Joined(_text("state"), F("role"), _text("degree")),
            "cooperation",
            by="state",
        ),
        Borne("programme", Award.objects.all(), F("programme__slug"), "cooperation"),
    ]


def _follow(read: Sets) -> Sets:
    """A Land is that of whoever takes part, in whatever role and degree: of each participation one spell holds."""
    states: dict[str, int] = defaultdict(int)
    for value, bits in read[TIES].items():
        if state := tie_of(value)[0]:
            states[state] |= bits
    return {**read, "state": states, "legal_form": _either(read[OWN_FORMS], read[ACT_FORMS])}


def _either(one: Mapping[str, int], other: Mapping[str, int]) -> dict[str, int]:
    return {value: one.get(value, 0) | other.get(value, 0) for value in {**one, **other}}


def _spans() -> list[Span]:
    """What differs on a day by which the list is cut, as ``appeared``, ``lasting_on``, ``known_on`` and others say."""
    bodies = Spell.objects.appeared().order_by().values("state", "cooperation").annotate(begun=Min("begins"))
    since_ever = Value(dt.date.min, output_field=DateField())
    begins = Coalesce("effective_on", since_ever)
    order: list[Any] = [F("effective_on").asc(nulls_first=True), "rank", "pk"]
    following = Window(Lead(begins), partition_by="cooperation", order_by=order)
    rows, awards = Cooperation.objects.public(), Award.objects.all()
    return [
        Span("state", bodies, F("state"), F("begun"), key="cooperation"),
        Span("status", StatusStep.objects.all(), F("status"), begins, next=following, key="cooperation"),
        Span(LASTING, rows, Value(""), _dated("started"), last=F("ended_on")),
        Span(
            ACT_FORMS, Agreement.objects.all(), F("legal_form"), F("attested_on"), last=F("ends_on"), key="cooperation"
        ),
        Span("programme", awards, F("programme__slug"), _dated(""), key="cooperation"),
    ]


def _dated(name: str) -> Case:
    """A day where it is known well enough to say that something was later."""
    day, precision = (f"{name}_on", f"{name}_precision") if name else ("on", "on_precision")
    return Case(When(**{f"{precision}__in": DATED}, then=F(day)), default=Value(None, DateField()))


def _any(sets: Mapping[str, int]) -> int:
    return functools.reduce(operator.or_, sets.values(), 0)


def _cut(today: Snapshot, on_day: Sets) -> tuple[int, Sets]:
    """As ``known_on``: of those that last some body had appeared, or there is none at all."""
    found = {name: on_day.get(name, {}) for name in ("state", "status", LASTING, ACT_FORMS, "programme")}
    there = today.everything & _any(found[LASTING]) & (_any(found["state"]) | ~_any(today.values[TIES]))
    status = {**found["status"]}
    status[UNKNOWN] = status.get(UNKNOWN, 0) | there & ~_any(status)
    states = {state: bits for state, bits in found["state"].items() if state}
    same = {name: today.values[name] for name in ("kind", "task_field", OWN_GROUPS)}
    forms = _either(today.values[OWN_FORMS], found[ACT_FORMS])
    return there, {**same, "status": status, "state": states, "legal_form": forms, "programme": found["programme"]}


def due(last: dt.date, today: dt.date) -> QuerySet[Any]:
    """A step has its day between the two."""
    steps = StatusStep.objects.filter(effective_on__gt=last, effective_on__lte=today)
    spells = Spell.objects.filter(begins__gt=last, begins__lte=today)
    return Cooperation.objects.filter(
        Q(pk__in=steps.order_by().values("cooperation")) | Q(pk__in=spells.order_by().values("cooperation"))
    )


COOPERATIONS = Indexed(
    resource="cooperations",
    public=lambda: Cooperation.objects.public().order_by("sort_key", "pk"),
    borne=_borne,
    always="kind",
    # Participations, agreements, awards, task fields and steps of status mark their cooperation themselves, steps of
    # participations those (``feed_rules``).
    ways={
        Cooperation._meta.db_table: "pk",
        shown(Cooperation): "pk",
        Participation._meta.db_table: "participations",
        shown(Municipality): "participations__municipality",
        shown(Organisation): "participations__organisation",
        shown(TaskField): "task_fields",
        shown(Programme): "awards__programme",
    },
    due=due,
    cut=Cut(_spans, _cut),
    follow=_follow,
)

COOPERATION_WORDS = FollowedWords(
    resource="cooperations",
    public=COOPERATIONS.public,
    ways={Cooperation._meta.db_table: "pk", shown(Cooperation): "pk"},
)
