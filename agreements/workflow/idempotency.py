"""One effect for a request that is sent again: the same key gets the same answer (Idempotency-Key)."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from agreements.models import IdempotencyKey
from agreements.workflow.faults import Refused

#: A request that has not ended by then was lost with its process: the key may be taken up again.
LOST_AFTER = dt.timedelta(seconds=60)
#: How long answers are kept.
KEPT_FOR = dt.timedelta(days=30)


class OtherRequest(Refused):
    """The key was used for another request."""


class StillRunning(Refused):
    """The request of this key is at work."""


@dataclass(frozen=True)
class Answer:
    """What a request was answered: status, JSON body, headers."""

    status: int
    body: Any
    headers: dict[str, str] = field(default_factory=dict)


def digest_of(method: str, path: str, body: Any) -> str:
    """Tells requests apart; the order of the keys of an object does not matter."""
    text = json.dumps([method, path, body], sort_keys=True, ensure_ascii=True, default=str)
    return hashlib.sha256(text.encode()).hexdigest()


def once(*, user: User, key: str, digest: str, now: dt.datetime, act: Callable[[], Answer]) -> Answer:
    """The answer of ``act``, or the one it gave when the key came first.

    Effect and answer are written in one transaction: whoever was answered finds both. Where ``act`` raises nothing
    was done and the key is free again. Raises OtherRequest, StillRunning.
    """
    known = _claim(user, key, digest, now)
    if known.status is not None:
        return Answer(known.status, known.body, known.headers)
    ours = IdempotencyKey.objects.filter(pk=known.pk, claimed_at=now, status=None)
    try:
        with transaction.atomic():
            answer = act()
            if not ours.update(status=answer.status, body=answer.body, headers=answer.headers):
                raise StillRunning(_("Diese Anfrage wird gerade bearbeitet."))
    except BaseException:
        ours.delete()
        raise
    return answer


def _claim(user: User, key: str, digest: str, now: dt.datetime) -> IdempotencyKey:
    """The row of the key: ours to work on (no status), or with the answer."""
    row, is_new = IdempotencyKey.objects.get_or_create(
        user=user, key=key, defaults={"digest": digest, "claimed_at": now}
    )
    if is_new:
        return row
    if row.digest != digest:
        raise OtherRequest(_("Dieser Idempotency-Key gehört zu einer anderen Anfrage."))
    if row.status is not None:
        return row
    lost = IdempotencyKey.objects.filter(pk=row.pk, status=None, claimed_at__lte=now - LOST_AFTER)
    if not lost.update(claimed_at=now):
        raise StillRunning(_("Diese Anfrage wird gerade bearbeitet."))
    return row


def forget_answers(now: dt.datetime) -> int:
    """Drop the keys that nobody sends again; returns how many."""
    return IdempotencyKey.objects.filter(claimed_at__lt=now - KEPT_FOR).delete()[0]
