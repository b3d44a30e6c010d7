"""Links of mails: signed, so that nobody can make one for a search of somebody else."""

from __future__ import annotations

import datetime as dt
import uuid

from django.conf import settings
from django.core import signing
from django.urls import reverse

_CONFIRM, _END = "watching.confirm", "watching.end"
#: So long an address may be confirmed; after that it is forgotten.
CONFIRM_WITHIN = dt.timedelta(days=3)


def confirm_url(key: uuid.UUID) -> str:
    token = signing.dumps(str(key), salt=_CONFIRM)
    return f"{settings.PUBLIC_URL}{reverse('watching:confirm', args=[token])}"


def end_url(key: uuid.UUID) -> str:
    token = signing.dumps(str(key), salt=_END)
    return f"{settings.PUBLIC_URL}{reverse('watching:end', args=[token])}"


def key_to_confirm(token: str) -> uuid.UUID | None:
    """The search a confirmation speaks of; None where the link is no good or too old."""
    return _key(token, _CONFIRM, CONFIRM_WITHIN)


def key_to_end(token: str) -> uuid.UUID | None:
    """The search that the link ends; such a link holds for ever."""
    return _key(token, _END, None)


def _key(token: str, salt: str, within: dt.timedelta | None) -> uuid.UUID | None:
    try:
        return uuid.UUID(signing.loads(token, salt=salt, max_age=within))
    except (signing.BadSignature, ValueError):
        return None
