"""What a steward does with people: give and end mandates, lock and unlock accounts."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.conf import settings
from django.contrib.admin.models import CHANGE, LogEntry
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override

from accounts.choices import MandateRole
from accounts.models import Mandate, User
from accounts.permissions import may_change_person, may_give
from accounts.workflow.people import reset_second_factor
from accounts.workflow.sessions import end_other_sessions
from accounts.workflow.tokens import revoke_all_tokens


def _require(allowed: bool) -> None:
    if not allowed:
        raise PermissionDenied(_("Dazu haben Sie kein Recht."))


def _note(by: User, person: User, deed: Promise, row: Mandate | None = None) -> None:
    """Who did what to whom and when: a line in the person's history in the admin, in the language of the register."""
    with override(settings.LANGUAGE_CODE):
        words = str(deed) % _told(row) if row else str(deed)
    LogEntry.objects.log_actions(by.pk, [person], CHANGE, words, single_object=True)


def _keep_a_steward(person: User, day: dt.date) -> None:
    """Raises ValidationError where from ``day`` on nobody but this person would keep the register.

    The rows of all stewards are held, so that two of them cannot remove each other at once.
    """
    stewards = Mandate.objects.select_for_update().filter(role=MandateRole.STEWARD)
    rows = list(stewards.valid_on(day).select_related("user").order_by("pk"))
    if any(row.user_id == person.pk for row in rows) and not any(
        row.user_id != person.pk and row.user.is_active for row in rows
    ):
        raise ValidationError(_("Das Register braucht mindestens eine Person der Redaktion."))


@transaction.atomic
def give_mandate(
    *,
    by: User,
    person: User,
    day: dt.date,
    role: str,
    municipality: Any = None,
    state: Any = None,
    valid_from: dt.date | None = None,
    valid_until: dt.date | None = None,
) -> Mandate:
    """Let a person act for a municipality or a Land, from ``valid_from`` (else ``day``) on.

    Raises PermissionDenied; ValidationError where the person has that mandate already in this time.
    """
    row = Mandate(user=person, role=role, municipality=municipality, state=state)
    _require(may_give(by, row, day))
    row.valid_from, row.valid_until = valid_from or day, valid_until
    row.full_clean()
    User.objects.select_for_update().get(pk=person.pk)
    for other in person.mandates.filter(role=role, municipality=municipality, state=state):
        ends_before = row.valid_until and other.valid_from and row.valid_until < other.valid_from
        begins_after = other.valid_until and row.valid_from > other.valid_until
        if not (ends_before or begins_after):
            raise ValidationError(_("Dieses Mandat hat die Person in dieser Zeit schon."))
    row.save()
    _note(by, person, gettext_lazy("Mandat gegeben: %s"), row)
    return row


def _told(row: Mandate) -> str:
    """The mandate and its days, in words that outlive the row."""
    first = _("ab %s") % f"{row.valid_from:%d.%m.%Y}" if row.valid_from else ""
    last = _("bis %s") % f"{row.valid_until:%d.%m.%Y}" if row.valid_until else ""
    return " ".join(part for part in (f"{row},", first, last) if part)


@transaction.atomic
def end_mandate(*, by: User, mandate: Mandate, day: dt.date, last_day: dt.date) -> None:
    """The mandate holds until ``last_day``, yesterday at the earliest: what was done with it stays explained.

    One that would not hold for a single day is taken away. Raises PermissionDenied, ValidationError.
    """
    row = Mandate.objects.select_for_update(of=("self",)).select_related("user").get(pk=mandate.pk)
    _require(may_change_person(by, row.user, day))
    if last_day < day - dt.timedelta(days=1):
        raise ValidationError({"last_day": _("Rückwirkend lässt sich ein Mandat nicht beenden.")})
    if row.valid_until and last_day > row.valid_until:
        raise ValidationError({"last_day": _("Verlängern Sie nicht, sondern geben Sie ein neues Mandat.")})
    if row.role == MandateRole.STEWARD:
        _keep_a_steward(row.user, last_day + dt.timedelta(days=1))
    if row.valid_from and row.valid_from > last_day:
        _note(by, row.user, gettext_lazy("Mandat entfernt: %s"), row)
        row.delete()
        return
    row.valid_until = last_day
    row.full_clean()
    row.save(update_fields=["valid_until", "updated_at"])
    _note(by, row.user, gettext_lazy("Mandat beendet: %s"), row)


@transaction.atomic
def lock_person(*, by: User, person: User, day: dt.date) -> User:
    """Nobody logs in with this account any more, every session and token ends; what was done stays readable."""
    row = User.objects.select_for_update().get(pk=person.pk)
    _require(may_change_person(by, row, day))
    _keep_a_steward(row, day)
    row.is_active = False
    row.save(update_fields=["is_active"])
    end_other_sessions(row, None)
    revoke_all_tokens(row)
    _note(by, row, gettext_lazy("Konto gesperrt"))
    return row


@transaction.atomic
def unlock_person(*, by: User, person: User, day: dt.date) -> User:
    """The account is open again; its mandates hold as far as they have not ended meanwhile."""
    row = User.objects.select_for_update().get(pk=person.pk)
    _require(may_change_person(by, row, day))
    row.is_active = True
    row.save(update_fields=["is_active"])
    _note(by, row, gettext_lazy("Konto entsperrt"))
    return row


@transaction.atomic
def renew_factor(*, by: User, person: User, day: dt.date) -> None:
    """For somebody who lost telephone and recovery codes: a new second factor is set up at the next log-in."""
    _require(may_change_person(by, person, day))
    reset_second_factor(person)
    _note(by, person, gettext_lazy("Zweiter Faktor zurückgesetzt"))
