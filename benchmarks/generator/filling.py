"""Fills the empty database: directory, cooperations, sources, and the feed of changes as if all had been told."""

from __future__ import annotations

import json
from contextlib import suppress
from typing import Any

from django.db import connection, transaction

import funding.workflow
import municipalities.workflow
from agreements.models import (
    Agreement,
    Award,
    Confirmation,
    Cooperation,
    Event,
    Participation,
    ParticipationStep,
    StatusStep,
    TaskField,
    Transition,
)
from benchmarks.generator.cooperations import Register
from benchmarks.generator.dice import Dice
from benchmarks.generator.directory import FIXTURES, Directory, write_states
from benchmarks.generator.sources import write_sources
from benchmarks.generator.writing import WRITTEN, Store
from coopportal.common import triggers
from coopportal.common.models import Change, Clock, Mark
from coopportal.common.teller import rules
from funding.models import Programme
from municipalities.models import (
    DirectoryState,
    Municipality,
    MunicipalityFigure,
    MunicipalityName,
    MunicipalityPeriod,
    Organisation,
    State,
    Succession,
)
from sources.models import Citation, Passage, SourceDocument

#: Published cooperations and their participations.
SCALES = {"S": (500, 5_000), "M": (5_000, 50_000), "L": (50_000, 500_000)}

#: What is pointed at comes before what points at it.
ORDER = (
    *(State, DirectoryState, Municipality, MunicipalityPeriod, MunicipalityFigure, MunicipalityName, Succession),
    *(TaskField, Organisation, Programme, Cooperation, Cooperation.task_fields.through, StatusStep),
    *(Participation, ParticipationStep, Confirmation, Agreement, Agreement.parties.through),
    *(Event, Event.cooperations.through, Event.municipalities.through, Award, Transition),
    *(SourceDocument, Passage, Citation),
)


class NotEmptyError(Exception):
    """There is a register already."""


def fill(cooperations: int, participations: int, *, seed: int = 1, part: float = 1) -> dict[str, int]:
    """Fill with so many published ones over a ``part`` of the directory; the number of rows by table.

    Raises NotEmptyError where the database has bodies or cooperations already.
    """
    if Cooperation.objects.exists() or Municipality.objects.exists():
        raise NotEmptyError("Die Datenbank ist nicht leer.")
    with transaction.atomic():
        triggers.remove()
        store, dice = Store(*ORDER), Dice(seed)
        write_states(store)
        _write_task_fields(store)
        store.flush(force=True)
        register = Register(store, dice, Directory(store, dice, part=part))
        store.flush(force=True)
        municipalities.workflow.refresh_shared_names()
        municipalities.workflow.refresh_organisations()
        funding.workflow.refresh_derived()
        register.write(cooperations, participations)
        write_sources(store, dice, register.published)
        store.close()
        triggers.install(rules().watched)
        changes = _tell()
    analyse()
    return {model._meta.db_table: table.count for model, table in store.tables.items()} | {"changes": changes}


def _write_task_fields(store: Store) -> None:
    for group in json.loads((FIXTURES / "04_task_fields.json").read_text(encoding="utf-8"))["entries"]:
        fields: list[dict[str, Any]] = group.pop("children", [])
        store[TaskField].add(**group)
        for field in fields:
            store[TaskField].add(**field, parent_id=group["code"])


def _tell() -> int:
    """The feed of changes, all told, each record once; nothing waits. How many there are."""
    Mark.objects.all().delete()
    Change.objects.all().delete()
    store = Store(Change)
    table = store[Change]
    for name, told in rules().lists.items():
        for pk, key in told.rows(WRITTEN.date()).order_by("pk").values_list("pk", told.key).iterator():
            place = table.count + 1
            table.add(resource=name, key=str(key), object_pk=str(pk), position=place, since=place, at=WRITTEN)
            store.flush()
    store.close()
    clock = {"settled": table.count, "position": table.count, "day": WRITTEN.date(), "moved_at": WRITTEN}
    Clock.objects.update_or_create(pk=1, defaults=clock)
    return table.count


def analyse() -> None:
    """What the databases would have found out by themselves after some days in service."""
    with connection.cursor() as cursor, suppress(NotImplementedError):
        cursor.execute("ANALYZE")
