"""The FilterSet of cooperations."""

from __future__ import annotations

import datetime as dt
import functools
import operator
from collections import defaultdict
from collections.abc import Mapping
from typing import Any

import django_filters
from django.db import models
from django.db.models import Count, Exists, F, OuterRef, Q
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from agreements.choices import (
    CooperationKind,
    CooperationStatus,
    Degree,
    LegalForm,
    Role,
)
from agreements.filters.cooperation_bits import COOPERATION_WORDS, COOPERATIONS, TIES, tie_of
from agreements.filters.shared import ALIASES, CooperationKeyFilter, TaskFieldFilter, participations_asked
from agreements.models import Agreement, Award, Cooperation
from coopportal.common.bits import Sets, Snapshot
from coopportal.common.facets import Part, column, counted, weight
from coopportal.common.filter_kinds import DayFilter, KeysFilter, ModifiedSinceFilter, SearchFilter, ValuesFilter
from coopportal.common.filters import PortalFilterSet
from coopportal.common.remembered import remembered
from funding.filters import PROGRAMMES
from municipalities.filters import STATES, BodiesFilter, InsideFilter, organisations_filter


class SlugFilter(CooperationKeyFilter):
    """The cooperations themselves, called by slug."""

    def filter(self, qs: models.QuerySet[Any], value: Any) -> models.QuerySet[Any]:
        return qs.filter(slug__in=[row.slug for row in value]) if value else qs


class ThroughParticipations(django_filters.Filter):
    """Cooperations of which some participation fits; never one row twice, as a join would give.

    Role and degree asked for are those of the same participation: ``municipality=…&role=lead`` are the cooperations
    that this body leads. Several bodies of one parameter are an "or", several parameters an "and".
    """

    def ways(self, value: Any) -> list[Q]:
        """Which participations fit; each way is one that an index of its own leads along."""
        raise NotImplementedError

    def filter(self, qs: models.QuerySet[Any], value: Any) -> models.QuerySet[Any]:
        """From the bodies to the cooperations: to ask each cooperation for its bodies takes ten times as long."""
        if not value:
            return qs
        asked, found = participations_asked(self.parent), Q()
        for way in self.ways(value):
            found |= Q(pk__in=asked.filter(way).order_by().values("cooperation"))
        return qs.filter(found)


class OfStates(ThroughParticipations, KeysFilter):
    def ways(self, value: Any) -> list[Q]:
        return [Q(state__in=value)]


class OfBodies(ThroughParticipations, BodiesFilter):
    """The body itself in any degree, never what lies inside it."""

    def ways(self, value: Any) -> list[Q]:
        return [Q(municipality__in=value)]


class OfBodiesInside(ThroughParticipations, InsideFilter):
    def ways(self, value: Any) -> list[Q]:
        return [self.inside(value)]


class OfOrganisations(ThroughParticipations, KeysFilter):
    def ways(self, value: Any) -> list[Q]:
        return [Q(organisation__in=value)]


class OfRolesOrDegrees(ThroughParticipations, ValuesFilter):
    """Of which anybody takes part in the role or degree; nothing to add where the bodies are asked for too."""

    def filter(self, qs: models.QuerySet[Any], value: Any) -> models.QuerySet[Any]:
        """From each cooperation to its participations, since most of them fit."""
        if not value:
            return qs
        return qs.filter(Exists(participations_asked(self.parent).filter(cooperation=OuterRef("pk"))))


class LegalFormFilter(ValuesFilter):
    """Cooperations that have the form themselves or in one of their agreements."""

    def filter(self, qs: models.QuerySet[Any], value: Any) -> models.QuerySet[Any]:
        if not value:
            return qs
        agreements = Agreement.objects.filter(cooperation=OuterRef("pk"), legal_form__in=value)
        if self.parent.is_cut:
            agreements = agreements.known_on(self.parent.day)
        return qs.filter(Q(legal_form__in=value) | Exists(agreements))


class AwardedByFilter(KeysFilter):
    """Cooperations that have money of a programme in view, on whatever rung."""

    def filter(self, qs: models.QuerySet[Any], value: Any) -> models.QuerySet[Any]:
        if not value:
            return qs
        awards = Award.objects.filter(cooperation=OuterRef("pk"), programme__in=value)
        if self.parent.is_cut:
            awards = awards.stated_by(self.parent.day)
        return qs.filter(Exists(awards))


class StatusFilter(ValuesFilter):
    """Cooperations by their status on the day asked for."""

    def filter(self, qs: models.QuerySet[Any], value: Any) -> models.QuerySet[Any]:
        if not value:
            return qs
        rows = qs.with_shown_status(self.parent.day, cut=self.parent.is_cut)  # type: ignore[attr-defined]
        return rows.filter(shown_status__in=value)


# --- Facets: for each value how many cooperations its filter would find ---

_COOPERATIONS = Count("cooperation", distinct=True)


def _keys(rows: models.QuerySet[Any]) -> models.QuerySet[Any, Any]:
    return rows.order_by().values("pk")


def _states(asked: Any, name: str, rows: models.QuerySet[Any]) -> list[Part]:
    bodies = participations_asked(asked).filter(cooperation__in=_keys(rows), state__isnull=False)
    return [counted(name, bodies, F("state"), _COOPERATIONS)]


