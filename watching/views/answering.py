"""Where the links of mails lead. Following a link does nothing, since mail scanners follow links too: a button does."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.views import View
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt

from agreements.workflow import TooMany
from watching import workflow
from watching.lists import LISTS
from watching.models import SavedSearch
from watching.tokens import end_url, key_to_confirm, key_to_end


# The signed link is what proves the right; without a token of the form nobody who only reads needs a cookie, and a mail
# program can end what it shows (RFC 8058).
@method_decorator([never_cache, csrf_exempt], name="dispatch")
class LinkPage(View):
    """What the links share."""

    def show(self, template: str, search: SavedSearch | None = None, *, status: int = 200, **more: Any) -> HttpResponse:
        context = {"search": search, **more}
        if search:
            watched = LISTS[search.resource]
            context |= {"watched": watched, "list_url": watched.address(search.query)}
            context["words"] = watched.words(search.query, search.words, timezone.localdate())
        return render(self.request, f"watching/{template}.html", context, status=status)


class ConfirmPage(LinkPage):
    """The address says yes."""

    def get(self, request: HttpRequest, token: str) -> HttpResponse:
        key = key_to_confirm(token)
        search = SavedSearch.objects.filter(key=key, owner=None).first() if key else None
        if search is None:
            return self.show("void", status=410)
        return self.show("confirmed" if search.confirmed_at else "confirm", search, end=end_url(search.key))

    def post(self, request: HttpRequest, token: str) -> HttpResponse:
        key = key_to_confirm(token)
        try:
            search = workflow.confirm_search(key=key, day=timezone.localdate()) if key else None
        except TooMany as refused:
            return self.show("void", status=429, reason=refused.message)
        if search is None:
            return self.show("void", status=410)
        return self.show("confirmed", search, end=end_url(search.key))


class EndPage(LinkPage):
    """No more mails; by the button, or by the mail program itself, without redirect (RFC 8058)."""

    def get(self, request: HttpRequest, token: str) -> HttpResponse:
        if (key := key_to_end(token)) is None:
            return self.show("void", status=410)
        search = SavedSearch.objects.filter(key=key).first()
        return self.show("end", search) if search else self.show("ended")

    def post(self, request: HttpRequest, token: str) -> HttpResponse:
        if (key := key_to_end(token)) is None:
            return self.show("void", status=410)
        return self.show("ended", workflow.end_search(key=key))
