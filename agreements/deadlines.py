"""What has to be done by when: gathered from agreements, records and programmes, for the page, the file, the calendar.

Of an agreement two days are told: the end of the term that is running, and the next day that is the last one to give
notice, which may be one of a later term where that of the running one has passed. Three queries, whatever the number,
and one for the names of the parties of those that are shown: a register of national size has tens of thousands of
terms, of which a page shows fifty.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from django.conf import settings
from django.db.models import F
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from agreements.choices import AFFIRM_EVERY_DAYS, DeadlineKind
from agreements.filters import DeadlineFilterSet
from agreements.models import Agreement, Participation
from agreements.terms import Term, Terms
from coopportal.common.calendars import Entry
from coopportal.common.dates import format_day
from coopportal.common.remembered import remembered
from funding.windows import window_on
from municipalities.models import Municipality

#: So many parties of an agreement are named; of the others only the number.
MOST_NAMES = 3


@dataclass(frozen=True)
class Deadline:
    """A day, what it is the last one for, and of what: ``title``; its ``page`` and note (``telling``) come when asked.

    ``key`` is the same for ever for the same thing, even when the day turns out to be another one. ``bodies`` of
    agreements (their parties) and of records (``keeper``) are told by ``named``.
    """

    on: dt.date
    kind: DeadlineKind
    title: str
    page: Callable[[], str]
    telling: Callable[[], str]
    key: str
    changed: dt.datetime
    agreement: int | None = None
    keeper: tuple[Any, ...] = ()
    bodies: str = ""

    @property
    def url(self) -> str:
        return self.page()

    @property
    def note(self) -> str:
        """What the day means, in a sentence."""
        return self.telling()

    def days_left(self, day: dt.date) -> int:
        """Days from ``day`` until it; negative where it has passed."""
        return (self.on - day).days


class Deadlines:
    """The deadlines a question finds, the nearest first; ``undated`` agreements tell their duration, but no day."""

    def __init__(self, asked: DeadlineFilterSet) -> None:
        self.asked = asked
        if asked.chosen("municipality") or asked.chosen("cooperation"):
            self.rows, self.undated = self._found()  # few, and asked for by every page of a body: not worth keeping
            return
        name = f"deadlines {asked.day} {asked.last_day} {asked.is_cut} {sorted(asked.chosen('kind') or [])}"
        # Whose the records are is asked as whose the agreements and programmes are.
        self.rows, self.undated = remembered(name, asked.records(), self._found, size=lambda found: 2 * len(found[0]))

    def _found(self) -> tuple[list[Deadline], int]:
        self.undated = 0
        found = [*self._of_agreements(), *self._of_records(), *self._of_programmes()]
        return sorted(found, key=lambda row: (row.on, row.kind, row.title, row.key)), self.undated

    def _of_agreements(self) -> Iterator[Deadline]:
        if not self.asked.wants(DeadlineKind.NOTICE, DeadlineKind.TERM_END):
            return
        wanted = {kind for kind in DeadlineKind if self.asked.wants(kind)}
        last = self.asked.last_day
        for row in self.asked.agreements().select_related(None).only(*_OF_TERMS):
            terms = row.terms
            self.undated += terms.last_day is None and (terms.first_day is None or not terms.term_months)
            for kind, on, term in days_of(terms, self.asked.day):
                if on <= last and kind in wanted:
                    yield _deadline(row, kind, on, term)

    def _of_records(self) -> Iterator[Deadline]:
        """Overdue ones too: that nobody has stood up for a record is told as long as it is so."""
        if not self.asked.wants(DeadlineKind.AFFIRMATION):
            return
        latest = self.asked.last_day - dt.timedelta(days=AFFIRM_EVERY_DAYS)
        rows = self.asked.records().filter(last_affirmed__lte=latest)
        for pk, slug, name, last, changed, *keeper in rows.values_list(*_OF_RECORDS):
            yield Deadline(
                on=last + dt.timedelta(days=AFFIRM_EVERY_DAYS),
                kind=DeadlineKind.AFFIRMATION,
                title=name,
                page=partial(reverse, "agreements:cooperation", args=[slug]),
                telling=partial(_affirmation_note, last),
                key=f"cooperation-{pk}-affirmation-{last:%Y%m%d}",
                changed=changed,
                keeper=tuple(keeper),
            )

    def _of_programmes(self) -> Iterator[Deadline]:
        if not self.asked.wants(DeadlineKind.APPLICATION):
            return
        for row in self.asked.windows().select_related("programme__state"):
            window = window_on(row.parameters, self.asked.day)
            if window is None or window.closes > self.asked.last_day:
                continue
            yield Deadline(
                on=window.closes,
                kind=DeadlineKind.APPLICATION,
                title=row.programme.name,
                page=row.get_absolute_url,
                telling=partial(_window_note, window.opens, row.wording),
                key=f"criterion-{row.pk}-{window.closes.year}",
                changed=row.updated_at,
                bodies=row.programme.state.name,
            )


#: What is read of a record that somebody keeps.
_OF_KEEPERS = ("name", "kind", "ars", "level", "shares_name")
_OF_RECORDS = ("pk", "slug", "name", "last_affirmed", "updated_at", *(f"keeper__{name}" for name in _OF_KEEPERS))

#: What is read of an agreement to know its days.
_OF_TERMS = (
    *("title", "status", "effective_on", "effective_precision", "ends_on", "ends_precision"),
    *("term_months", "renewal_months", "notice_months", "updated_at"),
)


def days_of(terms: Terms, day: dt.date) -> Iterator[tuple[DeadlineKind, dt.date, Term]]:
    """The next notice and the end of the running term of one agreement, from ``day`` on."""
    term = terms.current(day)
    if term is None:
        return
    if found := terms.next_notice(day):
        yield DeadlineKind.NOTICE, *found
    yield DeadlineKind.TERM_END, term.ends, term


def _deadline(agreement: Agreement, kind: DeadlineKind, on: dt.date, term: Term) -> Deadline:
    return Deadline(
        on=on,
        kind=kind,
        title=agreement.title,
        page=agreement.get_absolute_url,
        telling=partial(_notice_note if kind == DeadlineKind.NOTICE else _end_note, agreement, term),
        key=f"agreement-{agreement.pk}-{kind}-{term.number}",
        changed=agreement.updated_at,
        agreement=agreement.pk,
    )


def named(deadlines: Iterable[Deadline]) -> list[Deadline]:
    """The same with the names of parties and keepers; one query."""
    rows = list(deadlines)
    names = parties_of({row.agreement for row in rows if row.agreement})
    return [replace(row, bodies=_told_bodies(row, names)) for row in rows]


def _told_bodies(row: Deadline, names: dict[int, list[str]]) -> str:
    if row.keeper:
        return Municipality(**dict(zip(_OF_KEEPERS, row.keeper, strict=True))).label
    return _listed(names.get(row.agreement, [])) if row.agreement else row.bodies


def _end_note(agreement: Agreement, _term: Term) -> str:
    terms = agreement.terms
    months = terms.renewal_months if terms.last_day is None else None
    if not months:
        return _("Endet mit diesem Tag.")
    return ngettext(
        "Verlängert sich ohne Kündigung um %(months)d Monat.",
        "Verlängert sich ohne Kündigung um %(months)d Monate.",
        months,
    ) % {"months": months}


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


def _affirmation_note(last: dt.date) -> str:
    told = {"day": format_day(last)}
    return _("Stimmt der Eintrag noch? Zuletzt bestätigt oder veröffentlicht am %(day)s.") % told


def _window_note(opens: dt.date | None, wording: str) -> str:
    since = _("Anträge ab %(day)s. ") % {"day": format_day(opens)} if opens else ""
    return f"{since}{wording}"


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
