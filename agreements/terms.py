"""Terms of agreements and the last day to give notice, counted as the Civil Code counts.

A term counted in months begins with the beginning of its first day (BGB § 187 (2)) and ends with the day before the one
that bears the same number, or with the last day of the month where that month has no such day (§ 188 (2) and (3)). A
term that is prolonged is counted anew from where the one before it ended (§ 190). A notice reaches the other side on a
day that is not counted itself (§ 187 (1)); between it and the end of the term lies the whole period of notice. That the
last day may be a Sunday moves nothing: the courts do not apply § 193 to periods of notice.

Pure: nothing here knows a database or today.
"""

from __future__ import annotations

import calendar
import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

from coopportal.common.dates import add_months

DAY = dt.timedelta(days=1)
#: The days that every month has.
SURE = 28


@dataclass(frozen=True)
class Term:
    """One stretch of an agreement: its first and last day; ``number`` counts from 0, the first one."""

    begins: dt.date
    ends: dt.date
    number: int = 0


@dataclass(frozen=True)
class Terms:
    """What an agreement says of its duration, in exact days and whole months; None where it says nothing.

    ``last_day`` is the day with which it ends whatever else it says.
    """

    first_day: dt.date | None = None
    last_day: dt.date | None = None
    term_months: int | None = None
    renewal_months: int | None = None
    notice_months: int | None = None

    def following(self, day: dt.date) -> Iterator[Term]:
        """The terms that end on ``day`` or later, one after another; never beyond the calendar's last year."""
        if self.last_day is not None:
            if self.last_day >= day:
                yield Term(self.first_day or self.last_day, self.last_day)
            return
        if self.first_day is None or not self.term_months:
            return
        begins, months, number = self._from(self.first_day, self.term_months, day)
        while begins.year + months // 12 + 1 < dt.MAXYEAR:
            term = Term(begins, last_day_of(begins, months), number)
            if term.ends >= day:
                yield term
            if not self.renewal_months:
                return
            begins, months, number = term.ends + DAY, self.renewal_months, number + 1

    def _from(self, first: dt.date, months: int, day: dt.date) -> tuple[dt.date, int, int]:
        """The first day, the months and the number of a term; those that ended in a month before ``day`` are passed by.

        What begins on a day that every month has ends on the same day of the month for ever.
        """
        every = self.renewal_months
        if not every or first.day > SURE:
            return first, months, 0
        ends = 12 * first.year + first.month + months - (first.day == 1)
        passed = -((ends - 12 * day.year - day.month) // every)
        if passed <= 0:
            return first, months, 0
        return last_day_of(first, months + (passed - 1) * every) + DAY, every, passed

    def current(self, day: dt.date) -> Term | None:
        """The term running on ``day`` (the first one, where that is still to come); None where none is known."""
        return next(self.following(day), None)

    def notice_for(self, term: Term) -> dt.date | None:
        """The last day on which a notice keeps this term from being prolonged; None where nothing prolongs it."""
        if not self.renewal_months or self.notice_months is None or self.notice_months >= 12 * (term.ends.year - 1):
            return None  # the last of these: longer than there are years
        return last_day_of_notice(term.ends, self.notice_months)

    def next_notice(self, day: dt.date) -> tuple[dt.date, Term] | None:
        """The next day, from ``day`` on, that is the last one to give notice, and the term it would end."""
        for term in self.following(day):
            notice = self.notice_for(term)
            if notice is None:
                return None
            if notice >= day:
                return notice, term
        return None


def last_day_of(first: dt.date, months: int) -> dt.date:
    """The last day of a period of whole ``months`` that begins with the day ``first`` (BGB §§ 187 (2), 188)."""
    if first.day == 1:
        return add_months(first, months) - DAY
    month = add_months(first.replace(day=1), months)
    return month.replace(day=min(first.day - 1, calendar.monthrange(month.year, month.month)[1]))


def last_day_of_notice(ends: dt.date, months: int) -> dt.date:
    """The latest day on which a notice may arrive, so that ``months`` pass after it until the day ``ends`` is over.

    Three months before 31.07. that is 30.04., before 30.06. it is 31.03. (BGB §§ 187 (1), 188 (2), (3)).
    """
    day = add_months(ends, -months)
    while add_months(day + DAY, months) <= ends:
        day += DAY
    return day
