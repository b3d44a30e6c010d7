"""A report as a page shows it: numbers by outcome, and of each outcome the first rows."""

from __future__ import annotations

from typing import NamedTuple

from agreements.importers.judgements import STOPPING, Judgement, Outcome, Report

#: How many rows of an outcome a page shows; the file with the messages has all.
MOST_SHOWN = 100
#: What a page shows, and in which order; doubtful rows stand above with their questions.
_SHOWN = (Outcome.WRONG, Outcome.NEW, Outcome.CHANGED, Outcome.PROPOSED, Outcome.DUPLICATE, Outcome.SKIPPED)


class Section(NamedTuple):
    """The rows of one outcome."""

    outcome: Outcome
    rows: list[Judgement]
    number: int

    @property
    def more(self) -> int:
        return self.number - len(self.rows)


class Preview:
    """What the page says of a file before it is written."""

    def __init__(self, report: Report) -> None:
        self.report = report
        self.counts = report.counts

    @property
    def numbers(self) -> list[tuple[Outcome, int]]:
        return [(outcome, number) for outcome, number in self.counts.items() if number]

    @property
    def wrong(self) -> int:
        return self.counts[Outcome.WRONG]

    @property
    def doubtful(self) -> int:
        return self.counts[Outcome.DOUBTFUL]

    @property
    def stopping(self) -> int:
        return sum(self.counts[outcome] for outcome in STOPPING)

    @property
    def sections(self) -> list[Section]:
        rows = ((outcome, self.report.of(outcome)) for outcome in _SHOWN)
        return [Section(outcome, found[:MOST_SHOWN], len(found)) for outcome, found in rows if found]
