"""FilterSets of what belongs to cooperations: participations, agreements, events, awards; and of task fields."""

from __future__ import annotations

import datetime as dt
from typing import Any

import django_filters
from django.db import models
from django.db.models import Count, Exists, F, OuterRef, Q
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from agreements.choices import (
    AgreementStatus,
    Degree,
    EventKind,
    LegalForm,
    Role,
)
from agreements.filters import participation_places
from agreements.filters.agreement_bits import AGREEMENT_WORDS, AGREEMENTS
from agreements.filters.event_bits import EVENT_WORDS, EVENTS, NEWEST_FIRST
from agreements.filters.shared import ALIASES, CooperationKeyFilter, TaskFieldFilter, participations_asked
from agreements.models import Agreement, Event, Participation, TaskField
from coopportal.common.facets import Part, column, counted
from coopportal.common.filter_kinds import (
    DayFilter,
    KeysFilter,
    ModifiedSinceFilter,
    SearchFilter,
    ValuesFilter,
    VocabularySearchFilter,
)
from coopportal.common.filters import PortalFilterSet
from coopportal.common.remembered import remembered
from funding.choices import Rung
from funding.filters import programmes_filter
from municipalities.filters import STATES, BodiesFilter, InsideFilter, organisations_filter, states_filter


class DegreeFilter(ValuesFilter):
    """Participations by their degree on the day asked for."""

    def filter(self, qs: models.QuerySet[Any], value: Any) -> models.QuerySet[Any]:
        return qs.with_degree_on(self.parent.day).filter(day_degree__in=value) if value else qs  # type: ignore[attr-defined]


class SinceFilter(DayFilter):
    """Participations by the day from which they are attested."""

    def filter(self, qs: models.QuerySet[Any], value: Any) -> models.QuerySet[Any]:
        if value is None:
            return qs
        rows = qs.with_degree_on(self.parent.day)  # type: ignore[attr-defined]
        return rows.filter(**{f"first_attested_on__{self.lookup_expr}": value})


class BodyStates(KeysFilter):
    """Participations of bodies of one of the Länder, organisations too."""

    def filter(self, qs: models.QuerySet[Any], value: Any) -> models.QuerySet[Any]:
        asked: Any = self.parent
        return qs.of_states(value, asked.day, first_ones=asked.is_of_first) if value else qs  # type: ignore[attr-defined]


class ParticipationFilterSet(PortalFilterSet):
    aliases = ALIASES
    orderings = {
        "cooperation": ("cooperation__sort_key",),
        "municipality": ("municipality__sort_key",),
        "organisation": ("organisation__sort_key",),
        "since": ("first_attested_on",),
        "updated_at": ("updated_at",),
    }

    search = SearchFilter(label=_("Suchwörter"))
    cooperation = CooperationKeyFilter()
    municipality = BodiesFilter(field_name="municipality", label=_("Kommune"))
    within = InsideFilter(field_name="municipality__ars", label=_("innerhalb von"))
    organisation = organisations_filter()
    state = BodyStates(**STATES, label=_("Land"))
    task_field = TaskFieldFilter(field_name="cooperation__task_fields")
    role = ValuesFilter(choices=Role.choices, label=_("Rolle"))
    degree = DegreeFilter(choices=Degree.choices, label=_("Grad"))
    started_after = SinceFilter(lookup_expr="gte", label=_("beteiligt ab"))
    started_before = SinceFilter(lookup_expr="lte", label=_("beteiligt bis"))
    modified_since = ModifiedSinceFilter(label=_("geändert seit"))

    #: What spells tell; so many have each of these that the first rows of a list soon are found.
    of_spells = frozenset({"state", "role", "degree"})
    #: What asks for another part of the list than its first page, or for another order.
    of_others = ("page", "cursor", "format", "ordering")

    @property
    def is_of_spells(self) -> bool:
        """Is something asked for, and only what spells tell?"""
        chosen = {name for name, value in self.form.cleaned_data.items() if value} - self.not_told
        return bool(chosen) and chosen <= self.of_spells

    @property
    def is_of_first(self) -> bool:
        """Are only the first rows asked for, in their own order?"""
        return self.is_of_spells and not any(self.page_name(name) in self.data for name in self.of_others)

    def total(self) -> int:
        """Where only what spells tell is asked for they are counted, along an index that holds it."""
        self.form.is_valid()
        public = Participation.objects.public().query.where
        if not self.is_of_spells or self.queryset.query.where != public:
            return super().total()
        spells: Any = participations_asked(self).of_published()
        if states := self.form.cleaned_data.get("state"):
            spells = spells.filter(state__in=states)
        return int(remembered("total", spells, spells.count, version=self.version))

    def count(self, rows: models.QuerySet[Any]) -> int:
        known = participation_places.number(self)
        return super().count(rows) if known is None else known

    def near(self, start: int, stop: int) -> tuple[Q, int] | None:
        places = participation_places
        for found in (places.among_bodies, places.among_days):
            if near := found(self, start, stop):
                return near
        return places.near(self, start) or places.among_first(self, stop)

    def cut(self, rows: models.QuerySet[Any], day: dt.date) -> models.QuerySet[Any]:
        return rows.appeared_by(day)  # type: ignore[attr-defined]

    def shape(self, rows: models.QuerySet[Any]) -> models.QuerySet[Any]:
        return rows.for_list(self.day, cut=self.is_cut)  # type: ignore[attr-defined]

    def record_shape(self, rows: models.QuerySet[Any]) -> models.QuerySet[Any]:
        return rows.for_records(self.day, cut=self.is_cut)  # type: ignore[attr-defined]


