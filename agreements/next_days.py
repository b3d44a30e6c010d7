"""The next end and the next notice of many agreements at once: the days of ``agreements.terms`` in closed form.

``terms`` goes from term to term and shows that it counts as the law does; a register of national size would take
seconds that way. Here the months between are divided. Both agree on every day (``tests/agreements/test_next_days.py``),
because the months in which terms end lie ``renewal`` months apart whatever their days: only the day in the month moves,
and only to the last one, once a month has been shorter than the number of the first day.

A day is a number here, ``32 * month + day of the month`` with months counted through the years; numbers order as days
do, and those far away cost no calendar. Pure: nothing here knows a database or today.
"""

from __future__ import annotations

import calendar
import datetime as dt
from functools import lru_cache

from agreements.terms import SURE

#: Beyond the calendar; such a day is asked for by nobody.
NEVER = 32 * 12 * (dt.MAXYEAR + 1)

Numbers = tuple[int, int]


def number_of(day: dt.date) -> int:
    return 32 * (12 * day.year + day.month - 1) + day.day


@lru_cache(maxsize=4_096)
def day_of(number: int) -> dt.date:
    month, day = divmod(number, 32)
    return dt.date(month // 12, month % 12 + 1, day)


@lru_cache(maxsize=4_096)
def _length(month: int) -> int:
    """How many days a month has; 31 beyond the calendar."""
    year = month // 12
    return calendar.monthrange(year, month % 12 + 1)[1] if dt.MINYEAR <= year <= dt.MAXYEAR else 31


def next_numbers(today: int, first: int, term: int, renewal: int | None, notice: int | None) -> Numbers:
    """The last day of the term that is running, and the next that is the last one for a notice, from ``today`` on.

    ``NEVER`` where there is none: without ``renewal`` nothing follows the first term, and nothing is to be ended.
    """
    begun, number = divmod(first, 32)
    month = begun + term - (number == 1)
    steps = max(0, -((month - today // 32) // renewal)) if renewal else 0
    ends = _end(month, number, renewal, steps)
    if ends < today:
        if not renewal:
            return NEVER, NEVER
        steps += 1
        ends = _end(month, number, renewal, steps)
    if not renewal or notice is None or notice >= 12 * (ends // 384 - 1):
        return ends, NEVER
    steps = max(steps, -((month - notice - today // 32) // renewal))
    last = _notice(_end(month, number, renewal, steps), notice)
    if last < today:
        last = _notice(_end(month, number, renewal, steps + 1), notice)
    return ends, last


def _end(month: int, number: int, renewal: int | None, steps: int) -> int:
    """The last day of the term so many steps after the first one, which ends in this ``month``."""
    there = month + steps * (renewal or 0)
    if 1 < number <= SURE:
        return 32 * there + number - 1
    if number == 1 or any(_length(month + step * (renewal or 0)) < number for step in range(steps + 1)):
        return 32 * there + _length(there)
    return 32 * there + number - 1


def _notice(ends: int, months: int) -> int:
    """The last day of a month goes back to the last day, any other one to its number."""
    month, day = divmod(ends, 32)
    length = _length(month - months)
    return 32 * (month - months) + (length if day == _length(month) else min(day, length))
