"""FilterSets of cooperations and all that belongs to them."""

from __future__ import annotations

import datetime as dt
from typing import Any

import django_filters
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from agreements.choices import (
    AgreementStatus,
    CooperationKind,
    CooperationStatus,
    Degree,
    EventKind,
    LegalForm,
    Role,
)
from agreements.models import Agreement, Award, Cooperation, Participation, TaskField
from coopportal.common.filters import (
    DayFilter,
    KeysFilter,
    ModifiedSinceFilter,
    PortalFilterSet,
    SearchFilter,
    ValuesFilter,
)
from funding.choices import Rung
from funding.filters import programmes_filter
from municipalities.filters import BodiesFilter, InsideFilter, organisations_filter, states_filter

ALIASES = {
    "land": "state",
    "kommune": "municipality",
    "stelle": "organisation",
    "innerhalb": "within",
    "kooperation": "cooperation",
    "aufgabenfeld": "task_field",
    "rechtsform": "legal_form",
    "status": "status",
    "art": "kind",
    "programm": "programme",
    "rolle": "role",
    "grad": "degree",
    "von": "started_after",
    "bis": "started_before",
}


class CooperationKeyFilter(KeysFilter):
    """Rows of published cooperations called by slug; unpublished ones do not exist for the public."""

    def __init__(self, field_name: str = "cooperation", **kwargs: Any) -> None:
        super().__init__(
            field_name=field_name,
            queryset=Cooperation.objects.public(),
            lookup="slug",
            label=_("Kooperation"),
            **kwargs,
        )


class TaskFieldFilter(KeysFilter):
    """Rows of the given task fields; a group (``04``) stands for all its fields (``04.01``, …)."""

    def __init__(self, field_name: str = "task_fields", **kwargs: Any) -> None:
        super().__init__(
            field_name=field_name,
            queryset=TaskField.objects.all(),
            lookup="code",
            label=_("Aufgabenfeld"),
            **kwargs,
        )

    def filter(self, qs: models.QuerySet[Any], value: Any) -> models.QuerySet[Any]:
        if not value:
            return qs
        codes = [field.code for field in value]
        of_row = TaskField.objects.filter(Q(code__in=codes) | Q(parent__in=codes))
        through = Cooperation.task_fields.through.objects.filter(taskfield__in=of_row)
        column = "pk" if self.field_name == "task_fields" else "cooperation"
        return qs.filter(Exists(through.filter(cooperation=OuterRef(column))))


class ThroughParticipations(django_filters.Filter):
    """Cooperations of which some participation fits; never one row twice, as a join would give."""

    def fitting(self, value: Any) -> Q:
        raise NotImplementedError

    def filter(self, qs: models.QuerySet[Any], value: Any) -> models.QuerySet[Any]:
        if not value:
            return qs
        participations = Participation.objects.filter(cooperation=OuterRef("pk"))
        if self.parent.is_cut:
            participations = participations.appeared_by(self.parent.day)
        return qs.filter(Exists(participations.filter(self.fitting(value))))


class OfStates(ThroughParticipations, KeysFilter):
    def fitting(self, value: Any) -> Q:
        return Q(municipality__state__in=value) | Q(organisation__state__in=value)


class OfBodies(ThroughParticipations, BodiesFilter):
    """The body itself in any degree, never what lies inside it."""

    def fitting(self, value: Any) -> Q:
        return Q(municipality__in=value)


class OfBodiesInside(ThroughParticipations, InsideFilter):
    def fitting(self, value: Any) -> Q:
        return Q(pk__in=InsideFilter.filter(self, Participation.objects.all(), value).values("pk"))


class OfOrganisations(ThroughParticipations, KeysFilter):
    def fitting(self, value: Any) -> Q:
        return Q(organisation__in=value)


class OfRoles(ThroughParticipations, ValuesFilter):
    def fitting(self, value: Any) -> Q:
        return Q(role__in=value)


class LegalFormFilter(ValuesFilter):
    """Cooperations that have the form themselves or in one of their agreements."""

    def filter(self, qs: models.QuerySet[Any], value: Any) -> models.QuerySet[Any]:
        if not value:
            return qs
        agreements = Agreement.objects.filter(cooperation=OuterRef("pk"), legal_form__in=value)
        return qs.filter(Q(legal_form__in=value) | Exists(agreements))


class AwardedByFilter(KeysFilter):
    """Cooperations that have money of a programme in view, on whatever rung."""

    def filter(self, qs: models.QuerySet[Any], value: Any) -> models.QuerySet[Any]:
        if not value:
            return qs
        awards = Award.objects.filter(cooperation=OuterRef("pk"), programme__in=value)
        return qs.filter(Exists(awards))


