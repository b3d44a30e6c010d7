"""Tokens by which a person's programs act for him or her: made, shown once, revoked one by one."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _
from knox.models import AuthToken

from accounts.models import TokenNote, User

#: So many a person may have at a time, and so long each is good.
MOST_TOKENS = 10
VALID_FOR = dt.timedelta(days=365)
#: So often the last use is written down.
NOTED_EVERY = dt.timedelta(hours=1)


@transaction.atomic
def create_token(*, user: User, name: str = "", valid_for: dt.timedelta = VALID_FOR) -> tuple[Any, str]:
    """A new token for the purpose ``name``: the row (``token_key`` its first signs, ``created``, ``expiry``) and the
    text, never seen again.

    Raises ValidationError where the person has too many.
    """
    User.objects.select_for_update().get(pk=user.pk)
    if tokens_of(user).count() >= MOST_TOKENS:
        words = _("Sie haben schon %(most)d Zugangsschlüssel. Widerrufen Sie zuerst einen.")
        raise ValidationError(words % {"most": MOST_TOKENS})
    row, text = AuthToken.objects.create(user=user, expiry=min(valid_for, VALID_FOR))
    note = TokenNote(token=row, name=name.strip())
    note.full_clean()
    note.save()
    return row, text


def tokens_of(user: User) -> Any:
    """The person's tokens, the newest first."""
    return AuthToken.objects.filter(user=user).select_related("note").order_by("-created", "-pk")


def note_use(token: Any, now: dt.datetime) -> None:
    """Write down that a program used it, at most once an hour."""
    note, _made = TokenNote.objects.get_or_create(token=token)
    if note.last_used_at is None or now - note.last_used_at > NOTED_EVERY:
        note.last_used_at = now
        note.save(update_fields=["last_used_at"])


def revoke_token(*, user: User, digest: str) -> bool:
    """End one of the person's own tokens; False where he or she has none of this digest."""
    return bool(AuthToken.objects.filter(user=user, digest=digest).delete()[0])


def revoke_all_tokens(user: User) -> int:
    """End every token of a person; tells how many."""
    return int(AuthToken.objects.filter(user=user).delete()[0])
