"""What the start page tells: numbers, each with what it counts, and what is new."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from agreements.models import Cooperation, Event
from coopportal.common.dates import format_day
from coopportal.common.remembered import remembered
from coopportal.finds import Hit, cooperation_hit
from funding.models import Programme
from municipalities.choices import Involvement
from municipalities.models import Municipality
from sources.models import Citation, Conflict, SourceDocument

#: So many of each are shown as new.
NEWEST = 5


@dataclass(frozen=True)
class Number:
    """A number with its name, what it counts (``base``) and the list behind it."""

    value: int
    label: str
    base: str
    url: str


def numbers(day: dt.date, *, cut: bool) -> list[Number]:
    """The numbers of the register on ``day``; ``cut`` leaves out what was not yet known then.

    They are kept until something is written: to know who takes part, every participation is asked for its degree.
    """
    return remembered(f"numbers {day} {cut}", cooperations(day, cut=cut), lambda: _numbers(day, cut=cut))


def _numbers(day: dt.date, *, cut: bool) -> list[Number]:
    return [
        _cooperations(day, cut=cut),
        _municipalities(day, cut=cut),
        _programmes(cut=cut),
        _citations(day, cut=cut),
        _open(cut=cut),
    ]


def _cooperations(day: dt.date, *, cut: bool) -> Number:
    count = cooperations(day, cut=cut).count()
    label = ngettext("Kooperation", "Kooperationen", count)
    return Number(count, label, _("veröffentlichte Einträge, gleich in welchem Stand"), reverse("agreements:list"))


def _municipalities(day: dt.date, *, cut: bool) -> Number:
    """Bodies that take part in a published cooperation, among those of the directory on that day."""
    existing = Municipality.objects.existing_on(day)
    count = existing.with_involvement_on(day).filter(involvement=Involvement.YES).count()
    listed = existing.count()
    base = _("Partner, Vertragspartei oder Mitglied; von %(count)d im Verzeichnis") % {"count": listed}
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
    base = ngettext("aus %(count)d Dokument", "aus %(count)d Dokumenten", texts) % {"count": texts}
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
    """Those recorded or changed last, with their status on ``day``."""
    last = cooperations(day, cut=cut).order_by("-updated_at", "-pk").values("pk")[:NEWEST]
    # Their keys first, so that no other is asked for its status.
    rows = Cooperation.objects.filter(pk__in=last).with_status_on(day).order_by("-updated_at", "-pk")
    return [cooperation_hit(row, _when(row)) for row in rows]


def _when(row: Cooperation) -> str:
    day = format_day(timezone.localdate(row.updated_at))
    return f"{row.get_kind_display()} · " + _("bearbeitet am %(day)s") % {"day": day}


def latest_events(day: dt.date) -> QuerySet[Any]:
    """What happened last before ``day``, the newest first."""
    return Event.objects.public().happened_by(day).for_list()[:NEWEST]
