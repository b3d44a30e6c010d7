"""What happened between two days, read by the database: which of it stands on a page, and that as plain values.

Written by hand, since all kinds have to be counted and ordered together: the database finds the days of a page and who
did something on them, and only their rows are read. ``tests/agreements/test_happened.py`` compares it with a slow way
through all rows.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, NamedTuple

import orjson
from django.core.exceptions import EmptyResultSet
from django.db import connections
from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_date, parse_datetime

from agreements.choices import COUNTED_DEGREES
from agreements.models import (
    Agreement,
    Award,
    Cooperation,
    Event,
    Participation,
    ParticipationStep,
    Spell,
    StatusStep,
)
from coopportal.common.dates import DATED
from funding.models import Programme
from municipalities.models import Municipality, Organisation


class Named(NamedTuple):
    """A cooperation as what happened tells it."""

    pk: int
    slug: str
    name: str
    created_at: dt.datetime

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("agreements:cooperation", args=[self.slug])


class Entry(NamedTuple):
    """A row that tells of a day: ``day`` decides, ``stated_on``, ``precision`` and ``wording`` are what a source says.

    ``code`` is the status, the degree, the kind of event, the rung, or which day of an agreement; ``before`` the status
    until then; ``name`` that of the body, the act, the event or the programme. ``rank`` and ``key`` say in which order
    rows of one day were recorded.
    """

    lane: str
    cooperation: Any
    day: dt.date
    stated_on: dt.date | None
    precision: str
    wording: str
    code: str
    before: str | None
    name: str
    rank: int
    key: int

    @property
    def group(self) -> tuple[Any, ...]:
        """Steps of bodies that are told as one: of the same degree on the same day, stated in the same words."""
        return self.cooperation.pk, self.day, self.code, self._stated

    @property
    def _stated(self) -> str:
        if self.stated_on is None or self.precision not in ("month", "year", "part_of_year"):
            return "day"
        is_named = self.precision == "part_of_year" and self.wording
        return f"„{self.wording}" if is_named else self.precision.replace("part_of_year", "year")


class Block(NamedTuple):
    """So many things happened on a day in a cooperation of this name."""

    day: dt.date
    name: str
    cooperation: int
    number: int


class Chosen(NamedTuple):
    """A statement that finds the keys of cooperations, for the database of this alias."""

    alias: str
    text: str
    values: tuple[Any, ...]


class Part(NamedTuple):
    """Where a page stands: ``first`` is the place of its first thing within those of ``blocks``, the latest first."""

    total: int
    start: int
    first: int
    blocks: list[Block]


_TABLES = {
    name: model._meta.db_table
    for name, model in (
        *(("cooperation", Cooperation), ("status", StatusStep), ("part", Participation), ("step", ParticipationStep)),
        *(("agreement", Agreement), ("event", Event), ("of_event", Event.cooperations.through), ("award", Award)),
        *(("programme", Programme), ("town", Municipality), ("office", Organisation), ("spell", Spell)),
    )
}
_DATED = ", ".join(f"'{precision.value}'" for precision in DATED)
_COUNTED = ", ".join(f"'{degree.value}'" for degree in COUNTED_DEGREES)
_LAST = "'9999-12-31'"
_ACTS = ("signed", "effective", "ends")

# As ``Entry.group``.
_STATED = """CASE WHEN s."on" IS NULL THEN 'day' WHEN s.on_precision = 'month' THEN 'month'
WHEN s.on_precision = 'year' OR (s.on_precision = 'part_of_year' AND s.on_wording = '') THEN 'year'
WHEN s.on_precision = 'part_of_year' THEN '„' || s.on_wording ELSE 'day' END"""

_BETWEEN = "{0} > %s AND {0} <= %s"
_KNOWN = "{0} > %s AND {0} <= %s AND {1} IN ({dated})"

_STATUS = ('FROM "{status}" s', _BETWEEN.format("s.effective_on"))
_STEPS = ('FROM "{step}" s JOIN "{part}" p ON p.id = s.participation_id', _BETWEEN.format("s.effective_on"))
_EVENTS = (
    'FROM "{event}" e JOIN "{of_event}" o ON o.event_id = e.id',
    _KNOWN.format('e."on"', "e.on_precision", dated=_DATED),
)
_AWARDS = ('FROM "{award}" w', _KNOWN.format('w."on"', "w.on_precision", dated=_DATED))


def _acts(name: str) -> tuple[str, str]:
    return 'FROM "{agreement}" a', _KNOWN.format(f"a.{name}_on", f"a.{name}_precision", dated=_DATED)


def _moments(*, of_chosen: bool = False) -> Iterable[str]:
    """Cooperation and day of all that happened; or of what did in those that were ``chosen``."""

    def told(columns: str, cooperation: str, where: tuple[str, str]) -> str:
        among = ["AND", cooperation, "IN (SELECT id FROM chosen)"] if of_chosen else []
        return " ".join(["SELECT", columns, where[0], "WHERE", where[1], *among])

    steps = told(
        f"DISTINCT p.cooperation_id, s.effective_on, s.degree, {_STATED} AS stated", "p.cooperation_id", _STEPS
    )
    yield told("s.cooperation_id, s.effective_on", "s.cooperation_id", _STATUS)
    yield " ".join(["SELECT cooperation_id, effective_on FROM (", steps, ") AS taken"])
    for name in _ACTS:
        yield told(f"a.cooperation_id, a.{name}_on", "a.cooperation_id", _acts(name))
    yield told('o.cooperation_id, e."on"', "o.cooperation_id", _EVENTS)
    yield told('w.cooperation_id, w."on"', "w.cooperation_id", _AWARDS)


# The status before, in the order of the cooperation.
_BEFORE = """(SELECT b.status FROM "{status}" b WHERE b.cooperation_id = s.cooperation_id AND (b.effective_on IS NULL
  OR b.effective_on < s.effective_on OR (b.effective_on = s.effective_on AND (b.rank < s.rank OR
  (b.rank = s.rank AND b.id < s.id)))) ORDER BY b.effective_on DESC NULLS LAST, b.rank DESC, b.id DESC LIMIT 1)"""


def _rows() -> Iterable[str]:
    """The columns of ``Entry``, of the cooperations that were ``chosen``."""
    own = 's.effective_on, s."on", s.on_precision, s.on_wording'
    parts = [
        (f"'status', s.cooperation_id, {own}, s.status, {_BEFORE}, '', s.rank, s.id", "s.cooperation_id", _STATUS),
        (
            f"'participants', p.cooperation_id, {own}, s.degree, NULL, COALESCE(m.name, o.name), s.rank, s.id",
            "p.cooperation_id",
            (
                f'{_STEPS[0]} LEFT JOIN "{{town}}" m ON m.id = p.municipality_id '
                'LEFT JOIN "{office}" o ON o.id = p.organisation_id',
                _STEPS[1],
            ),
        ),
        *(
            (
                f"'agreements', a.cooperation_id, a.{name}_on, a.{name}_on, a.{name}_precision, a.{name}_wording, "
                f"'{name}', NULL, a.title, 0, a.id",
                "a.cooperation_id",
                _acts(name),
            )
            for name in _ACTS
        ),
        (
            """'events', o.cooperation_id, e."on", e."on", e.on_precision, e.on_wording, e.kind, NULL, e.title,
  0, e.id""",
            "o.cooperation_id",
            _EVENTS,
        ),
        (
            """'money', w.cooperation_id, w."on", w."on", w.on_precision, w.on_wording, w.rung, NULL, f.name,
  0, w.id""",
            "w.cooperation_id",
            (f'{_AWARDS[0]} JOIN "{{programme}}" f ON f.id = w.programme_id', _AWARDS[1]),
        ),
    ]
    for columns, cooperation, (tables, condition) in parts:
        yield " ".join(["SELECT", columns, tables, "WHERE", cooperation, "IN (SELECT id FROM chosen) AND", condition])


_MANY = 7  # parts of each of the two

# The days of what happened, the latest first; of the days of a page who did how many things on them. The last page is
# told where the one asked for lies behind it.
_PAGE = """WITH happened (cooperation, day) AS MATERIALIZED ({moments}),
block AS MATERIALIZED (
  SELECT day, cooperation, COUNT(*) AS number FROM happened WHERE cooperation IN ({asked}) GROUP BY day, cooperation
),
days AS (
  SELECT day, SUM(number) AS number, SUM(SUM(number)) OVER (ORDER BY day DESC) AS upto FROM block GROUP BY day
),
whole AS (SELECT CAST(COALESCE(SUM(number), 0) AS bigint) AS total FROM days),
place AS (
  SELECT total, CASE WHEN {start} >= total THEN (total - 1) / {size} * {size} ELSE {start} END AS start FROM whole
)
SELECT p.total, p.start, d.upto - d.number, b.day, c.name, b.cooperation, b.number
FROM place p JOIN days d ON d.upto > p.start AND d.upto - d.number < p.start + {size}
JOIN block b ON b.day = d.day JOIN "{cooperation}" c ON c.id = b.cooperation"""

# Day by day who did how many things, all of the day in one row: a row for each takes several times as long.
_BY_DAY = """WITH chosen (id) AS MATERIALIZED ({asked}),
happened (cooperation, day) AS MATERIALIZED ({moments}),
block AS (
  SELECT day, cooperation, COUNT(*) AS number FROM happened WHERE cooperation IN (SELECT id FROM chosen)
  GROUP BY day, cooperation
)
SELECT day, CAST({listed}(cooperation) AS text), CAST({listed}(number) AS text) FROM block GROUP BY day ORDER BY day"""

_ENTRIES = """WITH chosen (id) AS MATERIALIZED ({asked}), told (
  lane, cooperation, day, stated_on, "precision", wording, code, "before", name, rank, id
) AS ({rows})
SELECT t.*, c.slug, c.name, c.created_at FROM told t JOIN "{cooperation}" c ON c.id = t.cooperation"""

# Counted on two days, from the last spells, which most are, and those that have ended.
_COUNTED_ON = """SELECT COALESCE(SUM(CASE WHEN begins <= %s THEN 1 ELSE 0 END), 0),
  COALESCE(SUM(CASE WHEN begins <= %s THEN 1 ELSE 0 END), 0)
