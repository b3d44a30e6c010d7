"""Wishes to change a published record: participants propose, a reviewer decides item by item."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from agreements.choices import Decision, ProposalState, RecordState
from agreements.models import ChangeProposal, Cooperation, ProposalDraft, ProposalItem
from agreements.permissions import is_officer_for, may_decide, may_propose, review_land_of, towns_proposing
from agreements.workflow.applying import apply_item, apply_to_rows
from agreements.workflow.derived import refresh_derived
from agreements.workflow.faults import Faults, Refused
from agreements.workflow.recording import locked, require, require_state, require_version, save, storable
from agreements.workflow.telling import REVIEW_DESK, officers_of, reviewers_of, tell
from agreements.workflow.wishes import Changes, items_of
from coopportal.common.languages import recorded
from municipalities.models import Municipality

#: A form with more than this many characters is no proposal.
LARGEST_DRAFT = 200_000
#: So many days a proposal that nobody went on with is kept.
DRAFTS_KEPT_DAYS = 180


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
    items = items_of(row, changes, day, faults)
    if not items and not faults.found:
        faults.add("", _("Der Vorschlag ändert nichts."))
    faults.raise_any()
    proposal.save()
    for item in items:
        item.proposal = proposal
        item.save()
    ProposalDraft.objects.filter(cooperation=row, person=user).delete()
    land, desk = review_land_of(row), reverse("agreements:proposal", args=[proposal.pk])
    said = {"town": municipality.name, "land": land.name if land else ""}
    tell("change_proposed", reviewers_of([land.code if land else None], day), row, desk=REVIEW_DESK, **said)
    tell("change_proposed", officers_of({row.keeper_id} - {municipality.pk}, day), row, desk=desk, **said)
    return proposal


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
    items = list(known.items.select_related("participation", "agreement", "event", "award"))
    _check_verdicts(items, verdicts)
    words = gettext_lazy("Vorschlag von %(town)s: %(source)s")
    why = recorded(words, town=known.municipality.name, source=known.source)
    accepted = []
    for item in sorted(items, key=lambda item: item.field == "status"):  # it asks for the days, which come first
        verdict = verdicts[item.pk]
        item.decision = Decision.ACCEPTED if verdict.accepted else Decision.REJECTED
        item.decision_reason = verdict.reason.strip()
        item.save(update_fields=["decision", "decision_reason"])
        if verdict.accepted:
            apply_item(row, item, proposal=known, user=user, day=day, why=why)
            accepted.append(item)
    apply_to_rows(accepted, user=user, why=why)
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


def newest_proposal(*, user: User, cooperation: Cooperation) -> int:
    """The key of the last proposal about the record that this person handed in; 0: none."""
    found = ChangeProposal.objects.filter(cooperation=cooperation, proposed_by=user)
    return found.order_by("-pk").values_list("pk", flat=True).first() or 0


@transaction.atomic
def keep_proposal(
    *,
    user: User,
    cooperation: Cooperation,
    day: dt.date,
    entries: Mapping[str, list[str]],
    version: int,
    after: int | None = None,
) -> ProposalDraft:
    """Keep what was typed so far, as it was typed, for this person; a later call replaces it. Nobody else is told.

    ``version`` is the one of the record the page showed; what the record never had counts as the present one. ``after``
    is this person's newest proposal about it when the page was made (0: none, None: not said): what was handed in
    meanwhile does not come back as begun. Raises Refused.
    """
    row = locked(cooperation)
    require(may_propose(user, row, day))
    require_state(row, [RecordState.PUBLISHED])
    if after is not None and newest_proposal(user=user, cooperation=row) > after:
        raise Refused(_("Diesen Vorschlag haben Sie inzwischen eingereicht."))
    if sum(len(name) + sum(map(len, texts)) for name, texts in entries.items()) > LARGEST_DRAFT:
        raise Refused(_("Das ist zu viel, um es aufzuheben. Reichen Sie den Vorschlag in Teilen ein."))
    seen = version if 0 <= version <= row.version else row.version
    values = {"entries": storable(entries), "version": seen, "kept_at": timezone.now()}
    draft, _made = ProposalDraft.objects.update_or_create(cooperation=row, person=user, defaults=values)
    return draft


def forget_proposal(*, user: User, cooperation: Cooperation) -> None:
    """Throw away what this person began and has not handed in."""
    ProposalDraft.objects.filter(cooperation=cooperation, person=user).delete()


def forget_proposals(now: dt.datetime) -> int:
    """Drop proposals that were begun and left alone for half a year; returns how many."""
    number, _each = ProposalDraft.objects.filter(kept_at__lt=now - dt.timedelta(days=DRAFTS_KEPT_DAYS)).delete()
    return number
