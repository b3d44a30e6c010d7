"""Writes the dump: every list of the API as NDJSON and CSV, every table as records, what it is, and check sums.

All of it is read from one state of the database, row by row, into a folder beside the target that takes its name at
the end. What a dump holds and how it is read stands in docs/export.md.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import os
import tomllib
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import count, islice, tee
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder
from django.db.models import ForeignKey
from django.http import HttpRequest, QueryDict
from django.utils import timezone

from coopportal.common import feed
from coopportal.common.api import Resource
from coopportal.common.licence import ATTRIBUTION, LICENCE
from coopportal.common.renderers import CHUNK, CsvRenderer, FileFacts, NdjsonRenderer, compact
from coopportal.dump.placing import put, sweep, work_folder
from coopportal.dump.records import RECORD_OF, RECORDS, Recorded
from coopportal.dump.snapshots import last_id, snapshot
from coopportal.dump.values import plain
from coopportal.resources import RESOURCES

KIND, FORMAT = "kooperationsportal-abzug", 2
METADATA, SUMS = "metadata.json", "SHA256SUMS"

#: (name of the file, its place among all, how many there are, rows so far)
Progress = Callable[[str, int, int, int], None]
Entry = dict[str, Any]


class TargetTaken(Exception):
    """There is something in the place where the dump shall stand; nothing was written."""


@dataclass
class Dump:
    """A dump in the making: its folder, and what was written so far."""

    folder: Path
    progress: Progress
    total: int = 2 * len(RESOURCES) + len(RECORDS)
    files: list[Entry] = field(default_factory=list)

    def told(self, path: str, rows: int) -> None:
        self.progress(path, len(self.files) + 1, self.total, rows)


class _File:
    """A file that knows its size and its check sum when it is closed."""

    def __init__(self, dump: Dump, path: str) -> None:
        self.dump, self.path = dump, path
        target = dump.folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        self._file, self._digest, self.bytes = target.open("wb"), hashlib.sha256(), 0

    def write(self, piece: bytes) -> None:
        self._file.write(piece)
        self._digest.update(piece)
        self.bytes += len(piece)

    def close(self, rows: int, **more: Any) -> None:
        self._file.flush()
        os.fsync(self._file.fileno())
        self._file.close()
        entry = {"path": self.path, "rows": rows, "bytes": self.bytes, "sha256": self._digest.hexdigest()}
        self.dump.files.append({**entry, **more})


def write_dump(directory: Path, *, replace: bool = False, progress: Progress = lambda *_: None) -> Entry:
    """Write the dump as ``directory`` and return its metadata; a fault leaves nothing behind.

    Raises TargetTaken where something is there already, unless it is a dump and ``replace`` says to put this one in its
    place; OSError where the folder cannot be written.
    """
    if directory.exists():  # a symbolic link stays one: the folder it leads to is replaced
        directory = directory.resolve()
    directory = directory.absolute()
    sweep(directory)
    _require_room(directory, replace=replace)
    directory.parent.mkdir(parents=True, exist_ok=True)
    with work_folder(directory) as work:
        metadata = _write(Dump(work, progress))
        put(work, directory)
    return metadata


def _require_room(directory: Path, *, replace: bool) -> None:
    if directory.is_dir():
        if not any(directory.iterdir()):
            return
        if not replace:
            raise TargetTaken(f"Das Verzeichnis {directory} ist nicht leer; --replace ersetzt einen früheren Abzug.")
        if not is_dump(directory):
            raise TargetTaken(f"Im Verzeichnis {directory} liegt kein Abzug; ersetzt wird nur ein solcher.")
    elif directory.exists() or directory.is_symlink():
        raise TargetTaken(f"{directory} ist kein Verzeichnis.")


def is_dump(directory: Path) -> bool:
    """Does the folder say of itself that it is a dump of this kind of portal?"""
    with suppress(OSError, ValueError, AttributeError):
        return bool(json.loads((directory / METADATA).read_bytes()).get("kind") == KIND)
    return False


def _write(dump: Dump) -> Entry:
    today = timezone.localdate()
    feed.settle(today)
    with snapshot():
        head = _head(feed.version(), today)
        for name, resource in RESOURCES.items():
            _write_list(dump, name, opened(name, resource, today))
        for recorded in RECORDS:
            _write_records(dump, recorded)
            _write_files(dump, recorded)
    metadata = head | {"files": dump.files}
    text = f"{json.dumps(metadata, ensure_ascii=False, indent=2)}\n".encode()
    file = _File(dump, METADATA)
    file.write(text)
    file.close(0)
    sums = _File(dump, SUMS)
    sums.write("".join(f"{entry['sha256']}  {entry['path']}\n" for entry in dump.files).encode())
    sums.close(0)
    return metadata | {"files": metadata["files"][:-2]}


def _head(version: feed.Version, today: dt.date) -> Entry:
    """What the dump is: of which moment, on which terms, of which portal, and where to go on from it."""
    return {
        "kind": KIND,
        "format": FORMAT,
        "taken_at": timezone.now().isoformat(timespec="seconds"),
        "day": today.isoformat(),
        "portal": {
            "address": settings.PUBLIC_URL,
            "version": portal_version(),
            "schema": _schema(),
            "catalogue": f"{settings.PUBLIC_URL}/api/v1/catalog.jsonld",
        },
        "licence": LICENCE["name"],
        "licence_url": LICENCE["url"],
        "attribution": str(ATTRIBUTION),
        "changes": {
            "cursor": str(version.position),
            "next": f"{settings.PUBLIC_URL}/api/v1/changes/?cursor={version.position}",
            "day": version.day.isoformat() if version.day else None,
            "number": version.number,
            "is_complete": not version.waiting,
        },
    }


def portal_version() -> str:
    with suppress(OSError, KeyError):
        return str(tomllib.loads((Path(settings.BASE_DIR) / "pyproject.toml").read_text())["project"]["version"])
    return ""


def _schema() -> dict[str, str]:
    """App → its last migration: by these the tables of the portal had their shape."""
    applied = MigrationRecorder(connection).applied_migrations()
    apps = {recorded.model._meta.app_label for recorded in RECORDS}
    return {app: max((name for one, name in applied if one == app), default="") for app in sorted(apps)}


# --- the lists of the API ---


def opened(name: str, resource: type[Resource], today: dt.date) -> Resource:
    """A list of the API as it answers who asks nothing, without anybody asking."""
    view = resource(basename=f"api:{name}", detail=False)
    request = HttpRequest()
    request.method, request.path = "GET", f"/api/v1/{name}/"
    view.action_map = {"get": "list"}
    view.setup(request)
    view.request = view.initialize_request(request)
    view.format_kwarg = None
    view.asked = resource.filterset_class(QueryDict(), view.get_queryset(), today=today)
    return view


def _write_list(dump: Dump, name: str, view: Resource) -> None:
    """NDJSON and CSV of a list, side by side: its rows are fetched and told once."""
    columns = [column for column in view.get_serializer().fields if not column.startswith("_")]
    rows = 0

    def counted(portions: Iterable[list[Any]]) -> Iterator[list[Any]]:
        nonlocal rows
        for portion in portions:
            rows += len(portion)
            dump.told(f"lists/{name}", rows)
            yield portion

    one, other = tee(counted(view.portions(view.asked.records())))
    files = _File(dump, f"lists/{name}.ndjson"), _File(dump, f"lists/{name}.csv")
    told = FileFacts(name, view.asked.day)
    for pieces in zip(NdjsonRenderer().stream(columns, one, told), CsvRenderer().stream(columns, other), strict=True):
        for file, piece in zip(files, pieces, strict=True):
            file.write(piece)
    for file in files:
        file.close(rows)


# --- records ---


def _write_records(dump: Dump, recorded: Recorded) -> None:
    """A line for each public row of a table, with its links."""
    file, rows = _File(dump, recorded.path), 0
    for portion in records_of(recorded):
        file.write("".join(f"{compact(record)}\n" for record in portion).encode())
        rows += len(portion)
        dump.told(recorded.path, rows)
    columns = [recorded.key, *recorded.columns, *recorded.links]
    file.close(rows, columns=columns, last_id=rows if recorded.told else last_id(recorded.model))


def _write_files(dump: Dump, recorded: Recorded) -> None:
    """The files that the public rows of a table name; one that the portal has lost is missing here as it is there."""
    if not recorded.file:
        return
    for row in recorded.public().only(recorded.file).iterator(chunk_size=CHUNK):
        stored = getattr(row, recorded.file)
        with suppress(FileNotFoundError), stored.open("rb") as content:
            dump.total += 1
            file = _File(dump, stored_at(stored.name))
            for piece in content.chunks():
                file.write(piece)
            dump.told(file.path, 0)
            file.close(0)


def stored_at(name: str) -> str:
    """Where a file of the portal stands in a dump."""
    return f"files/{name}"


def records_of(recorded: Recorded) -> Iterator[list[Entry]]:
    """The public rows of a table as plain values, so many at a time."""
    meta = recorded.model._meta
    columns = {name: meta.get_field(name) for name in (recorded.key, *recorded.columns)}
    if recorded.told:
        numbers = count(1)
        for told in recorded.told():
            yield [_plain(columns, (next(numbers), *row)) for row in told]
        return
    values = recorded.public().values_list(*(column.attname for column in columns.values()))  # type: ignore[union-attr]
    remaining = values.iterator(chunk_size=CHUNK)
    while rows := list(islice(remaining, CHUNK)):
        portion = [_plain(columns, row) for row in rows]
        for name, column in columns.items():
            _forget_hidden(portion, name, column)
        for name in recorded.links:
            linked = _linked(recorded, name, [record[recorded.key] for record in portion])
            for record in portion:
                record[name] = linked[record[recorded.key]]
        yield portion


def _plain(columns: Entry, row: Iterable[Any]) -> Entry:
    return {name: plain(column, value) for (name, column), value in zip(columns.items(), row, strict=True)}


def _forget_hidden(portion: list[Entry], name: str, column: Any) -> None:
    """A row may name another that not everybody may read: then it names none."""
    target = RECORD_OF.get(column.related_model) if isinstance(column, ForeignKey) else None
    if target is None or not target.hides or not column.null:
        return
    named = {record[name] for record in portion} - {None}
    seen = set(target.public().filter(pk__in=named).values_list("pk", flat=True)) if named else set()
    for record in portion:
        record[name] = record[name] if record[name] in seen else None


def _linked(recorded: Recorded, name: str, keys: list[Any]) -> dict[Any, list[Any]]:
    """Key of a row → the keys of the public rows it is linked with, in order."""
    relation: Any = recorded.model._meta.get_field(name)
    source, target = relation.m2m_column_name(), relation.m2m_reverse_name()
    pairs = relation.remote_field.through._default_manager.filter(**{f"{source}__in": keys}).order_by()
    found: dict[Any, list[Any]] = defaultdict(list)
    rows = list(pairs.values_list(source, target))
    of = RECORD_OF[relation.related_model]
    seen = set(of.public().filter(pk__in={other for _one, other in rows}).values_list("pk", flat=True))
    for one, other in sorted(rows):
        if other in seen:
            found[one].append(other)
    return found
