"""What hangs together in the register: which tables are watched, and which records of the API a written row concerns.

A record counts as changed when anything changed that its answer tells: a cooperation when one of its participations,
steps, confirmations, agreements, events or awards did. A record more than was needed does no harm, one less would: a
test compares, after many random edits, what a follower has with what the portal says.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db.models import F, Q, QuerySet
from django.http import QueryDict
from django.utils import timezone

from agreements.models import (
    Agreement,
    Award,
    Confirmation,
    Cooperation,
    Event,
    Participation,
    ParticipationStep,
    StatusStep,
    TaskField,
)
from agreements.models.spells import SPELLS
from coopportal.common import feed
from coopportal.common.api import Resource
from coopportal.common.teller import Reached, Rules, Told
from coopportal.common.triggers import Watched, shown
from coopportal.feed_leaving import left, left_by_hand
from coopportal.resources import RESOURCES
from funding.models import BudgetLine, Criterion, Figure, Programme
from municipalities.models import (
    Municipality,
    MunicipalityFigure,
    MunicipalityName,
    MunicipalityPeriod,
    Organisation,
    State,
    Succession,
)
from sources.models import Citation, Conflict, Passage, SourceDocument, SourceText, Speaker

#: The mark that something is said (or no longer said) about a subject.
ABOUT = "about"
_about = ((ABOUT, ("content_type_id", "object_id")),)

WATCHED = (
    *(Watched.rows_of(model) for model in (State, Municipality, Organisation, TaskField, Cooperation, Event)),
    *(Watched.rows_of(model) for model in (Programme, SourceDocument)),
    *(
        Watched.rows_of(model, "municipality", itself=False)
        for model in (MunicipalityPeriod, MunicipalityFigure, MunicipalityName)
    ),
    Watched.rows_of(Succession, "predecessor", itself=False),
    Watched.rows_of(Cooperation.task_fields.through, "cooperation", itself=False),
    *(Watched.rows_of(model, "cooperation") for model in (Participation, Agreement, Award)),
    Watched.rows_of(StatusStep, "cooperation", itself=False),
    *(Watched.rows_of(model, "participation", itself=False) for model in (ParticipationStep, Confirmation)),
    Watched.rows_of(Agreement.parties.through, "agreement", itself=False),
    Watched.rows_of(
        Event.cooperations.through, "event", "cooperation", itself=False, more=((shown(Event), ("event_id",)),)
    ),
    Watched.shown_by(Cooperation, "record_state", "slug"),
    *(Watched.shown_by(model, "cooperation") for model in (Participation, Agreement, Award)),
    *(Watched.shown_by(model, "slug") for model in (Programme, SourceDocument)),
    # Cooperations tell the Länder of their bodies, and these in the order of their names; they are found by the groups
    # of their task fields.
    Watched.shown_by(Organisation, "slug", "state", "sort_key"),
    Watched.shown_by(Municipality, "ars", "state", "sort_key"),
    Watched.shown_by(TaskField, "parent"),
    *(
        Watched.rows_of(getattr(Event, name).through, "event", itself=False)
        for name in ("municipalities", "organisations", "programmes", "agreements")
    ),
    *(Watched.rows_of(model, "programme") for model in (BudgetLine, Figure)),
    Watched.rows_of(Criterion, "programme", itself=False),
    *(Watched.rows_of(model, "document", itself=False) for model in (SourceText, Passage)),
    Watched.rows_of(Speaker),
    Watched.rows_of(Citation, "passage", more=_about),
    Watched.rows_of(Citation.speakers.through, "citation", itself=False),
    Watched.rows_of(Conflict),
)

# Kind of mark → the records it is about: the list, and the way from its rows to the marked one.
_REACH: dict[Any, tuple[tuple[str, str], ...]] = {
    State: (("states", "pk"),),
    Municipality: (("municipalities", "pk"), ("municipalities", "successions__successor")),
    Organisation: (("organisations", "pk"),),
    TaskField: (("task-fields", "pk"),),
    Cooperation: (("cooperations", "pk"),),
    Participation: (("participations", "pk"), ("cooperations", "participations"), ("agreements", "parties")),
    Agreement: (("agreements", "pk"),),
    Award: (("awards", "pk"),),
    Event: (("events", "pk"), ("cooperations", "events")),
    Programme: (("programmes", "pk"),),
    BudgetLine: (("budget-lines", "pk"),),
    Figure: (("figures", "pk"),),
    SourceDocument: (("sources", "pk"), ("citations", "passage__document")),
    Passage: (("sources", "passages"),),
    Speaker: (("citations", "speakers"),),
    Citation: (("citations", "pk"),),
    Conflict: (("conflicts", "pk"),),
}
_SHOWN = (
    *(Cooperation, Participation, Agreement, Award, Event),
    *(Organisation, Programme, SourceDocument, Municipality, TaskField),
)
_REACH |= {shown(model): (_REACH[model][0],) for model in _SHOWN}
_REACH_OF_KIND = {kind if isinstance(kind, str) else kind._meta.db_table: reached for kind, reached in _REACH.items()}

# Kind of mark → the way from the citations that stand within contradictions.
_SAID = {model._meta.db_table: way for model, way in ((Citation, "pk"), (SourceDocument, "passage__document"))}
_SAID[Speaker._meta.db_table] = "speakers"

# A record appeared, went or got another key → the records that name it, or are as public as it is.
_FOLLOW: dict[str, tuple[tuple[str, str], ...]] = {
    "municipalities": (
        *(("municipalities", "parent"), ("participations", "municipality"), ("events", "municipalities")),
        *(("cooperations", "participations__municipality"), ("agreements", "parties__municipality")),
    ),
    "organisations": (
        *(("participations", "organisation"), ("events", "organisations"), ("programmes", "funder")),
        *(("cooperations", "participations__organisation"), ("agreements", "parties__organisation")),
    ),
    "cooperations": (
        *((name, "cooperation") for name in ("participations", "agreements", "awards")),
        ("events", "cooperations"),
    ),
    "agreements": (("events", "agreements"),),
    "task-fields": (("task-fields", "parent"), ("cooperations", "task_fields")),
    "programmes": (
        *((name, "programme") for name in ("budget-lines", "figures", "awards")),
        *(("events", "programmes"), ("cooperations", "awards__programme")),
    ),
    "sources": (("citations", "passage__document"),),
    "citations": (("sources", "passages__citations"),),
}

# Whose followers are followed too: citations speak of what belongs to a cooperation.
_DEEP = frozenset({"cooperations", "participations", "agreements", "awards", "events"})

# What is cited as a part of a record: with the record its citations come and go.
_PARTS: dict[str, tuple[tuple[Any, str], ...]] = {
    "cooperations": ((StatusStep, "cooperation"),),
    "participations": ((ParticipationStep, "participation"),),
    "programmes": ((Criterion, "programme"),),
    "sources": ((Speaker, "document"),),
}


def _rows(name: str) -> QuerySet[Any]:
    """All rows behind a list, public or not."""
    rows: QuerySet[Any] = RESOURCES[name]().get_queryset().model._default_manager.order_by()
    return rows


def _pairs(name: str, way: str, keys: list[Any]) -> Iterator[tuple[Any, Any]]:
    """Rows of a list with what they were reached by."""
    return iter(_rows(name).filter(**{f"{way}__in": keys}).values_list("pk", way))


def _gone(name: str, keys: list[str]) -> Iterator[tuple[Any, Any]]:
    """The marked rows themselves: those that are no longer there have to be told too."""
    column = _rows(name).model._meta.pk
    return iter([(column.to_python(key), key) for key in keys])


def lists_of(kind: str) -> set[str]:
    """The lists in which the records stand that marks of this kind are about."""
    return {name for name, _way in _REACH_OF_KIND.get(kind, ())} | ({"conflicts"} if kind == ABOUT else set())


def reach(kind: str, keys: list[str]) -> Reached:
    """The records that marks of this kind are about."""
    if kind == ABOUT:
        yield "conflicts", _conflicts_about(keys)
    for name, way in _REACH_OF_KIND.get(kind, ()):
        yield name, _pairs(name, way, keys)
        if way == "pk":
            yield name, _gone(name, keys)
    if through := _SAID.get(kind):
        said = Citation.objects.filter(**{f"{through}__in": keys}).order_by()
        rows = said.values_list(through, "content_type", "object_id")
        subjects = {f"{one}/{other}": key for key, one, other in rows}
        yield "conflicts", [(pk, subjects[subject]) for pk, subject in _conflicts_about(list(subjects))]


def _conflicts_about(subjects: list[str]) -> Iterator[tuple[Any, Any]]:
    """Contradictions about ``content type/object``, with that."""
    ids: dict[int, list[int]] = {}
    for subject in subjects:
        content_type, object_id = map(int, subject.split("/"))
        ids.setdefault(content_type, []).append(object_id)
    found = Conflict.objects.order_by().about_types(ids).values_list("pk", "content_type", "object_id")
    return ((pk, f"{one}/{other}") for pk, one, other in found)


def follow(name: str, keys: list[Any]) -> Reached:
    """The records that name these, or are as public as they are, and all that is said about them."""
    for other, way in _FOLLOW.get(name, ()):
        yield other, _pairs(other, way, keys)
    of_parts = [
        (model, list(model._default_manager.filter(**{f"{way}__in": keys}).values_list("pk", way)))
        for model, way in _PARTS.get(name, ())
    ]
    for model, parts in [(_rows(name).model, [(key, key) for key in keys]), *of_parts]:
        causes = dict(parts)
        content_type = ContentType.objects.get_for_model(model)
        for about, rows in (("citations", Citation.objects), ("conflicts", Conflict.objects)):
            if hasattr(model, "citable_fields"):
                said = rows.filter(content_type=content_type, object_id__in=causes).order_by()
                yield about, [(pk, causes[one]) for pk, one in said.values_list("pk", "object_id")]


def due(last: dt.date, today: dt.date) -> dict[str, QuerySet[Any]]:
    """Records that are told otherwise today than on the day they were told last, though nobody wrote anything."""

    def within(name: str) -> Q:
        return Q(**{f"{name}__gt": last, f"{name}__lte": today})

    begun = ParticipationStep.objects.filter(within("effective_on")).order_by()
    turned = StatusStep.objects.filter(within("effective_on")).order_by()
    ended = Q(valid_until__gte=last, valid_until__lt=today)
    return {
        "municipalities": _rows("municipalities").filter(within("valid_from") | ended),
        "participations": _rows("participations").filter(pk__in=begun.values("participation")),
        "cooperations": _rows("cooperations").filter(
            pk__in=begun.values("participation__cooperation").union(turned.values("cooperation"))
        ),
    }


def successors(name: str, keys: list[Any]) -> Mapping[Any, str]:
    """The published cooperation that one was merged into; the body that stands in the place of one that ended."""
    if name == "cooperations":
        merged = Cooperation.objects.filter(pk__in=keys, merged_into__in=Cooperation.objects.public())
        return dict(merged.values_list("pk", "merged_into__slug"))
    if name == "municipalities":
        rows = Succession.objects.filter(predecessor__in=keys, confirmed=True).order_by(
            F("on").asc(nulls_first=True), "pk"
        )
        return dict(rows.values_list("predecessor", "successor__ars"))
    return {}


def _told(resource: type[Resource]) -> Told:
    def rows(day: dt.date) -> QuerySet[Any]:
        asked = resource.filterset_class(QueryDict(), resource().get_queryset(), today=day)
        return asked.qs

    return Told(resource.lookup_field, rows)


LISTS = {name: _told(resource) for name, resource in RESOURCES.items()}

#: Whether these are shown is for their QuerySets to say, while all is still there.
ASKED_FIRST = {Event: "events", Citation: "citations", Conflict: "conflicts"}


def note_leaving(sender: Any, instance: Any, **_told: Any) -> None:
    """Before a row goes: events and what is said are shown with what they belong to, which goes with them."""
    feed.note_leaving(ASKED_FIRST[sender], instance.pk, timezone.localdate())


MODELS = {name: model for model, ((name, way), *_more) in _REACH.items() if way == "pk" and not isinstance(model, str)}
LEAVING = (
    *(left(MODELS[name], name, told.key) for name, told in LISTS.items() if name not in ASKED_FIRST.values()),
    *left_by_hand(),
)
RULES = Rules((*WATCHED, *LEAVING, SPELLS), LISTS, reach, lists_of, follow, _DEEP, due, successors)
