"""Writes a draft while it is being typed: what fits is recorded, what does not is kept beside it and loses nothing."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Any

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db import transaction
from django.utils.translation import gettext_lazy

from accounts.models import User
from agreements.choices import EDITABLE
from agreements.models import Cooperation, Unfinished
from agreements.permissions import may_edit
from agreements.workflow.contents import Contents, Part, Partner
from agreements.workflow.recording import locked, require, require_state, require_version, save, storable
from agreements.workflow.registration import save_draft
from coopportal.common.languages import recorded

_PARTS = ("agreements", "awards")
#: What a rule about several columns of a row is about.
_OF_RULES = ("started", "ended", "effective", "ends", "term", "amount")


@dataclass(frozen=True)
class Saved:
    """The record as it is now, what of the contents it could not take (by place), and the ids of its new rows.

    ``is_written``: there was something to write, so the version was asked for and raised.
    """

    row: Cooperation
    faults: dict[str, list[str]] = field(default_factory=dict)
    new_ids: dict[str, list[int]] = field(default_factory=dict)
    is_written: bool = False


@transaction.atomic
def save_what_fits(
    *, user: User, cooperation: Cooperation, day: dt.date, contents: Contents, version: int | None = None
) -> Saved:
    """Write all of the contents that the record can hold; what it cannot is told by place and left out.

    Contents without anything are no writing: the version stays, nobody is overtaken. Raises PermissionDenied,
    WrongState, Overtaken.
    """
    row = locked(cooperation)
    require(may_edit(user, row, day))
    require_state(row, EDITABLE)
    before = {name: set(getattr(row, name).values_list("pk", flat=True)) for name in _PARTS}
    everybody = _with_all_parties(row) if contents.partners is not None else []
    trial, faults = _Trial(contents), dict[str, list[str]]()
    while not trial.is_empty:
        try:
            row = save_draft(user=user, cooperation=row, day=day, contents=trial.contents, version=version)
        except ValidationError as error:
            faults |= {trial.original(place): messages for place, messages in error.message_dict.items()}
            trial.leave_out(error.message_dict, {part.body for part in row.participations.with_bodies()})
        else:
            break
    for act in everybody:
        act.parties.set(row.participations.all())
    new = {name: [pk for pk in _ids(row, name) if pk not in before[name]] for name in _PARTS}
    return Saved(row, faults, new, is_written=not trial.is_empty)


def _ids(row: Cooperation, name: str) -> list[int]:
    return list(getattr(row, name).order_by("pk").values_list("pk", flat=True))


def _with_all_parties(row: Cooperation) -> list[Any]:
    """The agreements of all participants: who joins the draft later is a party to them too."""
    everybody = set(row.participations.values_list("pk", flat=True))
    acts = row.agreements.prefetch_related("parties")
    return [act for act in acts if {party.pk for party in act.parties.all()} == everybody]


class _Trial:
    """Contents that get smaller with each refusal, and which of the rows that came are still in them."""

    def __init__(self, contents: Contents) -> None:
        self.contents = contents
        self.numbers = {
            "participants": list(range(len(contents.partners or ()))),
            **{name: list(range(len(getattr(contents, name) or ()))) for name in _PARTS},
        }

    @property
    def is_empty(self) -> bool:
        return self.contents == Contents()

    def original(self, place: str) -> str:
        """The place by the number that the row had at first."""
        head, *rest = place.split(".")
        if head in self.numbers and rest:
            rest[0] = str(self.numbers[head][int(rest[0])])
        return ".".join([head, *rest])

    def leave_out(self, places: Iterable[str], present: set[Any]) -> None:
        """Take out what stands at these places; where that is nothing, everything."""
        before, wrong = self.contents, dict[str, dict[int, set[str]]]()
        for place in places:
            head, *rest = place.split(".")
            if rest and head in self.numbers:
                wrong.setdefault(head, {}).setdefault(int(rest[0]), set()).add(rest[1] if len(rest) > 1 else "")
            else:
                self._value(head)
        for head, rows in wrong.items():
            if head == "participants":
                self._partners(set(rows), present)
            else:
                self._rows(head, rows)
        if self.contents == before:
            self.contents = Contents()

    def _value(self, name: str) -> None:
        values = self.contents.values
        if name == NON_FIELD_ERRORS:
            left = {key: value for key, value in values.items() if key.split("_")[0] not in _OF_RULES}
            self.contents = replace(self.contents, values=left if left != values else {})
        elif name == "task_fields":
            self.contents = replace(self.contents, task_fields=None)
        else:
            self.contents = replace(self.contents, values=_without(values, {name}))

    def _partners(self, numbers: set[int], present: set[Any]) -> None:
        partners: list[Partner] = self.contents.partners or []
        left = [number for number in range(len(partners)) if number not in numbers]
        stays = {partners[number].body for number in left}
        if any(partners[number].body in present - stays for number in numbers):
            self.contents = replace(self.contents, partners=None)
            return
        self.contents = replace(self.contents, partners=[partners[number] for number in left])
        self.numbers["participants"] = [self.numbers["participants"][number] for number in left]

    def _rows(self, head: str, wrong: dict[int, set[str]]) -> None:
        parts: list[tuple[int, Part]] = []
        for number, part in enumerate(getattr(self.contents, head)):
            if number not in wrong:
                parts.append((number, part))
                continue
            names = wrong[number]
            values = _without(part.values, names) if names != {""} else _without_rules(part.values)
            if part.pk is not None and "id" not in names:
                parts.append((number, replace(part, values=values if values != part.values else {})))
            elif part.pk is None and values != part.values:
                parts.append((number, replace(part, values=values)))
        self.numbers[head] = [self.numbers[head][number] for number, _part in parts]
        left: dict[str, Any] = {head: [part for _number, part in parts]}
        self.contents = replace(self.contents, **left)


def _without(values: dict[str, Any], names: set[str]) -> dict[str, Any]:
    """Without these columns; a day goes with its precision and wording."""
    stems = {name.rsplit("_", 1)[0] for name in names if name.endswith(("_on", "_precision", "_wording"))}
    families = {f"{stem}_{end}" for stem in stems for end in ("on", "precision", "wording")}
    if "on" in names or "on" in stems:
        families |= {"on", "on_precision", "on_wording"}
    return {name: value for name, value in values.items() if name not in names | families}


def _without_rules(values: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if name.split("_")[0] not in _OF_RULES}


@transaction.atomic
def keep_unfinished(
    *,
    user: User,
    cooperation: Cooperation,
    day: dt.date,
    step: str,
    entries: dict[str, Any],
    faults: dict[str, list[str]],
    version: int | None,
) -> Cooperation:
    """Keep what was typed into a step and cannot be recorded yet, with what is wrong; nothing wrong: forget it.

    Other entries than those kept before are a change like any other: ``version`` is the one they were made from, the
    record gets a new one. None: the caller has asked for it and raised it in this transaction. Raises Overtaken.
    """
    row = locked(cooperation)
    require(may_edit(user, row, day))
    require_state(row, EDITABLE)
    before = row.unfinished.filter(step=step).first()
    if version is not None and (before.entries if before else None) != (entries if faults else None):
        require_version(row, version)
        row.version += 1
        save(row, user=user, why=recorded(gettext_lazy("Entwurf bearbeitet")), fields=["version"])
    if faults:
        values = {"entries": storable(entries), "faults": storable(faults)}
        Unfinished.objects.update_or_create(cooperation=row, step=step, defaults=values)
    else:
        row.unfinished.filter(step=step).delete()
    return row
