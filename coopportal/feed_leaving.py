"""What leaves the register, and what goes with it: who withdraws a cooperation takes away all that belongs to it.

Said in SQL, for triggers: they see the moment. What the QuerySets call public (``public()``) says the same of what is
there; a test compares what can be cited.
"""

from __future__ import annotations

from typing import Any

from django.contrib.contenttypes.models import ContentType

from agreements.choices import RecordState
from agreements.models import (
    Agreement,
    Award,
    Cooperation,
    Event,
    Participation,
    ParticipationStep,
    StatusStep,
)
from coopportal.common.leaving import GONE, Left
from sources.models import Citation, Conflict

# Which of the records of a list were shown, said of the row alone or with its cooperation; all, where nothing is said.
_IS_PUBLIC = f"{{row}}.record_state = '{RecordState.PUBLISHED.value}'"
_OF_PUBLIC = (
    f'EXISTS (SELECT 1 FROM "{Cooperation._meta.db_table}" of_row WHERE of_row.id = {{row}}.cooperation_id '  # noqa: S608
    f"AND {_IS_PUBLIC.format(row='of_row')})"
)
_SHOWN_WHERE: dict[Any, tuple[str, ...]] = {
    Cooperation: (_IS_PUBLIC, "record_state"),
    **dict.fromkeys((Participation, Agreement, Award), (_OF_PUBLIC, "cooperation_id")),
}


def _rows(model: Any, column: str, of: str = GONE, row: str = "id") -> str:
    return f'SELECT {row} FROM "{model._meta.db_table}" WHERE {column} {of}'  # noqa: S608  (names of our own tables)


_LINKS = Event.cooperations.through._meta.db_table
_EVENTS = _rows(Event.cooperations.through, "cooperation_id", row="event_id")
#: Model → what can be cited of a record and is as public as it: the model and the selection of its rows.
CITED: dict[Any, dict[Any, str]] = {
    Cooperation: {
        Cooperation: GONE,
        **{model: _rows(model, "cooperation_id") for model in (StatusStep, Participation, Agreement, Award)},
        ParticipationStep: _rows(
            ParticipationStep, "participation_id", f"IN ({_rows(Participation, 'cooperation_id')})"
        ),
        Event: _EVENTS,
    },
    Participation: {Participation: GONE, ParticipationStep: _rows(ParticipationStep, "participation_id")},
    Agreement: {Agreement: GONE},
    Award: {Award: GONE},
}
_OF_COOPERATION: tuple[tuple[str, str], ...] = (
    ("participations", _rows(Participation, "cooperation_id")),
    ("agreements", _rows(Agreement, "cooperation_id")),
    ("awards", _rows(Award, "cooperation_id")),
    ("events", f"SELECT event_id AS id FROM ({_EVENTS}) of_cooperation"),  # noqa: S608  (own names)
)
_TABLES = tuple(
    model._meta.db_table for model in (*CITED[Cooperation], Event.cooperations.through, Citation, Conflict, ContentType)
)


def _said(model: Any, about: dict[Any, str]) -> str:
    """The citations, or contradictions, about these."""
    return " UNION ALL ".join(
        _rows(model, f"content_type_id = ({_content_type(subject)}) AND object_id", _among(rows))
        for subject, rows in about.items()
    )


def _among(rows: str) -> str:
    return rows if rows == GONE else f"IN ({rows})"


def _content_type(model: Any) -> str:
    meta = model._meta
    named = f"app_label = '{meta.app_label}' AND model = '{meta.model_name}'"
    return f'SELECT id FROM "{ContentType._meta.db_table}" WHERE {named}'  # noqa: S608  (own names)


def _of_public_subject(subject: Any) -> str:
    """That a citation or contradiction ``{row}`` speaks of a public one of these."""
    of = {
        Cooperation: _IS_PUBLIC.format(row="subject"),
        ParticipationStep: f'EXISTS (SELECT 1 FROM "{Participation._meta.db_table}" of_step '  # noqa: S608  (own names)
        f"WHERE of_step.id = subject.participation_id AND {_OF_PUBLIC.format(row='of_step')})",
        Event: f'EXISTS (SELECT 1 FROM "{_LINKS}" link WHERE link.event_id = subject.id '  # noqa: S608  (own names)
        f"AND {_OF_PUBLIC.format(row='link')}) "
        f'OR NOT EXISTS (SELECT 1 FROM "{_LINKS}" link WHERE link.event_id = subject.id)',
    }.get(subject, _OF_PUBLIC.format(row="subject"))
    there = f'EXISTS (SELECT 1 FROM "{subject._meta.db_table}" subject WHERE subject.id = {{row}}.object_id AND ({of}))'  # noqa: S608
    return f"({{row}}.content_type_id = ({_content_type(subject)}) AND {there})"


def left_by_hand() -> tuple[Left, ...]:
    """How events leave with their ties to cooperations, and what is said by itself.

    An event that belongs to no cooperation is asked before it goes (``pre_delete``): at the moment itself nothing tells
    it from one whose ties to drafts went just before.
    """
    private = CITED[Cooperation]
    types = ", ".join(f"({_content_type(subject)})" for subject in private)
    of_others = f"NOT {{row}}.content_type_id IN ({types})"
    where = " OR ".join((of_others, *map(_of_public_subject, private)))
    said = tuple(
        Left(model._meta.db_table, name, "id", "id", ("content_type_id", "object_id"), f"({where})", (), _TABLES)
        for name, model in (("citations", Citation), ("conflicts", Conflict))
    )
    about: dict[Any, str] = {Event: GONE}
    along = (("citations", _said(Citation, about)), ("conflicts", _said(Conflict, about)))
    return Left(_LINKS, "events", "event_id", "event_id", ("cooperation_id",), _OF_PUBLIC, along, _TABLES), *said


def left(model: Any, name: str, key: str) -> Left:
    """How a list is left whose rows are of this model and have this field as key."""
    meta = model._meta
    where, *decisive = _SHOWN_WHERE.get(model, ("",))
    along = _OF_COOPERATION if model is Cooperation else ()
    if about := CITED.get(model):
        along += (("citations", _said(Citation, about)), ("conflicts", _said(Conflict, about)))
    column = meta.pk if key == "pk" else meta.get_field(key)
    beside = _TABLES if along else ()
    return Left(meta.db_table, name, meta.pk.column, column.column, tuple(decisive), where, along, beside)
