"""The FilterSet of deadlines: whose, which, and how far ahead."""

from __future__ import annotations

import datetime as dt
from functools import cached_property
from typing import Any

import django_filters
from django import forms
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from agreements.choices import AFFIRM_EVERY_DAYS, DeadlineKind, DueWhen
from agreements.filters.shared import CooperationKeyFilter
from agreements.models import Agreement, Cooperation
from coopportal.common.dates import add_months
from coopportal.common.filter_kinds import ValuesFilter
from coopportal.common.filters import PortalFilterSet
from funding.filters import programmes_filter
from funding.models import Criterion
from municipalities.filters import BodiesFilter, InsideFilter, states_filter
from municipalities.keys import prefix_of

#: How many months ahead a list of deadlines looks, unless told otherwise, and at most.
MONTHS_AHEAD, MOST_MONTHS = 12, 60

#: So long after the last confirmation the next one is due.
EVERY = dt.timedelta(days=AFFIRM_EVERY_DAYS)


class MonthsFilter(django_filters.Filter):
    """A whole number of months."""

    field_class = forms.IntegerField

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(method="no_filter", min_value=1, max_value=MOST_MONTHS, label=_("Monate voraus"), **kwargs)


class DeadlineFilterSet(PortalFilterSet):
    """Deadlines come from three tables; each is asked for the same bodies.

    An agreement binds its parties, a record its keeper; a programme's window concerns the Land of the bodies chosen.
    Where programmes are chosen, their windows are all that is asked for.
    """

    aliases = {
        "land": "state",
        "kommune": "municipality",
        "innerhalb": "within",
        "kooperation": "cooperation",
        "art": "kind",
        "faelligkeit": "due",
        "programm": "programme",
        "monate": "months",
    }

    state = states_filter(method="no_filter")
    municipality = BodiesFilter(method="no_filter", label=_("Kommune"))
    within = InsideFilter(method="no_filter", label=_("innerhalb von"))
    cooperation = CooperationKeyFilter(method="no_filter")
    kind = ValuesFilter(method="no_filter", choices=DeadlineKind.choices, label=_("Art der Frist"))
    due = ValuesFilter(method="no_filter", choices=DueWhen.choices, label=_("Fälligkeit"))
    programme = programmes_filter(method="no_filter")
    months = MonthsFilter()

    def chosen(self, name: str) -> Any:
        """The clean value of a parameter; None where it is missing or wrong."""
        self.form.is_valid()
        return self.form.cleaned_data.get(name)

    def wants(self, *kinds: DeadlineKind) -> bool:
        """Is any of these kinds asked for?"""
        if self.programmes and DeadlineKind.APPLICATION not in kinds:
            return False
        return not (chosen := self.chosen("kind")) or any(kind in chosen for kind in kinds)

    def wants_day(self, on: dt.date) -> bool:
        """Is what is due on this day asked for?"""
        chosen = self.due_chosen
        return not chosen or (DueWhen.OVERDUE if on < self.day else DueWhen.COMING) in chosen

    @cached_property
    def due_chosen(self) -> frozenset[str]:
        """Asked once, since there are thousands of days."""
        return frozenset(self.chosen("due") or ())

    @property
    def programmes(self) -> set[str]:
        """The keys of the programmes asked for; empty for all."""
        return {programme.slug for programme in self.chosen("programme") or ()}

    @property
    def is_national(self) -> bool:
        """Is it asked of all bodies and of today?"""
        return not (self.is_cut or any(map(self.chosen, ("municipality", "within", "cooperation"))))

    @property
    def is_of_bodies(self) -> bool:
        """Is it asked of some bodies and of nothing else?"""
        return bool(self.chosen("municipality")) and not (self.chosen("within") or self.chosen("cooperation"))

    @property
    def states(self) -> set[str]:
        """The keys of the Länder asked for; empty for all."""
        return {state.code for state in self.chosen("state") or ()}

    @property
    def months_ahead(self) -> int:
        return self.chosen("months") or MONTHS_AHEAD

    @property
    def last_day(self) -> dt.date:
        """The last day looked at; there is none behind the year 9999."""
        left = 12 * (dt.MAXYEAR - self.day.year) + 12 - self.day.month
        return add_months(self.day, min(self.months_ahead, left))

    def agreements(self) -> Any:
        """Public agreements that may have a deadline, of the bodies asked for; of whatever Land."""
        rows: Any = Agreement.objects.public_with_terms(self.day)
        if self.is_cut:
            rows = rows.known_on(self.day)
        if bodies := self.chosen("municipality"):
            rows = rows.binding(Q(municipality__in=bodies))
        if around := self.chosen("within"):
            rows = rows.binding(_inside(around, "municipality__ars"))
        if cooperations := self.chosen("cooperation"):
            rows = rows.filter(cooperation__in=cooperations)
        return rows

    def records(self) -> Any:
        """Public records that somebody keeps, of the keepers asked for; of whatever Land."""
        rows: Any = Cooperation.objects.public().filter(keeper__isnull=False).with_last_affirmed()
        if self.is_cut:
            rows = rows.known_on(self.day).filter(last_affirmed__lte=self.day)
        if bodies := self.chosen("municipality"):
            rows = rows.filter(keeper__in=bodies)
        if around := self.chosen("within"):
            rows = rows.filter(_inside(around, "keeper__ars"))
        if cooperations := self.chosen("cooperation"):
            rows = rows.filter(pk__in=[row.pk for row in cooperations])
        return rows.order_by("last_affirmed", "sort_key", "pk")

    def records_due(self) -> Any:
        """Those for which somebody has to stand up again until the last day; none so early that no day was before."""
        if self.last_day - dt.date.min < EVERY:
            return self.records().none()
        return self.records().filter(last_affirmed__lte=self.last_day - EVERY)

    def windows(self) -> Any:
        """Criteria that tell of windows for applications; none where a record is asked for."""
        rows: Any = Criterion.objects.application_windows()
        for name in ("municipality", "within"):
            if bodies := self.chosen(name):
                rows = rows.filter(programme__state__in={body.state_id for body in bodies})
        return rows.none() if self.chosen("cooperation") else rows


def _inside(bodies: Any, column: str) -> Q:
    condition = Q()
    for body in bodies:
        condition |= Q(**{f"{column}__startswith": prefix_of(body.ars, body.level)})
    return condition
