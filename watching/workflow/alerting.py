"""The news of saved searches go out by mail.

Each search is claimed, sent and marked by itself. It is marked *after* its mail was taken: a process that is killed
between the two sends that mail again (at least once, never lost), under the same Message-ID, so that mail programs may
know it. A claim is one UPDATE of the search's own row, so two timers at once never send the same, and no lock is held
while a mail server is talked to.
"""

from __future__ import annotations

import datetime as dt
import logging
from dataclasses import dataclass
from smtplib import SMTPDataError, SMTPException, SMTPRecipientsRefused
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from coopportal.common.feeds import plain
from coopportal.common.mail import compose
from watching.choices import Frequency
from watching.lists import LISTS, Watched
from watching.models import SavedSearch
from watching.news import News, news_since
from watching.tokens import end_url
from watching.workflow.saving import stop

logger = logging.getLogger(__name__)

#: So many rows of each kind stand in a mail; the rest is behind the link to the list.
MOST_ROWS = 20
#: A claim older than this was left by a process that died.
LEASE = dt.timedelta(minutes=15)
#: After so long an address that no server takes is written to no more.
GIVE_UP = dt.timedelta(days=14)
#: After so many mails in a row that no server took, the run ends: the next one tries again.
AWAY = 3


@dataclass
class Tally:
    """What a run did."""

    due: int = 0
    sent: int = 0
    silent: int = 0
    ended: int = 0
    failed: int = 0
    broken_off: bool = False


@dataclass(frozen=True)
class Entry:
    """One row in a mail."""

    title: str
    url: str


@dataclass(frozen=True)
class Section:
    """Rows of one kind, at most so many; ``more`` are not shown."""

    title: str
    number: int
    entries: list[Entry]

    @property
    def more(self) -> int:
        return self.number - len(self.entries)


def send_alerts(day: dt.date, *, dry_run: bool = False) -> Tally:
    """Send what is due on ``day``; a dry run sends and marks nothing."""
    tally, away = Tally(), 0
    for pk in list(SavedSearch.objects.due(day).order_by("pk").values_list("pk", flat=True)):
        claimed_at = timezone.now()
        if not dry_run and not _claim(pk, day, claimed_at):
            continue  # another run has it
        if (search := SavedSearch.objects.select_related("owner").filter(pk=pk).first()) is None:
            continue  # ended meanwhile
        tally.due += 1
        try:
            _tell(search, day, tally, dry_run=dry_run)
            away = 0
        except (SMTPRecipientsRefused, SMTPDataError):
            away = 0
            tally.failed += 1
            tally.ended += _refused(search, day)
        except (OSError, SMTPException):
            logger.exception("the mail server takes nothing: search %s", search.pk)
            SavedSearch.objects.filter(pk=search.pk).update(claimed_at=None)
            tally.failed += 1
            away += 1
        except Exception:
            logger.exception("search %s failed", search.pk)
            SavedSearch.objects.filter(pk=search.pk).update(claimed_at=None)
            tally.failed += 1
        if away >= AWAY:
            tally.broken_off = True
            break
    return tally


def _claim(pk: int, day: dt.date, now: dt.datetime) -> bool:
    free = Q(claimed_at=None) | Q(claimed_at__lt=now - LEASE)
    return bool(SavedSearch.objects.waiting(day).filter(free, pk=pk).update(claimed_at=now))


def _tell(search: SavedSearch, day: dt.date, tally: Tally, *, dry_run: bool) -> None:
    watched = LISTS[search.resource]
    asked = watched.ask(search.query, day)
    with override("de"):
        if asked.problems:  # a filter or a key that is no more: unfiltered would be another search
            if not dry_run:
                mail_of("broken", search, f"broken.{search.position}").send()
                stop(search)
            tally.ended += 1
            return
        news = news_since(search.place, watched, asked, day)
        if news and not dry_run:
            span = f"{day:%Y%m%d}.{search.position}-{news.place.position}"
            mail_of("news", search, span, **_told(search, watched, asked, news)).send()
    if not dry_run:
        _mark(search, day, news)
    tally.sent += bool(news)
    tally.silent += not news


def _mark(search: SavedSearch, day: dt.date, news: News) -> None:
    """Told up to here: the row's own columns alone, since the person may change the rest meanwhile."""
    search.place = news.place
    SavedSearch.objects.filter(pk=search.pk).update(
        looked_on=day,
        position=search.position,
        members=search.members,
        claimed_at=None,
        refused_since=None,
    )


def _refused(search: SavedSearch, day: dt.date) -> bool:
    """No server takes mail for this address; has it been so for too long?"""
    logger.warning("the address of search %s is refused", search.pk)
    since = search.refused_since or day
    SavedSearch.objects.filter(pk=search.pk).update(claimed_at=None, refused_since=since)
    if day - since < GIVE_UP:
        return False
    stop(search)
    return True


def _told(search: SavedSearch, watched: Watched, asked: Any, news: News) -> dict[str, Any]:
    """What the mail says. One query for all rows it names; rows that nobody may read any more are only counted."""
    kinds = ((_("Neu"), news.new), (_("Geändert"), news.changed), (_("Nicht mehr in Ihrer Auswahl"), news.left))
    wanted = [pk for _title, keys in kinds for pk in keys[:MOST_ROWS]]
    rows = {row.pk: row for row in asked.shape(watched.rows().filter(pk__in=wanted))}
    sections = [
        Section(title, len(keys), [_entry(rows[pk]) for pk in keys[:MOST_ROWS] if pk in rows])
        for title, keys in kinds
        if keys
    ]
    return {
        "sections": sections,
        "summary": ", ".join(f"{one.number} {one.title[:1].lower()}{one.title[1:]}" for one in sections),
        "since": search.looked_on,
    }


def _entry(row: Any) -> Entry:
    return Entry(plain(str(row)), f"{settings.PUBLIC_URL}{row.get_absolute_url()}")


def mail_of(template: str, search: SavedSearch, span: str, **more: Any) -> EmailMultiAlternatives:
    """A mail about a search, which every mail program can end by itself (RFC 8058).

    ``span`` tells its messages apart: the same news twice, after a crash before marking, are the same message.
    """
    ending = end_url(search.key)
    context = {
        "title": " ".join(search.title.split()),
        "link": f"{settings.PUBLIC_URL}{LISTS[search.resource].address(search.query)}",
        "end": ending,
        "list_title": LISTS[search.resource].title,
        "words": search.words,
        "weekly": search.frequency == Frequency.WEEKLY,
        "own": search.owner_id is not None,
        **more,
    }
    mail = compose(f"watching/mail/{template}", search.recipient, context)
    mail.extra_headers |= {
        "List-Unsubscribe": f"<{ending}>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
        "Auto-Submitted": "auto-generated",
        "Message-ID": f"<{search.key}.{span}@{urlsplit(settings.PUBLIC_URL).hostname}>",
    }
    return mail
