"""Invitations: the only way to an account besides the admin. A link is good once, for seven days, for one address."""

from __future__ import annotations

import datetime as dt
import hashlib
import secrets

from django.conf import settings
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Invitation, Mandate, User
from accounts.permissions import may_invite
from coopportal.common.mail import send_mail
from municipalities.models import Municipality, State

GOOD_FOR = dt.timedelta(days=7)
#: So many invitations may one person send within a day: more are a mistake or a stolen account.
PER_DAY = 50


class InvitationVoid(Exception):
    """The link was used, withdrawn, is too old, or whoever sent it may not invite any more."""


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def _day_of(now: dt.datetime) -> dt.date:
    return timezone.localdate(now)


def invite(
    by: User,
    email: str,
    role: str,
    *,
    municipality: Municipality | None = None,
    state: State | None = None,
    now: dt.datetime,
) -> tuple[Invitation, bool]:
    """Invite a person by mail; tells also whether the mail could be handed over.

    An open invitation of the same person to the same task loses its validity: only the newest link works. Raises
    PermissionDenied for who may not invite to this, ValidationError for a place that does not fit or too many a day.
    """
    token = secrets.token_urlsafe(32)
    invitation = Invitation(
        email=email.strip().lower(),
        role=role,
        municipality=municipality,
        state=state,
        invited_by=by,
        token_hash=_digest(token),
        expires_at=now + GOOD_FOR,
    )
    if not may_invite(by, invitation, _day_of(now)):
        raise PermissionDenied
    invitation.full_clean()
    with transaction.atomic():
        User.objects.select_for_update().get(pk=by.pk)
        if by.invitations_sent.filter(created_at__gt=now - dt.timedelta(days=1)).count() >= PER_DAY:
            raise ValidationError(
                _("Sie haben heute schon sehr viele Einladungen verschickt. Bitte warten Sie bis morgen.")
            )
        same = Invitation.objects.filter(email=invitation.email, role=role, municipality=municipality, state=state)
        same.open_at(now).update(withdrawn_at=now, updated_at=now)
        invitation.save()
    return invitation, _send(invitation, token)


def _send(invitation: Invitation, token: str) -> bool:
    address = settings.PUBLIC_URL + reverse("accept-invitation", args=[token])
    context = {"invitation": invitation, "address": address, "portal": settings.PUBLIC_URL}
    return send_mail("accounts/mail/invitation", invitation.email, context)


@transaction.atomic
def withdraw(invitation: Invitation, by: User, now: dt.datetime) -> None:
    """Make an open link worthless. Raises InvitationVoid if it is not open (any more)."""
    if not may_invite(by, invitation, _day_of(now)):
        raise PermissionDenied
    locked = Invitation.objects.select_for_update().open_at(now).filter(pk=invitation.pk).first()
    if locked is None:
        raise InvitationVoid
    locked.withdrawn_at = now
    locked.save(update_fields=["withdrawn_at", "updated_at"])


def find_invitation(token: str, now: dt.datetime) -> Invitation:
    """The open invitation this link stands for. Raises InvitationVoid."""
    found = Invitation.objects.open_at(now).for_list().filter(token_hash=_digest(token)).first()
    if found is None or not _still_stands(found, now):
        raise InvitationVoid
    return found


def _still_stands(invitation: Invitation, now: dt.datetime) -> bool:
    """Whoever lost the right to invite since has no guests any more."""
    return may_invite(invitation.invited_by, invitation, _day_of(now))


def _locked(invitation: Invitation, now: dt.datetime) -> Invitation:
    """The row, held until the end of the transaction, so that a link is used once. Raises InvitationVoid."""
    row = Invitation.objects.select_for_update().open_at(now).filter(pk=invitation.pk).first()
    if row is None or not _still_stands(row, now):
        raise InvitationVoid
    return row


@transaction.atomic
def accept(invitation: Invitation, user: User, now: dt.datetime) -> Mandate:
    """Give the person the mandate the invitation promised, from today on.

    Raises InvitationVoid, also where the invitation is for somebody else's address.
    """
    row = _locked(invitation, now)
    if user.email.lower() != row.email.lower():
        raise InvitationVoid
    today = _day_of(now)
    place = {"role": row.role, "municipality": row.municipality, "state": row.state}
    mandate = user.mandates.valid_on(today).filter(**place).first()
    if mandate is None:
        mandate = Mandate(user=user, valid_from=today, **place)
        mandate.full_clean()
        mandate.save()
    row.accepted_at, row.accepted_by = now, user
    row.save(update_fields=["accepted_at", "accepted_by", "updated_at"])
    return mandate


@transaction.atomic
def accept_as_new(
    invitation: Invitation, *, first_name: str, last_name: str, password: str | None, now: dt.datetime
) -> User:
    """Make the account of the invited person and give the mandate. Without a password log-in is by OIDC alone.

    Raises InvitationVoid, also where the address has an account by now.
    """
    row = _locked(invitation, now)
    taken = User.objects.with_email(row.email) | User.objects.filter(username__iexact=row.email)
    if taken.exists():
        raise InvitationVoid
    user = User(username=row.email, email=row.email, first_name=first_name.strip(), last_name=last_name.strip())
    user.set_password(password)
    user.full_clean(exclude=["password"])
    user.save()
    accept(row, user, now)
    return user
