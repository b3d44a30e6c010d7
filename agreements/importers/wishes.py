"""What a row wishes: its cells as values, with everything that cannot be understood. Knows no database."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

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


class Reader:
    """Reads the rows of one table; only the columns that it has are looked at."""

    def __init__(self, table: Table) -> None:
        self.places = table.places
        self.texts, self.days = self._of_them(TEXTS), self._of_them(_DAYS)
        self.words = [(column, words) for column, words in _WORDS.items() if column in self.places]
        self.months = self._of_them(_MONTHS)

    def _of_them(self, columns: Iterable[str]) -> list[str]:
        return [column for column in columns if column in self.places]

    def wish_of(self, row: Row, answers: dict[str, str] | None = None) -> Wish:
        """What the row wishes; ``answers`` (of a page) stand above those in the column ``decision``."""
        return _RowReader(row, self).read(answers or {})


class _RowReader:
    def __init__(self, row: Row, reader: Reader) -> None:
        self.row, self.reader, self.places, self.filled = row, reader, reader.places, len(row.cells)
        self.wish = Wish(row, faults=list(row.faults))

    def text(self, column: str) -> str | None:
        """The cell without what an export added; None where it says nothing."""
        place = self.places.get(column, self.filled)
        if place >= self.filled:
            return None
        text = self.row.cells[place].strip()
        if text[:1] in _MARKS:
            text = plain(text)
            if text.strip().lower() == EMPTIED:
                return ""
        return None if not text and self.wish.slug else text

    def understood(self, column: str, meaning: Callable[[str], Any], text: str) -> Any:
        try:
            return meaning(text)
        except ValueError as error:
            self.wish.faults.append((column, str(error)))
            return None

    def read(self, answers: dict[str, str]) -> Wish:
        wish = self.wish
        wish.slug = self.text("slug") or ""
        wish.updated_at = self.text("updated_at") or ""
        wish.reason, wish.source = self.text("change_reason") or "", self.text("change_source") or ""
        for column in self.reader.texts:
            if (text := self.text(column)) is not None:
                wish.values[column] = text
        if not wish.name and (not wish.slug or "name" in wish.values):
            wish.faults.append(("name", "Der Name fehlt."))
        for column, words in self.reader.words:
            if (text := self.text(column)) is not None:
                value = self.understood(column, words.code_of, text) if text else _EMPTY.get(column, "")
                self.keep(column, value)
        for column in self.reader.days:
            if (text := self.text(column)) is not None:
                self.day(column, text)
        self.lists()
        self.parts()
        wish.decisions = decided(self.decisions(self.text("decision") or ""), answers)
        return wish

    def keep(self, column: str, value: Any) -> None:
        head, _line, rest = column.partition("_")
        if head in _PARTS:
            getattr(self.wish, head)[rest] = value
        else:
            self.wish.values[column] = value

    def day(self, column: str, text: str) -> None:
        """The day and how exactly it is known: as the file says, else as exactly as it is written."""
        found: tuple[dt.date | None, str] = (None, Precision.UNKNOWN)
        if text:
            found = self.understood(column, day_of, text) or found
        head, _line, rest = column.partition("_")
        precision = (
            f"{column.removesuffix('_on')}_precision" if rest != "on" or head not in _PARTS else f"{head}_on_precision"
        )
        self.keep(column, found[0])
        if not self.wish.values.get(precision):
            self.keep(precision, found[1])
        wording = column.replace("_on", "_wording")
        if head not in _PARTS and wording not in self.wish.values:
            self.wish.values[wording] = ""  # the words were those of the day that stood there before

    def lists(self) -> None:
        wish = self.wish
        if (text := self.text("task_fields")) is not None:
            wish.task_fields = [plain(entry) for entry in entries_of(text)]
        if (text := self.text("legal_forms")) is not None:
            forms = [self.understood("legal_forms", _FORMS.code_of, entry) for entry in entries_of(text)]
            wish.forms = sorted({form for form in forms if form})
        text = self.text("participations")
        wish.tells_parties = text is not None or not wish.slug
        cell = text or ""
        wish.parties = self.understood("participations", parties_of, cell) or []
        if not cell and wish.tells_parties:
            wish.faults.append(("participations", "Es fehlen die Beteiligten."))

    def parts(self) -> None:
        wish = self.wish
        for column in self.reader.months:
            text = self.text(column)
            if text or (text is not None and self.wish.slug):
                self.keep(column, self.understood(column, number_of, text) if text else None)
        text = self.text("award_amount")
        if text or (text is not None and self.wish.slug):
            self.keep("award_amount", self.understood("award_amount", amount_of, text) if text else None)
        for head, name in (("agreement", "title"), ("award", "programme")):
            part = getattr(wish, head)
            if key := self.text(f"{head}_{name}"):
                part[name] = key
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
