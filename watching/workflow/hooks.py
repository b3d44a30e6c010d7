"""Webhooks of saved searches: set up, told of news, delivered with patience, switched off where nobody listens.

News become deliveries in the transaction that moves the mark, so none is lost and none made twice. A try is written
down, with the time of the next one, before it is made: a process that dies has had that try, and the message goes out
again under the same id.
"""

from __future__ import annotations

import datetime as dt
import logging
from dataclasses import dataclass
from functools import partial
from typing import Any

from allauth.mfa.adapter import get_adapter
from django.conf import settings
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from accounts.models import User
from agreements.workflow import TooMany
from coopportal.common import feed
from coopportal.common.mail import send_mail
from watching.lists import LISTS
from watching.messages import body_of, headers_of, new_secret, portions
from watching.models import Delivery, SavedSearch, Webhook
from watching.news import news_since, place_of, position_now
from watching.targets import Answer, Refused, post, split

logger = logging.getLogger(__name__)

#: After a try that failed, the next one waits so long: six tries within a day.
WAITS = (*(dt.timedelta(minutes=m) for m in (5, 30)), *(dt.timedelta(hours=h) for h in (2, 6, 15)))
#: After so long without a delivery that arrived, it is switched off.
GIVE_UP = dt.timedelta(days=5)
#: A run ends after so long, before the timer starts the next one; that takes what is left.
LONGEST = dt.timedelta(minutes=4)
#: So long the log of deliveries is kept.
KEPT = dt.timedelta(days=30)
#: So many webhooks a person may have; so many tests of one in an hour.
MOST_OF_PERSON, TESTS = 10, 10
GONE = 410


@dataclass
class Post:
    """What a run did."""

    made: int = 0
    delivered: int = 0
    failed: int = 0
    disabled: int = 0


# --- the owner's verbs ---


def _own(user: User, search: SavedSearch) -> SavedSearch:
    if search.owner_id is None or search.owner_id != user.pk:
        raise PermissionDenied
    return search


def _begin(hook: Webhook, day: dt.date) -> None:
    asked = LISTS[hook.search.resource].ask(hook.search.query, day)
    if asked.problems:
        raise ValidationError(_("Die Suche lässt sich nicht mehr ausführen: Einen ihrer Filter gibt es nicht mehr."))
    hook.looked_on, hook.place = day, place_of(asked, position_now(day))


@transaction.atomic
def set_up_webhook(*, user: User, search: SavedSearch, url: str, day: dt.date) -> tuple[Webhook, str]:
    """Send the news of a search from now on to this address; the secret, which is never told again.

    Raises PermissionDenied, TooMany, ValidationError (of ``url``).
    """
    User.objects.select_for_update().get(pk=_own(user, search).owner_id)
    if Webhook.objects.filter(search=search).exists():
        raise ValidationError(_("Diese Suche hat schon einen Webhook."))
    if Webhook.objects.filter(search__owner=user).count() >= MOST_OF_PERSON:
        raise TooMany(_("Sie haben schon %d Webhooks.") % MOST_OF_PERSON)
    try:
        split(url, loopback=settings.WEBHOOKS_TO_LOOPBACK)
    except Refused as refused:
        raise ValidationError({"url": str(refused)}) from refused
    secret = new_secret()
    hook = Webhook(search=search, url=url, secret=get_adapter().encrypt(secret))
    _begin(hook, day)
    hook.full_clean()
    hook.save()
    return hook, secret


@transaction.atomic
def renew_secret(*, user: User, search: SavedSearch) -> str:
    """Another secret, told this once; the former one signs nothing any more."""
    hook = _hook_of(user, search)
    secret = new_secret()
    hook.secret = get_adapter().encrypt(secret)
    hook.save(update_fields=["secret", "updated_at"])
    return secret


@transaction.atomic
def switch_on(*, user: User, search: SavedSearch, day: dt.date) -> Webhook:
    """Again, from today on: what happened meanwhile is not told."""
    hook = _hook_of(user, search)
    hook.disabled_at = hook.failing_since = None
    hook.deliveries.exclude(next_at=None).update(next_at=None)
    _begin(hook, day)
    hook.save()
    return hook


@transaction.atomic
def remove_webhook(*, user: User, search: SavedSearch) -> None:
    _hook_of(user, search).delete()


def probe_webhook(*, user: User, search: SavedSearch) -> Delivery:
    """Send a message without changes now, once; how it went stands in the delivery. Raises TooMany."""
    now = timezone.now()
    with transaction.atomic():
        hook = _hook_of(user, search)
        if hook.deliveries.filter(is_test=True, created_at__gt=now - dt.timedelta(hours=1)).count() >= TESTS:
            raise TooMany(_("Das waren viele Proben in einer Stunde. Bitte versuchen Sie es später noch einmal."))
        body = body_of("webhook.test", _told(hook.search), now, [])
        row = Delivery.objects.create(webhook=hook, body=body, is_test=True, created_at=now, attempts=1)
    with override(settings.LANGUAGE_CODE):  # what went wrong is kept
        _note(row, _send(row, now), now)
    return row


def _hook_of(user: User, search: SavedSearch) -> Webhook:
    hooks = Webhook.objects.select_for_update(of=("self",)).select_related("search")
    return hooks.get(search=_own(user, search))


# --- news become deliveries ---


def _told(search: SavedSearch) -> dict[str, Any]:
    """What a message says of its search."""
    address = f"{settings.PUBLIC_URL}{LISTS[search.resource].address(search.query)}"
    return {"id": search.pk, "title": search.title, "resource": search.resource, "query": search.query, "url": address}


