"""What the register holds already of the things a file speaks of: plain values, in a constant number of queries.

Only records that the person may see are looked at, so that an import tells nobody of the drafts of others.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from django.db import connection
from django.db.models import Case, DateTimeField, Exists, OuterRef, Q, QuerySet, Value, When

from accounts.models import User
from agreements.choices import CooperationStatus, ProposalState, RecordState
from agreements.importers.bodies import portions
from agreements.models import Agreement, Award, ChangeProposal, Cooperation, Participation
from agreements.querysets.registration import lands_of, towns_of
from agreements.workflow.contents import ACT_FIELDS, FIELDS, MONEY_FIELDS
from coopportal.common.prepared import Prepared, Row
from municipalities.models import Municipality, Organisation

#: What only the house that keeps a record and the reviewers of its Land read of it.
INTERNAL = ("basis",)

#: Records compared with a row because a town takes part in them; more of the same participants tell nothing.
_MOST_NEAR = 100

#: A body: (kind of body, id).
BodyKey = tuple[str, int]


@dataclass
class Known:
    """A record that is there. ``bodies``: body → (role, degree, the name people read).

    ``values`` lack what the person may not read (``INTERNAL``). ``updated_at`` is read only where a row tells a moment.
    """

    pk: int
    slug: str
    record_state: str
    keeper: int | None
    version: int
    updated_at: dt.datetime | None
    sort_key: str
    values: dict[str, Any]
    task_fields: list[str] = field(default_factory=list)
    bodies: dict[BodyKey, tuple[str, str, str]] = field(default_factory=dict)
    agreements: list[dict[str, Any]] = field(default_factory=list)
    awards: list[dict[str, Any]] = field(default_factory=list)
    has_open_proposal: bool = False

    @property
    def forms(self) -> list[str]:
        """As the export tells them: its own form and those of its agreements."""
        return sorted({form for form in (self.values["legal_form"], *self.forms_of_acts) if form})

    @property
    def forms_of_acts(self) -> list[str]:
        return [act["legal_form"] for act in self.agreements if act["legal_form"]]


class Stored:
    """Records by slug and by name (as sort key), and those of the municipalities in whose name something comes in."""

    def __init__(self, user: User, day: dt.date, *, town: Municipality | None) -> None:
        self.user, self.day, self.town = user, day, town
        self.by_slug: dict[str, Known] = {}
        self.by_name: dict[str, list[Known]] = {}
        self.nearby: dict[BodyKey, list[Known]] = {}
        self._near: dict[BodyKey, dict[frozenset[BodyKey], list[Known]]] = {}

    def fetch(self, slugs: Iterable[str], names: Iterable[str], towns: Iterable[int], *, dated: bool) -> None:
        """Everything that may be meant by these slugs and names, and everything in which these towns take part.

        ``dated``: with the moment at which each was changed last.
        """
        meant = [_meant(connection.vendor, "slug", slugs), _meant(connection.vendor, "sort_key", names)]
        meant.append(_meant(connection.vendor, "municipality", towns))
        found: dict[int, Known] = {}
        if any(meant):
            self._take(self._readable(), meant, found, "updated_at" if dated else Value(None, DateTimeField()))
        self._complete(found)
        for known in found.values():
            self.by_slug[known.slug] = known
            self.by_name.setdefault(known.sort_key, []).append(known)
            for body in known.bodies:
                self.nearby.setdefault(body, []).append(known)

    def _readable(self) -> QuerySet[Any]:
        """Records that may be meant by this person: ``tells_all`` are those of which all is read, ``INTERNAL`` too."""
        of_lands = Q(
            registered_by=self.user, record_state=RecordState.DRAFT, keeper__state__in=lands_of(self.user, self.day)
        )
        # Asked of each record that is meant: a town takes part in hundreds, the register has fifty thousand.
        seen = Cooperation.objects.visible_to(self.user, self.day).order_by().filter(pk=OuterRef("pk"))
        rows = Cooperation.objects.filter(Exists(seen) | of_lands)
        rows = rows.exclude(record_state__in=RecordState.final()).with_shown_status(self.day, cut=False)
        insider = Q(keeper__in=towns_of(self.user, self.day)) | Q(keeper__state__in=lands_of(self.user, self.day))
        return rows.annotate(tells_all=Case(When(insider, then=True), default=False))

    def near(self, body: BodyKey) -> Mapping[frozenset[BodyKey], list[Known]]:
        """Some records in which the body takes part, by all that take part in them."""
        if body not in self._near:
            self._near[body] = {}
            for known in self.nearby.get(body, [])[:_MOST_NEAR]:
                self._near[body].setdefault(frozenset(known.bodies), []).append(known)
        return self._near[body]

    @staticmethod
    def _take(rows: QuerySet[Any], groups: Iterable[list[int]], found: dict[int, Known], moment: Any) -> None:
        """Those of the records with these keys that may be read, group after group, each by name."""
        own = ("pk", "slug", "record_state", "keeper_id", "version", moment, "sort_key")
        question = Prepared(rows, (*own, "tells_all", "shown_status", *FIELDS), column="pk")
        for some in (some for keys in groups for some in portions(key for key in keys if key not in found)):
            for row in question.values(question.of(some)):
                pk, slug, record_state, keeper, version, updated_at, key, tells_all, status, *told = row
                values_of = dict(zip(FIELDS, told, strict=True))
                values_of["status"] = status or CooperationStatus.UNKNOWN
                if not tells_all:
                    values_of = {name: value for name, value in values_of.items() if name not in INTERNAL}
                found[pk] = Known(pk, slug, record_state, keeper, version, updated_at, key, values_of)

    def _complete(self, found: dict[int, Known]) -> None:
        through: Any = Cooperation.task_fields.through
        fields = through.objects.order_by("taskfield")
        for pk, code in _asked(fields, ("cooperation", "taskfield"), "cooperation", found):
            found[pk].task_fields.append(code)
        for model, names, parts in ((Agreement, ACT_FIELDS, "agreements"), (Award, MONEY_FIELDS, "awards")):
            columns = ("pk", "cooperation", *names)
            for row in _asked(model.objects.order_by("pk"), columns, "cooperation", found):
                getattr(found[row[1]], parts).append(dict(zip(columns, row, strict=True)))
        self._bodies(found)
        proposed = ChangeProposal.objects.filter(state=ProposalState.OPEN, municipality=self.town).order_by()
        for (pk,) in _asked(proposed, ("cooperation",), "cooperation", found):
            found[pk].has_open_proposal = True

    def _bodies(self, found: dict[int, Known]) -> None:
        """Who takes part in them. The names are looked up once for each body, not for each place of it."""
        rows = Participation.objects.with_day_degree(self.day).order_by("pk")
        columns = ("cooperation", "municipality", "organisation", "role", "day_degree")
        told = [*_asked(rows, columns, "cooperation", found)]
        towns = _names(Municipality, (row[1] for row in told if row[1]))
        others = _names(Organisation, (row[2] for row in told if row[2]))
        for pk, town, other, role, degree in told:
            if town:
                found[pk].bodies["municipality", town] = (role, degree or "", towns[town])
            else:
                found[pk].bodies["organisation", other] = (role, degree or "", others[other])


def _names(model: type[Municipality | Organisation], keys: Iterable[int]) -> dict[int, str]:
    rows: QuerySet[Any] = model._default_manager.order_by()
    return dict(_asked(rows, ("pk", "name"), "pk", keys))


def _meant(vendor: str, column: str, values: Iterable[Any]) -> list[int]:
    """The keys of all records with one of these values, and (``municipality``) of those in which a town takes part."""
    asked = _candidates(vendor, column)
    return [pk for some in portions(values) for (pk,) in asked.of(some)]


@lru_cache(maxsize=8)
def _candidates(_vendor: str, column: str) -> Prepared:
    if column == "municipality":
        return Prepared(Participation.objects.order_by("pk"), ("cooperation",), column=column)
    return Prepared(Cooperation.objects.order_by("sort_key", "pk"), ("pk",), column=column)


def _asked(rows: QuerySet[Any], columns: Sequence[str], column: str, values: Iterable[Any]) -> Iterator[Row]:
    """These columns of the rows that have one of the values in ``column``, some thousands of values at a time."""
    question: Prepared | None = None
    for some in portions(values):
        question = question or Prepared(rows, columns, column=column)
        yield from question.values(question.of(some))
