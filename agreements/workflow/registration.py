"""The keeper's verbs: register, write, hand in, copy, discard, take over, affirm.

Every verb reads the record anew under a lock, so what the caller holds may be old; it returns the record as it is now.
All raise PermissionDenied where the right is missing, WrongState where the record has moved on, ValidationError with
all that is wrong by field; those that take ``version`` raise Overtaken where somebody wrote since it was read.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterable
from functools import partial

from django.core.exceptions import ValidationError
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from agreements.choices import EDITABLE, Answer, CooperationKind, Origin, RecordState, Role
from agreements.models import Confirmation, Cooperation, Participation
from agreements.permissions import (
    may_affirm,
    may_discard,
    may_edit,
    may_register,
    may_submit,
    may_take_over,
    review_state_of,
)
from agreements.steps import touched
from agreements.workflow.checklist import faults_of_submission
from agreements.workflow.contents import ACT_FIELDS, Contents, Part, Partner, Writing
from agreements.workflow.derived import refresh_derived
from agreements.workflow.faults import WrongState
from agreements.workflow.recording import locked, move, require, require_state, require_version, save
from agreements.workflow.telling import REVIEW_DESK, answer_page, officers_of, reviewers_of, tell
from coopportal.common.languages import recorded
from municipalities.models import Municipality

#: What stays of a record when a new one is made like it.
_COPIED = ("kind", "legal_form", "region")
_COPIED_OF_ACTS = ("title", "legal_form", "term_months", "renewal_months", "notice_months")


@transaction.atomic
def register(*, user: User, municipality: Municipality, day: dt.date, contents: Contents) -> Cooperation:
    """A new draft, kept by ``municipality``, which leads it unless the contents name the participants."""
    require(may_register(user, municipality, day))
    row = Cooperation(
        slug=f"vorgang-{uuid.uuid4().hex[:12]}",
        kind=CooperationKind.OTHER,
        record_state=RecordState.DRAFT,
        origin=Origin.REGISTRATION,
        keeper=municipality,
        registered_by=user,
    )
    if contents.partners is None:
        lead = [Partner(body=municipality, role=Role.LEAD)]
        contents = Contents(contents.values, contents.task_fields, lead, contents.agreements, contents.awards)
    Writing(row, user=user, day=day, why=recorded(gettext_lazy("als Entwurf angelegt"))).write(contents)
    refresh_derived(Cooperation.objects.filter(pk=row.pk))
    return row


@transaction.atomic
def save_draft(
    *, user: User, cooperation: Cooperation, day: dt.date, contents: Contents, version: int | None = None
) -> Cooperation:
    """Write a draft or a returned record; nothing has to be complete yet."""
    row = locked(cooperation)
    require(may_edit(user, row, day))
    words = _("%(state)s Ändern können Sie ihn jetzt nicht; nach der Veröffentlichung schlagen Sie Änderungen vor.")
    if row.record_state not in EDITABLE:
        raise WrongState(row, words % {"state": WrongState(row).message})
    require_version(row, version)
    Writing(row, user=user, day=day, why=recorded(gettext_lazy("Entwurf bearbeitet"))).write(contents)
    row.unfinished.filter(step__in=touched(contents.places)).delete()
    refresh_derived(Cooperation.objects.filter(pk=row.pk))
    return row


@transaction.atomic
def submit(*, user: User, cooperation: Cooperation, day: dt.date, version: int | None = None) -> Cooperation:
    """Hand in: the reviewers of the lead's Land decide, the participants are asked, other Länder are informed.

    With it the keeper has confirmed its own participation.
    """
    row = locked(cooperation)
    require(may_submit(user, row, day))
    require_state(row, EDITABLE)
    require_version(row, version)
    if faults := faults_of_submission(row):
        raise ValidationError(faults)
    row.submitted_at = timezone.now()
    move(row, RecordState.SUBMITTED, user=user, municipality=row.keeper, fields=["submitted_at"])
    own = [one for one in row.participations.select_related("municipality") if one.municipality_id == row.keeper_id]
    for participation in own:
        _confirm_own(participation, user=user, day=day)
    ask_participants(row, user=user, day=day)
    _tell_reviewers(row, day)
    return row


def _confirm_own(participation: Participation, *, user: User, day: dt.date) -> None:
    confirmation = getattr(participation, "confirmation", None) or Confirmation(participation=participation)
    if confirmation.answer != Answer.CONFIRMED:
        confirmation.answer, confirmation.reason = Answer.CONFIRMED, ""
        confirmation.answered_on, confirmation.answered_by = day, user
        confirmation.full_clean()
        save(confirmation, user=user, why=recorded(gettext_lazy("mit der Registrierung bestätigt")))


def ask_participants(
    row: Cooperation, *, user: User, day: dt.date, among: Iterable[Participation] | None = None
) -> list[Participation]:
    """Ask every municipal participant that was not asked yet (of these, else all); returns those asked now."""
    candidates = row.participations.filter(municipality__isnull=False).select_related("municipality", "confirmation")
    if among is not None:
        candidates = candidates.filter(pk__in=[participation.pk for participation in among])
    asked = []
    for participation in candidates:
        confirmation = getattr(participation, "confirmation", None) or Confirmation(participation=participation)
        if confirmation.answer == Answer.OPEN and confirmation.requested_at is None:
            confirmation.requested_at = timezone.now()
            confirmation.full_clean()
            save(confirmation, user=user, why=recorded(gettext_lazy("um Bestätigung gebeten")))
            asked.append(participation)
    for participation in asked:
        people, town = officers_of([participation.municipality], day), participation.municipality.name
        desk = answer_page(participation)
        tell("confirmation_asked", people, row, desk=desk, town=town, keeper=str(row.keeper or ""))
    return asked


def _tell_reviewers(row: Cooperation, day: dt.date) -> None:
    code = review_state_of(row)
    tell("review_asked", reviewers_of([code], day), row, desk=REVIEW_DESK, keeper=str(row.keeper))
    bodies = row.participations.values_list("municipality__state", "organisation__state")
    if others := {str(state) for pair in bodies for state in pair if state} - {code}:
        tell("other_state_informed", reviewers_of(others, day), row, desk=REVIEW_DESK, keeper=str(row.keeper))


@transaction.atomic
def discard(*, user: User, cooperation: Cooperation, day: dt.date) -> None:
    """Throw a draft away that was never handed in."""
    row = locked(cooperation)
    require(may_discard(user, row, day))
    require_state(row, [RecordState.DRAFT])
    for evidence in row.evidence.all():
        transaction.on_commit(partial(evidence.file.delete, save=False), robust=True)
    row.delete()


def copy_as_draft(
    *, user: User, original: Cooperation, municipality: Municipality, day: dt.date, name: str
) -> Cooperation:
    """A new draft like ``original``: form, fields and deadlines, never partners, dates or money."""
    acts = [{column: getattr(act, column) for column in _COPIED_OF_ACTS} for act in original.agreements.all()]
    contents = Contents(
        values={"name": name} | {column: getattr(original, column) for column in _COPIED},
        task_fields=list(original.task_fields.all()),
        agreements=[Part(values={column: act[column] for column in ACT_FIELDS if column in act}) for act in acts],
    )
    return register(user=user, municipality=municipality, day=day, contents=contents)


@transaction.atomic
def take_over(*, user: User, cooperation: Cooperation, municipality: Municipality, day: dt.date) -> Cooperation:
    """A participant becomes the keeper of a published record that was drawn from documents."""
    row = locked(cooperation)
    require(may_take_over(user, row, municipality, day))
    require_state(row, [RecordState.PUBLISHED], str(_("Übernehmen lassen sich nur veröffentlichte Einträge.")))
    if row.keeper is not None:
        raise WrongState(row, _("%(name)s führt diesen Eintrag schon.") % {"name": row.keeper.name})
    row.keeper, row.taken_over_by, row.taken_over_on = municipality, user, day
    row.affirmed_by, row.affirmed_on = user, day
    row.version += 1
    row.full_clean()
    columns = ["keeper", "taken_over_by", "taken_over_on", "affirmed_by", "affirmed_on", "version"]
    save(row, user=user, why=recorded(gettext_lazy("übernommen von %(name)s"), name=municipality.name), fields=columns)
    people = reviewers_of([review_state_of(row)], day)
    tell("taken_over", people, row, desk=row.get_absolute_url(), town=municipality.name)
    return row


@transaction.atomic
def affirm(*, user: User, cooperation: Cooperation, day: dt.date) -> Cooperation:
    """The keeper says: still true. Saying it twice on a day has one effect."""
    row = locked(cooperation)
    require(may_affirm(user, row, day))
    require_state(row, [RecordState.PUBLISHED])
    if row.affirmed_on != day:
        row.affirmed_on, row.affirmed_by = day, user
        save(
            row,
            user=user,
            why=recorded(gettext_lazy("als weiterhin zutreffend bestätigt")),
            fields=["affirmed_on", "affirmed_by"],
        )
    return row


def remind_keepers(day: dt.date) -> int:
    """Ask the keepers of records that are due whether they are still true, once in thirty days; returns how many."""
    lately = day - dt.timedelta(days=30)
    due = Cooperation.objects.to_affirm(day).exclude(reminded_on__gt=lately)
    reminded = 0
    for row in due.order_by("pk"):
        with transaction.atomic():
            if Cooperation.objects.filter(pk=row.pk).exclude(reminded_on__gt=lately).update(reminded_on=day):
                reminded += 1
                desk = reverse("agreements:affirm", args=[row.pk])
                tell("affirmation_asked", officers_of([row.keeper_id], day), row, desk=desk)
    return reminded