def tell_webhooks(day: dt.date, tally: Post) -> None:
    """Make the deliveries of all that happened since the last run."""
    now = feed.settle(day)
    hooks = Webhook.objects.active().exclude(position=now.position, looked_on=day)
    for pk in list(hooks.order_by("pk").values_list("pk", flat=True)):
        try:
            tally.made += _tell(pk, day, tally)
        except Exception:
            logger.exception("webhook %s failed", pk)
            tally.failed += 1


@transaction.atomic
def _tell(pk: int, day: dt.date, tally: Post) -> int:
    rows = Webhook.objects.select_for_update(of=("self",), skip_locked=True).select_related("search__owner")
    if (hook := rows.filter(pk=pk, disabled_at=None).first()) is None:
        return 0  # another run has it, or it was switched off
    watched, since = LISTS[hook.search.resource], hook.position
    asked = watched.ask(hook.search.query, day)
    if asked.problems:
        _disable(hook, timezone.now(), tally)
        return 0
    news, now = news_since(hook.place, watched, asked, day), timezone.now()
    more = {"since": str(since), "cursor": str(news.place.position)}
    bodies = [
        body_of("search.changed", _told(hook.search), now, results, **more)
        for results in portions(news, watched.name, since)
    ]
    Delivery.objects.bulk_create(
        [Delivery(webhook=hook, body=body, created_at=now, next_at=now) for body in bodies], batch_size=50
    )
    hook.looked_on, hook.place = day, news.place
    hook.save(update_fields=["looked_on", "position", "members"])
    return len(bodies)


# --- deliveries go out ---


def deliver(tally: Post) -> None:
    """Try what is due, once, for some minutes; who failed to answer is not asked again in the same run."""
    begun, silent = timezone.now(), set()
    for known in list(Delivery.objects.due(begun).only("webhook_id", "attempts", "next_at")):
        if (now := timezone.now()) - begun >= LONGEST:
            break
        if known.webhook_id in silent or not _claim(known, now):
            continue  # the next run tries it, or another one has it
        row = Delivery.objects.active().select_related("webhook__search__owner").filter(pk=known.pk).first()
        if row is None:
            continue  # nobody is told any more
        try:
            answer = _send(row, timezone.now())
        except Exception:  # nobody's fault keeps the others waiting
            logger.exception("delivery %s failed", row.pk)
            answer = Answer(None, _("Die Nachricht ließ sich nicht senden."))
        _note(row, answer, timezone.now(), tally)
        if not answer.is_good:
            silent.add(row.webhook_id)


def _claim(row: Delivery, now: dt.datetime) -> bool:
    """Write the try down before it is made, with the time of the next one."""
    last = row.attempts >= len(WAITS)
    upcoming = None if last else now + WAITS[row.attempts]
    mine = Delivery.objects.filter(pk=row.pk, attempts=row.attempts, next_at=row.next_at)
    if not mine.update(attempts=row.attempts + 1, next_at=upcoming):
        return False
    row.attempts, row.next_at = row.attempts + 1, upcoming
    return True


def _send(row: Delivery, now: dt.datetime) -> Answer:
    """Errors are kept in the language of the portal, and translated where they are shown."""
    secret, body = get_adapter().decrypt(row.webhook.secret), row.body.encode()
    with override(settings.LANGUAGE_CODE):
        if not secret:
            return Answer(None, _("Das Geheimnis lässt sich nicht mehr lesen. Bitte lassen Sie ein neues ausstellen."))
        headers = headers_of(row.message_id, body, secret, now)
        return post(row.webhook.url, body, headers, loopback=settings.WEBHOOKS_TO_LOOPBACK)


def _note(row: Delivery, answer: Answer, now: dt.datetime, tally: Post | None = None) -> None:
    """How a try went; who never answers is switched off after some days, who says "gone" at once."""
    row.status, row.error = answer.status, answer.error[:200]
    if answer.is_good:
        row.delivered_at, row.next_at = now, None
    row.save(update_fields=["status", "error", "delivered_at", "next_at"])
    hook, tally = row.webhook, tally or Post()
    if answer.is_good:
        tally.delivered += 1
        Webhook.objects.filter(pk=hook.pk).exclude(failing_since=None).update(failing_since=None)
        return
    tally.failed += 1
    if row.is_test:
        return
    hook.failing_since = hook.failing_since or now
    Webhook.objects.filter(pk=hook.pk, failing_since=None).update(failing_since=now)
    if answer.status == GONE or now - hook.failing_since >= GIVE_UP:
        _disable(hook, now, tally)


def _disable(hook: Webhook, now: dt.datetime, tally: Post) -> None:
    """Nothing goes there any more, what waits is dropped; the owner is told."""
    if not Webhook.objects.filter(pk=hook.pk, disabled_at=None).update(disabled_at=now):
        return
    Delivery.objects.filter(webhook=hook).exclude(next_at=None).update(next_at=None)
    tally.disabled += 1
    owner = hook.search.owner
    if owner and owner.email:
        link = f"{settings.PUBLIC_URL}/meine/suchen/{hook.search_id}/webhook/"
        told = {"title": hook.search.title, "url": hook.url, "link": link}
        # No lock is held while a mail server is talked to.
        transaction.on_commit(partial(send_mail, "watching/mail/disabled", owner.email, told), robust=True)


def forget_deliveries(now: dt.datetime) -> int:
    """Delete the log that is older than it is kept."""
    count, _per_model = Delivery.objects.filter(created_at__lt=now - KEPT, next_at=None).delete()
    return count
