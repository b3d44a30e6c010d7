"""What a row wishes: its cells as values, with everything that cannot be understood. Knows no database."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from typing import Any, NamedTuple

from agreements.choices import CooperationKind, CooperationStatus, LegalForm
from agreements.importers.cells import Words, amount_of, day_of, entries_of, label_of, number_of, plain, shown
from agreements.importers.columns import TEXTS
from agreements.importers.parties import Party, parties_of
from agreements.importers.tables import Fault, Row, Table
from coopportal.common.dates import Precision
from coopportal.common.search import sort_key
from funding.choices import Rung

_WORDS = {
    "kind": Words(CooperationKind),
    "status": Words(CooperationStatus),
    "agreement_legal_form": Words(LegalForm),
    "award_rung": Words(Rung),
    "started_precision": Words(Precision),
    "ended_precision": Words(Precision),
}
_FORMS = Words(LegalForm)
#: What stands in an empty cell.
_EMPTY = {"kind": CooperationKind.OTHER, "status": CooperationStatus.UNKNOWN, "award_rung": Rung.UNKNOWN}
_DAYS = ("started_on", "ended_on", "agreement_signed_on", "agreement_effective_on", "agreement_ends_on", "award_on")
_MONTHS = ("agreement_term_months", "agreement_renewal_months", "agreement_notice_months")
_PARTS = ("agreement", "award")
#: The columns that are looked at one by one.
_LOOKED_AT = (
    *("slug", "updated_at", "change_reason", "change_source", "task_fields", "legal_forms", "participations"),
    *("agreement_title", "award_programme", "decision"),
)

#: What empties a cell of the record in a row that changes it, where an empty cell says nothing.
EMPTIED = "[leer]"
#: How a cell begins that may say something else than it seems.
_MARKS = ("'", "[")
SKIP, NEW, ANYWAY, SAME = "skip", "new", "anyway", "same"
_DECISIONS = {"auslassen": SKIP, "neu": NEW, "trotzdem": ANYWAY, SKIP: SKIP, NEW: NEW, ANYWAY: ANYWAY}


@dataclass
class Wish:
    """A row as values. A column the file does not have, or that is empty where only a new thing has it, is missing.
    In a row that changes a record (``slug``) an empty cell says nothing, and ``EMPTIED`` empties.

    ``values`` are columns of the cooperation, ``agreement`` and ``award`` those of one act and of its money.
    """

    row: Row
    slug: str = ""
    values: dict[str, Any] = field(default_factory=dict)
    forms: list[str] | None = None
    task_fields: list[str] | None = None
    parties: list[Party] = field(default_factory=list)
    #: A row that changes a record may say nothing of who takes part.
    tells_parties: bool = True
    agreement: dict[str, Any] = field(default_factory=dict)
    award: dict[str, Any] = field(default_factory=dict)
    reason: str = ""
    source: str = ""
    updated_at: str = ""
    decisions: dict[str, str] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)

    @property
    def name(self) -> str:
        return str(self.values.get("name", ""))

    @cached_property
    def key(self) -> str:
        """The name as it is compared."""
        return sort_key(self.name)


class _Place(NamedTuple):
    """A column that is not plain text: where it stands in a row, and what of the wish it tells (``part``, ``key``)."""

    column: str
    at: int
    part: int
    key: str


class _DayPlace(NamedTuple):
    """The same of a day; ``precision`` is its column, told as ``precision_key`` of the part, ``wording`` its words."""

    column: str
    at: int
    part: int
    key: str
    precision: str
    precision_part: int
    precision_key: str
    wording: str


#: What a wish tells of the cooperation itself; the parts of ``_PARTS`` follow.
_ITSELF = 0


def _told_by(column: str) -> tuple[int, str]:
    """The part of a wish that a column tells, and under which key: ``agreement_title`` is ``title`` of the act."""
    head, _line, rest = column.partition("_")
    return (1 + _PARTS.index(head), rest) if head in _PARTS else (_ITSELF, column)


def _day_place(column: str, at: int) -> _DayPlace:
    part, key = _told_by(column)
    precision = f"{column}_precision" if part and key == "on" else f"{column.removesuffix('_on')}_precision"
    wording = "" if part else column.replace("_on", "_wording")
    return _DayPlace(column, at, part, key, precision, *_told_by(precision), wording)


class Reader:
    """Reads the rows of one table; only the columns that it has are looked at, and where they stand is known once."""

    def __init__(self, table: Table) -> None:
        self.places, self.width = table.places, len(table.columns)
        self.texts = [(column, self.places[column]) for column in self._of_them(TEXTS)]
        self.days = [_day_place(column, self.places[column]) for column in self._of_them(_DAYS)]
        self.words = [(self._place(column), _WORDS[column]) for column in self._of_them(_WORDS)]
        self.months = [self._place(column) for column in self._of_them(_MONTHS)]
        self.amounts = [self._place(column) for column in self._of_them(["award_amount"])]
        # A column that the table lacks stands at the end of each row, where nothing is told.
        self.at = {name: self.places.get(name, self.width) for name in _LOOKED_AT}

    def _of_them(self, columns: Iterable[str]) -> list[str]:
        return [column for column in columns if column in self.places]

    def _place(self, column: str) -> _Place:
        return _Place(column, self.places[column], *_told_by(column))

    def wish_of(self, row: Row, answers: dict[str, str] | None = None) -> Wish:
        """What the row wishes; ``answers`` (of a page) stand above those in the column ``decision``."""
        return _RowReader(row, self).read(answers or {})

    def cells_of(self, row: Row) -> list[str | None]:
        """The cells as far as the head goes, without what an export added, then one that is None.

        None are those that say nothing: the row is too short, or an empty one of a row that changes a record.
        """
        width = self.width
        texts = [cell.strip() for cell in row.cells[:width]]
        marked = [at for at, text in enumerate(texts) if text[:1] in _MARKS]
        emptied = []
        for at in marked:
            texts[at] = plain(texts[at])
            if texts[at].strip().lower() == EMPTIED:
                texts[at] = ""
                emptied.append(at)
        changes = (at := self.at["slug"]) < len(texts) and texts[at]
        told: list[str | None] = [text or None for text in texts] if changes else [*texts]
        for at in emptied:
            told[at] = ""
        return [*told, *[None] * (width + 1 - len(told))]


class _RowReader:
    def __init__(self, row: Row, reader: Reader) -> None:
        self.reader, self.cells, self.at = reader, reader.cells_of(row), reader.at
        self.wish = wish = Wish(row, faults=[*row.faults])
        self.parts_of_it = (wish.values, wish.agreement, wish.award)

    def text(self, column: str) -> str | None:
        """The cell of one of ``_LOOKED_AT``; None where it says nothing."""
        return self.cells[self.at[column]]

    def understood(self, column: str, meaning: Callable[[str], Any], text: str) -> Any:
        try:
            return meaning(text)
        except ValueError as error:
            self.wish.faults.append((column, str(error)))
            return None

    def read(self, answers: dict[str, str]) -> Wish:
        wish, cells, parts = self.wish, self.cells, self.parts_of_it
        values = wish.values
        wish.slug = self.text("slug") or ""
        wish.updated_at = self.text("updated_at") or ""
        wish.reason, wish.source = self.text("change_reason") or "", self.text("change_source") or ""
        for column, at in self.reader.texts:
            if (text := cells[at]) is not None:
                values[column] = text
        if not wish.name and (not wish.slug or "name" in values):
            wish.faults.append(("name", "Der Name fehlt."))
        for place, words in self.reader.words:
            if (text := cells[place.at]) is not None:
                value = words.codes.get(text) if text else _EMPTY.get(place.column, "")
                parts[place.part][place.key] = (
                    self.understood(place.column, words.code_of, text) if value is None else value
                )
        for of_day in self.reader.days:
            if (text := cells[of_day.at]) is not None:
                self.day(of_day, text)
        self.lists()
        self.numbers()
        self.parts()
        typed = self.text("decision")
        wish.decisions = decided(self.decisions(typed) if typed else {}, answers)
        return wish

    def day(self, place: _DayPlace, text: str) -> None:
        """The day and how exactly it is known: as the file says, else as exactly as it is written."""
        found: tuple[dt.date | None, str] = (None, Precision.UNKNOWN)
        if text:
            found = self.understood(place.column, day_of, text) or found
        parts, values = self.parts_of_it, self.wish.values
        parts[place.part][place.key] = found[0]
        if not values.get(place.precision):
            parts[place.precision_part][place.precision_key] = found[1]
        if place.wording and place.wording not in values:
            values[place.wording] = ""  # the words were those of the day that stood there before

    def lists(self) -> None:
        wish = self.wish
        if (text := self.text("task_fields")) is not None:
            wish.task_fields = [*_plain_entries(text)]
        if (text := self.text("legal_forms")) is not None:
            forms = [self.understood("legal_forms", _FORMS.code_of, entry) for entry in entries_of(text)]
            wish.forms = sorted({form for form in forms if form})
        text = self.text("participations")
        wish.tells_parties = text is not None or not wish.slug
        cell = text or ""
        wish.parties = self.understood("participations", parties_of, cell) or []
        if not cell and wish.tells_parties:
            wish.faults.append(("participations", "Es fehlen die Beteiligten."))

    def numbers(self) -> None:
        """Months and amounts; an empty cell tells one only in a row that changes a record."""
        for places, meaning in ((self.reader.months, number_of), (self.reader.amounts, amount_of)):
            for place in places:
                text = self.cells[place.at]
                if text or (text is not None and self.wish.slug):
                    number = self.understood(place.column, meaning, text) if text else None
                    self.parts_of_it[place.part][place.key] = number

    def parts(self) -> None:
        wish = self.wish
        for part, head, name in ((wish.agreement, "agreement", "title"), (wish.award, "award", "programme")):
            if key := self.text(f"{head}_{name}"):
                part[name] = key
            elif not part:
                continue
            elif any(value for key, value in part.items() if not key.endswith("precision") and value != Rung.UNKNOWN):
                missing = "Der Titel der Vereinbarung fehlt." if head == "agreement" else "Das Förderprogramm fehlt."
                wish.faults.append((f"{head}_{name}", missing))
            else:
                part.clear()

    def decisions(self, text: str) -> dict[str, str]:
        found: dict[str, str] = {}
        for entry in entries_of(text):
            decision = decision_of(entry)
            if decision is None:
                words = (
                    f"„{shown(entry)}“ ist keine Entscheidung (new, anyway, skip, same=Kurzname, Eintrag=Schlüssel)."
                )
                self.wish.faults.append(("decision", words))
            found |= decision or {}
        return found


@lru_cache(maxsize=4_096)
def _plain_entries(text: str) -> tuple[str, ...]:
    """The entries of a list as they were before an export; many rows have the same."""
    return tuple(plain(entry) for entry in entries_of(text))


def decided(before: Mapping[str, str], answers: Mapping[str, str]) -> dict[str, str]:
    """The decisions of the file with those of a page above them; that a record is the same or new is one decision."""
    gone = (SAME, NEW) if SAME in answers or NEW in answers else ()
    return {key: answer for key, answer in before.items() if key not in gone} | dict(answers)


def written(decisions: Mapping[str, str]) -> list[str]:
    """The decisions as the column ``decision`` has them."""
    return [key if key in (SKIP, NEW, ANYWAY) else f"{key}={answer}" for key, answer in decisions.items()]


def decision_of(text: str) -> dict[str, str] | None:
    """What one decision decides: ``Kaiserslautern=07312``, ``same=bauhof``, ``new``; None where it is none."""
    typed, sign, answer = text.rpartition("=")
    if sign:
        return {typed.strip(): answer.strip()}
    word = _DECISIONS.get(label_of(text))
    return {word: "yes"} if word else None
