"""``import_directory``: a file of the official directory into the database, all of it or nothing."""

from __future__ import annotations

import datetime as dt
import zlib
from collections.abc import Iterable

from django.db import connection, transaction

from coopportal.common.dates import format_day
from coopportal.common.planning import learn
from municipalities.choices import DoubtDecision
from municipalities.importers.bodies import bodies_of
from municipalities.importers.boundaries import link_boundaries
from municipalities.importers.comparison import check_size, compare
from municipalities.importers.gv100ad import Directory, Progress, no_progress, read
from municipalities.importers.historic import complete
from municipalities.importers.refusal import Refused
from municipalities.importers.report import Report, report_of
from municipalities.importers.saving import Edition, ensure_states, remember_state, save, save_doubts
from municipalities.importers.stored import load
from municipalities.models import DirectoryState, Doubt, Municipality, MunicipalityFigure, MunicipalityPeriod
from municipalities.workflow import decide_doubt


def import_directory(
    data: bytes,
    *,
    today: dt.date,
    historic: bool = False,
    dry_run: bool = False,
    population_date: dt.date | None = None,
    area_date: dt.date | None = None,
    progress: Progress = no_progress,
) -> Report:
    """Read a file of the directory and bring what is stored to its state.

    ``historic`` lets a state older than the latest one fill in the past; ``dry_run`` writes nothing. The days of the
    figures do not stand in the file: without them a known state keeps its own, a new one gets the likely day of its
    population and none for its area. Raises Refused, with nothing written.
    """
    directory = read(data, progress)
    if directory.day > today:
        raise Refused(f"Der Gebietsstand {format_day(directory.day)} liegt in der Zukunft.")
    with transaction.atomic():
        _one_at_a_time()
        stored = load(directory.day)
        edition = _edition(directory, population_date, area_date)
        is_older = stored.latest is not None and directory.day < stored.latest
        if stored.latest is not None and is_older and not historic:
            raise Refused(
                f"Der Gebietsstand {format_day(directory.day)} ist älter als der letzte ({format_day(stored.latest)}). "
                "Mit --historic ergänzt er die Vergangenheit; die Gegenwart bleibt."
            )
        bodies = bodies_of(directory)
        if is_older:
            report = complete(directory, bodies, stored, edition, data, dry_run=dry_run, progress=progress)
            if not dry_run:
                link_boundaries()
            return report
        check_size(directory.lines, _lines_before(directory.day), stored, bodies)
        plan = compare(stored, bodies)
        report = report_of(plan, directory)
        if not dry_run:
            ensure_states(directory.states)
            pks = save(plan, edition, progress)
            save_doubts(plan.findings, edition.day, pks)
            remember_state(directory, edition, data)
            _tell_planner(len(plan.new) + len(plan.ended))
            link_boundaries()
    return report


@transaction.atomic
def settle(doubts: Iterable[Doubt], *, decision: str, by: str, today: dt.date, note: str = "") -> None:
    """Decide doubts; rows that were kept out and are believed now are applied at once, from the file as it was read.

    Raises ValidationError, with nothing decided, where one of them cannot be decided so.
    """
    states = set()
    for doubt in doubts:
        decided = decide_doubt(doubt, decision=decision, by=by, note=note)
        if decided.stops and decision == DoubtDecision.ACCEPTED:
            states.add(decided.directory_state)
    for day in sorted(states):
        read_again(day, today=today)


def read_again(day: dt.date, *, today: dt.date) -> Report:
    """Apply a stored state once more, after a steward has decided its doubts."""
    state = DirectoryState.objects.get(day=day)
    return import_directory(zlib.decompress(state.content), today=today, historic=True)


def population_day(state: dt.date) -> dt.date | None:
    """The likely day of the population in a state of the directory, None where that cannot be told.

    The edition of 31 December holds that day's population. The editions from August on (seen: 31.08.2025, 30.11.2025)
    hold that of the last 31 December, those before still an older one.
    """
    if (state.month, state.day) == (12, 31):
        return state
    return dt.date(state.year - 1, 12, 31) if state.month >= 8 else None


def _edition(directory: Directory, population_date: dt.date | None, area_date: dt.date | None) -> Edition:
    known = DirectoryState.objects.light().filter(day=directory.day).first()
    if known is not None:
        return Edition(known.day, population_date or known.population_date, area_date or known.area_date)
    return Edition(directory.day, population_date or population_day(directory.day), area_date)


def _lines_before(day: dt.date) -> int | None:
    known = DirectoryState.objects.filter(day__lte=day).order_by("-day").values_list("lines", flat=True)
    return known.first()


def _tell_planner(rows: int) -> None:
    """After thousands of new rows a database plans by what it knew of small tables, until somebody looks again.

    On SQLite a key was looked for in twenty seconds then: each period for each body.
    """
    if rows > 1000:
        learn(Municipality, MunicipalityPeriod, MunicipalityFigure)


def _one_at_a_time() -> None:
    """A second import waits here; SQLite lets only one transaction write anyway."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(f"LOCK TABLE {DirectoryState._meta.db_table} IN EXCLUSIVE MODE")
