"""Questions across cooperations: deadlines, changes."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode, urlsplit

from django.conf import settings
from django.core.paginator import Page, Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _

from agreements.deadlines import COLUMNS, Deadlines, entries, records
from agreements.filters import ChangeFilterSet, DeadlineFilterSet
from agreements.happenings import Changes
from agreements.models import Agreement, Cooperation
from coopportal.common.calendars import MEDIA_TYPE, calendar
from coopportal.common.filters import PortalFilterSet
from coopportal.common.problems import problem
from coopportal.common.renderers import CsvRenderer
from coopportal.common.views import DayPage, ListPage


class DeadlineListPage(ListPage):
    """What has to be done by when; the nearest day first."""

    filterset_class = DeadlineFilterSet
    template_name = "agreements/browsing/deadlines.html"
    page_size = 50

    def get_queryset(self) -> QuerySet[Any]:
        return Agreement.objects.none()

    def page(self, asked: Any) -> Page[Any]:
        self.deadlines = Deadlines(asked)
        return Paginator(self.deadlines.rows, asked.page_size(self.page_size)).get_page(asked.page_number)

    def doors(self, asked: PortalFilterSet) -> dict[str, str]:
        """The same days as a file and as a calendar, which is always that of today."""
        query = self.question(asked, german=True)
        subscribed = urlencode([(name, text) for name, text in query if name != "stand"])
        calendar_url = reverse("agreements:calendar") + (f"?{subscribed}" if subscribed else "")
        return {
            "csv_url": reverse("agreements:deadlines-csv") + (f"?{urlencode(query)}" if query else ""),
            "calendar_url": calendar_url,
            "subscribe_url": f"webcal://{urlsplit(settings.PUBLIC_URL).netloc}{calendar_url}",
        }

    def extra_context(self, asked: Any, page: Page[Any]) -> dict[str, Any]:
        return {
            "rows": [{"deadline": row, "left": row.days_left(asked.day)} for row in page],
            "undated": self.deadlines.undated,
            "last_day": asked.last_day,
            "months": asked.months_ahead,
        }


class DeadlineFile(DayPage):
    """The deadlines of a question; a wrong question is a 400 that names it, for nobody reads a file's notes."""

    filterset_class = DeadlineFilterSet
    http_method_names = ["get", "head"]

    def get(self, request: HttpRequest) -> HttpResponseBase:
        asked: Any = self.asked(Agreement.objects.none())
        if asked.problems:
            errors = [{"parameter": name, "message": text} for name, told in asked.problems.items() for text in told]
            return problem(request, 400, _("Diese Parameter passen nicht."), errors=errors)
        response = self.file(asked)
        response["Cache-Control"] = "public, no-cache"
        return response

    def file(self, asked: DeadlineFilterSet) -> HttpResponse:
        raise NotImplementedError


class DeadlineCsv(DeadlineFile):
    def file(self, asked: DeadlineFilterSet) -> HttpResponse:
        pieces = CsvRenderer().stream(COLUMNS, [records(Deadlines(asked).rows)])
        name = f'attachment; filename="fristen-{asked.day.isoformat()}.csv"'
        return HttpResponse(
            b"".join(pieces), content_type="text/csv; charset=utf-8", headers={"Content-Disposition": name}
        )


class DeadlineCalendar(DeadlineFile):
    """An iCalendar file to subscribe to."""

    def file(self, asked: DeadlineFilterSet) -> HttpResponse:
        host = urlsplit(settings.PUBLIC_URL).hostname or "localhost"
        text = calendar(_("Fristen – Kooperationsportal"), entries(Deadlines(asked).rows, host))
        name = 'inline; filename="fristen.ics"'
        return HttpResponse(text, content_type=MEDIA_TYPE, headers={"Content-Disposition": name})


class ChangesPage(ListPage):
    """What happened between two days, in the time of the world; the latest first."""

    filterset_class = ChangeFilterSet
    template_name = "agreements/browsing/changes.html"
    page_size = 50

    def get_queryset(self) -> QuerySet[Any]:
        return Cooperation.objects.public()

    def page(self, asked: Any) -> Page[Any]:
        self.changes = Changes(asked)
        return Paginator(self.changes.rows, asked.page_size(self.page_size)).get_page(asked.page_number)

    def doors(self, asked: PortalFilterSet) -> dict[str, str]:
        return {}

    def extra_context(self, asked: Any, page: Page[Any]) -> dict[str, Any]:
        return {"since": asked.since, "until": asked.until, "balances": self.changes.balances}
