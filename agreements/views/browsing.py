"""Questions across cooperations: deadlines, changes, pictures, comparison."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain
from textwrap import wrap
from typing import Any
from urllib.parse import urlencode, urlsplit

from django.conf import settings
from django.core.paginator import Page, Paginator
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from agreements import deadlines, statistics
from agreements.choices import DueWhen
from agreements.comparing import Comparison
from agreements.deadlines import Deadlines
from agreements.filters import CompareFilterSet, CooperationFilterSet, DeadlineFilterSet
from agreements.filters.comparing import LEAST, MOST
from agreements.models import Agreement, Cooperation
from agreements.statistics import CHARTS, Chart, Statistics
from coopportal.common.calendars import MEDIA_TYPE, calendar
from coopportal.common.filters import PortalFilterSet
from coopportal.common.licence import LICENCE
from coopportal.common.problems import problem
from coopportal.common.renderers import CsvRenderer, FileFacts, XlsxRenderer
from coopportal.common.views import DayPage, ListPage


class DeadlineListPage(ListPage):
    """What has to be done by when; the nearest day first, what is overdue last."""

    filterset_class = DeadlineFilterSet
    template_name = "agreements/browsing/deadlines.html"
    page_size = 50

    def get_queryset(self) -> QuerySet[Any]:
        return Agreement.objects.none()

    def page(self, asked: Any) -> Page[Any]:
        self.deadlines = Deadlines(asked)
        asked.counts = self.deadlines.due.counts
        return Paginator(self.deadlines, asked.page_size(self.page_size)).get_page(asked.page_number)

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
            "rows": [{"deadline": row, "left": row.days_left(asked.day)} for row in deadlines.named(page)],
            "undated": self.deadlines.undated,
            "overdue": {} if asked.chosen("due") else self.deadlines.due.overdue,
            "past": asked.chosen("due") == [DueWhen.OVERDUE],
            "last_day": asked.last_day,
            "months": asked.months_ahead,
        }


class QuestionFile(DayPage):
    """A file that answers a question; a wrong question is a 400 that names it, for nobody reads a file's notes."""

    http_method_names = ["get", "head"]

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        asked: Any = self.asked(Cooperation.objects.public())
        if asked.problems:
            errors = [{"parameter": name, "message": text} for name, told in asked.problems.items() for text in told]
            return problem(request, 400, _("Diese Parameter passen nicht."), errors=errors)
        response = self.file(asked)
        response["Cache-Control"] = "public, no-cache"
        return response

    def file(self, asked: Any) -> HttpResponseBase:
        raise NotImplementedError

    @staticmethod
    def streamed(pieces: Iterator[Any], kind: str, headers: dict[str, str]) -> StreamingHttpResponse:
        """Made while it is sent; the first piece at once, so that a fault is an answer, not a torn file."""
        spoken = _spoken(pieces, translation.get_language())
        return StreamingHttpResponse(chain([next(spoken)], spoken), content_type=kind, headers=headers)

    def csv(self, name: str, columns: list[str], rows: list[dict[str, Any]], asked: Any) -> HttpResponse:
        """The rows with what the file is: day, filter, number of rows, terms of use."""
        return self._sent(CsvRenderer(), name, columns, rows, asked)

    def xlsx(self, name: str, columns: list[str], rows: list[dict[str, Any]], asked: Any) -> HttpResponse:
        return self._sent(XlsxRenderer(), name, columns, rows, asked)

    def _sent(
        self,
        renderer: CsvRenderer | XlsxRenderer,
        name: str,
        columns: list[str],
        rows: list[dict[str, Any]],
        asked: Any,
    ) -> HttpResponse:
        headers = self.headers_of(renderer, name, len(rows), asked)
        facts = FileFacts(name, asked.day, headers["Data-Filter"])
        pieces = b"".join(renderer.stream(columns, [rows], facts))
        kind = f"{renderer.media_type}; charset=utf-8" if renderer.charset else renderer.media_type
        return HttpResponse(pieces, content_type=kind, headers=headers)

    @staticmethod
    def headers_of(renderer: CsvRenderer | XlsxRenderer, name: str, number: int, asked: Any) -> dict[str, str]:
        return {
            "Content-Disposition": f'attachment; filename="{name}_{asked.day.isoformat()}.{renderer.format}"',
            "Link": f'<{LICENCE["url"]}>; rel="license"',
            "Data-Day": asked.day.isoformat(),
            "Data-Filter": urlencode(ListPage.question(asked, german=True)),
            "Data-Rows": str(number),
        }


def _spoken(pieces: Iterator[Any], language: str | None) -> Iterator[Any]:
    """Each in the language of the request, which is over when they are made."""
    while True:
        with translation.override(language):
            piece = next(pieces, None)
        if piece is None:
            return
        yield piece


class DeadlineCsv(QuestionFile):
    filterset_class = DeadlineFilterSet

    def file(self, asked: Any) -> HttpResponseBase:
        found, renderer = Deadlines(asked), CsvRenderer()
        rows = map(deadlines.records, deadlines.portions(found))
        pieces = renderer.stream(deadlines.COLUMNS, rows)
        headers = self.headers_of(renderer, "fristen", len(found), asked)
        return self.streamed(pieces, f"{renderer.media_type}; charset=utf-8", headers)


