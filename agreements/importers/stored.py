"""What the register holds already of the things a file speaks of: plain values, in a constant number of queries.

Only records that the person may see are looked at, so that an import tells nobody of the drafts of others.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Case, Exists, OuterRef, Q, When

from accounts.models import User
from agreements.choices import CooperationStatus, ProposalState, RecordState
from agreements.importers.bodies import portions
from agreements.models import Agreement, Award, ChangeProposal, Cooperation, Participation
from agreements.querysets.registration import lands_of, towns_of
from agreements.workflow.contents import ACT_FIELDS, FIELDS, MONEY_FIELDS
from municipalities.models import Municipality

#: What only the house that keeps a record and the reviewers of its Land read of it.
INTERNAL = ("basis",)

#: A body: (kind of body, id).
BodyKey = tuple[str, int]


@dataclass
class Known:
    """A record that is there. ``bodies``: body → (role, degree, the name people read).

    ``values`` lack what the person may not read (``INTERNAL``).
    """

    pk: int
    slug: str
    record_state: str
    keeper: int | None
    version: int
    updated_at: dt.datetime
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

    def fetch(self, slugs: Iterable[str], names: Iterable[str], towns: Iterable[int]) -> None:
        """Everything that may be meant by these slugs and names, and everything in which these towns take part."""
        of_lands = Q(
            registered_by=self.user, record_state=RecordState.DRAFT, keeper__state__in=lands_of(self.user, self.day)
        )
        # Asked of each record that is meant: a town takes part in hundreds, the register has fifty thousand.
        seen = Cooperation.objects.visible_to(self.user, self.day).order_by().filter(pk=OuterRef("pk"))
        rows = Cooperation.objects.filter(Exists(seen) | of_lands)
        rows = rows.exclude(record_state__in=RecordState.final()).with_shown_status(self.day, cut=False)
        found: dict[int, Known] = {}
        insider = Q(keeper__in=towns_of(self.user, self.day)) | Q(keeper__state__in=lands_of(self.user, self.day))
        rows = rows.annotate(tells_all=Case(When(insider, then=True), default=False))
        for column, values in (("slug", slugs), ("sort_key", names)):
            for some in portions(values):
                self._take(rows.filter(**{f"{column}__in": some}), found)
        for some in portions(towns):
            theirs = Participation.objects.filter(municipality__in=some).values("cooperation")
            self._take(rows.filter(pk__in=theirs), found)
        self._complete(found)
        for known in found.values():
            self.by_slug[known.slug] = known
            self.by_name.setdefault(known.sort_key, []).append(known)
            for body in known.bodies:
                self.nearby.setdefault(body, []).append(known)

    def _take(self, rows: Any, found: dict[int, Known]) -> None:
        own = ("pk", "slug", "record_state", "keeper_id", "version", "updated_at", "sort_key")
        columns = (*own, "shown_status", "tells_all")
        for row in rows.values(*columns, *FIELDS).iterator():
            status = row["shown_status"] or CooperationStatus.UNKNOWN
            told = [name for name in FIELDS if row["tells_all"] or name not in INTERNAL]
            values = {name: row[name] for name in told} | {"status": status}
            found.setdefault(
                row["pk"],
                Known(
                    pk=row["pk"],
                    slug=row["slug"],
                    record_state=row["record_state"],
                    keeper=row["keeper_id"],
                    version=row["version"],
                    updated_at=row["updated_at"],
                    sort_key=row["sort_key"],
                    values=values,
                ),
            )

    def _complete(self, found: dict[int, Known]) -> None:
        through: Any = Cooperation.task_fields.through
        for some in portions(found):
            pairs = through.objects.filter(cooperation__in=some).values_list("cooperation", "taskfield")
            for pk, code in pairs.order_by("taskfield"):
                found[pk].task_fields.append(code)
            for act in (
                Agreement.objects.filter(cooperation__in=some).order_by("pk").values("pk", "cooperation", *ACT_FIELDS)
            ):
                found[act["cooperation"]].agreements.append(act)
            for award in (
                Award.objects.filter(cooperation__in=some).order_by("pk").values("pk", "cooperation", *MONEY_FIELDS)
            ):
                found[award["cooperation"]].awards.append(award)
            self._bodies(some, found)
            proposed = ChangeProposal.objects.filter(
                cooperation__in=some, state=ProposalState.OPEN, municipality=self.town
            )
            for pk in proposed.values_list("cooperation", flat=True):
                found[pk].has_open_proposal = True

    def _bodies(self, some: list[int], found: dict[int, Known]) -> None:
        rows = Participation.objects.filter(cooperation__in=some).with_day_degree(self.day).order_by("pk")
        columns = ("cooperation", "municipality", "organisation", "role", "day_degree")
        for pk, town, other, role, degree, *names in rows.values_list(
            *columns, "municipality__name", "organisation__name"
        ):
            key = ("municipality", town) if town else ("organisation", other)
            found[pk].bodies[key] = (role, degree or "", names[0] or names[1])
