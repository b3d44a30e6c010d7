"""The ground of all pages: a list asks its FilterSet, a detail page asks for a day.

What a list offers besides the page (CSV, the same call in the API) follows from the FilterSet and the name of the
API resource.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from functools import cache
from typing import Any, ClassVar
from urllib.parse import urlencode

from django.core.paginator import Page, Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import resolve
from django.utils import timezone
from django.utils.cache import patch_vary_headers
from django.utils.functional import cached_property
from django.views import View

from coopportal.common.addresses import address
from coopportal.common.filters import DetailFilterSet, Keys, PortalFilterSet


class DayPage(View):
    """A page that takes a day (``stand=``); ``problems`` tells what of the query was wrong."""

    filterset_class: ClassVar[type[PortalFilterSet]] = DetailFilterSet
    template_name: ClassVar[str]

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().setup(request, *args, **kwargs)
        self.today: dt.date = timezone.localdate()

    def asked(self, queryset: QuerySet[Any]) -> PortalFilterSet:
        return self.filterset_class(self.request.GET, queryset, request=self.request, german=True, today=self.today)

    def day_context(self, asked: PortalFilterSet) -> dict[str, Any]:
        """What every template may know: ``day`` (asked for or today), ``stand`` (asked for or None), ``problems``."""
        return {
            "filterset": asked,
            "day": asked.day,
            "stand": asked.asked_day,
            "today": self.today,
            "problems": asked.problems,
        }


class Rows(Paginator):
    """The pages of a list. Where its rows are those of a public question (``public``) their number is remembered."""

    def __init__(self, rows: QuerySet[Any] | Keys, per_page: int, public: PortalFilterSet | None) -> None:
        super().__init__(rows, per_page)  # type: ignore[arg-type]
        self.public = public

    @cached_property
    def count(self) -> int:
        return super().count if self.public is None else self.public.total()


#: The forms of the API that are files with all rows.
FILES = ("csv", "xlsx", "ndjson", "geojson")


@cache
def _files(list_url: str) -> tuple[str, ...]:
    """The forms in which a list of the API is to be had as a file: ``csv``, ``xlsx``, ``ndjson``, some ``geojson``."""
    renderers = resolve(list_url).func.cls.renderer_classes  # type: ignore[attr-defined]
    return tuple(renderer.format for renderer in renderers if renderer.format in FILES)


class ListPage(DayPage):
    """A page of filtered rows.

    Subclasses say ``get_queryset`` (starting from ``.public()`` where rows can be unpublished), ``filterset_class``,
    ``template_name``, ``resource`` (the API's name of the list) and ``feed`` (the name of its feed's address, where it
    has one). The template gets ``page_obj``, ``beyond`` (the number asked for, where the list ends before it),
    ``filterset``, ``count``, ``api_url``, ``csv_url`` and so on (``FILES``), ``feed_url`` and ``watch_url``; the
    template named like it with ``_results`` is what htmx asks for.
    """

    page_size: ClassVar[int] = 25
    #: From so many rows on a file is loaded with its progress shown (``static/download.js``).
    long_file: ClassVar[int] = 1_000
    #: Bytes of a row of the CSV file, roughly: measured with the register of the documents.
    row_bytes: ClassVar[int] = 400
    #: Are these rows that everybody may read, so that their number changes only with the version of all that is read?
    keeps_count: ClassVar[bool] = False
    resource: ClassVar[str]
    feed: ClassVar[str] = ""

    def get_queryset(self) -> QuerySet[Any]:
        raise NotImplementedError

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        asked = self.asked(self.get_queryset())
        if self.keeps_count:
            asked.begin_with_version()
        page = self.page(asked)
        context = self.day_context(asked) | {
            "beyond": asked.page_number if asked.page_number > page.paginator.num_pages else None,
            "page_obj": page,
            "count": page.paginator.count,
            "file_size": page.paginator.count * self.row_bytes,
            "is_long_file": page.paginator.count >= self.long_file,
            "is_part": self.is_part,
            **self.doors(asked),
            **self.extra_context(asked, page),
        }
        response = render(request, self.template(), context)
        patch_vary_headers(response, ["HX-Request"])
        return response

    @property
    def is_part(self) -> bool:
        """A request of htmx gets the results alone, but the whole page where the browser goes back in history."""
        htmx = self.request.htmx  # type: ignore[attr-defined]
        return bool(htmx and not htmx.history_restore_request and not htmx.boosted)

    def template(self) -> str:
        return self.template_name.replace(".html", "_results.html") if self.is_part else self.template_name

    def page(self, asked: PortalFilterSet) -> Page[Any]:
        """The page asked for; the last one there is, where the list ends before it."""
        found = Rows(self.rows(asked), asked.page_size(self.page_size), asked if self.keeps_count else None)
        page = found.get_page(asked.page_number)
        page.object_list = self.shown(list(page.object_list), asked)
        return page

    def rows(self, asked: PortalFilterSet) -> QuerySet[Any] | Keys:
        """What the pages are cut from: the filtered rows in the order asked for, or their keys."""
        return asked.rows()

    def shown(self, rows: Sequence[Any], asked: PortalFilterSet) -> Sequence[Any]:
        """What the template gets of the rows (or keys) of a page."""
        return rows

    @staticmethod
    def question(asked: PortalFilterSet, *, german: bool = False) -> list[tuple[str, str]]:
        """What was asked, as far as it was right: parameters by the names of the API, or of the pages."""
        names = [(parameter, asked.page_name(parameter)) for parameter in asked.form.fields]
        return [
            (name if german else parameter, text)
            for parameter, name in names
            if name in asked.data and name not in asked.problems
            for text in asked.texts_of(parameter)
        ]

    def doors(self, asked: PortalFilterSet) -> dict[str, str]:
        """The same list through the other doors: the API call and the files of the same filter."""
        query = self.question(asked)
        here = address(f"api:{self.resource}-list")
        asked_for = urlencode(query)
        api_url, more = (f"{here}?{asked_for}", f"{asked_for}&") if query else (here, "")
        files = {f"{name}_url": f"{here}?{more}format={name}" for name in _files(here)}
        return {"api_url": api_url, "feed_url": self.feed_url(asked), "watch_url": self.watch_url(asked)} | files

    def feed_url(self, asked: PortalFilterSet) -> str:
        """Where changes of the same selection can be followed; the order of the list does not matter there."""
        return self._following(asked, self.feed) if self.feed else ""

    def watch_url(self, asked: PortalFilterSet) -> str:
        """Where the same selection is saved, to be told of changes by mail: of every list that has a feed."""
        return self._following(asked, f"watching:{self.resource}") if self.feed else ""

    def _following(self, asked: PortalFilterSet, name: str) -> str:
        order = asked.page_name("ordering")
        query = [(parameter, text) for parameter, text in self.question(asked, german=True) if parameter != order]
        return f"{address(name)}?{urlencode(query)}" if query else address(name)

    def extra_context(self, asked: PortalFilterSet, page: Page[Any]) -> dict[str, Any]:
        """What a page shows besides its rows."""
        return {}


class DetailPage(DayPage):
    """A page of one object, as it was on the day asked for."""

    def get_object(self, day: dt.date) -> Any:
        """The object of this address, with all that the page shows; raises Http404 where there is none."""
        raise NotImplementedError

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        asked = self.asked(self.get_base())
        obj = self.get_object(asked.day)
        context = self.day_context(asked) | {"object": obj} | self.extra_context(obj, asked)
        return render(request, self.template_name, context)

    def get_base(self) -> QuerySet[Any]:
        """The rows among which the object is looked for."""
        raise NotImplementedError

    def extra_context(self, obj: Any, asked: PortalFilterSet) -> dict[str, Any]:
        """What a page shows besides its object."""
        return {}
