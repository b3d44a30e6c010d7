"""Writes what an import has planned, with few statements. Called inside one transaction."""

from __future__ import annotations

import datetime as dt
import zlib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import islice
from typing import Any, TypeVar

from django.db.models import F, OuterRef, Q, Subquery
from django.utils import timezone

from coopportal.common.dates import format_day
from coopportal.common.search import sort_key
from municipalities.choices import DoubtDecision, DoubtKind, Level
from municipalities.importers.bodies import Body, Finding
from municipalities.importers.comparison import Change, Plan
from municipalities.importers.gv100ad import Directory, Progress
from municipalities.importers.stored import StoredBody
from municipalities.importers.succession import Suggestion
from municipalities.keys import STATE_CODES
from municipalities.models import (
    DirectoryState,
    Doubt,
    Municipality,
    MunicipalityFigure,
    MunicipalityPeriod,
    State,
    Succession,
)
from municipalities.names import search_text
from municipalities.workflow import kind_words, refresh_derived, refresh_shared_names

T = TypeVar("T")
_LEVELS = (Level.DISTRICT, Level.ASSOCIATION, Level.MUNICIPALITY, Level.UNINCORPORATED)
#: Doubts that a later look at the same state may find gone; the question who follows stays until it is answered.
_REPEATED = [kind for kind in DoubtKind if kind != DoubtKind.NO_SUCCESSOR]
_CHUNK = 2000


@dataclass(frozen=True)
class Edition:
    """The state an import writes: its day, and the days of its figures (None: the file does not tell)."""

    day: dt.date
    population_date: dt.date | None
    area_date: dt.date | None

    @property
    def source(self) -> str:
        return "© Statistisches Bundesamt (Destatis), Gemeindeverzeichnis GV-ISys, Gebietsstand " + format_day(self.day)


def save(plan: Plan, edition: Edition, progress: Progress) -> dict[str, int]:
    """Write the plan; the ids of all bodies by key. The order keeps keys of existing bodies unique at every moment."""
    now = timezone.now()
    pks = {key: old.pk for key, old in plan.stored.by_key.items()}
    end(plan.ended, edition.day, now)
    make(plan.new, pks, edition, begins=edition.day if plan.stored.previous else None, progress=progress)
    change(plan, pks, edition, now)
    stale = write_figures(plan.applied, plan, pks, edition, progress)
    repeat_figures([*stale, *(c.stored.pk for c in [*plan.changed, *plan.replaced])], edition, now)
    suggest(plan, pks, edition)
    if plan.changed or plan.replaced:
        touched = [one.stored.pk for one in [*plan.changed, *plan.replaced]]
        refresh_derived(Municipality.objects.filter(pk__in=touched))
    elif plan.new or plan.ended:
        refresh_shared_names()
    return pks


def ensure_states(names: dict[str, str]) -> None:
    """The Länder have to be there; those of the fixtures stay as they are."""
    known = set(State.objects.values_list("code", flat=True))
    State.objects.bulk_create(
        State(code=code, name=name, official_name=name, iso=STATE_CODES[code])
        for code, name in sorted(names.items())
        if code not in known
    )


def remember_state(directory: Directory, edition: Edition, data: bytes) -> None:
    """Write down that this state was read, with its file; nothing is written for the same file again."""
    values = {
        "lines": directory.lines,
        "sha256": directory.sha256,
        "population_date": edition.population_date,
        "area_date": edition.area_date,
    }
    known = DirectoryState.objects.light().filter(day=edition.day).first()
    if known is None or any(getattr(known, name) != value for name, value in values.items()):
        DirectoryState.objects.update_or_create(day=edition.day, defaults=values | {"content": zlib.compress(data, 3)})


# --- Bodies and periods ---


def end(bodies: Sequence[StoredBody], day: dt.date, now: dt.datetime) -> None:
    """Bodies are gone since ``day``: they and their last periods end the day before."""
    eve = day - dt.timedelta(days=1)
    by_end = defaultdict(list)
    for body in bodies:
        by_end[max(eve, body.valid_from or eve)].append(body.pk)
    for last, pks in by_end.items():
        for some in chunks(pks):
            Municipality.objects.filter(pk__in=some).update(valid_until=last, updated_at=now)
            periods = MunicipalityPeriod.objects.filter(municipality__in=some, valid_until__isnull=True)
            periods.filter(Q(valid_from__isnull=True) | Q(valid_from__lte=last)).update(valid_until=last)
            periods.update(valid_until=F("valid_from"))


