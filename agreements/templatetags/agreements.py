"""Parts about cooperations for pages of other rooms, which do not know this one.

Each tag fetches its rows in a constant number of queries and brings their citations to the page's ``footnotes``
(``sources.footnotes.Footnotes`` in the context), so it stands above ``{% footnotes %}``::

    {% load agreements %}
    {% places_of municipality day as places %}  also of an organisation: its cooperations, degree on the day
    {% include "agreements/_parts/participations_of.html" with body=municipality %}
    {% cooperations_of_programme programme %}   cooperations with money of a programme, on whatever rung
    {% events_of municipality %}                also of an organisation, programme, cooperation, agreement
    {% deadlines_of municipality day %}         what it has to do within a year

Each says so itself where there is nothing, and brings no heading. Of many cooperations, events and deadlines the first
stand there, and a link leads to the list of all. Where the page is asked as of a day (``stand`` in
the context) what came later is left out. Badges of one row: ``{% status cooperation %}`` (needs ``with_status_on``) and
``{% degree participation %}`` (needs ``with_degree_on``).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from django import template
from django.forms import BoundField
from django.http import QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _

from agreements.belongings import MOST_SHOWN, Places, places
from agreements.choices import CooperationStatus
from agreements.deadlines import Deadlines, named
from agreements.filters import DeadlineFilterSet
from agreements.gathering import latest_events
from agreements.models import Agreement, Award, Cooperation, Participation, ParticipationStep
from agreements.records import known_day
from agreements.templatetags.matrix import degree_of
from coopportal.common.offers import offer, rest_label
from coopportal.common.templatetags.portal import choices
from funding.models import Programme
from municipalities.models import Municipality, Organisation

register = template.Library()

#: By which relation an event belongs to what.
EVENTS_BY = {
    Municipality: "municipalities",
    Organisation: "organisations",
    Programme: "programmes",
    Cooperation: "cooperations",
    Agreement: "agreements",
}

#: By which field of its places a body is found.
PLACED_BY = {Municipality: "municipality", Organisation: "organisation"}

#: By which parameter and key the lists of events and of cooperations are asked for them.
LISTED_BY = {
    Municipality: ("kommune", "ars"),
    Organisation: ("stelle", "slug"),
    Programme: ("programm", "slug"),
    Cooperation: ("kooperation", "slug"),
}


def _part(context: template.Context, **values: Any) -> dict[str, Any]:
    """What every part may know of its page."""
    return {"footnotes": context["footnotes"], "stand": context.get("stand"), **values}


@register.simple_tag(takes_context=True)
def places_of(context: template.Context, body: Municipality | Organisation, day: dt.date) -> Places:
    """The cooperations in which the body itself takes part, in any degree, with its steps up to ``day``; the first."""
    is_past = context.get("stand") is not None
    found = places(PLACED_BY[type(body)], [body.pk], day, cut=is_past)
    steps = [step.pk for row in found.shown for step in row.steps]
    context["footnotes"].add_rows({Participation: [row.pk for row in found.shown], ParticipationStep: steps})
    return found


@register.inclusion_tag("agreements/_parts/awards_of.html", takes_context=True)
def cooperations_of_programme(context: template.Context, programme: Programme) -> dict[str, Any]:
    """The cooperations that have money of the programme in view, with rung and amount."""
    rows = Award.objects.public().filter(programme=programme).for_list()
    if day := context.get("stand"):
        rows = rows.stated_by(day)
    awards = list(rows)
    context["footnotes"].add(awards)
    return _part(context, awards=awards)


@register.inclusion_tag("agreements/_parts/events_of.html", takes_context=True)
def events_of(context: template.Context, subject: Any) -> dict[str, Any]:
    """What happened with, at or because of a body, programme, cooperation or agreement; the latest first."""
    events = latest_events(subject, EVENTS_BY[type(subject)], context.get("stand"), MOST_SHOWN + 1)
    shown = events[:MOST_SHOWN]
    context["footnotes"].add(shown)
    return _part(context, events=shown, subject=subject, only_latest=len(shown) if len(events) > MOST_SHOWN else 0)


@register.simple_tag
def events_url(subject: Any) -> str:
    """The list of what happened with a body, programme or cooperation."""
    return _list_url("agreements:events", subject)


@register.simple_tag
def cooperations_url(body: Municipality | Organisation) -> str:
    """The list of the cooperations in which the body itself takes part."""
    return _list_url("agreements:list", body)


def _list_url(route: str, subject: Any) -> str:
    name, key = LISTED_BY[type(subject)]
    return f"{reverse(route)}?{urlencode({name: getattr(subject, key)})}"


@register.inclusion_tag("agreements/browsing/_parts/deadlines_of.html", takes_context=True)
def deadlines_of(context: template.Context, municipality: Municipality, day: dt.date) -> dict[str, Any]:
    """What a body has to do within a year from ``day`` on, and where to subscribe to it."""
    question = QueryDict(mutable=True)
    question["kommune"] = municipality.ars
    stand = context.get("stand")
    if stand is not None:
        question["stand"] = stand.isoformat()
    found = Deadlines(DeadlineFilterSet(question, Agreement.objects.none(), german=True, today=day))
    rows = [{"deadline": row, "left": row.days_left(day)} for row in named(found[:MOST_SHOWN])]
    return {"rows": rows, "number": len(found), "undated": found.undated, "ars": municipality.ars, "stand": stand}


@register.inclusion_tag("agreements/_parts/status.html", takes_context=True)
def status(context: template.Context, cooperation: Any) -> dict[str, Any]:
    """The badge of the status on the day asked for, and since when it is known; today's where no step tells it."""
    code = cooperation.day_status or (CooperationStatus.UNKNOWN if context.get("stand") else cooperation.status)
    return {"code": code, "label": CooperationStatus(code).label, "known": known_day(cooperation, "day_status")}


