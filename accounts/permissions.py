"""Who may do what, as named functions. A right follows from a mandate that is valid on the day asked for."""

from __future__ import annotations

import datetime as dt

from django.contrib.auth.models import AbstractBaseUser, AnonymousUser

from accounts.choices import MandateRole
from accounts.models import Invitation, Mandate, User
from accounts.querysets import MandateQuerySet
from municipalities.models import Municipality, State

Somebody = User | AbstractBaseUser | AnonymousUser


def mandates_of(user: Somebody, day: dt.date) -> MandateQuerySet:
    """The mandates that give this person rights on ``day``; none for strangers and locked accounts."""
    if not isinstance(user, User) or not user.is_active:
        return Mandate.objects.none()
    return user.mandates.valid_on(day)


def is_officer_for(user: Somebody, municipality: Municipality, day: dt.date) -> bool:
    """Officers register and confirm for their municipality, and invite colleagues."""
    return mandates_of(user, day).filter(role=MandateRole.OFFICER, municipality=municipality).exists()


def is_reviewer_for(user: Somebody, state: State | str, day: dt.date) -> bool:
    """Reviewers decide what of their Land is published; ``state`` is the row or its two-digit code."""
    code = state.code if isinstance(state, State) else state
    return mandates_of(user, day).filter(role=MandateRole.REVIEWER, state=code).exists()


def is_steward(user: Somebody, day: dt.date) -> bool:
    """Stewards keep the register: they settle contradictions, read attached source texts, invite people."""
    if not isinstance(user, User) or not user.is_active:
        return False
    return user.is_superuser or mandates_of(user, day).filter(role=MandateRole.STEWARD).exists()


def needs_second_factor(user: Somebody, day: dt.date) -> bool:
    """Whether this person has to log in with two factors."""
    return isinstance(user, User) and User.objects.bound_to_second_factor(day).filter(pk=user.pk).exists()


def lacks_second_factor(user: Somebody, day: dt.date) -> bool:
    """Whether this person has to set up a second factor before anything else. One query."""
    return isinstance(user, User) and User.objects.lacking_second_factor(day).filter(pk=user.pk).exists()


def invites_for(user: Somebody, day: dt.date) -> list[Municipality]:
    """The municipalities whose officer may invite colleagues, by name; stewards are not bound to these."""
    rows = mandates_of(user, day).filter(role=MandateRole.OFFICER).select_related("municipality")
    return sorted({row.municipality for row in rows}, key=lambda body: (body.sort_key, body.pk))


def may_invite(user: Somebody, invitation: Invitation, day: dt.date) -> bool:
    """Stewards invite officers and reviewers; officers invite officers of their own municipality.

    Nobody is invited to be a steward: that right the superuser gives, in the admin.
    """
    if is_steward(user, day):
        return True
    if invitation.role != MandateRole.OFFICER or invitation.municipality is None:
        return False
    return is_officer_for(user, invitation.municipality, day)


def may_change_person(user: Somebody, person: User, day: dt.date) -> bool:
    """Stewards change mandates and accounts of others; those of stewards, and of whom the admin lets in, superusers.

    Nobody changes himself: a right that one gives or keeps oneself is none.
    """
    if not is_steward(user, day) or user.pk == person.pk:
        return False
    return is_superuser(user) or not (person.is_staff or person.is_superuser or is_steward(person, day))


def may_give(user: Somebody, mandate: Mandate, day: dt.date) -> bool:
    """Stewards let others act as officers and reviewers; stewards are made by superusers."""
    if mandate.role == MandateRole.STEWARD and not is_superuser(user):
        return False
    return may_change_person(user, mandate.user, day)


def is_superuser(user: Somebody) -> bool:
    return isinstance(user, User) and user.is_active and user.is_superuser
