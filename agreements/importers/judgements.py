"""What becomes of each row: the words for it, and what a report tells."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from dataclasses import dataclass, field

from django.db.models import TextChoices

from accounts.models import User
from agreements.importers.bodies import Question
from agreements.importers.columns import label_of
from agreements.importers.stored import Known
from agreements.importers.tables import Fault, Row, Table
from agreements.workflow import Changes, Contents, Entry
from municipalities.importers.refusal import shortened
from municipalities.models import Municipality


class Outcome(TextChoices):
    """What a row is to the register. ``wrong`` and ``doubtful`` keep the whole file from coming in."""

    WRONG = "wrong", "fehlerhaft"
    DOUBTFUL = "doubtful", "zweifelhaft"
    NEW = "new", "neu"
    CHANGED = "changed", "geändert"
    PROPOSED = "proposed", "Änderungsvorschlag"
    DUPLICATE = "duplicate", "schon vorhanden"
    UNCHANGED = "unchanged", "unverändert"
    SKIPPED = "skipped", "ausgelassen"


#: A row of these comes in.
WRITTEN = (Outcome.NEW, Outcome.CHANGED, Outcome.PROPOSED)
STOPPING = (Outcome.WRONG, Outcome.DOUBTFUL)


@dataclass(frozen=True)
class Purpose:
    """Who brings in, for whom, on what day.

    ``town`` None: a reviewer, for towns of his Länder (``lands``), each row for the one that leads. ``submit``: new
    records are handed in at once.
    """

    user: User
    town: Municipality | None
    day: dt.date
    submit: bool = False
    lands: frozenset[str] = frozenset()

    def may_keep(self, keeper: Municipality) -> bool:
        return keeper == self.town or keeper.state_id in self.lands


@dataclass(frozen=True)
class Proposed:
    """A change proposal to be made; see ``workflow.propose``."""

    changes: Changes
    reason: str
    source: str


@dataclass(frozen=True)
class Difference:
    """What stands in the register and what the row says, for people."""

    column: str
    old: str
    new: str

    @property
    def label(self) -> str:
        return label_of(self.column)


@dataclass
class Judgement:
    """One row: what it is, why, what has to be decided, and what would be written.

    ``entry`` is a new record, ``contents`` those of the record ``known``, ``proposal`` what is proposed about it;
    ``trial`` is the record as it would be then, to be checked. ``answered`` are questions that a decision answers.
    """

    row: Row
    name: str
    outcome: Outcome
    faults: list[Fault] = field(default_factory=list)
    questions: list[Question] = field(default_factory=list)
    answered: list[Question] = field(default_factory=list)
    differences: list[Difference] = field(default_factory=list)
    known: Known | None = None
    note: str = ""
    entry: Entry | None = None
    contents: Contents | None = None
    proposal: Proposed | None = None
    trial: Entry | None = None

    @property
    def number(self) -> int:
        return self.row.number

    @property
    def told_faults(self) -> list[tuple[str, str, str]]:
        """What is wrong, for people: label and name of the column, message."""
        return [(label_of(column), column, message) for column, message in self.faults]

    @property
    def messages(self) -> list[str]:
        """All that is to be said of the row, each with its column."""
        said = [f"{column}: {message}" if column else message for column, message in self.faults]
        for question in self.questions:
            choices = " oder ".join(f"{option.decision} ({option.label})" for option in question.options)
            said.append(f"{question.column}: {question.text} decision: {choices} oder skip")
        said += [f"{one.column}: {one.old or '–'} → {one.new or '–'}" for one in self.differences]
        return [*said, self.note] if self.note else said


@dataclass
class Report:
    """All rows of a file and what became of them, or would."""

    table: Table
    rows: list[Judgement]
    written: bool = False

    @property
    def counts(self) -> dict[Outcome, int]:
        """How many rows of each outcome there are, in the order of the outcomes; those without any too."""
        found = Counter([row.outcome for row in self.rows])
        return {outcome: found[outcome] for outcome in Outcome}

    def of(self, *outcomes: Outcome) -> list[Judgement]:
        return [row for row in self.rows if row.outcome in outcomes]

    @property
    def may_be_written(self) -> bool:
        """Nothing is wrong or in doubt, and something would come in."""
        return not self.is_stopped and self._has(*WRITTEN)

    @property
    def has_work(self) -> bool:
        """Something would come in, or may once it is decided."""
        return self._has(*WRITTEN, Outcome.DOUBTFUL)

    @property
    def is_stopped(self) -> bool:
        return self._has(*STOPPING)

    def _has(self, *outcomes: Outcome) -> bool:
        return any(row.outcome in outcomes for row in self.rows)

    def text(self, most: int) -> str:
        """The report for a terminal, at most ``most`` rows of each outcome."""
        lines = [f"{len(self.rows)} Zeilen ({self.table.encoding})"]
        for outcome, number in self.counts.items():
            lines.append(f"{outcome.label}: {number}")
            told = [self._line(row) for row in self.of(outcome)]
            lines += [f"  {line}" for line in shortened(told, most if outcome not in QUIET else 0) if number]
        return "\n".join(lines)

    @staticmethod
    def _line(row: Judgement) -> str:
        said = " | ".join(row.messages)
        return f"Zeile {row.number}: {row.name[:60]}{' – ' if said else ''}{said}"


#: Outcomes whose rows a terminal only counts.
QUIET = (Outcome.UNCHANGED,)
