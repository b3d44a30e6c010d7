"""Search over everything at once: one group for each kind of record, each with the way to its own list.

Each kind is asked through the FilterSet of its list, so that a group holds what the list and the API hold, in the same
order, on the same day.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, F, Prefetch, QuerySet, Window
from django.http import QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from agreements.filters import AgreementFilterSet, CooperationFilterSet, EventFilterSet
from agreements.models import Agreement, Cooperation, Event
from coopportal.common.dates import format_day
from coopportal.common.filters import PortalFilterSet
from coopportal.common.marks import snippet, spans
from coopportal.common.remembered import kept
from coopportal.common.search import parse
from funding.filters import ProgrammeFilterSet
from funding.models import Programme
from municipalities.filters import MunicipalityFilterSet, OrganisationFilterSet
from municipalities.models import Municipality, Organisation
from sources.filters import SourceFilterSet
from sources.models import SourceDocument

#: So many of a group are shown; the rest stands in the list of that kind.
SHOWN = 5
#: So many names of participants are shown with a cooperation that is found by them.
NAMES = 4


@dataclass(frozen=True)
class Hit:
    """One record found; ``code`` and ``word`` are its status, where it has one; ``text`` is where the words stand."""

    url: str
    title: str
    note: str = ""
    code: str = ""
    word: str = ""
    text: str = ""


@dataclass(frozen=True)
class Group:
    """What was found of one kind: so many, of which the first are shown; ``list_url`` is empty where none is kept."""

    key: str
    title: str
    total: int
    told: str
    list_url: str
    hits: list[Hit]

    @property
    def more(self) -> bool:
        return self.total > len(self.hits)


@dataclass(frozen=True)
class Found:
    """How many there are of one kind, and the keys of the first."""

    total: int
    keys: list[Any]


@dataclass(frozen=True)
class Kind:
    """One kind of records: how it is asked, with what its first rows are fetched and how they are told."""

    key: str
    filterset: type[PortalFilterSet]
    rows: Callable[[], QuerySet[Any]]
    shape: Callable[[QuerySet[Any], PortalFilterSet], QuerySet[Any]]
    hit: Callable[[Any, str], Hit]
    title: Callable[[], str]
    told: Callable[[int], str]
    list_name: str = ""

    def found(self, asked: PortalFilterSet) -> Found:
        """One look at all rows counts them and finds the first."""
        sets = asked.sets if asked.words and asked.words.are_there else None
        if sets and sets.words:
            return Found(sets.found.bit_count(), list(asked.keys()[0:SHOWN]))
        rows = asked.ordered(self.shape(asked.qs, asked)).select_related(None).prefetch_related(None)
        told = list(rows.values_list("pk", Window(Count("pk")))[:SHOWN])
        return Found(told[0][1] if told else 0, [pk for pk, _total in told])

    def group(self, asked: PortalFilterSet, found: Found, text: str) -> Group:
        rows = {row.pk: row for row in self.shape(self.rows().filter(pk__in=found.keys), asked)}
        list_url = reverse(self.list_name) if self.list_name else ""
        hits = [self.hit(rows[pk], text) for pk in found.keys if pk in rows]
        return Group(self.key, self.title(), found.total, self.told(found.total), list_url, hits)


def find(text: str, day: dt.date | None, today: dt.date) -> list[Group]:
    """What matches, by kind; kinds without a match are left out.

    One query for each kind counts and finds the first, and what it found is kept until something is written; one
    fetches the first rows of each kind found (and what belongs to them).
    """
    if not parse(text):
        return []
    question = QueryDict(mutable=True)
    question.update({"search": text} | ({"as_of": day.isoformat()} if day else {}))
    asked = {kind.key: kind.filterset(question, kind.rows(), today=today) for kind in KINDS}

    def look() -> dict[str, Found]:
        return {kind.key: kind.found(asked[kind.key]) for kind in KINDS}

    found = kept(("find", text, day, today), look)
    return [kind.group(asked[kind.key], found[kind.key], text) for kind in KINDS if found[kind.key].total]


# --- The kinds ---


def _with_status(rows: Any, asked: PortalFilterSet) -> QuerySet[Any]:
    """With what may say why a cooperation was found: its participants and fields; their names come as they were."""
    shaped = rows.with_status_on(asked.day).with_participations_on(asked.day, cut=asked.is_cut)
    found: QuerySet[Any] = shaped.prefetch_related("task_fields").order_by("sort_key", "pk")
    return found


def _cooperation_hit(row: Cooperation, text: str) -> Hit:
    return cooperation_hit(row, row.get_kind_display(), snippet(row.summary, text) or _by_whom(row, text))


def _by_whom(row: Cooperation, text: str) -> str:
    """The participants, or else the fields, in whose names the words stand."""
    names = [str(one.body.name) for one in row.participations.all() if spans(one.body.name, text)]
    if names:
        more = f" … ({len(names)})" if len(names) > NAMES else ""
        return _("Beteiligt: %(names)s") % {"names": ", ".join(names[:NAMES]) + more}
    fields = [field.name_de for field in row.task_fields.all() if spans(field.name_de, text)]
    return _("Aufgaben: %(names)s") % {"names": ", ".join(fields)} if fields else ""


def cooperation_hit(row: Cooperation, note: str, text: str = "") -> Hit:
    """A cooperation with its status on the day it was asked for; needs ``with_status_on``."""
    code = row.day_status or row.status  # type: ignore[attr-defined]
    word = dict(Cooperation._meta.get_field("status").flatchoices)[code]
    return Hit(row.get_absolute_url(), row.name, note, code, str(word), text)


def _with_cooperation(rows: Any, _asked: PortalFilterSet) -> QuerySet[Any]:
    found: QuerySet[Any] = rows.select_related("cooperation").order_by("sort_key", "pk")
    return found


def _agreement_hit(row: Agreement, text: str) -> Hit:
    status = str(row.get_status_display())
    return Hit(row.get_absolute_url(), row.title, row.cooperation.name, row.status, status, snippet(row.summary, text))


def _with_place(rows: Any, _asked: PortalFilterSet) -> QuerySet[Any]:
    """With the published cooperations on whose pages they stand."""
    cooperations = Prefetch("cooperations", Cooperation.objects.public().order_by("sort_key", "pk"))
    found: QuerySet[Any] = rows.prefetch_related(cooperations).order_by(F("on").desc(nulls_last=True), "pk")
    return found


def _event_hit(row: Event, text: str) -> Hit:
    told = (row.get_kind_display(), str(row.date), row.place)
    return Hit(row.get_absolute_url(), row.title, " · ".join(filter(None, told)), text=snippet(row.summary, text))


def _listed(rows: Any, asked: PortalFilterSet) -> QuerySet[Any]:
    """As the list of the kind shows them."""
    return asked.shape(rows)


def _municipality_hit(row: Municipality, _text: str) -> Hit:
    parts = [row.get_kind_display(), (row.district or row.state).name]
    if row.needs_key:
        parts.append(row.short_key)
    if row.valid_until is not None:
        parts.append(_("bis %(day)s") % {"day": format_day(row.valid_until)})
        heirs = ", ".join(one.successor.name for one in row.successions.all())
        parts += [_("Nachfolge: %(names)s") % {"names": heirs}] if heirs else []
    return Hit(row.get_absolute_url(), row.name, " · ".join(str(part) for part in parts))


def _organisation_hit(row: Organisation, _text: str) -> Hit:
    note = " · ".join(filter(None, (row.get_kind_display(), row.state.name if row.state else "")))
    return Hit(row.get_absolute_url(), row.name, note)


def _with_conditions(rows: Any, _asked: PortalFilterSet) -> QuerySet[Any]:
    found: QuerySet[Any] = rows.select_related("state").prefetch_related("criteria").order_by("sort_key", "pk")
    return found


def _programme_hit(row: Programme, text: str) -> Hit:
    told = [row.summary, *(one.wording for one in row.criteria.all())]
    found = next(filter(None, (snippet(one, text) for one in told)), "")
    return Hit(row.get_absolute_url(), row.name, row.state.name, row.status, str(row.get_status_display()), found)


def _with_statement(rows: Any, asked: PortalFilterSet) -> QuerySet[Any]:
    found: QuerySet[Any] = rows.with_statement_on(asked.searched).for_list()
    return found


def _document_hit(row: SourceDocument, text: str) -> Hit:
    told = (row.get_kind_display(), row.publisher, str(row.published) if row.published else "")
    said: str = row.statement_found or ""  # type: ignore[attr-defined]
    return Hit(row.get_absolute_url(), row.title, " · ".join(filter(None, told)), text=snippet(said, text))


KINDS = (
    Kind(
        "kooperationen",
        CooperationFilterSet,
        lambda: Cooperation.objects.public(),
        _with_status,
        _cooperation_hit,
        lambda: _("Kooperationen"),
        lambda n: ngettext("Kooperation", "Kooperationen", n),
        "agreements:list",
    ),
    Kind(
        "vereinbarungen",
        AgreementFilterSet,
        lambda: Agreement.objects.public(),
        _with_cooperation,
        _agreement_hit,
        lambda: _("Vereinbarungen"),
        lambda n: ngettext("Vereinbarung", "Vereinbarungen", n),
        "agreements:agreements",
    ),
    Kind(
        "kommunen",
        MunicipalityFilterSet,
        lambda: Municipality.objects.all(),
        _listed,
        _municipality_hit,
        lambda: _("Kommunen"),
        lambda n: ngettext("Kommune", "Kommunen", n),
        "municipalities:list",
    ),
    Kind(
        "stellen",
        OrganisationFilterSet,
        lambda: Organisation.objects.all(),
        _listed,
        _organisation_hit,
        lambda: _("Stellen"),
        lambda n: ngettext("Stelle", "Stellen", n),
        "municipalities:organisations",
    ),
    Kind(
        "foerderprogramme",
        ProgrammeFilterSet,
        lambda: Programme.objects.all(),
        _with_conditions,
        _programme_hit,
        lambda: _("Förderprogramme"),
        lambda n: ngettext("Förderprogramm", "Förderprogramme", n),
        "funding:list",
    ),
    Kind(
        "ereignisse",
        EventFilterSet,
        lambda: Event.objects.public(),
        _with_place,
        _event_hit,
        lambda: _("Ereignisse"),
        lambda n: ngettext("Ereignis", "Ereignisse", n),
        "agreements:events",
    ),
    Kind(
        "quellen",
        SourceFilterSet,
        lambda: SourceDocument.objects.all(),
        _with_statement,
        _document_hit,
        lambda: _("Quellen"),
        lambda n: ngettext("Quelle", "Quellen", n),
        "sources:list",
    ),
)