FROM "{spell}" WHERE degree IN ({counted}) AND ends = {last} AND cooperation_id IN ({asked})
UNION ALL
SELECT COALESCE(SUM(CASE WHEN begins <= %s AND ends >= %s THEN 1 ELSE 0 END), 0),
  COALESCE(SUM(CASE WHEN begins <= %s AND ends >= %s THEN 1 ELSE 0 END), 0)
FROM "{spell}" WHERE degree IN ({counted}) AND ends < {last} AND ends >= %s AND cooperation_id IN ({asked})"""


def _filled(text: str, **parts: Any) -> str:
    """Names of our own tables and marks for parameters, never what somebody typed."""
    return text.format(**_TABLES, **parts)


def _fetched(alias: str, text: str, values: Sequence[Any]) -> list[Any]:
    connection = connections[alias]
    told = [connection.ops.adapt_datefield_value(one) if isinstance(one, dt.date) else one for one in values]
    with connection.cursor() as cursor:
        cursor.execute(text, told)
        return list(cursor.fetchall())


def _day(value: Any) -> Any:
    """SQLite tells days as texts."""
    return parse_date(value) if isinstance(value, str) else value


def _moment(value: Any) -> Any:
    """SQLite keeps moments of UTC without saying so."""
    moment: Any = parse_datetime(value) if isinstance(value, str) else value
    return moment if timezone.is_aware(moment) else moment.replace(tzinfo=dt.UTC)


def statement(asked: QuerySet[Any]) -> Chosen | None:
    """The statement that finds the keys of these cooperations; None where nothing can fit."""
    try:
        text, values = asked.order_by().values("pk").query.get_compiler(asked.db).as_sql()
    except EmptyResultSet:
        return None
    return Chosen(asked.db, text, tuple(values))


def listed(alias: str, keys: Sequence[int]) -> Chosen | None:
    """The same of keys that are known already."""
    if connections[alias].vendor == "postgresql":
        return Chosen(alias, "SELECT unnest(%s::bigint[])", (list(keys),)) if keys else None
    return Chosen(alias, "SELECT value FROM json_each(%s)", (json.dumps(list(keys)),)) if keys else None


def part(asked: Chosen | None, since: dt.date, until: dt.date, start: int, size: int) -> Part:
    """Where the page of ``size`` things from the place ``start`` on stands. One query."""
    if asked is None:
        return Part(0, 0, 0, [])
    moments = _filled(" UNION ALL ".join(_moments()))
    text = _filled(_PAGE, moments=moments, asked=asked.text, start=int(start), size=int(size))
    rows = _fetched(asked.alias, text, [*[since, until] * _MANY, *asked.values])
    if not rows:
        return Part(0, 0, 0, [])
    blocks = [Block(_day(day), name, pk, int(number)) for *_place, day, name, pk, number in rows]
    blocks.sort(key=lambda block: (block.day, block.name), reverse=True)
    total, start = rows[0][:2]
    return Part(int(total), int(start), min(int(row[2]) for row in rows), blocks)


def by_day(asked: Chosen | None, *, few: bool) -> Iterator[tuple[dt.date, list[int], list[int]]]:
    """Each day on which something happened, the keys of those who did something, and how many things each. One query.

    Where few are asked for, only they are looked at.
    """
    if asked is None:
        return
    lists = "json_agg" if connections[asked.alias].vendor == "postgresql" else "json_group_array"
    moments = _filled(" UNION ALL ".join(_moments(of_chosen=few)))
    text = _filled(_BY_DAY, moments=moments, asked=asked.text, listed=lists)
    for day, keys, numbers in _fetched(asked.alias, text, [*asked.values, *[dt.date.min, dt.date.max] * _MANY]):
        yield _day(day), orjson.loads(keys), orjson.loads(numbers)


def entries(asked: Chosen | None, since: dt.date, until: dt.date) -> list[Entry]:
    """All that happened in these cooperations after the one day until the other, as plain values. One query."""
    if asked is None:
        return []
    text = _filled(_ENTRIES, asked=asked.text, rows=_filled(" UNION ALL ".join(_rows())))
    rows = _fetched(asked.alias, text, [*asked.values, *[since, until] * _MANY])
    known: dict[int, Named] = {}
    found = []
    for lane, pk, day, stated_on, precision, wording, code, before, name, rank, key, slug, called, made in rows:
        if pk not in known:
            known[pk] = Named(pk, slug, called, _moment(made))
        found.append(
            Entry(lane, known[pk], _day(day), _day(stated_on), precision, wording, code, before, name, rank, key)
        )
    return found


def bodies(asked: Chosen | None, one: dt.date, other: dt.date) -> tuple[int, int]:
    """How many bodies took part in these cooperations on the one day and on the other. One query."""
    if asked is None:
        return 0, 0
    text = _filled(_COUNTED_ON, asked=asked.text, counted=_COUNTED, last=_LAST)
    values = [one, other, *asked.values, one, one, other, other, min(one, other), *asked.values]
    (first, second), (ended, also) = _fetched(asked.alias, text, values)
    return int(first) + int(ended), int(second) + int(also)