class StatusFilter(ValuesFilter):
    """Cooperations by their status on the day asked for."""

    def filter(self, qs: models.QuerySet[Any], value: Any) -> models.QuerySet[Any]:
        if not value:
            return qs
        rows = qs.with_shown_status(self.parent.day, cut=self.parent.is_cut)  # type: ignore[attr-defined]
        return rows.filter(shown_status__in=value)  # type: ignore[no-any-return]


class CooperationFilterSet(PortalFilterSet):
    aliases = ALIASES
    orderings = {
        "name": ("sort_key",),
        "started_on": ("started_on",),
        "status": ("status",),
        "updated_at": ("updated_at",),
    }

    search = SearchFilter(label=_("Suchwörter"))
    state = OfStates(queryset=states_filter().extra["queryset"], lookup="code", field_name="state", label=_("Land"))
    municipality = OfBodies(label=_("Kommune (Schlüssel)"))
    organisation = OfOrganisations(queryset=organisations_filter().extra["queryset"], lookup="slug", label=_("Stelle"))
    within = OfBodiesInside(field_name="municipality__ars", label=_("innerhalb von (Schlüssel)"))
    task_field = TaskFieldFilter()
    legal_form = LegalFormFilter(choices=LegalForm.choices, label=_("Rechtsform"))
    status = StatusFilter(choices=CooperationStatus.choices, label=_("Stand der Kooperation"))
    kind = ValuesFilter(choices=CooperationKind.choices, label=_("Art"))
    programme = AwardedByFilter(
        queryset=programmes_filter().extra["queryset"], lookup="slug", label=_("Förderprogramm")
    )
    role = OfRoles(choices=Role.choices, label=_("Rolle"))
    started_after = DayFilter(field_name="started_on", lookup_expr="gte", label=_("begonnen ab"))
    started_before = DayFilter(field_name="started_on", lookup_expr="lte", label=_("begonnen bis"))
    modified_since = ModifiedSinceFilter(label=_("geändert seit"))

    def cut(self, rows: models.QuerySet[Any], day: dt.date) -> models.QuerySet[Any]:
        return rows.known_on(day)  # type: ignore[attr-defined]

    def shape(self, rows: models.QuerySet[Any]) -> models.QuerySet[Any]:
        return rows.for_list(self.day, cut=self.is_cut)  # type: ignore[attr-defined]

    def record_shape(self, rows: models.QuerySet[Any]) -> models.QuerySet[Any]:
        return rows.for_records(self.day, cut=self.is_cut)  # type: ignore[attr-defined]


class DegreeFilter(ValuesFilter):
    """Participations by their degree on the day asked for."""

    def filter(self, qs: models.QuerySet[Any], value: Any) -> models.QuerySet[Any]:
        return qs.with_degree_on(self.parent.day).filter(day_degree__in=value) if value else qs  # type: ignore[attr-defined]


class ParticipationFilterSet(PortalFilterSet):
    aliases = ALIASES
    orderings = {
        "cooperation": ("cooperation__sort_key",),
        "municipality": ("municipality__sort_key",),
        "updated_at": ("updated_at",),
    }

    cooperation = CooperationKeyFilter()
    municipality = BodiesFilter(field_name="municipality", label=_("Kommune"))
    within = InsideFilter(field_name="municipality__ars", label=_("innerhalb von"))
    organisation = organisations_filter()
    state = states_filter("municipality__state")
    role = ValuesFilter(choices=Role.choices, label=_("Rolle"))
    degree = DegreeFilter(choices=Degree.choices, label=_("Grad"))
    modified_since = ModifiedSinceFilter(label=_("geändert seit"))

    def cut(self, rows: models.QuerySet[Any], day: dt.date) -> models.QuerySet[Any]:
        return rows.appeared_by(day)  # type: ignore[attr-defined]

    def shape(self, rows: models.QuerySet[Any]) -> models.QuerySet[Any]:
        return rows.for_list(self.day, cut=self.is_cut)  # type: ignore[attr-defined]

    def record_shape(self, rows: models.QuerySet[Any]) -> models.QuerySet[Any]:
        return rows.for_records(self.day, cut=self.is_cut)  # type: ignore[attr-defined]


class PartiesFilter(BodiesFilter):
    """Agreements to which one of the bodies is a party."""

    def filter(self, qs: models.QuerySet[Any], value: Any) -> models.QuerySet[Any]:
        return qs.filter(pk__in=qs.filter(parties__municipality__in=value).values("pk")) if value else qs


