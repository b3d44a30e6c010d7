"""Search over everything at once: one group for each kind of record, each with the way to its own list."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from agreements.models import Agreement, Cooperation
from coopportal.common.dates import format_day
from coopportal.common.search import parse
from funding.models import Programme
from municipalities.models import Municipality, Organisation
from sources.models import SourceDocument

#: So many of a group are shown; the rest stands in the list of that kind.
SHOWN = 5


@dataclass(frozen=True)
class Hit:
    """One record found; ``code`` and ``word`` are its status, where it has one."""

    url: str
    title: str
    note: str = ""
    code: str = ""
    word: str = ""


@dataclass(frozen=True)
class Group:
    """What was found of one kind; ``more`` tells that there is more than is shown."""

    title: str
    list_url: str
    hits: list[Hit]
    more: bool


def find(text: str, day: dt.date, *, cut: bool) -> list[Group]:
    """What matches, by kind; kinds without a match are left out. One query for each kind."""
    if not parse(text):
        return []
    groups = [
        _group(_("Kooperationen"), "agreements:list", _cooperations(text, day, cut=cut), _cooperation_hit),
        _group(_("Vereinbarungen"), "agreements:agreements", _agreements(text, day, cut=cut), _agreement_hit),
        _group(_("Kommunen"), "municipalities:list", _municipalities(text, day), _municipality_hit),
        _group(_("Stellen"), "municipalities:organisations", _organisations(text), _organisation_hit),
        _group(_("Förderprogramme"), "funding:list", _programmes(text), _programme_hit),
        _group(_("Quellen"), "sources:list", _documents(text, day, cut=cut), _document_hit),
    ]
    return [group for group in groups if group.hits]


def _group(title: str, list_name: str, rows: QuerySet[Any], hit: Callable[[Any], Hit]) -> Group:
    found: Iterable[Any] = list(rows[: SHOWN + 1])
    hits = [hit(row) for row in found]
    return Group(title, reverse(list_name), hits[:SHOWN], more=len(hits) > SHOWN)


def _cooperations(text: str, day: dt.date, *, cut: bool) -> QuerySet[Any]:
    rows = Cooperation.objects.public().matching(text)
    rows = rows.known_on(day) if cut else rows
    return rows.with_status_on(day).order_by("sort_key", "pk")


def _cooperation_hit(row: Cooperation) -> Hit:
    return cooperation_hit(row, row.get_kind_display())


def cooperation_hit(row: Cooperation, note: str) -> Hit:
    """A cooperation with its status on the day it was asked for; needs ``with_status_on``."""
    code = row.day_status or row.status  # type: ignore[attr-defined]
    word = dict(Cooperation._meta.get_field("status").flatchoices)[code]
    return Hit(row.get_absolute_url(), row.name, note, code, str(word))


def _agreements(text: str, day: dt.date, *, cut: bool) -> QuerySet[Any]:
    rows = Agreement.objects.public().matching(text)
    rows = rows.known_on(day) if cut else rows
    return rows.select_related("cooperation").order_by("sort_key", "pk")


def _agreement_hit(row: Agreement) -> Hit:
    return Hit(row.get_absolute_url(), row.title, row.cooperation.name, row.status, row.get_status_display())


def _municipalities(text: str, day: dt.date) -> QuerySet[Any]:
    return Municipality.objects.search_ranked(text, day).with_relations().with_successors()


def _municipality_hit(row: Municipality) -> Hit:
    parts = [row.get_kind_display(), (row.district or row.state).name, row.short_key]
    if row.valid_until is not None:
        parts.append(_("bis %(day)s") % {"day": format_day(row.valid_until)})
        heirs = ", ".join(one.successor.name for one in row.successions.all())
        parts += [_("Nachfolge: %(names)s") % {"names": heirs}] if heirs else []
    return Hit(row.get_absolute_url(), row.name, " · ".join(str(part) for part in parts))


def _organisations(text: str) -> QuerySet[Any]:
    return Organisation.objects.matching(text).for_list()


def _organisation_hit(row: Organisation) -> Hit:
    note = " · ".join(filter(None, (row.get_kind_display(), row.state.name if row.state else "")))
    return Hit(row.get_absolute_url(), row.name, note)


def _programmes(text: str) -> QuerySet[Any]:
    return Programme.objects.matching(text).select_related("state").order_by("sort_key", "pk")


def _programme_hit(row: Programme) -> Hit:
    return Hit(row.get_absolute_url(), row.name, row.state.name, row.status, row.get_status_display())


def _documents(text: str, day: dt.date, *, cut: bool) -> QuerySet[Any]:
    rows = SourceDocument.objects.matching(text)
    rows = rows.published_by(day) if cut else rows
    return rows.order_by("-published_on", "slug")


def _document_hit(row: SourceDocument) -> Hit:
    note = " · ".join(
        filter(None, (row.get_kind_display(), row.publisher, str(row.published) if row.published else ""))
    )
    return Hit(row.get_absolute_url(), row.title, note)
