"""Remarks of the public on published records: without log-in, and therefore few per sender and without links."""

from __future__ import annotations

import datetime as dt
import hashlib
import hmac
import ipaddress

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from agreements.choices import RecordState
from agreements.models import Cooperation, PublicRemark
from agreements.permissions import review_state_of, reviews_land_of
from agreements.workflow.faults import Refused, TooMany
from agreements.workflow.recording import require, require_state
from agreements.workflow.telling import REVIEW_DESK, reviewers_of, tell
from coopportal.common.locks import one_at_a_time

#: So many of one sender in an hour, and of all senders on one record in an hour.
PER_SENDER, PER_RECORD = 5, 20
#: A person needs longer than this between seeing the form and sending it.
QUICKEST = dt.timedelta(seconds=3)
MOST_LINKS = 1


def sender_digest(address: str, day: dt.date) -> str:
    """Tells senders apart on one day; from one day to the next, and without our secret, it tells nothing."""
    told = f"{day}|{_line_of(address)}"
    return hmac.new(settings.SECRET_KEY.encode(), told.encode(), hashlib.sha256).hexdigest()[:32]


def _line_of(address: str) -> str:
    """The line a sender has: of IPv6 the first 64 bits, as a single line is given all the addresses behind them."""
    try:
        known = ipaddress.ip_address(address)
    except ValueError:
        return address
    if isinstance(known, ipaddress.IPv4Address):
        return str(known)
    return str(known.ipv4_mapped or ipaddress.IPv6Network((int(known), 64), strict=False))


@transaction.atomic
def remark(
    *,
    cooperation: Cooperation,
    text: str,
    day: dt.date,
    address: str,
    name: str = "",
    email: str = "",
    trap: str = "",
    taken: dt.timedelta | None = None,
) -> PublicRemark | None:
    """Leave a remark for the reviewers. ``address`` is the sender's, only a digest of the day is kept.

    ``trap`` is what came in the field that people do not see, ``taken`` the time since the form was shown: what looks
    like a machine is thanked and forgotten (None). Raises TooMany, ValidationError, WrongState.
    """
    require_state(cooperation, [RecordState.PUBLISHED])
    if trap or (taken is not None and taken < QUICKEST):
        return None
    # Held to the end: many at once are counted one after the other, those of one sender on several records too.
    sender = sender_digest(address, day)
    one_at_a_time(f"remarks of {sender}")
    Cooperation.objects.select_for_update(of=("self",)).get(pk=cooperation.pk)
    lately = PublicRemark.objects.filter(created_at__gt=timezone.now() - dt.timedelta(hours=1))
    if (
        lately.filter(sender=sender).count() >= PER_SENDER
        or lately.filter(cooperation=cooperation).count() >= PER_RECORD
    ):
        raise TooMany(_("Das waren viele Hinweise in kurzer Zeit. Bitte versuchen Sie es in einer Stunde noch einmal."))
    row = PublicRemark(cooperation=cooperation, text=text.strip(), name=name.strip(), email=email, sender=sender)
    row.full_clean()
    if text.lower().count("http") > MOST_LINKS:
        raise ValidationError({"text": _("Bitte nennen Sie höchstens einen Link.")})
    row.save()
    tell("remark_received", reviewers_of([review_state_of(cooperation)], day), cooperation, desk=REVIEW_DESK)
    return row


@transaction.atomic
def handle_remark(*, user: User, remark: PublicRemark, day: dt.date, outcome: str) -> PublicRemark:
    """The reviewer has read it and says what came of it."""
    row = PublicRemark.objects.select_for_update(of=("self",)).select_related("cooperation").get(pk=remark.pk)
    require(reviews_land_of(user, row.cooperation, day))
    if row.handled_at is not None:
        raise Refused(_("Dieser Hinweis ist schon erledigt."))
    row.handled_at, row.handled_by, row.outcome, row.sender = timezone.now(), user, outcome.strip(), ""
    row.full_clean()
    row.save()
    return row


def forget_senders(now: dt.datetime) -> int:
    """Drop the digests of senders that count for nothing any more; returns how many."""
    old = PublicRemark.objects.filter(created_at__lt=now - dt.timedelta(days=1)).exclude(sender="")
    return old.update(sender="")