class PartyStates(KeysFilter):
    """Agreements to which a body of one of the Länder is a party."""

    def filter(self, qs: models.QuerySet[Any], value: Any) -> models.QuerySet[Any]:
        if not value:
            return qs
        of_states = Q(parties__municipality__state__in=value) | Q(parties__organisation__state__in=value)
        return qs.filter(pk__in=qs.filter(of_states).values("pk"))


class AgreementFilterSet(PortalFilterSet):
    aliases = ALIASES
    orderings = {
        "title": ("sort_key",),
        "signed_on": ("signed_on",),
        "ends_on": ("ends_on",),
        "updated_at": ("updated_at",),
    }

    search = SearchFilter(label=_("Suchwörter"))
    cooperation = CooperationKeyFilter()
    municipality = PartiesFilter(field_name="parties", label=_("Kommune (Schlüssel)"))
    state = PartyStates(queryset=states_filter().extra["queryset"], lookup="code", label=_("Land"))
    task_field = TaskFieldFilter(field_name="cooperation__task_fields")
    legal_form = ValuesFilter(choices=LegalForm.choices, label=_("Rechtsform"))
    status = ValuesFilter(choices=AgreementStatus.choices, label=_("Stand der Vereinbarung"))
    started_after = DayFilter(field_name="effective_on", lookup_expr="gte", label=_("wirksam ab"))
    started_before = DayFilter(field_name="effective_on", lookup_expr="lte", label=_("wirksam bis"))
    modified_since = ModifiedSinceFilter(label=_("geändert seit"))

    def cut(self, rows: models.QuerySet[Any], day: dt.date) -> models.QuerySet[Any]:
        return rows.known_on(day)  # type: ignore[attr-defined]

    def shape(self, rows: models.QuerySet[Any]) -> models.QuerySet[Any]:
        return rows.for_list()  # type: ignore[attr-defined]

    def record_shape(self, rows: models.QuerySet[Any]) -> models.QuerySet[Any]:
        return rows.for_records()  # type: ignore[attr-defined]


class EventFilterSet(PortalFilterSet):
    aliases = ALIASES
    orderings = {"date": ("on",), "title": ("title",), "updated_at": ("updated_at",)}

    cooperation = CooperationKeyFilter("cooperations")
    municipality = BodiesFilter(field_name="municipalities", label=_("Kommune"))
    programme = programmes_filter("programmes")
    kind = ValuesFilter(choices=EventKind.choices, label=_("Art"))
    started_after = DayFilter(field_name="on", lookup_expr="gte", label=_("ab"))
    started_before = DayFilter(field_name="on", lookup_expr="lte", label=_("bis"))
    modified_since = ModifiedSinceFilter(label=_("geändert seit"))

    def cut(self, rows: models.QuerySet[Any], day: dt.date) -> models.QuerySet[Any]:
        return rows.happened_by(day)  # type: ignore[attr-defined]

    def filter_queryset(self, queryset: models.QuerySet[Any]) -> models.QuerySet[Any]:
        found = super().filter_queryset(queryset)
        return queryset.filter(pk__in=found.order_by().values("pk"))

    def shape(self, rows: models.QuerySet[Any]) -> models.QuerySet[Any]:
        return rows.for_list()  # type: ignore[attr-defined]

    def record_shape(self, rows: models.QuerySet[Any]) -> models.QuerySet[Any]:
        return rows.for_records()  # type: ignore[attr-defined]


class AwardFilterSet(PortalFilterSet):
    aliases = ALIASES
    orderings = {"cooperation": ("cooperation__sort_key",), "amount": ("amount",), "updated_at": ("updated_at",)}

    cooperation = CooperationKeyFilter()
    programme = programmes_filter()
    rung = ValuesFilter(choices=Rung.choices, label=_("Sicherheit"))
    state = states_filter("programme__state")
    modified_since = ModifiedSinceFilter(label=_("geändert seit"))

    def cut(self, rows: models.QuerySet[Any], day: dt.date) -> models.QuerySet[Any]:
        return rows.stated_by(day)  # type: ignore[attr-defined]

    def shape(self, rows: models.QuerySet[Any]) -> models.QuerySet[Any]:
        return rows.for_list()  # type: ignore[attr-defined]


class TaskFieldFilterSet(PortalFilterSet):
    orderings = {"code": ("code",), "name_de": ("name_de",)}

    parent = KeysFilter(queryset=TaskField.objects.all(), lookup="code", label=_("Obergruppe"))

    def shape(self, rows: models.QuerySet[Any]) -> models.QuerySet[Any]:
        return rows.order_by("code")
