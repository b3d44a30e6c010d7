"""Every list as an Atom feed (RFC 4287): what its filter selects, the newest change first.

A feed is asked like the page whose list it is, under the same names. Order and pages of the list do not apply: a reader
of feeds keeps what it has seen. What was removed from a feed is not told; who must know that follows the API's changes.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import re
from collections.abc import Callable, Iterable
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.db.models import Model
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.cache import get_conditional_response
from django.utils.feedgenerator import Atom1Feed
from django.utils.html import escape
from django.utils.http import http_date
from django.utils.translation import gettext as _
from django.utils.translation import override

from coopportal.common.filters import PortalFilterSet
from coopportal.common.licence import ATTRIBUTION
from coopportal.common.views import ListPage

#: So many entries at most; who looks in less often takes the list.
MOST_ENTRIES = 100

# What XML cannot hold; a feed with it would be no feed.
_NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")


class Feed(ListPage):
    """The feed of a list page: its rows by the same FilterSet. Made by :func:`feed_of`."""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        asked = self.asked(self.get_queryset())
        if asked.problems:
            lines = [f"{name}: {' '.join(messages)}" for name, messages in asked.problems.items()]
            return HttpResponse("\n".join(lines), status=400, content_type="text/plain; charset=utf-8")
        rows = list(asked.rows().order_by("-updated_at", "-pk")[:MOST_ENTRIES])
        title = self.title_of(asked)
        seen = " ".join([title, *(f"{row.pk}:{row.updated_at.isoformat()}" for row in rows)])
        response = answer(request, seen, lambda: self.told(title, asked, rows))
        if rows:
            response["Last-Modified"] = http_date(int(rows[0].updated_at.timestamp()))
        return response

    def title_of(self, asked: PortalFilterSet) -> str:
        """Of which list it is, and what was chosen: in German, as all of a feed."""
        with override("de"):
            name = str(self.get_queryset().model._meta.verbose_name_plural)
            return plain(" – ".join(filter(None, [name, asked.choice])))

    def told(self, title: str, asked: PortalFilterSet, rows: list[Any]) -> Atom1Feed:
        with override("de"):
            told = _("Was zuletzt angelegt oder geändert wurde, das Neueste zuerst.")
            return atom(title, told, self.feed_url(asked), [_entry(row) for row in rows])


def answer(request: HttpRequest, seen: str, made: Callable[[], Atom1Feed]) -> HttpResponse:
    """The feed, or nothing again (304) for who knows it; ``seen`` differs wherever the feed would."""
    etag = f'"{hashlib.sha256(seen.encode()).hexdigest()[:32]}"'
    response = get_conditional_response(request, etag=etag)
    if response is None:
        response = HttpResponse(content_type="application/atom+xml; charset=utf-8")
        made().write(response, "utf-8")
    response["ETag"] = etag
    response["Cache-Control"] = "public, no-cache"
    return response


def atom(title: str, description: str, place: str, entries: Iterable[dict[str, Any]]) -> Atom1Feed:
    """A feed of the portal at ``place`` (its path ends in ``feed.atom``, below the page it follows)."""
    address = f"{settings.PUBLIC_URL}{place}"
    feed = Atom1Feed(
        title=f"{title} – Kooperationsportal",
        link=address.replace("feed.atom", "", 1),
        subtitle=description,
        description=description,
        language="de",
        feed_url=address,
        feed_copyright=str(ATTRIBUTION),
        author_name="Kooperationsportal",
    )
    for entry in entries:
        # Atom calls it HTML: readers would take "<" of a plain text for a tag, and whatever follows for one of ours.
        feed.add_item(**entry | {"description": escape(entry["description"])})
    return feed


def _entry(row: Any) -> dict[str, Any]:
    """One row. Its id (RFC 4151) stays, whatever becomes of its address."""
    host = urlsplit(settings.PUBLIC_URL).hostname
    made: dt.datetime = row.created_at
    return {
        "title": plain(str(row)),
        "link": f"{settings.PUBLIC_URL}{row.get_absolute_url()}",
        "description": plain(getattr(row, "summary", "") or ""),
        "unique_id": f"tag:{host},{timezone.localdate(made).isoformat()}:{_kind(row)}/{row.pk}",
        "pubdate": made,
        "updateddate": row.updated_at,
    }


def _kind(row: Model) -> str:
    return row._meta.label_lower.replace(".", "-")


def plain(text: str) -> str:
    """The text without characters that XML cannot hold."""
    return _NOT_XML.sub("", text)


def feed_of(page: type[ListPage], place: str) -> URLPattern:
    """The address of a list's feed, ``feed.atom`` below that of the list, under the name the page calls it by."""
    view: type[Feed] = type(f"{page.__name__}Feed", (Feed, page), {})
    return path(f"{place}feed.atom", view.as_view(), name=page.feed.rpartition(":")[2])
