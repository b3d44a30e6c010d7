"""What has to be done by when: gathered from agreements, records and programmes, for the page, the file, the calendar.

Of an agreement two days are told: the end of the term that is running, and the next day that is the last one to give
notice, which may be one of a later term where that of the running one has passed. Where the rows of a page lie is known
before they are made (``due``), so that only they are fetched, and the names of the parties of these.
"""

from __future__ import annotations

import datetime as dt
from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache, partial
from itertools import accumulate, chain, pairwise
from typing import Any, overload

from django.conf import settings
from django.db import connection
from django.db.models import F
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from agreements.choices import DeadlineKind
from agreements.due import OF_AGREEMENTS, Due, Heap
from agreements.filters import DeadlineFilterSet
from agreements.filters.deadlines import EVERY
from agreements.models import Agreement, Participation
from agreements.reckoning import days_of
from agreements.terms import Term
from coopportal.common.calendars import Entry
from coopportal.common.dates import format_day
from coopportal.common.objects import Objects
from funding.models import Criterion
from funding.windows import window_on
from municipalities.models import Municipality

#: So many parties of an agreement are named; of the others only the number.
MOST_NAMES = 3
#: So many rows are made at once for a file, and at its start, so that it soon begins.
AT_ONCE, AT_FIRST = 1_000, 50


