"""Small things answers get: an id for the log, the language chosen, features renounced, a smaller size."""

import re
import uuid
from collections.abc import Callable
from typing import Any

from csp.constants import HEADER
from csp.middleware import CheckableLazyObject, CSPMiddleware
from csp.utils import build_policy
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.middleware.gzip import GZipMiddleware
from django.utils import translation
from django.utils.cache import patch_vary_headers

from coopportal.common.logs import request_id

GetResponse = Callable[[HttpRequest], HttpResponse]

# An id from a proxy is kept if it cannot do harm in a log line.
_HARMLESS_ID = re.compile(r"[A-Za-z0-9._-]{8,64}")

# The portal needs none of these; a script that slipped in shall not get them either.
_RENOUNCED = (
    *("accelerometer", "camera", "display-capture", "geolocation", "gyroscope", "magnetometer", "microphone"),
    *("midi", "payment", "screen-wake-lock", "serial", "usb"),
)
PERMISSIONS_POLICY = ", ".join(f"{feature}=()" for feature in _RENOUNCED)


# What everybody may read, what belongs to whom it concerns, and what an answer says in its head.
_OPEN, _CLOSED, _READING = "/api/v1/", "/api/v1/registrations/", frozenset({"GET", "HEAD"})
_EXPOSED = ", ".join(
    (
        *("ETag", "Link", "RateLimit", "RateLimit-Policy", "Retry-After", "Deprecation", "Sunset", "X-Request-ID"),
        *("Content-Disposition", "Data-Day", "Data-Filter", "Data-Rows"),
    )
)


class RequestIdMiddleware:
    """Gives each request an id, in the log lines it causes and in the header `X-Request-ID` of its answer."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        given = request.headers.get("X-Request-ID", "")
        current = given if _HARMLESS_ID.fullmatch(given) else uuid.uuid4().hex
        # Not taken back at the end: Django logs a failed request after the last middleware. The next one sets its own.
        request_id.set(current)
        response = self.get_response(request)
        response["X-Request-ID"] = current
        return response


def _is_page(path: str) -> bool:
    """Is it read by people? Under ``/api/`` only the page that explains the API is."""
    return not path.startswith("/api/") or path == "/api/docs/"


class ChosenLanguageMiddleware:
    """Speaks German, or the other language this reader has chosen (`/sprache/`, kept in a cookie).

    What the browser would like does not decide: an authority's pages look the same to everybody until somebody says
    otherwise. Programs get the same answer whoever asks: the API does not look at the cookie.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        chosen = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, "")
        page = _is_page(request.path)
        if chosen not in dict(settings.LANGUAGES) or not page:
            chosen = settings.LANGUAGE_CODE
        with translation.override(chosen):
            response = self.get_response(request)
        if page:
            patch_vary_headers(response, ["Cookie"])
            response.headers.setdefault("Content-Language", chosen)
        return response


class PermissionsPolicyMiddleware:
    """Sends `Permissions-Policy`: no camera, no position, no payment, ..."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        response.setdefault("Permissions-Policy", PERMISSIONS_POLICY)
        return response


class OpenDataMiddleware:
    """Lets scripts of other hosts' pages read what the API tells everybody (CORS, https://fetch.spec.whatwg.org).

    Only what is read without cookie and without token: browsers refuse ``*`` together with either, and nobody here
    answers the question that has to come before a token or anything that writes.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if request.path.startswith(_OPEN) and request.method in _READING and not request.path.startswith(_CLOSED):
            response["Access-Control-Allow-Origin"] = "*"
            response["Access-Control-Expose-Headers"] = _EXPOSED
        return response


class PolicyMiddleware(CSPMiddleware):
    """Sends the `Content-Security-Policy` of all answers as one text; one that has its own is as before.

    To put the same words together for every answer took a tenth of the calls of a short one.
    """

    #: What a view may have said about its answer.
    _OWN = frozenset(
        {f"_csp_{word}{kind}" for word in ("config", "update", "replace", "exempt") for kind in ("", "_ro")}
    )

    def __init__(self, get_response: Any) -> None:
        super().__init__(get_response)
        policy = getattr(settings, "CONTENT_SECURITY_POLICY", None) or {}
        is_one = not (
            policy.get("EXCLUDE_URL_PREFIXES") or getattr(settings, "CONTENT_SECURITY_POLICY_REPORT_ONLY", None)
        )
        self._usual = build_policy() if is_one and not settings.DEBUG else ""

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        has_its_own = (
            not self._OWN.isdisjoint(vars(response)) or getattr(request, "_csp_nonce", None) or HEADER in response
        )
        if has_its_own or not self._usual:
            return super().process_response(request, response)
        response[HEADER] = self._usual
        request.csp_nonce = CheckableLazyObject(self._csp_nonce_post_response)  # type: ignore[attr-defined]
        return response


class SmallPagesMiddleware(GZipMiddleware):
    """Compresses pages, so that they are light without a proxy that does it.

    Only pages: the answers of the API keep the strong ETag that `If-Match` asks for. Django adds a random number of
    bytes to each (BREACH: from sizes nobody shall guess a token).
    """

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        if not response.get("Content-Type", "").startswith("text/html"):
            return response
        return super().process_response(request, response)