class ThroughParties(django_filters.Filter):
    """Agreements of which some party fits; never one row twice, as a join would give.

    From the bodies to the agreements: to ask each agreement for its bodies takes ten times as long.
    """

    def fitting(self, value: Any) -> Q:
        raise NotImplementedError

    def filter(self, qs: models.QuerySet[Any], value: Any) -> models.QuerySet[Any]:
        if not value:
            return qs
        bodies = Participation.objects.filter(self.fitting(value)).order_by().values("pk")
        parties = Agreement.parties.through.objects.filter(participation__in=bodies)
        return qs.filter(pk__in=parties.order_by().values("agreement"))


class PartyBodies(ThroughParties, BodiesFilter):
    """The body itself, never what lies inside it."""

    def fitting(self, value: Any) -> Q:
        return Q(municipality__in=value)


class PartiesInside(ThroughParties, InsideFilter):
    def fitting(self, value: Any) -> Q:
        return self.inside(value)


class PartyOrganisations(ThroughParties, KeysFilter):
    def fitting(self, value: Any) -> Q:
        return Q(organisation__in=value)


class PartyStates(ThroughParties, KeysFilter):
    def fitting(self, value: Any) -> Q:
        return Q(municipality__state__in=value) | Q(organisation__state__in=value)


def _party_states(_asked: Any, name: str, rows: models.QuerySet[Any]) -> list[Part]:
    pairs = Agreement.parties.through.objects.filter(agreement__in=rows.order_by().values("pk"))
    state = Coalesce("participation__municipality__state", "participation__organisation__state")
    return [counted(name, pairs, state, Count("agreement", distinct=True))]


def _fields_of_agreements(_asked: Any, name: str, rows: models.QuerySet[Any]) -> list[Part]:
    """Fields by themselves; a group is counted once however many of its fields a cooperation has."""
    fields = rows.filter(cooperation__task_fields__parent__isnull=False)
    group = Coalesce("cooperation__task_fields__parent", "cooperation__task_fields")
    once = Count("pk", distinct=True)
    return [counted(name, fields, F("cooperation__task_fields"), once), counted(name, rows, group, once)]


class AgreementFilterSet(PortalFilterSet):
    aliases = ALIASES
    indexed = AGREEMENTS
    words = AGREEMENT_WORDS
    facets = {
        "state": _party_states,
        "task_field": _fields_of_agreements,
        "legal_form": column("legal_form"),
        "status": column("status"),
    }
    orderings = {
        "title": ("sort_key",),
        "signed_on": ("signed_on",),
        "effective_on": ("effective_on",),
        "ends_on": ("ends_on",),
        "updated_at": ("updated_at",),
    }
    titled = True

    search = SearchFilter(label=_("Suchwörter"))
    cooperation = CooperationKeyFilter()
    municipality = PartyBodies(label=_("Kommune"))
    organisation = PartyOrganisations(
        queryset=organisations_filter().extra["queryset"], lookup="slug", label=_("Stelle")
    )
    within = PartiesInside(field_name="municipality__ars", label=_("innerhalb von"))
    state = PartyStates(**STATES, label=_("Land"))
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
        return rows.for_records(self.day)  # type: ignore[attr-defined]