def make(
    bodies: Sequence[Body], pks: dict[str, int], edition: Edition, *, begins: dt.date | None, progress: Progress
) -> None:
    """Make new bodies with their first periods, parents first; ``pks`` learns their ids."""
    rows: list[Municipality] = []
    for levels in (_LEVELS[:1], _LEVELS[1:2], _LEVELS[2:]):
        made = [new_row(body, pks, edition, begins) for body in bodies if body.level in levels]
        for some in chunks(made):
            Municipality.objects.bulk_create(some)
            progress("schreiben", len(rows) + len(some), len(bodies))
            rows += some
        pks |= {row.short_key: row.pk for row in made}
    MunicipalityPeriod.objects.bulk_create([period_of(row) for row in rows])


def new_row(body: Body, pks: dict[str, int], edition: Edition, begins: dt.date | None) -> Municipality:
    name = body.name
    return Municipality(
        ars=body.ars,
        ags=body.ags,
        name=name,
        official_name=body.official_name,
        kind=str(body.kind),
        level=body.level,
        state_id=body.ars[:2],
        parent_id=pks[body.parent] if body.parent else None,
        valid_from=begins,
        population=body.population,
        population_date=edition.population_date,
        area_km2=km2(body.area),
        directory_state=edition.day,
        directory_source=edition.source,
        sort_key=sort_key(name),
        search_text=search_text(
            [name], [body.official_name, *kind_words(str(body.kind))], [body.ars, body.key, body.ags]
        ),
    )


def period_of(row: Municipality) -> MunicipalityPeriod:
    """A period with the present values of the row."""
    return MunicipalityPeriod(
        municipality_id=row.pk,
        ars=row.ars,
        ags=row.ags,
        name=row.name,
        official_name=row.official_name,
        kind=row.kind,
        parent_id=row.parent_id,
        valid_from=row.valid_from,
        valid_until=row.valid_until,
    )


def change(plan: Plan, pks: dict[str, int], edition: Edition, now: dt.datetime) -> None:
    """Give bodies their new values: in a new period, or in the present one where the same state is corrected."""
    changes = {one.stored.pk: one for one in [*plan.replaced, *plan.changed]}
    if not changes:
        return
    rows = Municipality.objects.in_bulk(list(changes))
    current: dict[int, MunicipalityPeriod] = {}
    for some in chunks(list(changes)):
        for period in MunicipalityPeriod.objects.filter(municipality__in=some).on(edition.day):
            current[period.municipality_id] = period
    opened, corrected, closed = [], [], []
    for pk, one in changes.items():
        _fill(rows[pk], one, pks, now)
        period = current.get(pk)
        if period is None or not _corrects(one, period, plan, edition.day):
            opened.append(_next_period(rows[pk], edition.day))
            if period is not None:
                period.valid_until = edition.day - dt.timedelta(days=1)
                closed.append(period)
        else:
            corrected.append(_repeat(period, rows[pk]))
    columns = ["ars", "ags", "name", "official_name", "kind", "parent"]
    Municipality.objects.bulk_update(rows.values(), [*columns, "level", "updated_at"], batch_size=200)
    MunicipalityPeriod.objects.bulk_update(closed, ["valid_until"], batch_size=200)
    MunicipalityPeriod.objects.bulk_update(corrected, columns, batch_size=200)
    MunicipalityPeriod.objects.bulk_create(opened)


def _fill(row: Municipality, one: Change, pks: dict[str, int], now: dt.datetime) -> None:
    body = one.body
    row.ars, row.ags, row.kind, row.level = body.ars, body.ags, str(body.kind), body.level
    if not body.is_orphan:
        row.parent_id = pks[body.parent] if body.parent else None
    if one.is_renamed or not one.stored.is_listed:
        row.name, row.official_name = body.name, body.official_name
    row.updated_at = now


def _corrects(one: Change, period: MunicipalityPeriod, plan: Plan, day: dt.date) -> bool:
    """Is this no news, but a better word for the same state (or the first the directory says of a fixture's body)?"""
    if not one.stored.is_listed or period.valid_from == day:
        return True
    return one.stored.directory_state == day and period.valid_from is None and plan.stored.previous is None


def _next_period(row: Municipality, day: dt.date) -> MunicipalityPeriod:
    period = period_of(row)
    period.valid_from = day
    return period


def _repeat(period: MunicipalityPeriod, row: Municipality) -> MunicipalityPeriod:
    for column in ("ars", "ags", "name", "official_name", "kind", "parent_id"):
        setattr(period, column, getattr(row, column))
    return period


# --- Figures ---


