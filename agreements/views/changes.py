"""What changed between two days: as a page, as files, as a feed."""

from __future__ import annotations

import datetime as dt
import hashlib
from typing import Any
from urllib.parse import urlencode, urlsplit

from django.conf import settings
from django.core.paginator import Page
from django.db.models import QuerySet
from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from agreements import happenings
from agreements.filters import ChangeFilterSet
from agreements.happenings import Changes, Happening
from agreements.models import Cooperation
from agreements.views.browsing import QuestionFile
from coopportal.common.feeds import MOST_ENTRIES, answer, atom, plain
from coopportal.common.filters import PortalFilterSet
from coopportal.common.views import ListPage

#: What the feed leaves out of a question: it always tells the year until today.
DAYS = frozenset({"first_day", "last_day", "as_of"})


class ChangesPage(ListPage):
    """What happened between two days, in the time of the world; the latest first."""

    filterset_class = ChangeFilterSet
    template_name = "agreements/browsing/changes.html"
    page_size = 50
    row_bytes = 180

    def get_queryset(self) -> QuerySet[Any]:
        return Cooperation.objects.public()

    def page(self, asked: Any) -> Page[Any]:
        self.changes = Changes(asked)
        return self.changes.page(asked.page_number, asked.page_size(self.page_size))

    def doors(self, asked: PortalFilterSet) -> dict[str, str]:
        """The same as files, between the same days, and as a feed, which goes on."""
        query = self.question(asked, german=True)
        end = f"?{urlencode(query)}" if query else ""
        files = {f"{form}_url": reverse(f"agreements:changes-{form}") + end for form in ("csv", "xlsx")}
        return files | {"feed_url": followed(asked)}

    def extra_context(self, asked: Any, page: Page[Any]) -> dict[str, Any]:
        return {
            "since": asked.since,
            "until": asked.until,
            "balances": self.changes.balances,
            "day_before": None if page.object_list else self.changes.day_before(),
        }


class ChangesFile(QuestionFile):
    """Everything that happened between the two days, the latest first."""

    filterset_class = ChangeFilterSet

    def file(self, asked: Any) -> HttpResponse:
        write = self.xlsx if self.kwargs["form"] == "xlsx" else self.csv
        return write("aenderungen", happenings.COLUMNS, happenings.records(Changes(asked).rows), asked)


class ChangesFeed(QuestionFile):
    """What happened in the year until today, the latest first."""

    filterset_class = ChangeFilterSet

    def file(self, asked: Any) -> HttpResponse:
        with override("de"):
            told = (_entry(row, self.today) for row in Changes(asked).page(1, MOST_ENTRIES))
            entries = {entry["unique_id"]: entry for entry in told}  # what two records tell alike is told once
            title = plain(" – ".join(filter(None, [_("Änderungen"), asked.choice])))
            about = _("Was in Kooperationen geschah, das Letzte zuerst.")
            seen = f"{title} {followed(asked)} {' '.join(entries)}"
            return answer(self.request, seen, lambda: atom(title, about, followed(asked), entries.values()))


def followed(asked: PortalFilterSet) -> str:
    """The address of the feed of this question."""
    days = {asked.page_name(name) for name in DAYS}
    query = [(name, text) for name, text in ListPage.question(asked, german=True) if name not in days]
    return reverse("agreements:changes-feed") + (f"?{urlencode(query)}" if query else "")


def _entry(row: Happening, today: dt.date) -> dict[str, Any]:
    """What is told in other words is another entry. Its moment is the day it happened, at its beginning."""
    host = urlsplit(settings.PUBLIC_URL).hostname
    made = timezone.localdate(row.cooperation.created_at).isoformat()
    words = f"{row.cooperation}: {row.lane_label}: {row.text}"
    mark = hashlib.sha256(f"{row.on} {row.lane} {row.text}".encode()).hexdigest()[:16]
    moment = timezone.make_aware(dt.datetime.combine(min(row.on, today), dt.time()))
    return {
        "title": plain(words),
        "link": f"{settings.PUBLIC_URL}{row.url}",
        "description": plain(row.date),
        "unique_id": f"tag:{host},{made}:aenderung/{row.cooperation.pk}/{mark}",
        "pubdate": moment,
        "updateddate": moment,
    }
