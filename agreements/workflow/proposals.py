"""Wishes to change a published record: participants propose, a reviewer decides item by item."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Model
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from agreements.choices import ChangeKind, Decision, ProposalState, RecordState, Role
from agreements.models import (
    Agreement,
    ChangeProposal,
    Cooperation,
    Event,
    Participation,
    ParticipationStep,
    ProposalItem,
    TaskField,
)
from agreements.permissions import is_officer_for, may_decide, review_state_of, towns_proposing
from agreements.workflow.applying import apply_item
from agreements.workflow.contents import ACT_FIELDS, FIELDS, Partner, assign
from agreements.workflow.derived import refresh_derived
from agreements.workflow.faults import Faults, Refused
from agreements.workflow.recording import locked, require, require_state, require_version, save
from agreements.workflow.telling import REVIEW_DESK, officers_of, reviewers_of, tell
from municipalities.models import Municipality

#: What a proposal may change of a cooperation: every public field. ``task_fields`` are codes.
PROPOSABLE = (*(name for name in FIELDS if name != "basis"), "task_fields")
EVENT_FIELDS = ("kind", "title", "summary", "place", "on", "on_precision", "on_wording", "until")


@dataclass(frozen=True)
class Leaving:
    """A participant that leaves; ``last_day`` is the last one on which it takes part."""

    participation: Participation
    last_day: dt.date
    note: str = ""


@dataclass(frozen=True)
class Changes:
    """What a proposal wishes: new values of fields, participants joining and leaving, new agreements and events."""

    fields: dict[str, Any] = field(default_factory=dict)
    joining: list[Partner] = field(default_factory=list)
    leaving: list[Leaving] = field(default_factory=list)
    agreements: list[dict[str, Any]] = field(default_factory=list)
    events: list[dict[str, Any]] = field(default_factory=list)


@dataclass(frozen=True)
class Verdict:
    """A reviewer's decision about one item; a rejection says why."""

    accepted: bool
    reason: str = ""


@transaction.atomic
def propose(
    *,
    user: User,
    cooperation: Cooperation,
    municipality: Municipality,
    day: dt.date,
    changes: Changes,
    reason: str,
    source: str,
    version: int | None = None,
) -> ChangeProposal:
    """Propose changes to a published record on behalf of a participant or its keeper; a reviewer decides about them."""
    row = locked(cooperation)
    require(municipality in towns_proposing(user, row, day))
    require_state(row, [RecordState.PUBLISHED])
    require_version(row, version)
    proposal = ChangeProposal(
        cooperation=row,
        proposed_by=user,
        municipality=municipality,
        reason=reason.strip(),
        source=source.strip(),
        based_on=row.version,
    )
    faults = Faults()
    faults.check(proposal)
    items = _items(row, changes, faults)
    if not items and not faults.found:
        faults.add("", _("Der Vorschlag ändert nichts."))
    faults.raise_any()
    proposal.save()
    for item in items:
        item.proposal = proposal
        item.save()
    tell("change_proposed", reviewers_of([review_state_of(row)], day), row, desk=REVIEW_DESK, town=municipality.name)
    people, desk = (
        officers_of({row.keeper_id} - {municipality.pk}, day),
        reverse("agreements:proposal", args=[proposal.pk]),
    )
    tell("change_proposed", people, row, desk=desk, town=municipality.name)
    return proposal


def _items(row: Cooperation, changes: Changes, faults: Faults) -> list[ProposalItem]:
    items = _field_items(row, changes.fields, faults)
    for number, partner in enumerate(changes.joining):
        items.append(_joining(row, partner, f"joining.{number}", faults))
    for number, leaving in enumerate(changes.leaving):
        items.append(_leaving(row, leaving, f"leaving.{number}", faults))
    for number, values in enumerate(changes.agreements):
        act = Agreement(cooperation=row)
        assign(act, values, ACT_FIELDS)
        faults.check(act, f"agreements.{number}")
        items.append(ProposalItem(kind=ChangeKind.AGREEMENT, new=_told(act, ACT_FIELDS)))
    for number, values in enumerate(changes.events):
        event = Event()
        assign(event, values, EVENT_FIELDS)
        faults.check(event, f"events.{number}")
        items.append(ProposalItem(kind=ChangeKind.EVENT, new=_told(event, EVENT_FIELDS)))
    return items


def _field_items(row: Cooperation, fields: Mapping[str, Any], faults: Faults) -> list[ProposalItem]:
    """One item for each field whose value would change; all new values are tried together on a copy."""
    wished = Cooperation.objects.get(pk=row.pk)
    for name in fields.keys() - set(PROPOSABLE):
        faults.add(name, _("Diese Angabe lässt sich nicht ändern."))
    assign(wished, dict(fields), FIELDS)
    faults.check(wished)
    items = [
        ProposalItem(kind=ChangeKind.FIELD, field=name, old=plain(getattr(row, name)), new=plain(getattr(wished, name)))
        for name in PROPOSABLE
        if name != "task_fields" and getattr(row, name) != getattr(wished, name)
    ]
    if "task_fields" in fields:
        old, new = sorted(row.task_fields.values_list("code", flat=True)), sorted(set(fields["task_fields"]))
        known = set(TaskField.objects.filter(code__in=new).values_list("code", flat=True))
        for code in sorted(set(new) - known):
            faults.add("task_fields", _("Das Aufgabenfeld „%(code)s“ gibt es nicht.") % {"code": code})
        if old != new:
            items.append(ProposalItem(kind=ChangeKind.FIELD, field="task_fields", old=old, new=new))
    return items