class DeadlineCalendar(QuestionFile):
    """An iCalendar file to subscribe to."""

    filterset_class = DeadlineFilterSet

    def file(self, asked: Any) -> HttpResponseBase:
        host = urlsplit(settings.PUBLIC_URL).hostname or "localhost"
        days = (deadlines.entries(rows, host) for rows in deadlines.portions(Deadlines(asked)))
        name = " – ".join(filter(None, [_("Fristen"), asked.choice, "Kooperationsportal"]))
        pieces = calendar(name, days)
        return self.streamed(pieces, MEDIA_TYPE, {"Content-Disposition": 'inline; filename="fristen.ics"'})


class StatisticsPage(ListPage):
    """Pictures of what the filters of the list of cooperations select, all or one."""

    filterset_class = CooperationFilterSet
    template_name = "agreements/browsing/statistics.html"
    resource = "cooperations"

    def get_queryset(self) -> QuerySet[Any]:
        return Cooperation.objects.public()

    def page(self, asked: Any) -> Page[Any]:
        slug = self.kwargs.get("chart", "")
        if slug and slug not in CHARTS:
            raise Http404
        self.statistics = Statistics(asked)
        self.charts = self.statistics.charts([slug] if slug else [])
        return Paginator(self.charts, len(CHARTS)).get_page(1)

    def extra_context(self, asked: Any, page: Page[Any]) -> dict[str, Any]:
        query = urlencode(self.question(asked, german=True))
        alone = self.charts[0] if self.kwargs.get("chart") else None
        total = self.statistics.total
        charts = [alone] if alone else [chart.latest for chart in self.charts]
        return {"charts": charts, "alone": alone, "total": total, "question": f"?{query}" if query else ""}


class ChartFile(QuestionFile):
    """One chart to take away."""

    filterset_class = CooperationFilterSet

    def chart(self, asked: Any) -> Chart:
        if self.kwargs["chart"] not in CHARTS:
            raise Http404
        return Statistics(asked).charts([self.kwargs["chart"]])[0]


class ChartCsv(ChartFile):
    def file(self, asked: Any) -> HttpResponse:
        chart = self.chart(asked)
        return self.csv(f"statistik-{chart.slug}", statistics.COLUMNS, statistics.records(chart), asked)


class ChartSvg(ChartFile):
    """The picture with its own colours, its day, its filter, what it counts and the terms of use."""

    #: Characters of small letters that stand beside each other in the width of a picture.
    LINE = 100

    def file(self, asked: Any) -> HttpResponse:
        chosen = ", ".join(f"{one.field}: {one.label}" for one in asked.chosen_values)
        chart, day = self.chart(asked), _("Stand: %(day)s") % {"day": f"{asked.day:%d.%m.%Y}"}
        told = [*wrap(f"{day} · {chosen}" if chosen else day, self.LINE), *wrap(chart.base, self.LINE)]
        # The picture begins at 0; what is said of it stands above, each line 18 high.
        head = [(line, 18 * number - 12) for number, line in enumerate(told, 1 - len(told))]
        context = {"chart": chart, "head": head, "rise": 18 * len(told), "licence": LICENCE["name"]}
        name = f'attachment; filename="statistik-{chart.slug}_{asked.day.isoformat()}.svg"'
        text = render_to_string("agreements/browsing/chart.svg", context)
        return HttpResponse(text, content_type="image/svg+xml; charset=utf-8", headers={"Content-Disposition": name})


class ComparePage(DayPage):
    """Two to four cooperations side by side; with fewer, which others to put beside."""

    filterset_class = CompareFilterSet

    def get(self, request: HttpRequest) -> HttpResponse:
        asked: Any = self.asked(Cooperation.objects.none())
        chosen = asked.chosen
        comparison = Comparison(chosen, asked.day, cut=asked.is_cut) if len(chosen) >= LEAST else None
        context = self.day_context(asked) | {
            "chosen": [(row, [one.slug for one in chosen if one != row]) for row in chosen],
            "comparison": comparison,
            "offered": asked.offered() if len(chosen) < MOST else [],
            "most": MOST - len(chosen),
            **self.doors(asked, chosen),
        }
        return render(request, "agreements/browsing/compare.html", context)

    @staticmethod
    def doors(asked: Any, chosen: list[Cooperation]) -> dict[str, str]:
        """The files of the comparison, and the address under which it says tomorrow what it says today."""
        query = [("k", row.slug) for row in chosen]
        stand = [("stand", asked.asked_day.isoformat())] if asked.asked_day else []
        end = f"?{urlencode([*query, *stand])}"
        told = {f"{form}_url": reverse(f"agreements:compare-{form}") + end for form in ("csv", "xlsx")}
        lasting = urlencode([*query, ("stand", asked.day.isoformat())])
        return told | {"lasting_url": f"{reverse('agreements:compare')}?{lasting}"}


class CompareFile(QuestionFile):
    """The table of the comparison: a row for each question, a column for each cooperation."""

    filterset_class = CompareFilterSet

    def file(self, asked: Any) -> HttpResponse:
        if len(asked.chosen) < LEAST:
            return problem(self.request, 400, _("Wählen Sie mindestens zwei Kooperationen."))
        comparison = Comparison(asked.chosen, asked.day, cut=asked.is_cut)
        write = self.xlsx if self.kwargs["form"] == "xlsx" else self.csv
        return write("vergleich", comparison.columns, comparison.records, asked)