def _task_fields(_asked: Any, name: str, rows: models.QuerySet[Any]) -> list[Part]:
    """Fields by themselves; a group is counted once however many of its fields a cooperation has."""
    pairs = Cooperation.task_fields.through.objects.filter(cooperation__in=_keys(rows))
    fields = pairs.filter(taskfield__parent__isnull=False)
    group = Coalesce("taskfield__parent", "taskfield")
    return [counted(name, fields, F("taskfield"), _COOPERATIONS), counted(name, pairs, group, _COOPERATIONS)]


def _legal_forms(asked: Any, name: str, rows: models.QuerySet[Any]) -> list[Part]:
    """The forms of the cooperations themselves, and those of their agreements that are not theirs already."""
    agreements = Agreement.objects.filter(cooperation__in=_keys(rows)).exclude(legal_form=F("cooperation__legal_form"))
    if asked.is_cut:
        agreements = agreements.known_on(asked.day)
    return [counted(name, rows, F("legal_form")), counted(name, agreements, F("legal_form"), _COOPERATIONS)]


def _statuses(asked: Any, name: str, rows: Any) -> list[Part]:
    return [counted(name, rows.with_shown_status(asked.day, cut=asked.is_cut), F("shown_status"))]


def _programmes(asked: Any, name: str, rows: models.QuerySet[Any]) -> list[Part]:
    awards = Award.objects.filter(cooperation__in=_keys(rows))
    if asked.is_cut:
        awards = awards.stated_by(asked.day)
    return [counted(name, awards, F("programme__slug"), _COOPERATIONS)]


class CooperationFilterSet(PortalFilterSet):
    aliases = ALIASES
    indexed = COOPERATIONS
    words = COOPERATION_WORDS
    facets = {
        "state": _states,
        "task_field": _task_fields,
        "legal_form": _legal_forms,
        "status": _statuses,
        "kind": column("kind"),
        "programme": _programmes,
    }
    orderings = {
        "name": ("sort_key",),
        "started_on": ("started_on",),
        "status": ("status",),
        "updated_at": ("updated_at",),
    }
    titled = True

    search = SearchFilter(label=_("Suchwörter"))
    state = OfStates(**STATES, field_name="state", label=_("Land"))
    municipality = OfBodies(label=_("Kommune"))
    organisation = OfOrganisations(queryset=organisations_filter().extra["queryset"], lookup="slug", label=_("Stelle"))
    within = OfBodiesInside(field_name="municipality__ars", label=_("innerhalb von"))
    task_field = TaskFieldFilter()
    legal_form = LegalFormFilter(choices=LegalForm.choices, label=_("Rechtsform"))
    status = StatusFilter(choices=CooperationStatus.choices, label=_("Stand der Kooperation"))
    kind = ValuesFilter(choices=CooperationKind.choices, label=_("Art"))
    programme = AwardedByFilter(**PROGRAMMES, label=_("Förderprogramm"))
    cooperation = SlugFilter("slug")
    role = OfRolesOrDegrees(choices=Role.choices, label=_("Rolle"))
    degree = OfRolesOrDegrees(choices=Degree.choices, label=_("Grad"))
    started_after = DayFilter(field_name="started_on", lookup_expr="gte", label=_("begonnen ab"))
    started_before = DayFilter(field_name="started_on", lookup_expr="lte", label=_("begonnen bis"))
    modified_since = ModifiedSinceFilter(label=_("geändert seit"))

    def sets_of(self, snapshot: Snapshot) -> Sets:
        """Role and degree asked for are those of a body that is of the Land, where it is asked for too."""
        chosen = self.form.cleaned_data
        roles, degrees = chosen.get("role"), chosen.get("degree")
        if not (roles or degrees):
            return snapshot.values
        states = self._ties(snapshot) if TIES in snapshot.values else self._ties_of_day(snapshot)
        anywhere = functools.reduce(operator.or_, states.values(), 0)
        asked = {
            "role": dict.fromkeys(roles or (), anywhere),
            "degree": dict.fromkeys(degrees or (), anywhere),
            "state": {state: bits for state, bits in states.items() if state},
        }
        return {**snapshot.values, **asked}

    def _ties(self, snapshot: Snapshot) -> Mapping[str, int]:
        """Land → the cooperations of which a body there takes part in the role and degree asked for."""
        chosen = self.form.cleaned_data
        roles, degrees = chosen.get("role"), chosen.get("degree")
        states: dict[str, int] = defaultdict(int)
        for value, bits in snapshot.values[TIES].items():
            state, role, degree = tie_of(value)
            if (not roles or role in roles) and (not degrees or degree in degrees):
                states[state] |= bits
        return states

    def _ties_of_day(self, snapshot: Snapshot) -> Mapping[str, int]:
        """The same of a day by which the list is cut: of that no such sets are kept, the database is asked."""
        pairs = participations_asked(self).order_by().values_list("state", "cooperation").distinct()
        name, number = f"ties {snapshot.series}", snapshot.seen.number

        def weighed(sets: Mapping[str, int]) -> int:
            return sum(map(weight, sets.values()))

        found: Mapping[str, int] = remembered(
            name, pairs, lambda: snapshot.of_pairs(pairs), size=weighed, version=number
        )
        return found

    def cut(self, rows: models.QuerySet[Any], day: dt.date) -> models.QuerySet[Any]:
        return rows.known_on(day)  # type: ignore[attr-defined]

    def shape(self, rows: models.QuerySet[Any]) -> models.QuerySet[Any]:
        return rows.for_list(self.day, cut=self.is_cut)  # type: ignore[attr-defined]

    def record_shape(self, rows: models.QuerySet[Any]) -> models.QuerySet[Any]:
        return rows.for_records(self.day, cut=self.is_cut)  # type: ignore[attr-defined]
