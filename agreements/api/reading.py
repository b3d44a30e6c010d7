"""Cooperations and what belongs to them in the API, as everybody reads them: every resource starts from `public()`."""

from __future__ import annotations

import datetime as dt
from functools import lru_cache
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from agreements.filters import (
    AgreementFilterSet,
    AwardFilterSet,
    CooperationFilterSet,
    EventFilterSet,
    ParticipationFilterSet,
    TaskFieldFilterSet,
)
from agreements.filters.cooperation_records import RECORDS
from agreements.geojson import CooperationGeoJson
from agreements.linked import COOPERATION
from agreements.models import Agreement, Award, Cooperation, Event, Participation, TaskField
from agreements.serializers import (
    OF_MEMBERS,
    AgreementSerializer,
    AwardSerializer,
    CooperationSerializer,
    EventSerializer,
    ParticipationSerializer,
    TaskFieldSerializer,
)
from coopportal.common.api import CODE, SLUG
from coopportal.common.records import Belonging
from sources.api import CitedResource


@lru_cache(maxsize=16)  # of few days; a QuerySet holds a question, no rows
def _members(day: dt.date, is_cut: bool) -> QuerySet[Any, Any]:
    return Participation.objects.member_rows(day, cut=is_cut)


class CooperationResource(CitedResource):
    """Published cooperations."""

    about = _("Kooperationen mit Stand, Beteiligten und Zahlen des gefragten Tages.")
    serializer_class = CooperationSerializer
    filterset_class = CooperationFilterSet
    renderer_classes = [*CitedResource.renderer_classes, CooperationGeoJson]
    keeps = RECORDS
    lookup_field = "slug"
    lookup_value_regex = SLUG
    parts = {"status_steps": "status"}
    linked = COOPERATION
    expandable = {
        "task_fields": "task-fields",
        "states": "states",
        "participations.municipality": "municipalities",
        "participations.organisation": "organisations",
        "agreements": "agreements",
        "events": "events",
        "awards": "awards",
    }

    def get_queryset(self) -> QuerySet[Any]:
        return Cooperation.objects.public()

    def belonging(self, day: dt.date, *, cut: bool) -> Belonging:
        return {"members": ("cooperation_id", _members(day, cut))}

    def complete(self, rows: list[Any]) -> list[Any]:
        """Each with its ``members``, in one query for all of them."""
        if any(map(self.tells, OF_MEMBERS)):
            members: dict[int, list[Any]] = {row.pk: [] for row in rows}
            for member in _members(self.asked.day, self.asked.is_cut).filter(cooperation__in=[*members]):
                members[member.cooperation_id].append(member)
            for row in rows:
                row.members = members[row.pk]
        return rows


class ParticipationResource(CitedResource):
    """Who belongs to published cooperations."""

    about = _("Beteiligungen: Wer gehört wie weit und seit wann zu einer Kooperation?")
    serializer_class = ParticipationSerializer
    filterset_class = ParticipationFilterSet
    parts = {"steps": "steps"}
    expandable = {"cooperation": "cooperations", "municipality": "municipalities", "organisation": "organisations"}

    def get_queryset(self) -> QuerySet[Any]:
        return Participation.objects.public()


class AgreementResource(CitedResource):
    """Legal acts of published cooperations."""

    about = _("Vereinbarungen: die Rechtsakte der Kooperationen.")
    serializer_class = AgreementSerializer
    filterset_class = AgreementFilterSet
    expandable = {
        "cooperation": "cooperations",
        "parties.municipality": "municipalities",
        "parties.organisation": "organisations",
    }

    def get_queryset(self) -> QuerySet[Any]:
        return Agreement.objects.public()


class EventResource(CitedResource):
    """Events of published cooperations or of none."""

    about = _("Ereignisse: Treffen, Unterzeichnungen, Besuche, Gründungen, Beitritte.")
    serializer_class = EventSerializer
    filterset_class = EventFilterSet
    expandable = {
        name: name for name in ("cooperations", "municipalities", "organisations", "programmes", "agreements")
    }

    def get_queryset(self) -> QuerySet[Any]:
        return Event.objects.public()


class AwardResource(CitedResource):
    """Money for published cooperations."""

    about = _("Geld eines Programms für eine Kooperation mit seiner Sicherheit. Ein unbekannter Betrag ist null.")
    serializer_class = AwardSerializer
    filterset_class = AwardFilterSet
    expandable = {"programme": "programmes", "cooperation": "cooperations"}

    def get_queryset(self) -> QuerySet[Any]:
        return Award.objects.public()


class TaskFieldResource(CitedResource):
    """The vocabulary of tasks."""

    about = _("Aufgabenfelder in zwei Ebenen. Eine Obergruppe steht in Filtern für alle ihre Felder.")
    serializer_class = TaskFieldSerializer
    filterset_class = TaskFieldFilterSet
    expandable = {"parent": "task-fields"}
    lookup_field = "code"
    lookup_value_regex = CODE

    def get_queryset(self) -> QuerySet[Any]:
        return TaskField.objects.all()
