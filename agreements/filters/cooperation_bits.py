"""What of the public cooperations is kept as bit sets in the process: which of them bear which value of a facet."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db.models import CharField, F, Q, QuerySet, Value
from django.db.models.functions import Cast, Coalesce, Concat

from agreements.models import Agreement, Award, Cooperation, Participation, StatusStep, TaskField
from agreements.models.spells import Spell
from coopportal.common.bits import Borne, Indexed
from coopportal.common.triggers import shown
from funding.models import Programme
from municipalities.models import Municipality, Organisation

#: The set of the cooperations of which some body of a Land takes part in a role and a degree: of each such three one.
TIES = "tie"


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
)
