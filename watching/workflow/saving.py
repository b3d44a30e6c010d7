"""Searches are saved, confirmed, changed and ended."""

from __future__ import annotations

import datetime as dt
import uuid
from functools import partial
from typing import Any

from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from accounts.models import User
from agreements.workflow import TooMany
from agreements.workflow.remarks import QUICKEST, sender_digest
from coopportal.common.mail import send_mail
from watching.choices import Frequency
from watching.lists import LISTS
from watching.models import SavedSearch
from watching.news import place_of, position_now
from watching.tokens import CONFIRM_WITHIN, confirm_url

#: So many searches a person, or an address, may have.
MOST_OF_PERSON, MOST_OF_ADDRESS = 50, 20
#: So many requests of one sender, and of all strangers together, in an hour.
PER_SENDER, PER_HOUR = 10, 300
#: So many confirmation mails to one mailbox in a day.
PER_ADDRESS = 3


def begin(search: SavedSearch, day: dt.date) -> None:
    """From here on is told what becomes of it. Raises ValidationError where its question is none (any more)."""
    asked = LISTS[search.resource].ask(search.query, day)
    if asked.problems:
        lines = [f"{name}: {' '.join(said)}" for name, said in asked.problems.items()]
        raise ValidationError({"query": lines})
    search.looked_on = day
    with override(settings.LANGUAGE_CODE):  # mails say them, whoever asks in whatever language
        search.words = asked.choice
    search.place = place_of(asked, position_now(day))


@transaction.atomic
def save_search(*, user: User, resource: str, query: str, title: str, frequency: str, day: dt.date) -> SavedSearch:
    """Save a question (by the names of the API) for a person. Raises TooMany, ValidationError."""
    User.objects.select_for_update().get(pk=user.pk)  # many at once are counted one after the other
    if SavedSearch.objects.of(user).count() >= MOST_OF_PERSON:
        raise TooMany(_("Sie haben schon %d Suchen gespeichert. Bitte löschen Sie erst eine.") % MOST_OF_PERSON)
    search = SavedSearch(owner=user, resource=resource, query=query, title=title.strip(), frequency=frequency)
    search.confirmed_at = timezone.now()
    begin(search, day)
    search.full_clean()
    search.save()
    return search


@transaction.atomic
def ask_to_confirm(
    *,
    email: str,
    resource: str,
    query: str,
    title: str,
    frequency: str,
    day: dt.date,
    address: str,
    trap: str = "",
    taken: dt.timedelta | None = None,
) -> SavedSearch | None:
    """Somebody without log-in wants news at this address: ask there. Nothing is sent to it before it says yes.

    ``address`` is the sender's in the network; a digest of the day is kept. What looks like a machine, and an address
    that was asked often enough today, is answered alike and not written to (None). Raises TooMany, ValidationError.
    """
    if trap or (taken is not None and taken < QUICKEST):
        return None
    # Held to the end: many at once are counted one after the other.
    ContentType.objects.select_for_update(no_key=True).get(app_label="watching", model="savedsearch")
    now, sender = timezone.now(), sender_digest(address, day)
    lately = SavedSearch.objects.filter(created_at__gt=now - dt.timedelta(hours=1))
    if lately.filter(sender=sender).count() >= PER_SENDER or lately.filter(owner=None).count() >= PER_HOUR:
        raise TooMany(_("Das waren viele Anfragen in kurzer Zeit. Bitte versuchen Sie es in einer Stunde noch einmal."))
    search = SavedSearch(email=email.strip().lower(), resource=resource, query=query, title=title.strip())
    search.frequency, search.sender = frequency, sender
    begin(search, day)
    search.full_clean()
    today = SavedSearch.objects.filter(created_at__gt=now - dt.timedelta(days=1))
    if today.filter(_same_mailbox(search.email)).count() >= PER_ADDRESS:
        return None
    search.save()
    _send_on_commit("confirm", search.email, link=confirm_url(search.key), days=CONFIRM_WITHIN.days)
    return search


def _same_mailbox(email: str) -> Q:
    """Addresses whose mails lie in one mailbox: ``name+anything@domain`` is ``name@domain`` (RFC 5233)."""
    name, _at, domain = email.rpartition("@")
    name = name.partition("+")[0]
    return Q(email=f"{name}@{domain}") | Q(email__startswith=f"{name}+", email__endswith=f"@{domain}")


def _send_on_commit(template: str, to: str, **context: Any) -> None:
    transaction.on_commit(partial(send_mail, f"watching/mail/{template}", to, context), robust=True)


@transaction.atomic
def confirm_search(*, key: uuid.UUID, day: dt.date) -> SavedSearch | None:
    """The address says yes. None where there is nothing to confirm any more. Raises TooMany.

    The same question asked before by the same address is replaced.
    """
    search = SavedSearch.objects.select_for_update().filter(key=key, owner=None).first()
    if search is None or search.confirmed_at is not None:
        return search
    others = SavedSearch.objects.confirmed().filter(email=search.email)
    others.filter(resource=search.resource, query=search.query).delete()
    if others.count() >= MOST_OF_ADDRESS:
        raise TooMany(_("An diese Adresse gehen schon Nachrichten zu %d Suchen.") % MOST_OF_ADDRESS)
    try:
        begin(search, day)
    except ValidationError:
        return None
    search.confirmed_at = timezone.now()
    search.save()
    return search


def _own(user: User, search: SavedSearch) -> SavedSearch:
    row: SavedSearch = SavedSearch.objects.select_for_update(of=("self",)).get(pk=search.pk)
    if row.owner_id != user.pk:
        raise PermissionDenied
    return row


@transaction.atomic
def change_search(*, user: User, search: SavedSearch, title: str, frequency: str, day: dt.date) -> SavedSearch:
    """Call it otherwise, or be told more or less often. Who wants mails again is told from today on.

    Raises PermissionDenied, ValidationError.
    """
    row = _own(user, search)
    begins = row.frequency == Frequency.NEVER and frequency != Frequency.NEVER
    row.title, row.frequency, row.refused_since = title.strip(), frequency, None
    if begins:
        begin(row, day)
    row.full_clean()
    row.save()
    return row


@transaction.atomic
def delete_search(*, user: User, search: SavedSearch) -> None:
    """Raises PermissionDenied."""
    _own(user, search).delete()


@transaction.atomic
def end_search(*, key: uuid.UUID) -> SavedSearch | None:
    """No more mails. Whoever has the link may end it; with it an address is forgotten, a person keeps the search."""
    search: SavedSearch | None = SavedSearch.objects.select_for_update(of=("self",)).filter(key=key).first()
    if search is not None:
        stop(search)
    return search


def stop(search: SavedSearch) -> None:
    if search.owner_id is None:
        search.delete()
    else:
        SavedSearch.objects.filter(pk=search.pk).update(frequency=Frequency.NEVER, refused_since=None, claimed_at=None)


def forget_unconfirmed(now: dt.datetime) -> int:
    """Delete addresses that never said yes, and the digests of senders that count for nothing any more."""
    count, _per_model = SavedSearch.objects.never_confirmed(now - CONFIRM_WITHIN).delete()
    old = SavedSearch.objects.filter(created_at__lt=now - dt.timedelta(days=1)).exclude(sender="")
    return count + old.update(sender="")
