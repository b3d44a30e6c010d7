"""Reads GV100AD, the municipal directory of the statistical offices, as it comes. Knows no database.

Source: Destatis, record description of GV100AD (Datensatzbeschreibung; positions count from 1, both ends included).
A line has 220 characters. Satzart 10 Land, 20 Regierungsbezirk, 30 Region, 40 Kreis, 50 Gemeindeverband, 60 Gemeinde;
all lines of a file bear the same Gebietsstand. A file with a single malformed line is refused as a whole, since nobody
knows what else is wrong with it.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import re
from codecs import BOM_UTF8
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import NamedTuple

from municipalities.importers.refusal import Refused
from municipalities.keys import STATE_CODES
from municipalities.names import one_line

WIDTH = 220
#: Far beyond any edition (3.5 MB); such a file is not even decoded.
LARGEST = 60_000_000

#: More than ten times the largest municipality there is (Berlin), in hectares and in people.
LARGEST_AREA, MOST_PEOPLE = 10_000_000, 40_000_000

STATE, REGION, SUBREGION, DISTRICT, ASSOCIATION, MUNICIPALITY = "10", "20", "30", "40", "50", "60"

_LAND = "(?:0[1-9]|1[0-6])"
_NAME_TO_CODE = r"(\S.{49})(.{50})(..) {4}"
#: Satzart → the whole line; groups: Gebietsstand, key, name, seat, Textkennzeichen (50 and 60: key in two parts).
_LINES = {
    STATE: re.compile(rf"10([0-9]{{8}})({_LAND}) {{10}}{_NAME_TO_CODE}.{{92}}"),
    REGION: re.compile(rf"20([0-9]{{8}})({_LAND}[0-9]) {{9}}{_NAME_TO_CODE}.{{92}}"),
    SUBREGION: re.compile(rf"30([0-9]{{8}})({_LAND}[0-9]{{2}}) {{8}}{_NAME_TO_CODE}.{{92}}"),
    DISTRICT: re.compile(rf"40([0-9]{{8}})({_LAND}[0-9]{{3}}) {{7}}{_NAME_TO_CODE}.{{92}}"),
    ASSOCIATION: re.compile(rf"50([0-9]{{8}})({_LAND}[0-9]{{3}}) {{3}}([059][0-9]{{3}}){_NAME_TO_CODE}.{{92}}"),
    MUNICIPALITY: re.compile(
        rf"60([0-9]{{8}})({_LAND}[0-9]{{6}})([059][0-9]{{3}}){_NAME_TO_CODE}([0-9]{{11}})([0-9]{{11}})[0-9]{{11}}.{{59}}"
    ),
}
#: What of a line has to look how: (from, to, pattern, what it is), in the order in which a person would look.
_PARTS: dict[str, list[tuple[int, int, str, str]]] = {
    STATE: [(11, 22, rf"{_LAND} {{10}}", "Landesschlüssel")],
    REGION: [(11, 22, rf"{_LAND}[0-9] {{9}}", "Schlüssel des Regierungsbezirks")],
    SUBREGION: [(11, 22, rf"{_LAND}[0-9]{{2}} {{8}}", "Schlüssel der Region")],
    DISTRICT: [(11, 22, rf"{_LAND}[0-9]{{3}} {{7}}", "Kreisschlüssel")],
    ASSOCIATION: [(11, 22, rf"{_LAND}[0-9]{{3}} {{3}}[059][0-9]{{3}}", "Verbandsschlüssel")],
    MUNICIPALITY: [
        (11, 18, rf"{_LAND}[0-9]{{6}}", "Gemeindeschlüssel"),
        (19, 22, "[059][0-9]{3}", "Verbandsschlüssel"),
        (129, 139, "[0-9]{11}", "Fläche"),
        (140, 150, "[0-9]{11}", "Bevölkerung"),
        (151, 161, "[0-9]{11}", "männliche Bevölkerung"),
    ],
}
_ALL_PARTS = [(3, 10, "[0-9]{8}", "Gebietsstand"), (23, 72, r"\S.{49}", "Name"), (125, 128, " {4}", "Leerstelle")]

#: Letters of German and French names in a Latin-1 file; anything else beyond ASCII means another encoding.
_LATIN_LETTERS = frozenset("ÄÖÜäöüßéèêëáàâóòôíìîúùûçñ")
_TWICE_ENCODED = re.compile("[ÃÂÄÅ][\u0080-\u00bf]")


class Row(NamedTuple):
    """A district, association or municipality as its line tells it.

    ``key``: 5 digits of a district, 9 of an association, 8 (AGS) of a municipality; ``ars`` always 12. ``code`` is the
    Textkennzeichen as it stands there, perhaps blank. Area in hectares, population: municipalities only.
    """

    line: int
    record: str
    key: str
    ars: str
    name: str
    code: str
    area: int = 0
    population: int = 0


@dataclass
class Directory:
    """One state of the directory: its day, its rows by record type, and the file it came in."""

    day: dt.date
    encoding: str
    lines: int
    sha256: str
    states: dict[str, str] = field(default_factory=dict)
    districts: list[Row] = field(default_factory=list)
    associations: list[Row] = field(default_factory=list)
    municipalities: list[Row] = field(default_factory=list)


Progress = Callable[[str, int, int], None]


def no_progress(what: str, done: int, total: int) -> None:
    """Tells nobody."""


def read(data: bytes, progress: Progress = no_progress) -> Directory:
    """The directory in the bytes of a file. Raises Refused, with line numbers, for anything that is not all of one."""
    text, encoding = decoded(data)
    lines = text.split("\n")
    if lines and not lines[-1].strip("\r"):
        lines.pop()
    _check_form(lines)
    directory = Directory(_day_of(lines), encoding, len(lines), hashlib.sha256(data).hexdigest())
    reader = _Reader(directory)
    for number, line in enumerate(lines, 1):
        reader.take(number, line.removesuffix("\r"))
        if not number % 2000:
            progress("lesen", number, len(lines))
    if reader.faults:
        raise Refused(*reader.faults)
    _check_whole(directory)
    return directory


# --- Encoding ---


def decoded(data: bytes) -> tuple[str, str]:
    """The text of the file and its encoding, utf-8 or latin-1. Raises Refused where it is neither for certain."""
    if not data.removeprefix(BOM_UTF8).strip():
        raise Refused("Die Datei ist leer.")
    if len(data) > LARGEST:
        raise Refused(f"Die Datei hat {len(data)} Bytes; ein Gemeindeverzeichnis hat etwa 3,5 Millionen.")
    if data[:4] == b"PK\x03\x04":
        raise Refused("Das ist ein Archiv (ZIP); bitte entpacken und die enthaltene GV100AD-Datei angeben.")
    if b"\x00" in data:
        raise Refused(f"Zeile {_line_at(data, data.index(0))}: Nullzeichen. Das ist kein Text in UTF-8 oder Latin-1.")
    text, encoding = _utf8_or_latin1(data)
    if text.lstrip()[:1] == "<":
        raise Refused("Zeile 1: Das ist eine Webseite oder XML, kein Gemeindeverzeichnis GV100AD.")
    if found := _TWICE_ENCODED.search(text):
        line = text.count("\n", 0, found.start()) + 1
        raise Refused(f"Zeile {line}: Umlaute sind doppelt kodiert (UTF-8 als Latin-1 gelesen und neu gespeichert).")
    return text, encoding


def _utf8_or_latin1(data: bytes) -> tuple[str, str]:
    try:
        return data.decode("utf-8-sig"), "utf-8"
    except UnicodeDecodeError as error:
        text = data.decode("latin-1")
        if {letter for letter in set(text) if letter > "~"} <= _LATIN_LETTERS:
            return text, "latin-1"
        raise Refused(
            f"Zeile {_line_at(data, error.start)}: Das Byte 0x{data[error.start]:02X} ist kein UTF-8, und als Latin-1 "
            "ergäbe die Datei keine deutschen Namen. Ist sie mitten in einem Zeichen abgeschnitten?"
        ) from None


def _line_at(data: bytes, position: int) -> int:
    return data.count(b"\n", 0, position) + 1


# --- Form ---


def _check_form(lines: list[str]) -> None:
    """Every line has 220 printable characters."""
    faults = []
    for number, line in enumerate(lines, 1):
        line = line.removesuffix("\r")
        if len(line) != WIDTH:
            where = "; die Datei ist abgeschnitten" if number == len(lines) > 1 and len(line) < WIDTH else ""
            faults.append(f"Zeile {number}: {len(line)} Zeichen statt {WIDTH}{where}.")
        elif not line.isprintable() or "\ufffd" in line or "?" in line:
            faults.append(f"Zeile {number}: Steuer- oder Ersatzzeichen; Buchstaben sind verloren gegangen.")
    if faults:
        raise Refused(*faults)


def _day_of(lines: list[str]) -> dt.date:
    """The Gebietsstand of the first line; that the others bear the same is seen when they are read."""
    try:
        return dt.datetime.strptime(lines[0][2:10], "%Y%m%d").date()  # noqa: DTZ007 (a day of the calendar)
    except ValueError:
        raise Refused("Zeile 1: kein Gebietsstand (JJJJMMTT) in den Spalten 3–10. Das ist kein GV100AD.") from None


class _Reader:
    """Takes the lines one by one and remembers what is wrong with them."""

    def __init__(self, directory: Directory) -> None:
        self.directory = directory
        self.stamp = directory.day.strftime("%Y%m%d")
        self.faults: list[str] = []

    def take(self, number: int, line: str) -> None:
        record = line[:2]
        found = _LINES[record].fullmatch(line) if record in _LINES else None
        if found is None:
            self.faults.append(f"Zeile {number}: {_what_is_wrong(line)}")
        elif found[1] != self.stamp:
            self.faults.append(f"Zeile {number}: Gebietsstand {found[1]}, in Zeile 1 aber {self.stamp}.")
        else:
            self.keep(number, record, found)

    def keep(self, number: int, record: str, found: re.Match[str]) -> None:
        if record == MUNICIPALITY:
            _stamp, ags, vb, name, _seat, code, area, population = found.groups()
            row = Row(number, record, ags, ags[:5] + vb + ags[5:], one_line(name), code, int(area), int(population))
            if row.area > LARGEST_AREA or row.population > MOST_PEOPLE:
                self.faults.append(f"Zeile {number}: {row.area} ha und {row.population} Einwohner hat keine Gemeinde.")
            self.directory.municipalities.append(row)
        elif record == ASSOCIATION:
            _stamp, district, vb, name, _seat, code = found.groups()
            key = district + vb
            ars = key + (vb[1:] if vb[0] == "0" else "000")
            self.directory.associations.append(Row(number, record, key, ars, one_line(name), code))
        elif record == DISTRICT:
            row = Row(number, record, found[2], found[2] + "0000000", one_line(found[3]), found[5])
            self.directory.districts.append(row)
        elif record == STATE:
            self.directory.states[found[2]] = one_line(found[3])


def _what_is_wrong(line: str) -> str:
    """A sentence about a line that does not match its record type."""
    record = line[:2]
    if record not in _PARTS:
        return f"unbekannte Satzart „{record}“."
    for start, end, pattern, what in [*_PARTS[record], *_ALL_PARTS]:
        written = line[start - 1 : end]
        if not re.fullmatch(pattern, written):
            return f"{what} (Spalten {start}–{end}) ist „{written.rstrip()}“. Sind die Spalten verschoben?"
    return "Die Zeile passt nicht zum Aufbau von GV100AD."


# --- Completeness ---


def _check_whole(directory: Directory) -> None:
    """All 16 Länder are there with municipalities, no district or association without one; Textkennzeichen nearly all.

    The file is sorted by key, with districts and associations before their municipalities: one that is cut off between
    two lines betrays itself here.
    """
    faults = []
    populated = {row.key[:2] for row in directory.municipalities}
    missing = [code for code in STATE_CODES if code not in directory.states or code not in populated]
    if missing:
        faults.append(f"Die Datei ist unvollständig: Es fehlen die Länder {', '.join(missing)} oder ihre Gemeinden.")
    districts = {row.key[:5] for row in directory.municipalities}
    associations = {row.ars[:9] for row in directory.municipalities}
    faults += [f"Zeile {r.line}: Kreis {r.key} ohne Gemeinde." for r in directory.districts if r.key not in districts]
    faults += [
        f"Zeile {r.line}: Gemeindeverband {r.key} ohne Gemeinde."
        for r in directory.associations
        if r.key not in associations
    ]
    rows = [*directory.districts, *directory.associations, *directory.municipalities]
    uncoded = [row.line for row in rows if not row.code.isdecimal()]
    if len(uncoded) > max(5, len(rows) // 100):
        faults.append(f"Ab Zeile {uncoded[0]}: Das Textkennzeichen fehlt in {len(uncoded)} Zeilen.")
    if faults:
        raise Refused(*faults, "Vermutlich ist die Datei abgeschnitten oder verschoben.")
