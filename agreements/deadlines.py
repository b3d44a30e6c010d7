"""What has to be done by when: gathered from agreements, records and programmes, for the page, the file, the calendar.

Of an agreement two days are told: the end of the term that is running, and the next day that is the last one to give
notice, which may be one of a later term where that of the running one has passed. Three queries, whatever the number,
and one for the names of the parties.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db.models import F
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from agreements.choices import AFFIRM_EVERY_DAYS, DeadlineKind
from agreements.filters import DeadlineFilterSet
from agreements.models import Agreement, Participation
from agreements.terms import Term
from coopportal.common.calendars import Entry
from coopportal.common.dates import format_day
from funding.windows import window_on

#: So many parties of an agreement are named; of the others only the number.
MOST_NAMES = 3


@dataclass(frozen=True)
class Deadline:
    """A day, what it is the last one for, and of what: ``title`` with its page ``url``, told by ``note``.

    ``key`` is the same for ever for the same thing, even when the day turns out to be another one.
    """

    on: dt.date
    kind: DeadlineKind
    title: str
    url: str
    note: str
    key: str
    changed: dt.datetime
    agreement: int | None = None
    bodies: str = ""

    def days_left(self, day: dt.date) -> int:
        """Days from ``day`` until it; negative where it has passed."""
        return (self.on - day).days


class Deadlines:
    """The deadlines a question finds, the nearest first; ``undated`` agreements tell their duration, but no day."""

    def __init__(self, asked: DeadlineFilterSet) -> None:
        self.asked, self.undated = asked, 0
        found = [*self._of_agreements(), *self._of_records(), *self._of_programmes()]
        self.rows = sorted(found, key=lambda row: (row.on, row.kind, row.title, row.key))

    def _of_agreements(self) -> Iterator[Deadline]:
        if not self.asked.wants(DeadlineKind.NOTICE, DeadlineKind.TERM_END):
            return
        rows = list(self.asked.agreements())
        self.undated = sum(_is_undated(row) for row in rows)
        found = [deadline for row in rows for deadline in deadlines_of(row, self.asked.day)]
        found = [row for row in found if row.on <= self.asked.last_day and self.asked.wants(row.kind)]
        names = parties_of({row.agreement for row in found if row.agreement})
        for row in found:
            yield Deadline(**{**vars(row), "bodies": _listed(names.get(row.agreement or 0, []))})

    def _of_records(self) -> Iterator[Deadline]:
        """Overdue ones too: that nobody has stood up for a record is told as long as it is so."""
        if not self.asked.wants(DeadlineKind.AFFIRMATION):
            return
        latest = self.asked.last_day - dt.timedelta(days=AFFIRM_EVERY_DAYS)
        for row in self.asked.records().filter(last_affirmed__lte=latest).select_related("keeper"):
            yield Deadline(
                on=row.last_affirmed + dt.timedelta(days=AFFIRM_EVERY_DAYS),
                kind=DeadlineKind.AFFIRMATION,
                title=row.name,
                url=row.get_absolute_url(),
                note=_("Stimmt der Eintrag noch? Zuletzt bestätigt oder veröffentlicht am %(day)s.")
                % {"day": format_day(row.last_affirmed)},
                key=f"cooperation-{row.pk}-affirmation-{row.last_affirmed:%Y%m%d}",
                changed=row.updated_at,
                bodies=row.keeper.label,
            )

    def _of_programmes(self) -> Iterator[Deadline]:
        if not self.asked.wants(DeadlineKind.APPLICATION):
            return
        for row in self.asked.windows().select_related("programme__state"):
            window = window_on(row.parameters, self.asked.day)
            if window is None or window.closes > self.asked.last_day:
                continue
            since = _("Anträge ab %(day)s. ") % {"day": format_day(window.opens)} if window.opens else ""
            yield Deadline(
                on=window.closes,
                kind=DeadlineKind.APPLICATION,
                title=row.programme.name,
                url=row.get_absolute_url(),
                note=f"{since}{row.wording}",
                key=f"criterion-{row.pk}-{window.closes.year}",
                changed=row.updated_at,
                bodies=row.programme.state.name,
            )


def deadlines_of(agreement: Agreement, day: dt.date) -> Iterator[Deadline]:
    """The next notice and the end of the running term of one agreement, from ``day`` on."""
    terms, term = agreement.terms, agreement.current_term(day)
    if term is None:
        return
    if found := terms.next_notice(day):
        yield _deadline(agreement, DeadlineKind.NOTICE, found[0], found[1], _notice_note(agreement, found[1]))
    renewal = terms.renewal_months if terms.last_day is None else None
    note = ngettext(
        "Verlängert sich ohne Kündigung um %(months)d Monat.",
        "Verlängert sich ohne Kündigung um %(months)d Monate.",
        renewal or 0,
    ) % {"months": renewal or 0}
    yield _deadline(agreement, DeadlineKind.TERM_END, term.ends, term, note if renewal else _("Endet mit diesem Tag."))


def _notice_note(agreement: Agreement, term: Term) -> str:
    months = agreement.notice_months or 0
    told = {"day": format_day(term.ends), "months": months}
    return (
        ngettext(
            "Die Kündigung zum %(day)s muss bis dahin zugegangen sein (Frist: %(months)d Monat).",
            "Die Kündigung zum %(day)s muss bis dahin zugegangen sein (Frist: %(months)d Monate).",
            months,
        )
        % told
    )


def _deadline(agreement: Agreement, kind: DeadlineKind, on: dt.date, term: Term, note: str) -> Deadline:
    return Deadline(
        on=on,
        kind=kind,
        title=agreement.title,
        url=agreement.get_absolute_url(),
        note=note,
        key=f"agreement-{agreement.pk}-{kind}-{term.number}",
        changed=agreement.updated_at,
        agreement=agreement.pk,
    )


def _is_undated(agreement: Agreement) -> bool:
    """Does it tell its duration, but begin or end on a day that is not known exactly?"""
    terms = agreement.terms
    return terms.last_day is None and (terms.first_day is None or not terms.term_months)


def parties_of(agreements: Iterable[int]) -> dict[int, list[str]]:
    """The names of the parties of each agreement, in their order."""
    rows = Participation.objects.filter(agreements__in=agreements).with_bodies().in_order()
    names = defaultdict(list)
    for row in rows.annotate(of_agreement=F("agreements")):
        names[row.of_agreement].append(str(row.body))
    return names


def _listed(names: list[str]) -> str:
    """``Jena, Gera, Weimar und 4 weitere``"""
    more = len(names) - MOST_NAMES
    listed = ", ".join(names[:MOST_NAMES])
    return _("%(names)s und %(more)d weitere") % {"names": listed, "more": more} if more > 0 else listed


# --- As a file and as a calendar ---

COLUMNS = ["date", "kind", "title", "bodies", "note", "url"]


def records(deadlines: Iterable[Deadline]) -> list[dict[str, Any]]:
    """The rows of the file, keyed by ``COLUMNS``; kinds are codes, addresses whole."""
    return [
        {
            "date": row.on.isoformat(),
            "kind": str(row.kind),
            "title": row.title,
            "bodies": row.bodies,
            "note": row.note,
            "url": f"{settings.PUBLIC_URL}{row.url}",
        }
        for row in deadlines
    ]


def entries(deadlines: Iterable[Deadline], host: str) -> Iterator[Entry]:
    """The days for a calendar; ``host`` makes their names unique in the world."""
    for row in deadlines:
        yield Entry(
            uid=f"{row.key}@{host}",
            on=row.on,
            summary=f"{row.kind.label}: {row.title}",
            description="\n".join(filter(None, [row.note, row.bodies])),
            url=f"{settings.PUBLIC_URL}{row.url}",
            category=str(row.kind.label),
            changed=row.changed,
        )