class EventStates(KeysFilter):
    """Events in which a body of one of the Länder takes part."""

    def filter(self, qs: models.QuerySet[Any], value: Any) -> models.QuerySet[Any]:
        of_states = Q(municipalities__state__in=value) | Q(organisations__state__in=value)
        return qs.filter(of_states) if value else qs


def _event_states(_asked: Any, name: str, rows: models.QuerySet[Any]) -> list[Part]:
    """Once for each Land, also where municipal and other bodies of it took part."""
    found, once = rows.order_by().values("pk"), Count("event", distinct=True)
    towns = Event.municipalities.through.objects.filter(event__in=found)
    others = Event.organisations.through.objects.filter(event__in=found, organisation__state__isnull=False)
    beside = Event.municipalities.through.objects.filter(
        event=OuterRef("event"), municipality__state=OuterRef("organisation__state")
    )
    return [
        counted(name, towns, F("municipality__state"), once),
        counted(name, others.filter(~Exists(beside)), F("organisation__state"), once),
    ]


class EventFilterSet(PortalFilterSet):
    aliases = ALIASES
    indexed = EVENTS
    words = EVENT_WORDS
    usual_order = NEWEST_FIRST
    has_index_of_order = False
    facets = {"kind": column("kind"), "state": _event_states}
    orderings = {"date": ("on",), "title": ("title",), "updated_at": ("updated_at",)}
    titled = True
    through_relations = ("cooperation", "municipality", "organisation", "within", "state", "programme")

    search = SearchFilter(label=_("Suchwörter"))
    cooperation = CooperationKeyFilter("cooperations")
    municipality = BodiesFilter(field_name="municipalities", label=_("Kommune"))
    organisation = organisations_filter("organisations")
    within = InsideFilter(field_name="municipalities__ars", label=_("innerhalb von"))
    state = EventStates(**STATES, label=_("Land"))
    programme = programmes_filter("programmes")
    kind = ValuesFilter(choices=EventKind.choices, label=_("Art"))
    started_after = DayFilter(field_name="on", lookup_expr="gte", label=_("ab"))
    started_before = DayFilter(field_name="on", lookup_expr="lte", label=_("bis"))
    modified_since = ModifiedSinceFilter(label=_("geändert seit"))

    def cut(self, rows: models.QuerySet[Any], day: dt.date) -> models.QuerySet[Any]:
        return rows.happened_by(day)  # type: ignore[attr-defined]

    def filter_queryset(self, queryset: models.QuerySet[Any]) -> models.QuerySet[Any]:
        """Each once; nothing is found twice where no filter leads through what belongs to an event."""
        found = super().filter_queryset(queryset)
        through = (name for name in self.through_relations if name not in self._left_out)
        if not any(self.form.cleaned_data.get(name) for name in through):
            return found
        return queryset.filter(pk__in=found.order_by().values("pk"))

    def shape(self, rows: models.QuerySet[Any]) -> models.QuerySet[Any]:
        return rows.for_list()  # type: ignore[attr-defined]

    def record_shape(self, rows: models.QuerySet[Any]) -> models.QuerySet[Any]:
        return rows.for_records()  # type: ignore[attr-defined]


class AwardFilterSet(PortalFilterSet):
    aliases = ALIASES
    orderings = {
        "cooperation": ("cooperation__sort_key",),
        "programme": ("programme__sort_key",),
        "amount": ("amount",),
        "date": ("on",),
        "updated_at": ("updated_at",),
    }

    search = SearchFilter(label=_("Suchwörter"))
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

    search = VocabularySearchFilter("code", "name_de", "name_en", label=_("Name"))
    parent = KeysFilter(queryset=TaskField.objects.all(), lookup="code", label=_("Obergruppe"))

    def shape(self, rows: models.QuerySet[Any]) -> models.QuerySet[Any]:
        return rows.order_by("code")
