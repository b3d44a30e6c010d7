"""The reviewer's verbs: return, publish, withdraw; evidence is released here too."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from agreements.choices import CooperationStatus, RecordState
from agreements.models import Cooperation, Evidence, FieldRemark
from agreements.permissions import may_release, may_review, may_withdraw, review_state_of
from agreements.workflow.beginnings import date_partners, first_status
from agreements.workflow.derived import publish_status, refresh_derived
from agreements.workflow.newcomers import enter_bodies
from agreements.workflow.recording import locked, move, present, require, require_state, require_version, save
from agreements.workflow.telling import officers_of, participants_of, reviewers_of, tell
from coopportal.common import feed
from coopportal.common.languages import recorded
from coopportal.common.slugs import slug_of
from municipalities.models import Organisation

_PLACEHOLDER = re.compile(r"vorgang-[0-9a-f]{12}")


@transaction.atomic
def return_record(
    *,
    user: User,
    cooperation: Cooperation,
    day: dt.date,
    remarks: Mapping[str, str],
    reason: str = "",
    version: int | None = None,
) -> Cooperation:
    """Give a submitted record back with remarks by field (``participants``, ``agreements.0.title``, …).

    ``reason`` speaks of the record as a whole. At least one of both is needed.
    """
    row = locked(cooperation)
    require(may_review(user, row, day))
    require_state(row, [RecordState.SUBMITTED])
    require_version(row, version)
    said = {field: text.strip() for field, text in remarks.items() if text.strip()}
    if not said and not reason.strip():
        raise ValidationError({"reason": _("Schreiben Sie, was zu überarbeiten ist.")})
    step = move(row, RecordState.RETURNED, user=user, reason=reason.strip())
    for field, text in said.items():
        remark = FieldRemark(transition=step, field=field, text=text)
        remark.full_clean()
        remark.save()
    desk = reverse("agreements:draft", args=[row.pk])
    tell(
        "returned",
        officers_of([row.keeper_id], day),
        row,
        desk=desk,
        reason=reason.strip(),
        remarks=list(said.values()),
    )
    return row


@transaction.atomic
def publish(
    *,
    user: User,
    cooperation: Cooperation,
    day: dt.date,
    reason: str = "",
    version: int | None = None,
    meant: Mapping[int, Organisation | None] | None = None,
) -> Cooperation:
    """Take a submitted record into the register. Open and contested confirmations do not stand in the way.

    Bodies that were named with it and are not in the register come in with it; ``meant`` says which of them is one
    that is there already.
    """
    row = locked(cooperation)
    require(may_review(user, row, day))
    require_state(row, [RecordState.SUBMITTED])
    require_version(row, version)
    if _PLACEHOLDER.fullmatch(row.slug):
        give_slug(row)
    row.published_on = day
    enter_bodies(row, user=user, meant=meant or {})
    move(row, RecordState.PUBLISHED, user=user, reason=reason.strip(), fields=["published_on"])
    date_partners(row, user=user, day=day, why=recorded(RecordState.PUBLISHED.label))
    if row.status != CooperationStatus.UNKNOWN and not row.status_steps.exists():
        step = first_status(row, day)
        step.full_clean()
        save(step, user=user, why=recorded(RecordState.PUBLISHED.label))
    refresh_derived(Cooperation.objects.filter(pk=row.pk))
    publish_status(row, day)
    tell("published", participants_of(row, day), row, desk=row.get_absolute_url())
    return row


def give_slug(row: Cooperation) -> None:
    """The address of a record, from its name; where the name is taken, with a number."""
    base = slug_of(row.name, "kooperation")
    number = 1
    while True:
        slug = base if number == 1 else f"{base}-{number}"
        number += 1
        if Cooperation.objects.filter(slug=slug).exists():
            continue
        try:
            with transaction.atomic():
                Cooperation.objects.filter(pk=row.pk).update(slug=slug)
        except IntegrityError:  # somebody published another one of this name just now
            continue
        row.slug = slug
        return


@transaction.atomic
def withdraw(
    *, user: User, cooperation: Cooperation, day: dt.date, reason: str, version: int | None = None
) -> Cooperation:
    """Take a record back, for a reason: it leaves every public page, its log stays."""
    row = locked(cooperation)
    require(may_withdraw(user, row, day))
    require_state(row, [RecordState.SUBMITTED, RecordState.RETURNED, RecordState.PUBLISHED])
    require_version(row, version)
    if not reason.strip():
        raise ValidationError({"reason": _("Schreiben Sie, warum der Eintrag zurückgezogen wird.")})
    feed.tell_first("cooperations", [row.pk], day)  # so that its address knows of it afterwards
    move(row, RecordState.WITHDRAWN, user=user, reason=reason.strip())
    desk = reverse("agreements:history", args=[row.slug])
    tell("withdrawn", participants_of(row, day), row, desk=desk, reason=reason.strip())
    tell("withdrawn", reviewers_of([review_state_of(row)], day), row, desk=desk, reason=reason.strip())
    return row


@transaction.atomic
def release_evidence(*, user: User, evidence: Evidence, day: dt.date, released: bool = True) -> Evidence:
    """Make a document public with its record, or keep it private (again); either way it waits no longer."""
    locked(evidence.cooperation)
    rows = Evidence.objects.select_related("cooperation")
    row: Evidence = present(rows, evidence.pk, _("Dieses Dokument liegt nicht mehr bei."))
    require(may_release(user, row, day))
    if row.examined_at is None or released != (row.released_at is not None):
        row.examined_at = timezone.now()
        row.released_at = row.examined_at if released else None
        row.released_by = user if released else None
        row.save(update_fields=["examined_at", "released_at", "released_by", "updated_at"])
    return row
