"""Pages of the roof: start, search over everything, legal pages."""

from __future__ import annotations

import sys
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from django.views.csrf import csrf_failure
from django.views.defaults import server_error
from django.views.generic import TemplateView, View

from agreements.models import Cooperation
from coopportal.common import busy
from coopportal.common.filter_kinds import SearchFilter
from coopportal.common.filters import PortalFilterSet
from coopportal.common.kept import keep_input, sent_by_ourselves
from coopportal.common.views import DayPage
from coopportal.finds import find
from coopportal.overview import latest_events, newest_cooperations, numbers


class StartPage(DayPage):
    """The numbers of the register on the day asked for, what is new, and a door for each kind of people."""

    template_name = "home.html"

    def get(self, request: HttpRequest) -> HttpResponse:
        asked = self.asked(Cooperation.objects.none())
        context = self.day_context(asked) | {
            "numbers": numbers(asked.day, self.today, cut=asked.is_cut),
            "cooperations": newest_cooperations(asked.day, cut=asked.is_cut),
            "events": latest_events(asked.day),
            "own_search": True,
        }
        return render(request, self.template_name, context)


class EverythingFilterSet(PortalFilterSet):
    """What the search over everything may be asked."""

    search = SearchFilter(method="no_filter", label=_("Suchwörter"))


class SearchPage(DayPage):
    """Everything at once, grouped by kind."""

    filterset_class = EverythingFilterSet
    template_name = "search.html"

    def get(self, request: HttpRequest) -> HttpResponse:
        asked = self.asked(Cooperation.objects.none())
        asked.form.is_valid()
        text = asked.form.cleaned_data.get("search", "").strip()
        groups = find(text, asked.asked_day, self.today)
        context = {"q": text, "groups": groups, "total": sum(group.total for group in groups), "own_search": True}
        return render(request, self.template_name, self.day_context(asked) | context)


def fault(request: HttpRequest) -> HttpResponseBase:
    """Something failed under way (``handler500``); that the database could not be had in time is no fault of ours."""
    if not busy.is_busy(sys.exc_info()[1]):
        return server_error(request)
    headers = {"Retry-After": str(busy.WAIT), "Cache-Control": "no-store"}
    return HttpResponse(render_to_string("503.html"), status=503, headers=headers)


def form_expired(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form came without a valid token. What came from ourselves is shown again.

    What the page could not do with any token is told as that (405 and the methods it knows, RFC 9110 §15.5.6). Pages of
    people who log in keep what was typed (``keeps_input``); where nobody logs in it stands in this very answer
    (``expired``), so that strangers fill no session.
    """
    match = request.resolver_match
    page = getattr(match.func, "view_class", None) if match else None
    if page and not hasattr(page, str(request.method).lower()):
        return HttpResponseNotAllowed(_methods_of(page))
    if getattr(page, "keeps_input", False) and sent_by_ourselves(request) and keep_input(request):
        return redirect(request.path)
    if match and page and hasattr(page, "expired") and sent_by_ourselves(request):
        answer: HttpResponse = page.as_view(expired=True)(request, *match.args, **match.kwargs)
        return answer
    return csrf_failure(request, reason)


def _methods_of(page: type[View]) -> list[str]:
    """What can be done with a page, as Django tells it: whatever can be read can be asked for its head too."""
    known = [name.upper() for name in page.http_method_names if hasattr(page, name)]
    return [*known, "HEAD"] if "GET" in known and "HEAD" not in known else known


class LegalPage(TemplateView):
    """A page of text about the portal itself; what the operator must fill in comes from the settings."""

    def get_template_names(self) -> list[str]:
        """The text in the language of the page, where there is one; else the German one."""
        names = super().get_template_names()
        return [name.replace("legal/", f"legal/{get_language()}/", 1) for name in names] + names

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        operator = settings.OPERATOR
        incomplete = any(not value or str(value).startswith("[") for value in operator.values())
        return super().get_context_data(operator=operator, incomplete=incomplete, **kwargs)


class ApiDocsPage(TemplateView):
    """The API shown to people, with the viewer's script and style from here."""

    template_name = "api_docs.html"
