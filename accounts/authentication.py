"""How programs say who is asking: by a token, or by the session of their browser, under the same rules as the pages."""

from __future__ import annotations

from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from knox import auth
from rest_framework import authentication, exceptions
from rest_framework.request import Request

from accounts.permissions import lacks_second_factor
from accounts.workflow import note_use


def require_second_factor(user: Any) -> None:
    """Raises PermissionDenied for those who have to set up a second factor first."""
    if lacks_second_factor(user, timezone.localdate()):
        raise exceptions.PermissionDenied(_("Richten Sie zuerst unter /konto/ Ihren zweiten Faktor ein."))


class SessionAuthentication(authentication.SessionAuthentication):
    """Nobody acts through the API who would first have to set up a second factor in the pages."""

    def authenticate(self, request: Request) -> tuple[Any, None] | None:
        found = super().authenticate(request)
        if found:
            require_second_factor(found[0])
        return found


class TokenAuthentication(auth.TokenAuthentication):
    """``Authorization: Token …``: a token its owner made; held to the same rule, since it is no way around it."""

    def authenticate(self, request: Request) -> tuple[Any, Any] | None:
        found: tuple[Any, Any] | None = super().authenticate(request)
        if found:
            require_second_factor(found[0])
            note_use(found[1], timezone.now())
        return found