#: ``{% degree participation %}``: the badge of the degree on the day asked for, and since when it is attested.
register.simple_tag(degree_of, name="degree")


@dataclass
class FieldGroup:
    """A group of task fields with its fields, as a filter offers them."""

    code: str
    label: str
    fields: list[tuple[str, str]] = field(default_factory=list)

    @property
    def whole(self) -> list[tuple[str, str]]:
        """The value of a facet that stands for all its fields."""
        return [(self.code, _("alles aus „%s“") % self.label)]


@register.filter
def two_levels(choices: Iterable[tuple[str, str]]) -> list[FieldGroup]:
    """Task fields (code, name) in the order of their codes as groups: ``04`` with ``04.01``, …"""
    groups: dict[str, FieldGroup] = {}
    for value, label in choices:
        code = str(value)
        if "." in code:
            groups[code[:2]].fields.append((code, label))
        else:
            groups[code] = FieldGroup(code, label)
    return list(groups.values())


@register.filter
def number_chosen(group: FieldGroup, chosen: Iterable[Any] | None) -> int:
    """How many of the group's values are chosen, itself included."""
    return sum(str(code).startswith(group.code) for code in chosen or ())


@register.filter
def has_chosen(group: FieldGroup, chosen: Iterable[str] | None) -> bool:
    """Is the group or one of its fields chosen?"""
    return number_chosen(group, chosen) > 0


@register.filter
def offered(bound: BoundField, counts: Mapping[str, int] | None) -> dict[str, Any]:
    """The groups of a facet, ``shown`` and ``folded``, as the values of other facets (``coopportal.common.offers``)."""
    groups = {group.code: group for group in two_levels(choices(bound))}
    chosen = {code[:2] for code in bound.value() or ()}
    order = offer([(group.code, group.label) for group in groups.values()], chosen, counts)
    return {
        "shown": [groups[code] for code, _label in order.shown],
        "folded": [groups[code] for code, _label in order.folded],
        "rest": rest_label(order),
    }
