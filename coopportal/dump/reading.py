"""Reads a dump and believes nothing: check sums, version and columns first, then every line with its place."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.utils.dateparse import parse_date

from coopportal.common.reasons import reason_of
from coopportal.dump.records import RECORDS, Recorded
from coopportal.dump.values import BadValue, restored
from coopportal.dump.writing import FORMAT, KIND, METADATA, SUMS, stored_at

#: So many faults are told at once.
MOST_FAULTS = 20
#: No record is longer: outlines and the files of the directory are the largest.
LONGEST_LINE = 64 * 1024 * 1024

_NAME = re.compile(r"(?:lists|records)/[a-z_.-]+|files/[0-9a-f]{2}/[0-9a-f]{32}\.[a-z]{1,4}")
#: A place in the changes, as text.
_CURSOR = re.compile(r"[0-9]{1,18}")
#: Half a character, written as an escape: no database takes it, and no terminal.
_HALF = re.compile(r"\\u[dD][89a-fA-F]")
#: Numbers of the metadata stay so far below what a column holds that they can be added to.
_HIGHEST = 1 << 62
_PIECE = 1 << 20


class Refused(Exception):
    """Nothing was written; ``faults`` are sentences for people, each with its file and line where it has them."""

    def __init__(self, faults: list[str]) -> None:
        super().__init__("\n".join(faults[:MOST_FAULTS]))
        self.faults = faults


@dataclass(frozen=True)
class Line:
    """One record of a file, with the number of its line (from 1) and its values by column."""

    path: str
    number: int
    values: dict[str, Any]

    @property
    def place(self) -> str:
        return f"{self.path}, Zeile {self.number}"


class OpenedDump:
    """A dump whose files are whole and whose columns are known."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self.metadata = _metadata(directory)
        self.files = _files(self.metadata)
        _check_sums(directory, self.files)
        #: The tables that dumps of this format have; others are empty.
        self.records = [recorded for recorded in RECORDS if recorded.since <= self.metadata["format"]]
        for recorded in self.records:
            _check_columns(recorded, self.files)

    def file_of(self, recorded: Recorded, line: Line) -> Path | None:
        """The file that a record names; None where the old portal had lost it. Raises Refused where it is another."""
        name = str(line.values[recorded.file])
        path = stored_at(name)
        if not _NAME.fullmatch(path):
            raise Refused([f"{line.place}, {recorded.file}: unerwarteter Dateiname."])
        if path not in self.files:
            return None
        if self.files[path]["sha256"] != line.values["sha256"]:
            raise Refused([f"{line.place}, sha256: Das ist nicht die Prüfsumme von {path}."])
        return self.directory / path

    @property
    def rows(self) -> int:
        """The number of records in all tables."""
        return sum(int(self.files[recorded.path]["rows"] or 0) for recorded in self.records)

    @property
    def changes(self) -> dict[str, Any]:
        """Where in the order of changes the dump was taken."""
        found: dict[str, Any] = self.metadata["changes"]
        return found

    def last_id(self, recorded: Recorded) -> int:
        return int(self.files[recorded.path].get("last_id") or 0)

    def lines(self, recorded: Recorded) -> Iterator[Line]:
        """The records of a table, one by one. Raises Refused with the line that is none."""
        told = self.files[recorded.path]["columns"]
        number = 0
        with (self.directory / recorded.path).open("rb") as file:
            while text := file.readline(LONGEST_LINE):
                number += 1
                yield Line(recorded.path, number, _record(recorded, told, text, number))
        if number != self.files[recorded.path]["rows"]:
            raise Refused([f"{recorded.path}: Die Zahl der Zeilen stimmt nicht."])


def _metadata(directory: Path) -> dict[str, Any]:
    try:
        metadata = _parsed((directory / METADATA).read_bytes())
    except OSError as error:
        raise Refused([f"{METADATA}: {reason_of(error)}."]) from error
    except (ValueError, RecursionError) as error:
        raise Refused([f"{METADATA}{_place_in(error)}: kein gültiges JSON."]) from error
    if not isinstance(metadata, dict) or metadata.get("kind") != KIND:
        raise Refused([f"{METADATA}: Das ist kein Abzug des Kooperationsportals."])
    if (version := metadata.get("format")) not in range(1, FORMAT + 1) or not _is_number(version):
        raise Refused([f"{METADATA}: Das Format {version} ist unbekannt; dieses Portal liest 1 bis {FORMAT}."])
    _check_changes(metadata.get("changes"))
    return metadata


def _place_in(error: Exception) -> str:
    """Where a text stops being JSON, as far as that is known."""
    if isinstance(error, json.JSONDecodeError):
        return f", Zeile {error.lineno}, Spalte {error.colno}"
    return f", Byte {error.start + 1}" if isinstance(error, UnicodeDecodeError) else ""


def _parsed(text: bytes) -> Any:
    """JSON in UTF-8 without half characters. Raises ValueError, and RecursionError where it is nested too deeply."""
    written = text.decode()
    value = json.loads(written)
    if _HALF.search(written):
        json.dumps(value, ensure_ascii=False).encode()
    return value


