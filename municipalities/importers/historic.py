"""An older state of the directory after a newer one: it fills in the past and leaves the present as it is.

What was true of a body on the days of three states P (before, perhaps none), O (this one) and N (after) decides: where
O says what N says, the change happened between P and O; where it says what P says, between O and N; where it says
something else, there were two. Periods whose limits a person has set otherwise are left alone.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from django.db.models import Q
from django.utils import timezone

from municipalities.choices import STOPPING_DOUBTS
from municipalities.importers.bodies import Bodies, Body
from municipalities.importers.comparison import Plan
from municipalities.importers.gv100ad import Directory, Progress
from municipalities.importers.report import DOUBTFUL, ENDED, NEW, Report, counts_of, heading_of
from municipalities.importers.saving import (
    Edition,
    chunks,
    new_row,
    period_of,
    remember_state,
    save_doubts,
    save_suggestions,
    write_figures,
)
from municipalities.importers.stored import Stored
from municipalities.importers.succession import Suggestion, Unit, gains, guess
from municipalities.keys import short_key
from municipalities.models import Municipality, MunicipalityFigure, MunicipalityPeriod, Succession
from municipalities.workflow import refresh_derived

ONE_DAY = dt.timedelta(days=1)
CHANGED, EARLIER, LEFT_ALONE = "Vergangenheit ergänzt", "Bestand schon früher", "Belassen"


@dataclass
class Past:
    """Rows as they are, and what has to be written.

    ``opened`` holds new periods with the key of the parent, which may have to be made first (None: it is set).
    """

    stored: Stored
    bodies: Bodies
    edition: Edition
    after: dt.date
    rows: dict[int, Municipality] = field(default_factory=dict)
    periods: dict[int, list[MunicipalityPeriod]] = field(default_factory=lambda: defaultdict(list))
    pks: dict[str, int] = field(default_factory=dict)
    opened: list[tuple[MunicipalityPeriod, str | None]] = field(default_factory=list)
    moved: set[int] = field(default_factory=set)
    sections: dict[str, list[str]] = field(
        default_factory=lambda: {title: [] for title in (NEW, ENDED, CHANGED, EARLIER, LEFT_ALONE)}
    )

    @property
    def begins(self) -> dt.date | None:
        """When something first seen in this state begins: with the first state known nobody can tell."""
        return self.edition.day if self.stored.previous else None


def complete(
    directory: Directory,
    bodies: Bodies,
    stored: Stored,
    edition: Edition,
    data: bytes,
    *,
    dry_run: bool,
    progress: Progress,
) -> Report:
    """Fill in an older state; its report. Nothing of what holds today is touched."""
    if stored.following is None:
        raise ValueError(f"{edition.day} is not older than a state that was read")
    past = Past(stored, bodies, edition, stored.following)
    _load(past)
    stopped = {
        finding.key
        for finding in bodies.findings
        if finding.kind in STOPPING_DOUBTS and not stored.is_accepted(finding.kind, finding.key)
    }
    stopped |= {body.key for body in bodies.by_key.values() if body.kind is None and body.key not in past.pks}
    believed = [body for body in bodies.by_key.values() if body.key not in stopped]
    unknown = [body for body in believed if body.key not in past.pks]
    suggestions = _not_there(past, unknown)
    for body in believed:
        if body.key in past.pks:
            _fit(past, past.rows[past.pks[body.key]], body)
    past.sections[NEW] = [f"{body.official_name} ({body.key}), inzwischen beendet" for body in unknown]
    report = Report(edition.day, heading_of(directory), counts_of(bodies), past.sections)
    report.sections[DOUBTFUL] = [one.message for one in bodies.findings]
    if not dry_run:
        _write(past, believed, unknown, suggestions, progress)
        save_doubts(bodies.findings, edition.day, past.pks)
        remember_state(directory, edition, data)
    return report


def _load(past: Past) -> None:
    """All bodies that a state has held with all their periods in order, and who held which key around this state."""
    for row in Municipality.objects.filter(directory_state__isnull=False).defer("search_text"):
        past.rows[row.pk] = row
    for period in MunicipalityPeriod.objects.filter(municipality__directory_state__isnull=False):
        past.periods[period.municipality_id].append(period)
    for periods in past.periods.values():
        periods.sort(key=lambda period: period.valid_from or dt.date.min)
    for day in (past.stored.previous, past.edition.day, past.after):
        for pk, periods in past.periods.items():
            held = _on(periods, day)
            if held is not None:
                past.pks[short_key(held.ars, past.rows[pk].level)] = pk


def _on(periods: Iterable[MunicipalityPeriod], day: dt.date | None) -> MunicipalityPeriod | None:
    """The period that holds on a day."""
    if day is None:
        return None
    for period in periods:
        if (period.valid_from is None or period.valid_from <= day) and (
            period.valid_until is None or day <= period.valid_until
        ):
            return period
    return None


# --- Bodies that this state does not hold, and those that only it holds ---


def _not_there(past: Past, unknown: list[Body]) -> list[Suggestion]:
    """Bodies of the next state that were not there yet begin with it; those of the last one ended by now."""
    day, before, after = past.edition.day, past.stored.previous, past.after
    born = []
    for pk, row in past.rows.items():
        periods = past.periods[pk]
        now, key = _on(periods, day), short_key(row.ars, row.level)
        if now is None or short_key(now.ars, row.level) in past.bodies.by_key:
            continue
        if _on(periods, after) is None:  # was there before, is not there after: gone by this state
            row.valid_until = now.valid_until = day - ONE_DAY
            past.sections[ENDED].append(f"{row.official_name} ({key}) schon zum {day:%d.%m.%Y}")
        elif _on(periods, before) is None and _on(periods, after) is now:
            row.valid_from = now.valid_from = after
            born.append(row)
        else:
            past.sections[LEFT_ALONE].append(f"{row.official_name} ({key}) fehlt nur in diesem Gebietsstand")
            continue
        past.moved.add(pk)
    return _suggestions(past, unknown, born)


def _suggestions(past: Past, unknown: list[Body], born: list[Municipality]) -> list[Suggestion]:
    """Who followed those that only the older state holds."""
    before = {b.key: _unit(b) for b in past.bodies.by_key.values() if len(b.key) == 8}
    after = {}
    for figure in MunicipalityFigure.objects.filter(
        directory_state=past.after, municipality__ags__isnull=False
    ).select_related("municipality"):
        row = figure.municipality
        area = int((figure.area_km2 or 0) * 100)
        after[str(row.ags)] = Unit(str(row.ags), row.name, row.kind, row.ars, area, figure.population or 0)
    ended = [_unit(body) for body in unknown if len(body.key) == 8]
    new = [after[str(row.ags)] for row in born if row.ags in after]
    return guess(ended, new, gains(before, after)).suggestions


def _unit(body: Body) -> Unit:
    return Unit(body.key, body.name, str(body.kind), body.ars, body.area, body.population)


# --- Periods ---


def _fit(past: Past, row: Municipality, body: Body) -> None:
    """Let the periods of a body say what this state says."""
    periods, day = past.periods[row.pk], past.edition.day
    now = _on(periods, day)
    if now is None:
        _begin_earlier(past, row, body)
    elif not _says(now, body, past):
        _insert(past, row, body, now)


def _begin_earlier(past: Past, row: Municipality, body: Body) -> None:
    """The body was there already: its first period begins earlier, or another one goes before it."""
    first = past.periods[row.pk][0]
    if first.valid_from is None or not past.edition.day < first.valid_from <= past.after:
        past.sections[LEFT_ALONE].append(f"{row.official_name} ({body.key})")
        return
    past.sections[EARLIER].append(f"{row.official_name} ({body.key})")
    row.valid_from = past.begins
    past.moved.add(row.pk)
    if _says(first, body, past):
        first.valid_from = past.begins
    else:
        past.opened.append(_period(row, body, past.begins, first.valid_from - ONE_DAY))


def _insert(past: Past, row: Municipality, body: Body, now: MunicipalityPeriod) -> None:
    """The period of the day says something else: its limits move, or this state gets one of its own."""
    day, periods = past.edition.day, past.periods[row.pk]
    before, after = past.stored.previous, past.after
    later = _on(periods, after)
    past.moved.add(row.pk)
    if before is None and later is now:
        past.opened.append(_period(row, body, now.valid_from, after - ONE_DAY))
        now.valid_from = after
    elif before is not None and later is now and _on(periods, before) is now:
        past.opened.append(_period(row, body, day, after - ONE_DAY))
        past.opened.append((_copy(now, after), None))
        now.valid_until = day - ONE_DAY
    elif before is not None and later is not now and _on(periods, before) is now:
        following = next((p for p in periods if p.valid_from and p.valid_from > day), None)
        end = now.valid_until
        now.valid_until = day - ONE_DAY
        if following is not None and _says(following, body, past):
            following.valid_from = day
        else:
            past.opened.append(_period(row, body, day, end))
    else:
        past.moved.discard(row.pk)
        past.sections[LEFT_ALONE].append(f"{row.official_name} ({body.key})")
        return
    past.sections[CHANGED].append(f"{now.official_name} ({body.key}): am {day:%d.%m.%Y} {body.official_name}")


def _says(period: MunicipalityPeriod, body: Body, past: Past) -> bool:
    return (
        period.ars == body.ars
        and period.official_name == body.official_name
        and period.kind == (body.kind or period.kind)
        and (body.is_orphan or period.parent_id == (past.pks.get(body.parent, -1) if body.parent else None))
    )


def _period(
    row: Municipality, body: Body, start: dt.date | None, end: dt.date | None
) -> tuple[MunicipalityPeriod, str | None]:
    period = MunicipalityPeriod(
        municipality=row,
        ars=body.ars,
        ags=body.ags,
        name=body.name,
        official_name=body.official_name,
        kind=str(body.kind or row.kind),
        valid_from=start,
        valid_until=end,
    )
    return period, body.parent


def _copy(period: MunicipalityPeriod, start: dt.date) -> MunicipalityPeriod:
    copy = period_of(period)  # type: ignore[arg-type]
    copy.municipality_id, copy.valid_from = period.municipality_id, start
    return copy


# --- Writing ---


def _write(
    past: Past, believed: list[Body], unknown: list[Body], suggestions: list[Suggestion], progress: Progress
) -> None:
    """Bodies only this state holds, since others lie in them; moved limits, before new periods; the rest."""
    _make_ended(past, unknown)
    now = timezone.now()
    rows = [past.rows[pk] for pk in sorted(past.moved)]
    for row in rows:
        row.updated_at = now
    Municipality.objects.bulk_update(rows, ["valid_from", "valid_until", "updated_at"], batch_size=200)
    periods = [period for row in rows for period in past.periods[row.pk]]
    closed = [period for period in periods if period.valid_until is not None]
    MunicipalityPeriod.objects.bulk_update(closed, ["valid_from", "valid_until"], batch_size=200)
    others = [period for period in periods if period.valid_until is None]
    MunicipalityPeriod.objects.bulk_update(others, ["valid_from", "valid_until"], batch_size=200)
    for period, parent in past.opened:
        if parent is not None:
            period.parent_id = past.pks.get(parent)
    MunicipalityPeriod.objects.bulk_create([period for period, _parent in past.opened])
    _date_successions(past, rows)
    save_suggestions(suggestions, past.pks, past.after, past.edition.day, past.after)
    applied = [(None, body) for body in believed if body.key in past.pks]
    write_figures(applied, Plan(past.stored, past.bodies), past.pks, past.edition, progress)
    touched = [*past.moved, *(past.pks[body.key] for body in unknown if body.key in past.pks)]
    for some in chunks(touched):
        refresh_derived(Municipality.objects.filter(pk__in=some))


def _date_successions(past: Past, rows: list[Municipality]) -> None:
    """Guesses about bodies that begin or end earlier than it seemed are of that day."""
    day = past.edition.day
    born = [row.pk for row in rows if row.valid_from == day]
    gone = [row.pk for row in rows if row.valid_until == day - ONE_DAY]
    guesses = Succession.objects.filter(Q(successor__in=born) | Q(predecessor__in=gone), confirmed=False)
    guesses.filter(on=past.after).update(on=day)


def _make_ended(past: Past, unknown: list[Body]) -> None:
    """Bodies that no state read before holds: they were there then and gone by the next state."""
    made = []
    for body in unknown:
        if body.parent and body.parent not in past.pks:
            body.parent = None
        row = new_row(body, past.pks, past.edition, past.begins)
        row.valid_until = past.after - ONE_DAY
        row.save(force_insert=True)
        past.pks[body.key] = row.pk
        made.append(row)
    MunicipalityPeriod.objects.bulk_create([period_of(row) for row in made])
