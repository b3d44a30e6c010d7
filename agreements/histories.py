"""What was recorded of a cooperation when: who changed what, from what to what, why; never what held in the world.

An entry is a row of a history table beside the one before it of the same object. A page costs a number of queries that
depends on the kinds of things it tells of, never on how many entries there are.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import Case, F, ForeignKey, IntegerField, Model, OuterRef, Q, QuerySet, Subquery, Value, When
from django.utils import timezone
from django.utils.translation import gettext as _

from agreements.choices import EntryAction, EntryKind, RecordState
from agreements.comparisons import text_of, uncertain
from agreements.models import (
    Agreement,
    Award,
    Confirmation,
    Cooperation,
    EarlierEntry,
    Event,
    Participation,
    ParticipationStep,
    StatusStep,
)

PER_PAGE = 25
#: The public is told of the same things of a day at once, so many of them on a page.
FACTS_PER_PAGE = 500

#: What an entry is about, in the order of the numbers that the union of all tables carries.
MODELS: tuple[type[Any], ...] = (
    *(Cooperation, Participation, ParticipationStep, Confirmation),
    *(Agreement, Award, StatusStep, Event),
)
#: Columns that tell nothing to people, or that the entry itself tells (who it was, when).
_UNTOLD = frozenset(
    {"id", "created_at", "updated_at", "version", "slug", "reminded_on", "requested_at", "submitted_at"}
)


@dataclass(frozen=True)
class Change:
    """One place of an object: what stood there, what stands there since."""

    label: str
    old: str
    new: str


@dataclass
class Entry:
    """One row of the history. ``title`` names the object; the public reads no more than day, kind and action."""

    at: dt.datetime
    kind: str
    action: str
    sign: str
    title: str = ""
    who: str = ""
    why: str = ""
    changes: list[Change] = field(default_factory=list)
    #: Was it recorded before the record was first handed in?
    is_early: bool = False
    #: So often that day.
    times: int = 1


def kind_of(model: type[Any]) -> str:
    """What an entry about such an object is called (``EntryKind``)."""
    return str(model._meta.model_name)


#: (number of the model, or of a kind that an earlier portal told; number of the row, moment, sign)
Key = tuple[int, int, dt.datetime, str]


def first_entry_as(cooperation: Cooperation, state: RecordState) -> dt.datetime | None:
    """When the history first has the record in this state; None where it never was, or nobody wrote it down."""
    rows = cooperation.history.filter(record_state=state).order_by("history_id")
    found: dt.datetime | None = rows.values_list("history_date", flat=True).first()
    return found


class History:
    """The history of a cooperation from ``since`` on (None: from the beginning), the latest first."""

    def __init__(self, cooperation: Cooperation, since: dt.datetime | None) -> None:
        self.cooperation, self.since = cooperation, since

    def page(self, number: str | None, *, told: bool) -> Page[Any]:
        """A page of entries; not ``told`` it holds only that something was changed."""
        page = Paginator(self._union(), PER_PAGE if told else FACTS_PER_PAGE).get_page(number)
        keys = list(page.object_list)
        own = [key for key in keys if key[0] < len(MODELS)] if told else []
        entries = dict(zip(own, _tell(own), strict=True)) if own else {}
        rows = [entries.get(key) or _fact(*key) for key in keys]
        page.object_list = rows if told else _by_day(rows)
        return page

    def _union(self) -> QuerySet[Any, Any]:
        """(number of the model, history id, moment, sign) of every row, the latest first."""
        queries = [
            rows.annotate(what=Value(number))
            .order_by()
            .values_list("what", "history_id", "history_date", "history_type")
            for number, rows in enumerate(self._rows())
        ]
        union: QuerySet[Any, Any] = queries[0].union(*queries[1:], self._earlier(), all=True)
        return union.order_by("-history_date", "-history_id", "what")

    def _earlier(self) -> QuerySet[Any, Any]:
        """What an earlier portal told: their numbers come after those of the models, in the same order."""
        kinds = [When(kind=kind_of(model), then=Value(len(MODELS) + place)) for place, model in enumerate(MODELS)]
        rows = EarlierEntry.objects.filter(cooperation=self.cooperation).order_by()
        return rows.annotate(what=Case(*kinds, output_field=IntegerField())).values_list("what", "pk", "at", "action")

    def _rows(self) -> list[QuerySet[Any]]:
        """The rows of every history table that are about this cooperation, in the order of ``MODELS``."""
        key = self.cooperation.pk
        parts = Participation.history.filter(cooperation=key).values("id")
        events = Event.history.filter(historicalevent_cooperations__cooperation=key).values("id")
        now = Event.cooperations.through.objects.filter(cooperation=key).values("event")
        wanted = {
            Cooperation: Q(id=key),
            ParticipationStep: Q(participation__in=parts),
            Confirmation: Q(participation__in=parts),
            Event: Q(id__in=events) | Q(id__in=now),
        }
        rows = [model.history.filter(wanted.get(model, Q(cooperation=key))) for model in MODELS]
        return [row.filter(history_date__gte=self.since) for row in rows] if self.since else rows


def _fact(number: int, _id: int, at: dt.datetime, sign: str) -> Entry:
    kind = EntryKind(kind_of(MODELS[number % len(MODELS)]))
    return Entry(at, str(kind.label), str(EntryAction(sign).label), sign)


def _by_day(facts: list[Entry]) -> list[Entry]:
    """What says the same of the same day once, with how often it was so, at the place of the latest."""
    alike: dict[tuple[Any, ...], list[Entry]] = defaultdict(list)
    for one in facts:
        alike[timezone.localdate(one.at), one.kind, one.sign].append(one)
    return [replace(same[0], times=len(same)) for same in alike.values()]


def _tell(keys: list[Key]) -> list[Entry]:
    """The entries of these keys with all that they tell."""
    wanted = defaultdict(list)
    for number, key, _at, _sign in keys:
        wanted[number].append(key)
    rows = {number: _Rows(MODELS[number], ids) for number, ids in wanted.items()}
    names = _Names(rows.values())
    return [_entry(rows[number], key, names) for number, key, _at, _sign in keys]


def _entry(rows: _Rows, key: int, names: _Names) -> Entry:
    row = rows.by_key[key]
    before = None if row.history_type == "+" else rows.before.get(row.before_id)
    new, old = rows.told(row, names), rows.told(before, names) if before else {}
    if row.history_type == "-":
        old, new = new, {}
    changes = [
        Change(label, old.get(label, ""), new.get(label, ""))
        for label in dict.fromkeys([*old, *new])
        if old.get(label, "") != new.get(label, "")
    ]
    kind, action = str(EntryKind(kind_of(rows.model)).label), str(EntryAction(row.history_type).label)
    who, why = str(row.history_user or ""), row.history_change_reason or ""
    return Entry(row.history_date, kind, action, row.history_type, names.title(rows.model, row), who, why, changes)


class _Rows:
    """Rows of one history table and those before them: two queries, and two for each relation to many."""

    def __init__(self, model: type[Any], keys: list[int]) -> None:
        self.model: Any = model
        table = model.history.model.objects
        earlier = table.filter(id=OuterRef("id"), history_id__lt=OuterRef("history_id")).order_by("-history_id")
        rows = table.filter(history_id__in=keys).select_related("history_user")
        rows = rows.annotate(before_id=Subquery(earlier.values("history_id")[:1]))
        self.many = sorted(relation.name for relation in table.model._history_m2m_fields)
        links = [self._links(name) for name in self.many]
        self.by_key = {row.history_id: row for row in rows.prefetch_related(*links)}
        known = {row.before_id for row in self.by_key.values() if row.before_id}
        self.before = {row.history_id: row for row in table.filter(history_id__in=known).prefetch_related(*links)}

    def _links(self, name: str) -> str:
        """Where a row of the history has its rows of a relation to many."""
        return f"{self.model.history.model._meta.model_name}_{name}_set"

    def _far(self, row: Any, name: str) -> list[Any]:
        """The ids at the far end of a relation to many, as they were then."""
        column = f"{self.model._meta.get_field(name).m2m_reverse_field_name()}_id"
        return [getattr(link, column) for link in getattr(row, self._links(name)).all()]

    @property
    def all(self) -> list[Any]:
        return [*self.by_key.values(), *self.before.values()]

    @cached_property
    def columns(self) -> list[Any]:
        """The columns that are told. Of a day, which is three, the first stands for all."""
        tracked = self.model.history.model.tracked_fields
        days = {f.name.removesuffix("precision") for f in tracked if f.name.endswith("_precision")}
        parts = {f"{day}{part}" for day in days for part in ("precision", "wording")}
        found = [f for f in tracked if f.name not in _UNTOLD | parts and not _names_a_person(f)]
        return [f for f in found if self.model is Cooperation or f.name not in ("cooperation", "participation")]

    def keys_of(self, model: type[Any]) -> set[int]:
        """The ids of this model that the rows name, in a column or a relation to many."""
        columns = [f.attname for f in self.model._meta.fields if f.related_model is model]
        found = {getattr(row, name) for row in self.all for name in columns if hasattr(row, name)}
        for name in self.many:
            if self.model._meta.get_field(name).related_model is model:
                found |= {key for row in self.all for key in self._far(row, name)}
        return found - {None}

    def told(self, row: Any, names: _Names) -> dict[str, str]:
        """Label → what stands there, where anything does."""
        told = {str(column.verbose_name): self._text(row, column, names) for column in self.columns}
        for name in self.many:
            relation = self.model._meta.get_field(name)
            far = sorted(names.of(relation.related_model, key) for key in self._far(row, name))
            told[str(relation.verbose_name)] = ", ".join(far)
        return {label: text for label, text in told.items() if text}

    def _text(self, row: Any, column: Any, names: _Names) -> str:
        if isinstance(column, ForeignKey):
            return names.of(column.related_model, getattr(row, column.attname))
        if column.name == "on" or column.name.endswith("_on"):
            day = column.name.removesuffix("_on")
            if hasattr(row, f"{day}_precision"):
                return uncertain(vars(row), day)
        value = getattr(row, column.attname)
        # That something is not so is told when it ceases to be so, not with everything else that is entered.
        return "" if value is False else text_of(self.model, column.name, value)


def _names_a_person(column: Any) -> bool:
    return isinstance(column, ForeignKey) and column.related_model._meta.label == "accounts.User"


class _Names:
    """What the objects are called that rows point at: one query for each model that is pointed at."""

    def __init__(self, rows: Iterable[_Rows]) -> None:
        self._found: dict[Any, dict[Any, str]] = {}
        rows = list(rows)
        part_ids = {key for one in rows for key in one.keys_of(Participation)}
        part_ids |= {row.id for one in rows if one.model is Participation for row in one.all}
        self._parts = self._bodies_of(part_ids)
        bodies = self._parts.values()
        for model in self._models(rows):
            keys = {key for one in rows for key in one.keys_of(model)}
            keys |= {key for pair in bodies for kind, key in pair if kind == model._meta.model_name and key}
            self._found[model] = {row.pk: str(row) for row in model._base_manager.filter(pk__in=keys)} if keys else {}

    def _bodies_of(self, keys: set[int]) -> dict[int, list[tuple[str, int | None]]]:
        """The bodies of participations, those that are gone included."""
        table = Participation.history.filter(id__in=keys).order_by("history_id")
        rows = table.values_list("id", F("municipality_id"), F("organisation_id")) if keys else ()
        return {key: [("municipality", town), ("organisation", body)] for key, town, body in rows}

    def _models(self, rows: list[_Rows]) -> list[type[Any]]:
        found: set[Any] = {
            Participation._meta.get_field(name).related_model for name in ("municipality", "organisation")
        }
        for one in rows:
            found |= {f.related_model for f in one.model._meta.fields if isinstance(f, ForeignKey)}
            found |= {one.model._meta.get_field(name).related_model for name in one.many}
        told = [m for m in found if m is not Participation and m._meta.label not in ("accounts.User",)]
        return sorted(told, key=lambda model: model._meta.label)

    def of(self, model: Any, key: Any) -> str:
        """The name; empty where there is no key, its number where the object is no more."""
        if key is None:
            return ""
        if model is Participation:
            pairs = self._parts.get(key, [])
            return next((self._by_kind(kind, body) for kind, body in pairs if body), _("Nr. %s") % key)
        return self._found.get(model, {}).get(key) or _("Nr. %s") % key

    def _by_kind(self, kind: str, key: int) -> str:
        return self.of(Participation._meta.get_field(kind).related_model, key)

    def title(self, model: type[Model], row: Any) -> str:
        """What the entry is about."""
        if model is Participation:
            return self.of(Participation, row.id)
        if model in (ParticipationStep, Confirmation):
            return self.of(Participation, row.participation_id)
        if model is Award:
            return self.of(Award._meta.get_field("programme").related_model, row.programme_id)
        return str(getattr(row, "title", ""))
