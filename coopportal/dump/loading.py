"""Fills an empty portal from a dump: the same keys, the same content, the same place in the order of changes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any

from django.core.files import File
from django.db import Error, connection, transaction
from django.db.models import ForeignKey
from django.utils import timezone
from django.utils.dateparse import parse_date

import agreements.workflow
import funding.workflow
import municipalities.workflow
import sources.workflow
from agreements.models import Cooperation, Event
from coopportal.common.models import Clock, Mark
from coopportal.dump.reading import Line, OpenedDump, Refused, digest
from coopportal.dump.records import RECORD_OF, RECORDS, Recorded
from coopportal.dump.snapshots import go_on_after

#: Records written at a time.
BATCH = 500

#: The version of all that can be read begins so far above the one of the dump: what the old portal answered after the
#: dump was taken, and readers have kept, is never taken for an answer of this one.
ROOM = 1_000_000

#: (name of the file, records so far, all records)
Progress = Callable[[str, int, int], None]


@dataclass
class Report:
    """How many records of which kind were written."""

    rows: dict[str, int] = field(default_factory=dict)

    @property
    def total(self) -> int:
        return sum(self.rows.values())


def load_dump(directory: Path, *, progress: Progress = lambda *_: None) -> Report:
    """Fill the portal. Raises Refused where it is not empty or the dump is damaged or foreign: nothing is written."""
    dump = OpenedDump(directory)
    with ExitStack() as undone, transaction.atomic():
        _require_empty()
        loader = _Loader(dump, progress, undone)
        for recorded in dump.records:
            loader.write(recorded)
            if after := _DERIVED_AFTER.get(recorded.name):
                after()
        _tell_derived()
        try:
            connection.check_constraints()
        except Error as error:
            raise Refused([f"Der Abzug ist nicht in sich stimmig: {error}"]) from error
        for recorded in dump.records:
            go_on_after(recorded.model, dump.last_id(recorded))
        _set_clock(dump)
        undone.pop_all()
    return loader.report


def present() -> dict[str, int]:
    """What there is in the portal already: kind → number of rows, hidden ones too."""
    counts = {recorded.label: recorded.model._default_manager.count() for recorded in RECORDS}
    return {label: number for label, number in counts.items() if number}


def _require_empty() -> None:
    if found := present():
        told = ", ".join(f"{number} {label}" for label, number in found.items())
        raise Refused([f"Das Portal ist nicht leer: {told}."])


class _Loader:
    """One import: which keys were written so far, and how many records."""

    def __init__(self, dump: OpenedDump, progress: Progress, undone: ExitStack) -> None:
        self.dump, self.progress, self.undone = dump, progress, undone
        self.report = Report()
        self.done = 0
        #: (model, column) → the values of the rows written: what other rows may name.
        self.known: dict[tuple[Any, str], set[Any]] = defaultdict(set)

    def write(self, recorded: Recorded) -> None:
        """All records of a table, then their links; rows of the table may name later ones of it."""
        lines, rows = self.dump.lines(recorded), 0
        own: list[tuple[str, Any, str]] = []
        while batch := list(islice(lines, BATCH)):
            self.remember(recorded, batch)
            for line in batch:
                own += self.missing(recorded, line)
            _insert(recorded, batch)
            _link(recorded, batch)
            self.store(recorded, batch)
            rows += len(batch)
            self.done += len(batch)
            self.progress(recorded.path, self.done, self.dump.rows)
        self.refuse_missing(recorded, own)
        self.report.rows[recorded.label] = rows

    def store(self, recorded: Recorded, batch: list[Line]) -> None:
        """Put the files of the rows where the portal keeps them; should the import fail they are taken away again."""
        for line in batch if recorded.file else ():
            if (path := self.dump.file_of(recorded, line)) is None:
                continue
            storage, name = recorded.model._meta.get_field(recorded.file).storage, str(line.values[recorded.file])  # type: ignore[union-attr]
            if not storage.exists(name):
                self.undone.callback(storage.delete, name)
                with path.open("rb") as content:
                    storage.save(name, File(content))
            elif digest(Path(storage.path(name))) != line.values["sha256"]:
                raise Refused([f"{line.place}, {recorded.file}: Hier liegt schon eine andere Datei dieses Namens."])

    def remember(self, recorded: Recorded, batch: list[Line]) -> None:
        keys = self.known[recorded.model, recorded.key]
        for line in batch:
            key = line.values[recorded.key]
            if key in keys:
                raise Refused([f"{line.place}: Dieser Schlüssel steht schon weiter oben."])
            keys.add(key)
        if "code" in recorded.columns:  # the Länder are called by their code
            self.known[recorded.model, "code"] |= {line.values["code"] for line in batch}

    def missing(self, recorded: Recorded, line: Line) -> Iterator[tuple[str, Any, str]]:
        """What the record names and was not written yet: (place, key, column). Raises Refused unless it may come."""
        for name, value in line.values.items():
            column: Any = recorded.model._meta.get_field(name)
            if column.related_model not in RECORD_OF:
                continue
            target = column.target_field.attname if isinstance(column, ForeignKey) else None
            keys = self.known[column.related_model, target or RECORD_OF[column.related_model].key]
            for key in [value] if target else value:
                if key is not None and key not in keys:
                    if column.related_model is not recorded.model:
                        raise Refused([_not_there(line.place, name, key)])
                    yield line.place, key, name

    def refuse_missing(self, recorded: Recorded, own: list[tuple[str, Any, str]]) -> None:
        keys = self.known[recorded.model, recorded.key]
        if faults := [_not_there(place, name, key) for place, key, name in own if key not in keys]:
            raise Refused(faults)


def _not_there(place: str, name: str, key: Any) -> str:
    return f"{place}, {name}: Ein Datensatz {key} steht nicht im Abzug."


def _insert(recorded: Recorded, batch: list[Line]) -> None:
    """Write the rows as they are, moments of recording too. Raises Refused with the line the database does not take."""
    objects = [_made(recorded, line) for line in batch]
    try:
        with transaction.atomic():
            _write(recorded, objects)
    except Error:
        for line, row in zip(batch, objects, strict=True):
            try:
                with transaction.atomic():
                    _write(recorded, [row])
            except Error as error:
                reason = str(error).splitlines()[0]
                raise Refused([f"{line.place}: Die Datenbank nimmt das nicht an ({reason})."]) from error


def _made(recorded: Recorded, line: Line) -> Any:
    meta = recorded.model._meta
    values = {
        meta.get_field(name).attname: value  # type: ignore[union-attr]
        for name, value in line.values.items()
        if name not in recorded.links
    }
    row: Any = recorded.model(**values)
    for name, instead in recorded.instead.items():
        setattr(row, name, instead(row))
    return row


def _write(recorded: Recorded, rows: list[Any]) -> None:
    """``bulk_create`` would put today in the place of the moments of recording; ``raw`` writes what stands there."""
    columns = [column for column in recorded.model._meta.local_concrete_fields if not column.generated]
    most = max(connection.ops.bulk_batch_size(columns, rows), 1)
    for start in range(0, len(rows), most):
        manager: Any = recorded.model._base_manager
        manager._insert(rows[start : start + most], fields=columns, raw=True, using=connection.alias)


def _link(recorded: Recorded, batch: list[Line]) -> None:
    for name in recorded.links:
        relation: Any = recorded.model._meta.get_field(name)
        source, target = relation.m2m_column_name(), relation.m2m_reverse_name()
        through = relation.remote_field.through
        through._default_manager.bulk_create(
            [
                through(**{source: line.values[recorded.key], target: key})
                for line in batch
                for key in line.values.get(name, ())
            ],
            batch_size=BATCH,
        )


# --- what is reckoned anew ---


def _tell_bodies() -> None:
    municipalities.workflow.refresh_derived()
    municipalities.workflow.refresh_organisations()


#: Table → what is reckoned as soon as it is there: before the cooperations, which would be reckoned with every body.
_DERIVED_AFTER: dict[str, Callable[[], None]] = {"municipalities.organisation": _tell_bodies}


def _tell_derived() -> None:
    funding.workflow.refresh_derived()
    keys = Cooperation.objects.order_by("pk").values_list("pk", flat=True).iterator(chunk_size=BATCH)
    while portion := list(islice(keys, BATCH)):
        agreements.workflow.refresh_derived(Cooperation.objects.filter(pk__in=portion))
    agreements.workflow.refresh_events(Event.objects.filter(cooperations=None))
    sources.workflow.refresh_search()


def _set_clock(dump: OpenedDump) -> None:
    """Go on in the order of changes where the dump was taken.

    The marks that writing has left are taken away, since every change they would tell stands in the dump already; but
    where the old portal had not told all of them then, all records are told once more rather than one too few.
    """
    here, _made = Clock.objects.select_for_update().get_or_create(pk=1)
    marks, told = Mark.objects.count(), dump.changes
    if told.get("is_complete"):
        Mark.objects.all().delete()
    before = max(here.settled, int(told.get("number") or 0))
    here.settled = before + marks + ROOM
    here.position = int(told["cursor"])
    here.day = parse_date(told.get("day") or "")
    here.moved_at = timezone.now()
    here.save()
