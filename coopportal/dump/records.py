"""What of each table a dump holds: an allow-list, column by column.

A column is either listed or withheld with its reason (``tests/roof/test_dump_columns.py`` asks that of every one), so
that a new column reaches the public only when somebody says so here. Rows are those that everybody may read.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Model, Q, QuerySet

from agreements import legacies
from agreements.models import (
    Agreement,
    Award,
    Confirmation,
    Cooperation,
    EarlierEntry,
    EarlierSource,
    Event,
    Evidence,
    Participation,
    ParticipationStep,
    StatusStep,
    TaskField,
)
from coopportal.common.models import Change
from funding.models import BudgetLine, Criterion, Figure, Programme
from municipalities.models import (
    Boundary,
    DirectoryState,
    Municipality,
    MunicipalityFigure,
    MunicipalityName,
    MunicipalityPeriod,
    Organisation,
    State,
    Succession,
)
from sources.models import Citation, Conflict, Passage, SourceDocument, Speaker

DERIVED = "reckoned anew from the other columns when a dump is read"
PERSON = "names a person"
INTERNAL = "what the desks and reviewers know of a record; no page and no answer shows it to the public"

#: What stands in the place of a reason for a refusal, which is not public.
REASON_NOT_IN_DUMP = "Der Grund ist nicht öffentlich und steht deshalb nicht im Abzug."


@dataclass(frozen=True)
class Recorded:
    """One table in a dump.

    ``columns`` are told, and so are the keys of the relations to many in ``links``. ``withheld`` is every other column
    with the reason; ``instead`` says what an import puts in its place where the default of the column does not do.
    ``told`` gives the rows where more is told than stands in the table: their values in the order of ``columns``, so
    many at a time; their keys are counted. ``since`` is the format of dumps that first had the table.
    ``file`` is the column that names a file, which is in the dump too; the column ``sha256`` is its check sum.
    """

    model: type[Model]
    columns: tuple[str, ...]
    withheld: Mapping[str, str] = field(default_factory=dict)
    links: tuple[str, ...] = ()
    rows: Callable[[], QuerySet[Any]] | None = None
    instead: Mapping[str, Callable[[Any], Any]] = field(default_factory=dict)
    file: str = ""
    told: Callable[[], Iterator[list[Any]]] | None = None
    since: int = 1

    @property
    def name(self) -> str:
        """``agreements.cooperation``: the name of the model, of its file, and of the subjects of citations."""
        return str(self.model._meta.label_lower)

    @property
    def path(self) -> str:
        return f"records/{self.name}.ndjson"

    @property
    def key(self) -> str:
        return str(self.model._meta.pk.attname)

    @property
    def label(self) -> str:
        return str(self.model._meta.verbose_name_plural)

    def public(self) -> QuerySet[Any]:
        """The rows that everybody may read, by their keys."""
        return (self.rows() if self.rows else self.model._default_manager.all()).order_by("pk")

    @property
    def hides(self) -> bool:
        """Are there rows that not everybody may read?"""
        return self.rows is not None


def _date(name: str) -> tuple[str, str, str]:
    """The three columns of a day of uncertain precision."""
    return f"{name}_on", f"{name}_precision", f"{name}_wording"


_ON = ("on", "on_precision", "on_wording")
_TIMES = ("created_at", "updated_at")
_VALUES = ("ars", "ags", "name", "official_name", "kind", "valid_from", "valid_until")
_SEARCH = {"search_text": DERIVED}
_SORT = {"sort_key": DERIVED, **_SEARCH}

_DIRECTORY = (
    Recorded(State, ("code", "name", "official_name", "iso")),
    Recorded(
        Municipality,
        (
            *(*_VALUES, "level", "state", "parent", "title", "lat", "lon", "coordinates_source"),
            *("travel_area_key", "travel_area", "urbanisation", "population", "population_date", "area_km2"),
            *("directory_state", "directory_source", *_TIMES),
        ),
        {"shares_name": DERIVED, **_SORT},
    ),
    Recorded(MunicipalityPeriod, ("municipality", *_VALUES, "parent")),
    Recorded(
        MunicipalityFigure,
        ("municipality", "directory_state", "population", "population_date", "area_km2", "area_date", "source"),
    ),
    Recorded(MunicipalityName, ("municipality", "name", "note")),
    Recorded(
        Succession,
        ("predecessor", "successor", "kind", "on", "source", "confirmed"),
        {"decided_at": INTERNAL, "decided_by": PERSON, "note": INTERNAL},
    ),
    Recorded(Organisation, ("slug", "name", "short_name", "kind", "state", "address", "phone", "note", *_TIMES), _SORT),
    Recorded(
        Boundary,
        (
            *("level", "key", "name", "state", "municipality", "source", "as_of", "west", "south", "east", "north"),
            *("digest", "coarse", "medium", "fine", *_TIMES),
        ),
    ),
    Recorded(
        DirectoryState, ("day", "lines", "sha256", "content", "population_date", "area_date", *_TIMES)
    ),  # open data of Destatis; the next edition is compared with it
)

_SOURCES = (
    Recorded(
        SourceDocument,
        (
            *("slug", "title", "publisher", "kind", *_date("published"), "language", "note"),
            *("file_name", "sha256", "length", *_TIMES),
        ),
        _SEARCH,
    ),
    Recorded(Speaker, ("key", "kind", "name", "office", "on", "document")),
    Recorded(
        Passage,
        ("document", "line", "start", "end", "is_personal"),
        # A personal one is never quoted, not inside another one either: so it is told even where nobody cites it.
        rows=lambda: Passage.objects.filter(
            Q(is_personal=True) | Q(pk__in=Citation.objects.public().order_by().values("passage"))
        ),
    ),
)

_FUNDING = (
    Recorded(Programme, ("slug", "name", "short_name", "summary", "kind", "status", "state", "funder", *_TIMES), _SORT),
    Recorded(BudgetLine, ("key", "programme", "year", "amount", "currency", "rung", *_ON, "purpose", *_TIMES)),
    Recorded(
        Figure,
        (
            *("key", "programme", "state", "indicator", "value", "qualifier", "unit", "base", "part_of"),
            *("as_of", "as_of_precision", "as_of_wording", *_TIMES),
        ),
        _SEARCH,
    ),
    Recorded(Criterion, ("key", "programme", "kind", "parameters", "wording", "is_hard", *_TIMES)),
)

_COOPERATIONS = (
    Recorded(TaskField, ("parent", "name_de", "name_en", "product_group", "cofog")),
    Recorded(
        Cooperation,
        (
            *("slug", "name", "short_name", "summary", "kind", "status", "legal_form", "region"),
            *(*_date("started"), *_date("ended"), "record_state", "origin", "keeper"),
            *("published_on", "affirmed_on", *_TIMES),
        ),
        {
            "basis": INTERNAL,
            **dict.fromkeys(("registered_by", "taken_over_by", "affirmed_by"), PERSON),
            **dict.fromkeys(("taken_over_on", "submitted_at", "reminded_on", "version"), INTERNAL),
            "merged_into": "empty in every published record; what was merged stands among the changes",
            **_SORT,
        },
        ("task_fields",),
        lambda: Cooperation.objects.public(),
    ),
    Recorded(
        StatusStep,
        ("cooperation", "status", *_ON, "attested_on", *_TIMES),
        rows=lambda: StatusStep.objects.public(),
    ),
    Recorded(
        Participation,
        ("cooperation", "municipality", "organisation", "role", "note", *_TIMES),
        rows=lambda: Participation.objects.public(),
    ),
    Recorded(
        Confirmation,
        ("participation", "answer", "answered_on", *_TIMES),
        {"requested_at": INTERNAL, "reason": INTERNAL, "answered_by": PERSON},
        rows=lambda: Confirmation.objects.filter(participation__in=Participation.objects.public()),
        instead={"reason": lambda row: REASON_NOT_IN_DUMP if row.answer == "refused" else ""},
    ),
    Recorded(
        Agreement,
        (
            *("key", "cooperation", "title", "summary", "legal_form", "status", "attested_on"),
            *(*_date("signed"), *_date("effective"), *_date("ends")),
            *("term_months", "renewal_months", "notice_months", *_TIMES),
        ),
        _SORT,
        ("parties",),
        lambda: Agreement.objects.public(),
    ),
    Recorded(
        Event,
        ("key", "kind", "title", "summary", "place", *_ON, "until", *_TIMES),
        _SEARCH,
        ("cooperations", "municipalities", "organisations", "programmes", "agreements"),
        lambda: Event.objects.public(),
    ),
    Recorded(
        ParticipationStep,
        ("participation", "degree", *_ON, "attested_on", "event", "agreement", "note", *_TIMES),
        rows=lambda: ParticipationStep.objects.public(),
    ),
    Recorded(
        Award,
        ("key", "programme", "cooperation", "amount", "currency", "rung", *_ON, "is_inferred", *_TIMES),
        rows=lambda: Award.objects.public(),
    ),
    Recorded(
        Evidence,
        (
            *("cooperation", "title", "file", "original_name", "size", "content_type", "sha256", "scan_result"),
            *("released_at", "examined_at", *_TIMES),
        ),
        dict.fromkeys(("uploaded_by", "released_by"), PERSON),
        rows=lambda: Evidence.objects.public(),
        file="file",
    ),
    Recorded(
        EarlierEntry,
        ("cooperation", "kind", "action", "at"),
        rows=lambda: EarlierEntry.objects.filter(cooperation__in=Cooperation.objects.public()),
        told=legacies.entries,
        since=2,
    ),
    Recorded(
        EarlierSource,
        ("cooperation", "source", "decided_at"),
        rows=lambda: EarlierSource.objects.filter(cooperation__in=Cooperation.objects.public()),
        told=legacies.sources,
        since=2,
    ),
)

_STATEMENTS = (
    Recorded(
        Citation,
        (
            *("key", "passage", "content_type", "object_id", "field", "stated_value", "value"),
            *("modality", "confidence", "stated_on", "note", *_TIMES),
        ),
        _SEARCH,
        ("speakers",),
        lambda: Citation.objects.public(),
    ),
    Recorded(
        Conflict,
        ("content_type", "object_id", "field", "state", "explanation", *_TIMES),
        rows=lambda: Conflict.objects.public(),
    ),
)

_FEED = (
    Recorded(
        Change,
        ("resource", "key", "object_pk", "position", "since", "at", "is_gone", "successor"),
        rows=lambda: Change.objects.filter(position__gt=0),  # the others tell of what nobody may read
    ),
)

#: In the order in which they can be written: a row comes after those it names.
RECORDS = (*_DIRECTORY, *_SOURCES, *_FUNDING, *_COOPERATIONS, *_STATEMENTS, *_FEED)
RECORD_OF = {recorded.model: recorded for recorded in RECORDS}
