"""What is given to people and taken from them: rights in the admin, mandates, second factors; people to show."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP
from django.contrib.auth.models import Group, Permission
from django.db import models, transaction
from django.db.models import Q

from accounts.choices import MandateRole
from accounts.demo import DemoPerson
from accounts.models import Mandate, User
from accounts.workflow.sessions import end_other_sessions
from accounts.workflow.tokens import revoke_all_tokens
from municipalities.models import Municipality, State

#: The name of the group of those who keep the register.
EDITORS = "Redaktion"


@transaction.atomic
def refresh_editors(of_models: Iterable[type[models.Model]]) -> Group:
    """Give the group of stewards every permission about these models, and no other."""
    group, _created = Group.objects.get_or_create(name=EDITORS)
    wanted = {(model._meta.app_label, model._meta.model_name) for model in of_models}
    rows = Permission.objects.select_related("content_type")
    group.permissions.set([row for row in rows if (row.content_type.app_label, row.content_type.model) in wanted])
    return group


@transaction.atomic
def make_steward(user: User, editors: Group, day: dt.date) -> Mandate:
    """Let a person keep the register from ``day`` on: with the mandate, and with the group's rights in the admin."""
    user.is_staff = True
    user.save(update_fields=["is_staff"])
    user.groups.add(editors)
    known: Mandate | None = user.mandates.valid_on(day).filter(role=MandateRole.STEWARD).first()
    mandate = known or Mandate(user=user, role=MandateRole.STEWARD, valid_from=day)
    if known is None:
        mandate.full_clean()
        mandate.save()
    return mandate


@transaction.atomic
def end_mandates(user: User, day: dt.date) -> int:
    """From ``day`` on the person has no right any more; tells how many mandates ended.

    A mandate that would not have held for a single day is taken away.
    """
    rows = Mandate.objects.select_for_update().filter(user=user)
    _count, per_model = rows.filter(valid_from__gte=day).delete()
    rest = rows.filter(Q(valid_until__isnull=True) | Q(valid_until__gte=day))
    ended = rest.update(valid_until=day - dt.timedelta(days=1))
    return ended + per_model.get(Mandate._meta.label, 0)


@transaction.atomic
def set_up_second_factor(user: User, secret: str) -> None:
    """Bind the log-in to the codes of this TOTP secret (base32)."""
    TOTP.activate(user, secret)


@transaction.atomic
def reset_second_factor(user: User) -> None:
    """For somebody who lost telephone and recovery codes: both are void, a new one is set up.

    Every session and token ends: who found the telephone may have made them.
    """
    Authenticator.objects.filter(user=user).delete()
    end_other_sessions(user, None)
    revoke_all_tokens(user)


@transaction.atomic
def end_what_the_old_password_opened(user: User, session_key: str | None) -> tuple[int, int]:
    """After a new password, however it came about: every session but this one (None: every one) and every token ends.

    Tells how many of both.
    """
    return end_other_sessions(user, session_key), revoke_all_tokens(user)


@transaction.atomic
def make_demo_person(person: DemoPerson, encoded: str, editors: Group) -> User:
    """A new person with a mandate; the steward may enter the admin, the others may not.

    Raises DoesNotExist where the municipality or Land is not there (the fixtures are not loaded).
    """
    body = Municipality.objects.get(ars=person.ars, valid_until=None) if person.ars else None
    state = State.objects.get(code=person.state) if person.state else None
    is_steward = person.role == MandateRole.STEWARD
    user = User.objects.create(username=person.username, last_name=person.name, password=encoded, is_staff=is_steward)
    if is_steward:
        user.groups.add(editors)
    mandate = Mandate(user=user, role=person.role, municipality=body, state=state)
    mandate.full_clean()
    mandate.save()
    return user