def _check_changes(changes: Any) -> None:
    """Where in the order of changes to go on, in a form the clock takes."""
    if not (isinstance(changes, dict) and _CURSOR.fullmatch(str(changes.get("cursor", "")))):
        raise Refused([f"{METADATA}: Die Stelle in den Änderungen fehlt."])
    faults = []
    if not _is_number(changes.get("number") or 0):
        faults.append(f"{METADATA}, changes.number: Hier wird eine Zahl erwartet.")
    if not _is_day(changes.get("day")):
        faults.append(f"{METADATA}, changes.day: Hier wird ein Tag erwartet.")
    if faults:
        raise Refused(faults)


def _is_number(value: Any) -> bool:
    return type(value) is int and 0 <= value < _HIGHEST


def _is_day(value: Any) -> bool:
    if not value:
        return True
    try:
        return isinstance(value, str) and parse_date(value) is not None
    except ValueError:  # of the right form, but in no calendar
        return False


def _files(metadata: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """Path → what the metadata says of the file."""
    listed = metadata.get("files")
    entries = listed if isinstance(listed, list) else []
    files = {str(one["path"]): one for one in entries if isinstance(one, dict) and {"path", "rows", "sha256"} <= {*one}}
    faults = [f"{path}: unerwarteter Dateiname." for path in files if not _NAME.fullmatch(path)]
    wanted = [recorded.path for recorded in RECORDS if recorded.since <= metadata["format"]]
    faults += [f"{path} fehlt im Abzug." for path in wanted if path not in files]
    for path, one in files.items():
        wrong = [name for name in ("rows", "last_id") if not _is_number(one.get(name) or 0)]
        faults += [f"{METADATA}, {path}, {name}: Hier wird eine Zahl erwartet." for name in wrong]
    if faults:
        raise Refused(faults)
    return files


def _check_sums(directory: Path, files: dict[str, dict[str, Any]]) -> None:
    """Every file is there and is the one that was written; the list of check sums says the same."""
    try:
        lines = (directory / SUMS).read_text(encoding="utf-8").splitlines()
        sums = {path: digest for digest, path in (line.split("  ", 1) for line in lines)}
    except (OSError, ValueError) as error:
        raise Refused([f"{SUMS} fehlt oder ist nicht lesbar."]) from error
    faults = []
    for path, wanted in {**{path: one["sha256"] for path, one in files.items()}, METADATA: sums.get(METADATA)}.items():
        try:
            found = digest(directory / path)
        except OSError as error:
            faults.append(f"{path}: {reason_of(error)}.")
            continue
        if not found == wanted == sums.get(path):
            faults.append(f"{path}: Die Prüfsumme stimmt nicht; die Datei ist beschädigt.")
    if faults:
        raise Refused(faults)


def digest(path: Path) -> str:
    """The SHA-256 of a file."""
    found = hashlib.sha256()
    with path.open("rb") as file:
        while piece := file.read(_PIECE):
            found.update(piece)
    return found.hexdigest()


def _check_columns(recorded: Recorded, files: dict[str, dict[str, Any]]) -> None:
    """An older dump may lack columns (they take their defaults); one that has others is of a newer portal."""
    told = files[recorded.path].get("columns")
    names = told if isinstance(told, list) else []
    unknown = [str(name) for name in names if name not in (recorded.key, *recorded.columns, *recorded.links)]
    if recorded.key not in names:
        unknown.append(f"{recorded.key}?")
    if unknown:
        others = ", ".join(unknown)
        raise Refused([f"{recorded.path}: unbekannte Spalten ({others}); der Abzug ist von einem neueren Portal."])


def _record(recorded: Recorded, told: list[str], text: bytes, number: int) -> dict[str, Any]:
    """The values of a line as the columns hold them, and lists of keys for its links. Raises Refused."""
    place = f"{recorded.path}, Zeile {number}"
    try:
        record = _parsed(text)
    except UnicodeError as error:
        raise Refused([f"{place}: Ein Zeichen ist kein ganzes (UTF-8)."]) from error
    except (ValueError, RecursionError) as error:
        raise Refused([f"{place}: Das ist kein JSON."]) from error
    if not isinstance(record, dict) or list(record) != told:
        raise Refused([f"{place}: Die Spalten sind nicht die angekündigten."])
    meta = recorded.model._meta
    values, faults = {}, []
    for name, written in record.items():
        try:
            if name not in recorded.links:
                values[name] = restored(meta.get_field(name), written)  # type: ignore[arg-type]
            elif isinstance(written, list):
                target: Any = meta.get_field(name).related_model._meta.pk  # type: ignore[union-attr]
                values[name] = [restored(target, key) for key in written]
                if len({*values[name]}) < len(written):
                    raise BadValue("Ein Eintrag steht mehrmals da.")
            else:
                raise BadValue("Hier wird eine Liste erwartet.")
        except BadValue as error:
            faults.append(f"{place}, {name}: {error}")
    if faults:
        raise Refused(faults)
    return values
