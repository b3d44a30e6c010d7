"""Writes the content of a record: its columns, task fields, participants, agreements and money, all checked at once."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from accounts.models import User
from agreements.choices import Answer, Degree, Role
from agreements.models import Agreement, Award, Confirmation, Cooperation, Participation, ParticipationStep, TaskField
from agreements.workflow.faults import Faults
from agreements.workflow.recording import delete, save, set_many
from coopportal.common.dates import Precision, format_day
from municipalities.models import Municipality, Organisation

Body = Municipality | Organisation

#: The columns of a cooperation that its keeper writes.
FIELDS = (
    *("name", "short_name", "summary", "kind", "status", "legal_form", "region", "basis"),
    *("started_on", "started_precision", "started_wording", "ended_on", "ended_precision", "ended_wording"),
)
#: The columns of an agreement, and those of money.
ACT_FIELDS = (
    *("title", "summary", "legal_form", "status", "signed_on", "signed_precision", "signed_wording"),
    *("effective_on", "effective_precision", "effective_wording", "ends_on", "ends_precision", "ends_wording"),
    *("term_months", "renewal_months", "notice_months"),
)
MONEY_FIELDS = ("programme", "amount", "currency", "rung", "on", "on_precision", "on_wording")


@dataclass(frozen=True)
class Partner:
    """A body that takes part, in which role, how far, and since when."""

    body: Body
    role: str = Role.PARTNER
    degree: str = Degree.PARTY
    on: dt.date | None = None
    on_precision: str = ""
    on_wording: str = ""
    note: str = ""


@dataclass(frozen=True)
class Part:
    """An agreement or money: the id of the row it is (None: a new one), its columns, and the parties of an act.

    ``parties`` None means: all participants of a new agreement, those it has of one that is there.
    """

    values: dict[str, Any]
    pk: int | None = None
    parties: list[Body] | None = None


@dataclass(frozen=True)
class Contents:
    """What is to be written. None leaves a thing as it is; a list replaces all that was there."""

    values: dict[str, Any] = field(default_factory=dict)
    task_fields: list[TaskField] | None = None
    partners: list[Partner] | None = None
    agreements: list[Part] | None = None
    awards: list[Part] | None = None

    @property
    def places(self) -> list[str]:
        """The places of a record that these contents write."""
        lists: dict[str, Any] = {"task_fields": self.task_fields, "participants": self.partners}
        lists |= {"agreements": self.agreements, "awards": self.awards}
        return [*self.values, *(name for name, rows in lists.items() if rows is not None)]


def assign(row: Any, values: dict[str, Any], allowed: Iterable[str]) -> None:
    """Give the row its columns. A day given without its precision is meant to the day, none has none."""
    for name in allowed:
        if name in values:
            setattr(row, name, values[name])
    for name in values:
        if name[-2:] == "on" and (name == "on" or name[-3] == "_"):
            precision = f"{name.removesuffix('_on')}_precision"
            if not values.get(precision) and hasattr(row, precision):
                setattr(row, precision, Precision.DAY if values[name] else Precision.UNKNOWN)


class Writing:
    """One act of writing a locked record."""

    def __init__(self, row: Cooperation, *, user: User, day: dt.date, why: str) -> None:
        self.row, self.user, self.day, self.why = row, user, day, why
        self.faults = Faults()

    def write(self, contents: Contents) -> Cooperation:
        """Write all of it, or raise ValidationError with all that is wrong by place; call it in a transaction."""
        is_new = self.row.pk is None
        assign(self.row, contents.values, FIELDS)
        self.row.version += 0 if is_new else 1
        if self.faults.check(self.row):
            self._save_row(contents.task_fields)
        if contents.partners is not None:
            self._partners(contents.partners)
        if contents.agreements is not None:
            self._parts("agreements", Agreement, ACT_FIELDS, contents.agreements)
        if contents.awards is not None:
            self._parts("awards", Award, MONEY_FIELDS, contents.awards)
        self.faults.raise_any()
        return self.row

    def _save_row(self, task_fields: list[TaskField] | None) -> None:
        """The row before its task fields when it is new, else after them: its history tells both in one entry."""
        is_new = self.row.pk is None
        if is_new:
            save(self.row, user=self.user, why=self.why)
        if task_fields is not None:
            set_many(self.row, "task_fields", task_fields)
        if task_fields or not is_new:
            save(self.row, user=self.user, why=self.why)

    # --- participants ---

    def _partners(self, partners: list[Partner]) -> None:
        present = {}
        if self.row.pk:
            rows = self.row.participations.select_related("municipality", "organisation", "confirmation")
            present = {(type(row.body), row.body.pk): row for row in rows}
        seen = set()
        for place, partner in enumerate(partners):
            key = (type(partner.body), partner.body.pk)
            if key in seen:
                words = _("%(name)s steht schon in der Liste.") % {"name": partner.body.name}
                self.faults.add(f"participants.{place}.body", words)
                continue
            seen.add(key)
            self._partner(f"participants.{place}", partner, present.get(key))
        for key in present.keys() - seen:
            delete(present[key], user=self.user, why=self.why)

    def _partner(self, place: str, partner: Partner, row: Participation | None) -> None:
        body = partner.body
        if isinstance(body, Municipality) and (last_day := self._last_day_of(body)):
            words = _("%(name)s bestand nur bis %(day)s. Nennen Sie die Kommune, die ihr nachfolgt.")
            self.faults.add(f"{place}.body", words % {"name": body.name, "day": format_day(last_day)})
        is_new = row is None
        row = row or Participation(cooperation=self.row)
        kind = "municipality" if isinstance(body, Municipality) else "organisation"
        setattr(row, kind, body)
        before = (row.role, self._step_of(row).degree)
        row.role, row.note = partner.role, partner.note
        is_fine = self.faults.check(row, place, exclude=self._unknown(), constraints=self.row.pk is not None)
        if is_fine and self.row.pk:
            save(row, user=self.user, why=self.why)
            if is_new and self.row.submitted_at is not None:
                self._refused_still(row)
            self._ask_again(row, changed=before != (partner.role, partner.degree))
        self._write_step(place, row, partner)

    def _last_day_of(self, body: Municipality) -> dt.date | None:
        """The last day of a body that has ended while the cooperation goes on."""
        ends = min(self.row.ended_on or self.day, self.day)
        return body.valid_until if body.valid_until and body.valid_until < ends else None

    def _unknown(self) -> tuple[str, ...]:
        return () if self.row.pk else ("cooperation",)

    def _step_of(self, row: Participation) -> ParticipationStep:
        step = row.steps.order_by("pk").first() if row.pk else None
        return step or ParticipationStep(participation=row)

    def _write_step(self, place: str, row: Participation, partner: Partner) -> None:
        step = self._step_of(row)
        step.degree = partner.degree
        values = {"on": partner.on, "on_precision": partner.on_precision, "on_wording": partner.on_wording}
        assign(step, {name: value for name, value in values.items() if name != "on_precision" or value}, values)
        exclude = () if row.pk else ("participation",)
        if self.faults.check(step, place, exclude=exclude, constraints=row.pk is not None) and row.pk:
            step.participation = row
            save(step, user=self.user, why=self.why)

    def _ask_again(self, row: Participation, *, changed: bool) -> None:
        """A yes was given to what stood there then: with another role or degree the question is open again.

        A no stays: only who said it takes it back.
        """
        confirmation: Confirmation | None = getattr(row, "confirmation", None)
        if changed and confirmation and confirmation.answer == Answer.CONFIRMED:
            confirmation.answer, confirmation.reason = Answer.OPEN, ""
            confirmation.answered_on, confirmation.answered_by, confirmation.requested_at = None, None, None
            save(confirmation, user=self.user, why=self.why)

    def _refused_still(self, row: Participation) -> None:
        """Who refused, was taken out and is entered again has still refused: its last answer is read from history."""
        if row.municipality_id is None:
            return
        former = Participation.history.filter(cooperation_id=self.row.pk, municipality_id=row.municipality_id)
        answers = Confirmation.history.filter(participation_id__in=former.values("id"))
        last = answers.order_by("-history_date", "-history_id").first()
        if last is not None and last.answer == Answer.REFUSED:
            said = {name: getattr(last, name) for name in ("requested_at", "answer", "reason", "answered_on")}
            by = User.objects.filter(pk=last.answered_by_id).first()
            confirmation = Confirmation(participation=row, answered_by=by, **said)
            save(confirmation, user=self.user, why=self.why)

    # --- agreements and money ---

    def _parts(self, place: str, model: type[Any], fields: tuple[str, ...], parts: list[Part]) -> None:
        present = {row.pk: row for row in model.objects.filter(cooperation=self.row)} if self.row.pk else {}
        kept = set()
        for number, part in enumerate(parts):
            if part.pk is not None and part.pk not in present:
                self.faults.add(f"{place}.{number}.id", _("Diese Zeile gehört nicht zu diesem Eintrag."))
                continue
            row = present[part.pk] if part.pk is not None else model(cooperation=self.row)
            assign(row, part.values, fields)
            if self.faults.check(row, f"{place}.{number}", exclude=self._unknown(), constraints=bool(self.row.pk)):
                self._save_part(row, part, f"{place}.{number}")
            kept.add(row.pk)
        for key in present.keys() - kept:
            delete(present[key], user=self.user, why=self.why)

    def _save_part(self, row: Any, part: Part, place: str) -> None:
        if self.row.pk is None:
            return
        is_new = row.pk is None
        save(row, user=self.user, why=self.why)
        if isinstance(row, Agreement) and (is_new or part.parties is not None):
            row.parties.set(self._parties(part.parties, place))

    def _parties(self, bodies: list[Body] | None, place: str) -> list[Participation]:
        """The participations of these bodies (of all where None)."""
        rows = {row.body: row for row in self.row.participations.select_related("municipality", "organisation")}
        if bodies is None:
            return list(rows.values())
        for body in bodies:
            if body not in rows:
                words = _("%(name)s ist nicht als beteiligt eingetragen.") % {"name": body.name}
                self.faults.add(f"{place}.parties", words)
        return [rows[body] for body in bodies if body in rows]
