"""The matrix of a cooperation: which document attests which degree of which body. Pure: rows come in, rows go out."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from coopportal.common.dates import format_day


class Cited(Protocol):
    """What says which citations a subject has (``sources.footnotes.Footnotes``)."""

    def of(self, subject: Any, *fields: str) -> list[Any]: ...


@dataclass
class Column:
    """A document, with the day it speaks of: its own day, else the latest on which something in it was said."""

    document: Any
    said_on: list[dt.date] = field(default_factory=list)

    @property
    def day(self) -> dt.date | None:
        own: dt.date | None = self.document.published_on
        return own or max(self.said_on, default=None)

    @property
    def label(self) -> str:
        """What the column is called where it has no head of its own: its day, else its document."""
        return format_day(self.day) if self.day else str(self.document)

    @property
    def is_own_day(self) -> bool:
        """Is it the day of the document itself?"""
        return self.document.published_on is not None


@dataclass(frozen=True)
class Attested:
    """A step as one document attests it."""

    step: Any
    citations: list[Any]

    @property
    def is_inferred(self) -> bool:
        """Does no passage say it outright?"""
        return all(citation.is_inferred for citation in self.citations)


@dataclass(frozen=True)
class Cell:
    """What one document says of one body."""

    column: Column
    attested: list[Attested]


@dataclass(frozen=True)
class Row:
    """One body: what each document says of it."""

    participation: Any
    cells: list[Cell]


@dataclass(frozen=True)
class Group:
    """Rows of one sort of body."""

    is_municipal: bool
    rows: list[Row]


@dataclass(frozen=True)
class Matrix:
    columns: list[Column]
    groups: list[Group]

    @property
    def width(self) -> int:
        """The number of columns of the table: the body, its documents, the day asked for."""
        return len(self.columns) + 2


def matrix(participations: Sequence[Any], citations: Cited) -> Matrix:
    """The matrix of participations whose steps are fetched; documents in the order of their days, unknown ones last."""
    attested = {
        step.pk: _by_document(citations.of(step))
        for participation in participations
        for step in participation.steps.all()
    }
    columns = _columns(attested.values())
    rows = [_row(participation, columns, attested) for participation in participations]
    groups = [
        Group(kind, [row for row in rows if bool(row.participation.municipality) is kind]) for kind in (True, False)
    ]
    return Matrix(columns, [group for group in groups if group.rows])


def _by_document(citations: Iterable[Any]) -> dict[int, list[Any]]:
    found: dict[int, list[Any]] = {}
    for citation in citations:
        found.setdefault(citation.passage.document_id, []).append(citation)
    return found


def _columns(attested: Iterable[dict[int, list[Any]]]) -> list[Column]:
    columns: dict[int, Column] = {}
    for by_document in attested:
        for key, citations in by_document.items():
            column = columns.setdefault(key, Column(citations[0].passage.document))
            column.said_on += [citation.stated_on for citation in citations if citation.stated_on]
    return sorted(columns.values(), key=lambda c: (c.day is None, c.day or dt.date.min, c.document.pk))


def _row(participation: Any, columns: list[Column], attested: dict[int, dict[int, list[Any]]]) -> Row:
    steps = participation.steps.all()
    cells = []
    for column in columns:
        said = [(step, attested[step.pk].get(column.document.pk)) for step in steps]
        cells.append(Cell(column, [Attested(step, citations) for step, citations in said if citations]))
    return Row(participation, cells)
