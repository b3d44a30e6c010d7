"""Holds every request of a logged-in person to two rules: a second factor where it is due, a session that may end."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone

from accounts.permissions import lacks_second_factor
from accounts.workflow import note_activity
from coopportal.common.kept import note_person, tell_browser

#: Where a person may go who still has to set up the second factor.
ALLOWED = frozenset(
    "login logout account_login account_logout account_reauthenticate mfa_activate_totp health-live".split()
)


class SessionRulesMiddleware:
    """Asks nothing of the database for people without a session, one question for those with one."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        tell_browser(request, response)
        return response

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: Any) -> HttpResponse | None:
        # Answers that are the same for everybody may be kept by caches: nothing here looks who asks for them. What the
        # API tells or does for persons is held to the same rule by accounts.authentication.
        if settings.SESSION_COOKIE_NAME not in request.COOKIES or request.path.startswith("/api/"):
            return None
        if not request.user.is_authenticated:
            return None
        now = timezone.now()
        if not note_activity(request, request.user, now):
            person = request.user.pk
            logout(request)
            note_person(request, person)  # has not left: a form that was sent just now is kept until she is back
            return None
        match = request.resolver_match
        if match and match.view_name in ALLOWED:
            return None
        if not lacks_second_factor(request.user, timezone.localdate(now)):
            return None
        return redirect("mfa_activate_totp")