def _joining(row: Cooperation, partner: Partner, place: str, faults: Faults) -> ProposalItem:
    kind = "municipality" if isinstance(partner.body, Municipality) else "organisation"
    participation = Participation(cooperation=row, role=partner.role, note=partner.note, **{kind: partner.body})
    faults.check(participation, place)
    if partner.role == Role.LEAD:
        faults.add(f"{place}.role", _("Federführend ist schon eine andere Stelle."))
    step = ParticipationStep(degree=partner.degree)
    values = {"on": partner.on, "on_precision": partner.on_precision, "on_wording": partner.on_wording}
    assign(step, {name: value for name, value in values.items() if name == "on" or value}, values)
    faults.check(step, place, exclude=("participation",), constraints=False)
    told = _told(step, ("degree", "on", "on_precision", "on_wording"))
    return ProposalItem(
        kind=ChangeKind.JOIN, new={kind: partner.body.pk, "role": partner.role, "note": partner.note, **told}
    )


def _leaving(row: Cooperation, leaving: Leaving, place: str, faults: Faults) -> ProposalItem:
    if leaving.participation.cooperation_id != row.pk:
        faults.add(f"{place}.participation", _("Diese Zeile gehört nicht zu diesem Eintrag."))
    new = {"last_day": leaving.last_day.isoformat(), "note": leaving.note}
    return ProposalItem(kind=ChangeKind.LEAVE, participation=leaving.participation, new=new)


def plain(value: Any) -> Any:
    """A value as JSON holds it."""
    if isinstance(value, Model):
        return value.pk
    return value.isoformat() if isinstance(value, dt.date) else str(value) if isinstance(value, Decimal) else value


def _told(row: Any, names: tuple[str, ...]) -> dict[str, Any]:
    return {name: plain(getattr(row, name)) for name in names}


@transaction.atomic
def decide(
    *,
    user: User,
    proposal: ChangeProposal,
    day: dt.date,
    verdicts: Mapping[int, Verdict],
    version: int | None = None,
) -> ChangeProposal:
    """Accept or reject every item (``{item id: Verdict}``); what is accepted stands in the record at once.

    ``version`` is the one the reviewer saw beside the proposal. Raises Refused where it is decided already.
    """
    row = locked(proposal.cooperation)
    known = ChangeProposal.objects.select_related("cooperation", "municipality").get(pk=proposal.pk)
    require(may_decide(user, known, day))
    _require_open(known)
    require_state(row, [RecordState.PUBLISHED])
    require_version(row, version)
    items = list(known.items.select_related("participation"))
    _check_verdicts(items, verdicts)
    why = _("Vorschlag von %(town)s: %(source)s") % {"town": known.municipality.name, "source": known.source}
    accepted = []
    for item in sorted(items, key=lambda item: item.field == "status"):  # it asks for the days, which come first
        verdict = verdicts[item.pk]
        item.decision = Decision.ACCEPTED if verdict.accepted else Decision.REJECTED
        item.decision_reason = verdict.reason.strip()
        item.save(update_fields=["decision", "decision_reason"])
        if verdict.accepted:
            apply_item(row, item, proposal=known, user=user, day=day, why=why)
            accepted.append(item)
    if accepted:
        row.version += 1
        row.full_clean()
        save(row, user=user, why=why)
        refresh_derived(Cooperation.objects.filter(pk=row.pk))
    known.state, known.decided_at, known.decided_by = ProposalState.DECIDED, timezone.now(), user
    known.save(update_fields=["state", "decided_at", "decided_by", "updated_at"])
    reasons = [item.decision_reason for item in items if item.decision_reason]
    people, desk = officers_of([known.municipality], day), reverse("agreements:proposal", args=[known.pk])
    tell("proposal_decided", people, row, desk=desk, accepted=len(accepted), total=len(items), reasons=reasons)
    return known


def _require_open(proposal: ChangeProposal) -> None:
    if proposal.state != ProposalState.OPEN:
        words = _("Dieser Vorschlag ist schon %(state)s.") % {"state": proposal.get_state_display()}
        raise Refused(words)


def _check_verdicts(items: list[ProposalItem], verdicts: Mapping[int, Verdict]) -> None:
    faults = Faults()
    for item in items:
        verdict = verdicts.get(item.pk)
        if verdict is None:
            faults.add(f"items.{item.pk}", _("Entscheiden Sie über diese Änderung."))
        elif not verdict.accepted and not verdict.reason.strip():
            faults.add(f"items.{item.pk}", _("Begründen Sie die Ablehnung."))
    for key in verdicts.keys() - {item.pk for item in items}:
        faults.add(f"items.{key}", _("Diese Änderung gehört nicht zu diesem Vorschlag."))
    faults.raise_any()


@transaction.atomic
def withdraw_proposal(*, user: User, proposal: ChangeProposal, day: dt.date) -> ChangeProposal:
    """The municipality that proposed takes its proposal back."""
    locked(proposal.cooperation)
    row = ChangeProposal.objects.select_related("municipality").get(pk=proposal.pk)
    if not is_officer_for(user, row.municipality, day):
        raise PermissionDenied(_("Dazu haben Sie kein Recht."))
    _require_open(row)
    row.state = ProposalState.WITHDRAWN
    row.save(update_fields=["state", "updated_at"])
    return row