@dataclass(frozen=True)
class Deadline:
    """A day, what it is the last one for, and of what: ``title``; its ``page`` and note (``telling``) come when asked.

    ``key`` is the same for ever for the same thing, even when the day turns out to be another one. ``bodies`` of
    agreements (their parties) and of records (``keeper``) are told by ``named``. ``cooperation`` is the one an
    agreement belongs to: many are called by their legal form alone.
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
    cooperation: str = ""

    @property
    def within(self) -> str:
        """The cooperation, where the title does not name it."""
        return "" if self.cooperation in self.title else self.cooperation

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


class Deadlines(Sequence[Deadline]):
    """The deadlines a question finds, the nearest first; rows are made of the part that is asked for.

    In the order of day, kind (``DeadlineKind.rank``), title, key, the titles as they are written; what is overdue
    stands behind what is coming.
    Few queries, whatever the number.
    """

    def __init__(self, asked: DeadlineFilterSet) -> None:
        self.asked = asked
        self.due = Due(asked)
        self.heaps = self.due.heaps
        self.ends = list(accumulate(heap.number for heap in self.heaps))

    @property
    def undated(self) -> int:
        return self.due.undated

    def __len__(self) -> int:
        return self.ends[-1] if self.ends else 0

    def __iter__(self) -> Iterator[Deadline]:
        for start in range(0, len(self), AT_ONCE):
            yield from self[start : start + AT_ONCE]

    @overload
    def __getitem__(self, place: int) -> Deadline: ...
    @overload
    def __getitem__(self, place: slice) -> list[Deadline]: ...
    def __getitem__(self, place: int | slice) -> Any:
        if not isinstance(place, slice):
            return self[place : place + 1][0]
        start, stop, _step = place.indices(len(self))
        if stop <= start:
            return []
        first = bisect_right(self.ends, start)
        before = self.ends[first] - self.heaps[first].number
        heaps = []
        for heap in self.heaps[first : bisect_left(self.ends, stop) + 1]:
            skipped = max(start - before, 0)
            heaps.append(self._part(heap, skipped, min(stop - before, heap.number)))
            before += heap.number
        return self._rows(heaps)

    def _part(self, heap: Heap, start: int, stop: int) -> Heap:
        """From one place of a heap to another, in the order of titles."""
        if (start, stop) == (0, heap.number):
            return heap
        if heap.kind == DeadlineKind.AFFIRMATION:
            rows = self._records().last_affirmed_on([heap.on - EVERY])
            keys = [pk for _name, pk in sorted(rows.order_by().values_list("name", "pk"), key=_by_title)]
        else:
            model = Criterion if heap.kind == DeadlineKind.APPLICATION else Agreement
            title = "programme__name" if heap.kind == DeadlineKind.APPLICATION else "title"
            rows = model.objects.filter(pk__in=heap.keys).order_by()
            keys = [pk for _title, pk in sorted(rows.values_list(title, "pk"), key=_by_title)]
        return heap._replace(number=stop - start, keys=keys[start:stop])

    def _rows(self, heaps: list[Heap]) -> list[Deadline]:
        found = [*self._of_agreements(heaps), *self._of_records(heaps), *self._of_programmes(heaps)]
        return sorted(found, key=lambda row: (row.on < self.asked.day, row.on, row.kind.rank, row.title, row.key))

    def _of_agreements(self, heaps: list[Heap]) -> Iterator[Deadline]:
        wanted = {(key, heap.kind) for heap in heaps if heap.kind in OF_AGREEMENTS for key in heap.keys or ()}
        if not wanted:
            return
        for row in _agreements(connection.vendor).of([*{key for key, _kind in wanted}]):
            for kind, on, term in days_of(row.terms, self.asked.day):
                if (row.pk, kind) in wanted:
                    yield _deadline(row, kind, on, term)

    def _records(self) -> Any:
        rows = self.asked.records()
        return rows.filter(keeper__state__in=self.asked.states) if self.asked.states else rows

    def _of_records(self, heaps: list[Heap]) -> Iterator[Deadline]:
        of_kind = [heap for heap in heaps if heap.kind == DeadlineKind.AFFIRMATION]
        if not of_kind:
            return
        whole = [heap.on - EVERY for heap in of_kind if heap.keys is None]
        parts = [key for heap in of_kind for key in heap.keys or ()]
        records = self._records().order_by()
        found = [records.last_affirmed_on(whole)] if whole else []
        found += [records.filter(pk__in=parts)] if parts else []
        for pk, slug, name, last, changed, *keeper in chain(*(rows.values_list(*_OF_RECORDS) for rows in found)):
            yield Deadline(
                on=last + EVERY,
                kind=DeadlineKind.AFFIRMATION,
                title=name,
                page=partial(reverse, "agreements:cooperation", args=[slug]),
                telling=partial(_affirmation_note, last),
                key=f"cooperation-{pk}-affirmation-{last:%Y%m%d}",
                changed=changed,
                keeper=tuple(keeper),
                cooperation=name,
            )

    def _of_programmes(self, heaps: list[Heap]) -> Iterator[Deadline]:
        keys = [key for heap in heaps if heap.kind == DeadlineKind.APPLICATION for key in heap.keys or ()]
        if not keys:
            return
        for row in self.asked.windows().filter(pk__in=keys).select_related("programme__state"):
            window = window_on(row.parameters, self.asked.day)
            if window is None:
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


def _by_title(row: tuple[str, int]) -> tuple[str, str]:
    """As the keys of deadlines order those of the same title."""
    title, pk = row
    return title, f"{pk}-"


#: What is read of a record that somebody keeps.
_OF_KEEPERS = ("name", "kind", "ars", "level", "shares_name")
_OF_RECORDS = ("pk", "slug", "name", "last_affirmed", "updated_at", *(f"keeper__{name}" for name in _OF_KEEPERS))

#: What is read of an agreement to know its days.
_OF_TERMS = (
    *("title", "status", "effective_on", "effective_precision", "ends_on", "ends_precision"),
    *("term_months", "renewal_months", "notice_months", "updated_at", "cooperation__name"),
)


#: What is read of parties to know what their bodies are called.
_OF_PARTIES = (
    *("municipality", *(f"municipality__{name}" for name in _OF_KEEPERS)),
    *("organisation", "organisation__name"),
)


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
        cooperation=agreement.cooperation.name,
    )


def named(deadlines: Iterable[Deadline]) -> list[Deadline]:
    """The same with the names of parties and keepers; one query."""
    rows = list(deadlines)
    names = parties_of({row.agreement for row in rows if row.agreement})
    return [replace(row, bodies=_told_bodies(row, names)) for row in rows]


def portions(deadlines: Sequence[Deadline]) -> Iterator[list[Deadline]]:
    """All of them with their names, so many at a time: what a file of any length holds in memory."""
    starts = [0, *range(AT_FIRST, len(deadlines), AT_ONCE)]
    for start, stop in pairwise([*starts, len(deadlines)]):
        yield named(deadlines[start:stop])


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
    names = defaultdict(list)
    for row in _parties(connection.vendor).of([*agreements]):
        names[row.of_agreement].append(str(row.body))
    return names


@lru_cache(maxsize=2)
def _parties(_vendor: str) -> Objects:
    rows = Participation.objects.with_bodies().in_order().only(*_OF_PARTIES)
    return Objects(rows.annotate(of_agreement=F("agreements")), "of_agreement")


@lru_cache(maxsize=2)
def _agreements(_vendor: str) -> Objects:
    return Objects(Agreement.objects.order_by().select_related("cooperation").only(*_OF_TERMS), "pk")


def _listed(names: list[str]) -> str:
    """``Jena, Gera, Weimar und 4 weitere``"""
    if len(names) <= MOST_NAMES + 1:  # "und 1 weitere" would be as long as the name
        return ", ".join(names)
    more = len(names) - MOST_NAMES
    return _("%(names)s und %(more)d weitere") % {"names": ", ".join(names[:MOST_NAMES]), "more": more}


# --- As a file and as a calendar ---

COLUMNS = ["date", "kind", "title", "bodies", "note", "url", "cooperation"]


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
            "cooperation": row.cooperation,
        }
        for row in deadlines
    ]


def entries(deadlines: Iterable[Deadline], host: str) -> Iterator[Entry]:
    """The days for a calendar; ``host`` makes their names unique in the world."""
    for row in deadlines:
        yield Entry(
            uid=f"{row.key}@{host}",
            on=row.on,
            summary=f"{row.kind.label}: {row.title}" + (f" ({row.within})" if row.within else ""),
            description="\n".join(filter(None, [row.note, row.bodies])),
            url=f"{settings.PUBLIC_URL}{row.url}",
            category=str(row.kind.label),
            changed=row.changed,
        )