def write_figures(
    applied: Iterable[tuple[StoredBody | None, Body]],
    plan: Plan,
    pks: dict[str, int],
    edition: Edition,
    progress: Progress,
) -> list[int]:
    """Figures of this state; the ids of bodies whose own columns no longer repeat the newest ones."""
    new, corrected, stale = [], [], []
    summed = f"{edition.source}; Summe der Gemeinden"
    for old, body in applied:
        pk = pks[body.key]
        source = edition.source if len(body.key) == 8 else summed
        values = (body.population, km2(body.area), edition.population_date, edition.area_date, source)
        known = plan.stored.figures.get(pk)
        if known is None:
            new.append(_figure(pk, edition.day, values))
        elif known[1:] != values:
            corrected.append(_figure(pk, edition.day, values, known.pk))
        is_stale = old is not None and (old.directory_state, old.population, old.area_km2) != (edition.day, *values[:2])
        if is_stale or (known is not None and known[1:] != values):
            stale.append(pk)
    columns = ["population", "area_km2", "population_date", "area_date", "source"]
    done = 0
    for some in chunks(new):
        MunicipalityFigure.objects.bulk_create(some)
        done += len(some)
        progress("Zahlen", done, len(new))
    MunicipalityFigure.objects.bulk_update(corrected, columns, batch_size=200)
    return stale


def _figure(owner: int, day: dt.date, values: tuple[Any, ...], pk: int | None = None) -> MunicipalityFigure:
    population, area, population_date, area_date, source = values
    return MunicipalityFigure(
        pk=pk,
        municipality_id=owner,
        directory_state=day,
        population=population,
        area_km2=area,
        population_date=population_date,
        area_date=area_date,
        source=source,
    )


def repeat_figures(pks: Iterable[int], edition: Edition, now: dt.datetime) -> None:
    """Let the bodies repeat the figures of this state, in one statement for thousands of them."""
    figures = MunicipalityFigure.objects.filter(municipality=OuterRef("pk"), directory_state=edition.day)
    for some in chunks(sorted(set(pks))):
        Municipality.objects.filter(pk__in=some).update(
            population=Subquery(figures.values("population")[:1]),
            area_km2=Subquery(figures.values("area_km2")[:1]),
            population_date=edition.population_date,
            directory_state=edition.day,
            directory_source=edition.source,
            updated_at=now,
        )


# --- Successions and doubts ---


def suggest(plan: Plan, pks: dict[str, int], edition: Edition) -> None:
    """Write the guesses, to be confirmed by a steward."""
    save_suggestions(plan.suggestions, pks, edition.day, plan.stored.previous, edition.day)


def save_suggestions(
    suggestions: Iterable[Suggestion], pks: dict[str, int], on: dt.date, before: dt.date | None, after: dt.date
) -> None:
    first = f"{format_day(before)} und {format_day(after)}" if before else format_day(after)
    source = f"Vorschlag aus dem Vergleich der Gebietsstände {first} (Schlüssel, Name, Kreis, Fläche)"
    Succession.objects.bulk_create(
        [
            Succession(
                predecessor_id=pks[one.predecessor],
                successor_id=pks[one.successor],
                kind=one.kind,
                on=on,
                source=source,
                confirmed=False,
            )
            for one in suggestions
        ],
        ignore_conflicts=True,
    )


def save_doubts(findings: Iterable[Finding], day: dt.date, pks: dict[str, int]) -> None:
    """Keep the open doubts of this state as they are now; what a steward decided stays."""
    known = {(row.kind, row.key): row for row in Doubt.objects.filter(directory_state=day)}
    new, changed, seen = [], [], set()
    for finding in findings:
        place = (str(finding.kind), finding.key)
        if place in seen:
            continue
        seen.add(place)
        row = known.get(place)
        if row is None:
            row = Doubt(directory_state=day, kind=finding.kind, key=finding.key)
            new.append(row)
        elif (row.line, row.message) != (finding.line, finding.message) and row.decision == DoubtDecision.OPEN:
            changed.append(row)
        row.line, row.message = finding.line, finding.message
        row.municipality_id = pks.get(finding.key, row.municipality_id)
    Doubt.objects.bulk_create(new)
    Doubt.objects.bulk_update(changed, ["line", "message"])
    settled = [row.pk for place, row in known.items() if place not in seen and place[0] in _REPEATED]
    Doubt.objects.filter(pk__in=settled, decision=DoubtDecision.OPEN).delete()


# --- Small words ---


def km2(hectares: int) -> Decimal:
    return Decimal(hectares).scaleb(-2)


def chunks(rows: Iterable[T], size: int = _CHUNK) -> Iterator[list[T]]:
    iterator = iter(rows)
    while some := list(islice(iterator, size)):
        yield some
