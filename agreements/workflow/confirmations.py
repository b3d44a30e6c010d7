"""A participant answers for itself."""

from __future__ import annotations

import datetime as dt

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from agreements.choices import ANSWERABLE, Answer
from agreements.models import Confirmation, Participation
from agreements.permissions import may_confirm
from agreements.workflow.recording import locked, present, require, require_state, require_version, save
from agreements.workflow.telling import answer_page, officers_of, tell
from coopportal.common.languages import recorded


@transaction.atomic
def answer(
    *,
    user: User,
    participation: Participation,
    day: dt.date,
    answer: str,
    reason: str = "",
    version: int | None = None,
) -> Confirmation:
    """Confirm or refuse the participation of one's own municipality; a refusal needs a reason.

    The participation stays where it is: refused, it is shown as contested. An answer may be changed; giving the same
    one again has no effect. ``version`` is the one that was read: nobody answers to what they never saw. Raises
    Overtaken, PermissionDenied, WrongState, ValidationError; Gone where the
    keeper has taken the participant out.
    """
    cooperation = locked(participation.cooperation)
    rows = Participation.objects.select_related("municipality", "confirmation")
    row = present(rows, participation.pk, _("Diese Beteiligung steht nicht mehr im Eintrag."))
    require(may_confirm(user, row, day))
    require_state(cooperation, ANSWERABLE)
    require_version(cooperation, version)
    reason = reason.strip() if answer == Answer.REFUSED else ""
    if answer not in (Answer.CONFIRMED, Answer.REFUSED):
        raise ValidationError({"answer": _("Antworten Sie mit Ja oder Nein.")})
    if answer == Answer.REFUSED and not reason:
        raise ValidationError({"reason": _("Ein Widerspruch braucht einen Grund.")})
    confirmation = getattr(row, "confirmation", None) or Confirmation(participation=row)
    if (confirmation.answer, confirmation.reason) == (answer, reason):
        return confirmation
    confirmation.answer, confirmation.reason = answer, reason
    confirmation.answered_on, confirmation.answered_by = day, user
    confirmation.full_clean()
    save(confirmation, user=user, why=reason or recorded(Answer(answer).label))
    if answer == Answer.REFUSED:
        people = officers_of([cooperation.keeper_id], day)
        desk = answer_page(cooperation.participations.filter(municipality=cooperation.keeper_id).first())
        tell("participation_refused", people, cooperation, desk=desk, town=row.municipality.name, reason=reason)
    return confirmation
