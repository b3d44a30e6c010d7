"""What of the public cooperations is kept as bit sets in the process: which of them bear which value of a facet."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db.models import F, QuerySet
from django.db.models.functions import Coalesce

from agreements.models import Agreement, Award, Cooperation, Participation, TaskField
from coopportal.common.bits import Borne, Indexed
from coopportal.common.triggers import shown
from funding.models import Programme
from municipalities.models import Municipality, Organisation


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
        Borne("programme", Award.objects.all(), F("programme__slug"), "cooperation"),
    ]


def _due(last: dt.date, today: dt.date) -> QuerySet[Any]:
    """A step of status has its day between the two."""
    return Cooperation.objects.filter(status_steps__effective_on__gt=last, status_steps__effective_on__lte=today)


COOPERATIONS = Indexed(
    resource="cooperations",
    public=lambda: Cooperation.objects.public().order_by("sort_key", "pk"),
    borne=_borne,
    always="kind",
    # Participations, agreements, awards, task fields and steps mark their cooperation themselves (``feed_rules``).
    ways={
        Cooperation._meta.db_table: "pk",
        shown(Cooperation): "pk",
        shown(Municipality): "participations__municipality",
        shown(Organisation): "participations__organisation",
        shown(TaskField): "task_fields",
        shown(Programme): "awards__programme",
    },
    due=_due,
)
