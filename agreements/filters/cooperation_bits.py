"""What of the public cooperations is kept as bit sets in the process: which of them bear which value of a facet."""

from __future__ import annotations

import datetime as dt
import functools
import operator
from collections.abc import Mapping
from typing import Any

from django.db.models import CharField, F, Q, QuerySet, Value
from django.db.models.functions import Cast, Coalesce, Concat

from agreements.models import Agreement, Award, Cooperation, Participation, StatusStep, TaskField
from agreements.models.spells import Spell
from coopportal.common.bits import Borne, Cut, Indexed, Sets, Snapshot
from coopportal.common.triggers import shown
from funding.models import Programme
from municipalities.models import Municipality, Organisation

#: The set of the cooperations of which some body of a Land takes part in a role and a degree: of each such three one.
TIES = "tie"
#: The legal forms of the cooperations themselves, without those of their agreements.
OWN_FORMS = "own_form"


def _text(name: str) -> Coalesce:
    return Coalesce(Cast(name, CharField()), Value(""))


def tie_of(value: str) -> tuple[str, str, str]:
    """Land, role and degree of a value of ``TIES``; empty where there is none."""
    state, role, degree = value.split("|")
    return state, role, degree


def _borne(day: dt.date) -> list[Borne]:
    """As the filters of the same names understand it."""
    rows, bodies = Cooperation.objects.public(), Participation.objects.all()
    fields = Cooperation.task_fields.through.objects.all()
    group = Coalesce("taskfield__parent", "taskfield")
    return [
        Borne("kind", rows, F("kind")),
        Borne(OWN_FORMS, rows, F("legal_form")),
        Borne("legal_form", rows, F("legal_form")),
        Borne("status", rows.with_shown_status(day, cut=False), F("shown_status")),
        Borne("state", bodies.filter(municipality__isnull=False), F("municipality__state"), "cooperation"),
        Borne("state", bodies.filter(organisation__state__isnull=False), F("organisation__state"), "cooperation"),
        Borne("task_field", fields.filter(taskfield__parent__isnull=False), F("taskfield"), "cooperation"),
        Borne("task_field", fields, group, "cooperation"),
        Borne("legal_form", Agreement.objects.all(), F("legal_form"), "cooperation"),
        Borne(
            TIES,
            Spell.objects.on(day),
            Concat(_text("state"), Value("|"), _text("role"), Value("|"), _text("degree")),
            "cooperation",
        ),
        Borne("programme", Award.objects.all(), F("programme__slug"), "cooperation"),
    ]


def _borne_on(day: dt.date) -> QuerySet[Any, Any]:
    """What differs on a day by which the list is cut, as the filters understand it then."""

    def told(facet: str, rows: QuerySet[Any], *columns: str) -> QuerySet[Any, Any]:
        named = rows.order_by().annotate(_facet=Value(facet, CharField()))
        return named.values_list("_facet", *columns)

    lasting = Cooperation.objects.public().lasting_on(day).with_shown_status(day, cut=True)
    return (
        told("state", Spell.objects.on(day).appeared(), "state", "cooperation")
        .distinct()
        .union(
            told("status", lasting, "shown_status", "pk"),
            told("legal_form", Agreement.objects.known_on(day), "legal_form", "cooperation"),
            told("programme", Award.objects.stated_by(day), "programme__slug", "cooperation"),
            all=True,
        )
    )


def _any(sets: Mapping[str, int]) -> int:
    return functools.reduce(operator.or_, sets.values(), 0)


def _cut(today: Snapshot, on_day: Sets) -> tuple[int, Sets]:
    """As ``known_on``: of those that last some body had appeared, or there is none at all."""
    found = {name: on_day.get(name, {}) for name in ("state", "status", "legal_form", "programme")}
    there = today.everything & _any(found["status"]) & (_any(found["state"]) | ~_any(today.values[TIES]))
    forms = dict(today.values[OWN_FORMS])
    for form, bits in found["legal_form"].items():
        forms[form] = forms.get(form, 0) | bits
    states = {state: bits for state, bits in found["state"].items() if state}
    same = {name: today.values[name] for name in ("kind", "task_field")}
    return there, {**same, **found, "legal_form": forms, "state": states}


def _due(last: dt.date, today: dt.date) -> QuerySet[Any]:
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
    due=_due,
    cut=Cut(_borne_on, _cut),
)
