"""What the start page tells: numbers, each with what it counts, and what is new."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.db.models import Max, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from agreements.choices import Origin
from agreements.filters.cooperation_bits import COOPERATIONS
from agreements.filters.presences import taking_part
from agreements.models import Cooperation, Event
from coopportal.common import feed
from coopportal.common.dates import format_day
from coopportal.common.remembered import remembered
from coopportal.common.templatetags.portal import german_number
from coopportal.finds import Hit, cooperation_hit
from funding.models import Programme
from municipalities.choices import Involvement
from municipalities.models import Municipality
from municipalities.roll import roll
from sources.models import Citation, Conflict, SourceDocument

#: So many of each are shown as new.
NEWEST = 5
#: Among so many that were written last.
CONSIDERED = 20


@dataclass(frozen=True)
class Number:
    """A number with its name, what it counts (``base``) and the list behind it."""

    value: int
    label: str
    base: str
    url: str


def numbers(day: dt.date, today: dt.date, *, cut: bool) -> list[Number]:
    """The numbers of the register on ``day``; ``cut`` leaves out what was not yet known then.

    They are kept until something is written; who takes part is known to the process.
    """
    return remembered(f"numbers {day} {cut}", cooperations(day, cut=cut), lambda: _numbers(day, today, cut=cut))


def _numbers(day: dt.date, today: dt.date, *, cut: bool) -> list[Number]:
    version = feed.version().number
    return [
        _cooperations(day, today, version, cut=cut),
        _municipalities(day, today, version),
        _programmes(cut=cut),
        _citations(day, cut=cut),
        _open(cut=cut),
    ]


def _cooperations(day: dt.date, today: dt.date, version: int, *, cut: bool) -> Number:
    kept = COOPERATIONS.on(today, version, day if cut else None)
    count = kept.everything.bit_count() if kept else cooperations(day, cut=cut).count()
    label = ngettext("Kooperation", "Kooperationen", count)
    return Number(count, label, _("veröffentlichte Einträge, gleich in welchem Stand"), reverse("agreements:list"))


def _municipalities(day: dt.date, today: dt.date, version: int) -> Number:
    """Bodies that take part in a published cooperation, among those of the directory on that day."""
    existing = Municipality.objects.existing_on(day)
    keys = taking_part(day, today, version)
    if keys is None:
        count = existing.with_involvement_on(day).filter(involvement=Involvement.YES).count()
    else:
        bodies = roll(version).by_key
        count = sum(bodies[key].existed_on(day) for key in keys if key in bodies)
    listed = existing.count()
    base = _("Partner, Vertragspartei oder Mitglied; von %(count)s im Verzeichnis") % {"count": german_number(listed)}
    label = ngettext("beteiligte Kommune", "beteiligte Kommunen", count)
    return Number(count, label, base, f"{reverse('municipalities:list')}?mit_kooperation=yes")


def _programmes(*, cut: bool) -> Number:
    count = Programme.objects.count()
    label = ngettext("Förderprogramm", "Förderprogramme", count)
    return Number(
        count,
        label,
        _as_of_today(_("auch nur angekündigte; wie sicher das Geld ist, steht dabei"), cut=cut),
        reverse("funding:list"),
    )


def _citations(day: dt.date, *, cut: bool) -> Number:
    rows, documents = Citation.objects.public(), SourceDocument.objects.all()
    if cut:
        rows, documents = rows.stated_by(day), documents.published_by(day)
    count, texts = rows.count(), documents.count()
    base = ngettext("aus %(count)s Dokument", "aus %(count)s Dokumenten", texts) % {"count": german_number(texts)}
    return Number(count, ngettext("Beleg", "Belege", count), base, reverse("sources:list"))


def _open(*, cut: bool) -> Number:
    count = Conflict.objects.public().open().count()
    label = ngettext("offener Widerspruch", "offene Widersprüche", count)
    return Number(
        count, label, _as_of_today(_("zwischen Quellen, nebeneinander gezeigt"), cut=cut), reverse("sources:conflicts")
    )


def _as_of_today(base: str, *, cut: bool) -> str:
    """Says of a number without a history that it is today's, on a page of another day."""
    return _("%(base)s; Stand heute") % {"base": base} if cut else base


def cooperations(day: dt.date, *, cut: bool) -> QuerySet[Any]:
    """The published cooperations, as far as known on ``day`` where the page is asked for one."""
    rows = Cooperation.objects.public()
    return rows.known_on(day) if cut else rows


def newest_cooperations(day: dt.date, *, cut: bool) -> list[Hit]:
    """Those about which the register learnt something last, with their status on ``day``.

    What was taken from documents all at once is as new as its latest document: the day on which somebody loaded it
    tells nobody anything.
    """
    rows = Cooperation.objects.public_among_all()
    rows = rows.known_on(day) if cut else rows
    last = rows.order_by("-updated_at", "-pk").values("pk")[:CONSIDERED]
    # Their keys first, so that no other is asked for its status.
    found = list(Cooperation.objects.filter(pk__in=last).with_status_on(day).order_by("-updated_at", "-pk"))
    published = _published({row.pk for row in found if _only_loaded(row)}, day if cut else None)
    found.sort(key=lambda row: published.get(row.pk) or timezone.localdate(row.updated_at), reverse=True)
    return [cooperation_hit(row, f"{row.get_kind_display()} · {_when(row, published)}") for row in found[:NEWEST]]


def _only_loaded(row: Cooperation) -> bool:
    """Did it come from documents, and has nobody written in it since?"""
    same_day = timezone.localdate(row.updated_at) == timezone.localdate(row.created_at)
    return row.origin == Origin.DOCUMENTS and row.keeper_id is None and same_day


def _published(pks: set[int], until: dt.date | None) -> dict[int, dt.date]:
    """The day of the latest document that speaks of each of these records, as far as one has a day."""
    rows = Citation.objects.about_any({Cooperation: pks})
    rows = rows.filter(passage__document__published_on__lte=until) if until else rows
    days = rows.values("object_id").annotate(day=Max("passage__document__published_on"))
    return {pk: day for pk, day in days.values_list("object_id", "day") if day}


def _when(row: Cooperation, published: dict[int, dt.date]) -> str:
    if day := published.get(row.pk):
        return _("jüngste Quelle vom %(day)s") % {"day": format_day(day)}
    told = {"day": format_day(timezone.localdate(row.updated_at))}
    return _("aufgenommen am %(day)s") % told if _only_loaded(row) else _("bearbeitet am %(day)s") % told


def latest_events(day: dt.date) -> QuerySet[Any]:
    """What happened last before ``day``, the newest first."""
    return Event.objects.public().happened_by(day).for_list()[:NEWEST]
