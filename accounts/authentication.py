"""How programs say who is asking: by a token, or by the session of their browser, under the same rules as the pages."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.extensions import OpenApiAuthenticationExtension
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
        try:
            found: tuple[Any, Any] | None = super().authenticate(request)
        except UnicodeDecodeError:  # knox reads the header as UTF-8
            raise exceptions.AuthenticationFailed(_("Diesen Zugangsschlüssel gibt es nicht.")) from None
        if found:
            require_second_factor(found[0])
            note_use(found[1], timezone.now())
        return found


def token_of(request: HttpRequest) -> str | None:
    """Which token a request brings, for whoever counts requests; None where it is none that is good."""
    try:
        found = auth.TokenAuthentication().authenticate(request)
    except (exceptions.AuthenticationFailed, UnicodeDecodeError):
        return None
    return str(found[1].pk) if found else None


class TokenScheme(OpenApiAuthenticationExtension):
    """Tells the machine-readable description of tokens."""

    target_class = "accounts.authentication.TokenAuthentication"
    name = "token"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        words = _("Ein Zugangsschlüssel aus /konto/: „Token …“.")
        return {"type": "apiKey", "in": "header", "name": "Authorization", "description": words}


class SessionScheme(OpenApiAuthenticationExtension):
    """Tells it of the session of the browser."""

    target_class = "accounts.authentication.SessionAuthentication"
    name = "session"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        return {"type": "apiKey", "in": "cookie", "name": settings.SESSION_COOKIE_NAME}
