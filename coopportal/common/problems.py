"""Errors of the API as problem details (RFC 9457): every error under ``/api/`` has this one shape.

A wrong question is answered 400 with ``errors``, one entry for each thing that is wrong, naming the parameter of the
query (``parameter``) or the field of the body (``field``).
"""

from __future__ import annotations

import json
import logging
from collections.abc import Iterable, Iterator, Mapping
from http import HTTPStatus
from typing import Any

from django.conf import settings
from django.core.exceptions import NON_FIELD_ERRORS, PermissionDenied, SuspiciousOperation
from django.core.signals import got_request_exception
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.encoding import escape_uri_path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from rest_framework import exceptions, serializers
from rest_framework.views import set_rollback

from coopportal.common import busy

CONTENT_TYPE = "application/problem+json"
logger = logging.getLogger("django.request")

TITLES: dict[int, Any] = {
    400: gettext_lazy("Ungültige Anfrage"),
    401: gettext_lazy("Anmeldung nötig"),
    403: gettext_lazy("Nicht erlaubt"),
    404: gettext_lazy("Nicht gefunden"),
    405: gettext_lazy("Methode nicht möglich"),
    406: gettext_lazy("Darstellung nicht möglich"),
    409: gettext_lazy("Geht jetzt nicht"),
    412: gettext_lazy("Inzwischen geändert"),
    415: gettext_lazy("Inhaltstyp nicht möglich"),
    422: gettext_lazy("Schlüssel schon verwendet"),
    428: gettext_lazy("Fassung fehlt"),
    429: gettext_lazy("Zu viele Anfragen"),
    500: gettext_lazy("Interner Fehler"),
    503: gettext_lazy("Gerade nicht möglich"),
}


class BadQuery(exceptions.APIException):
    """A question with wrong parameters: ``{parameter: messages}``, under the names the asker used."""

    status_code = 400

    def __init__(self, parameters: Mapping[str, Iterable[str]]) -> None:
        names = ", ".join(name[:60] for name in parameters)
        super().__init__(_("Diese Parameter passen nicht: %(names)s.") % {"names": names})
        self.errors = [
            {"parameter": name, "message": str(message)} for name, found in parameters.items() for message in found
        ]


class ErrorSerializer(serializers.Serializer[Any]):
    """One thing that is wrong with the question."""

    parameter = serializers.CharField(required=False, help_text=gettext_lazy("Name des Parameters der Anfrage"))
    field = serializers.CharField(required=False, help_text=gettext_lazy("Name des Feldes im Inhalt"))
    message = serializers.CharField()


class ProblemSerializer(serializers.Serializer[Any]):
    """Problem details (RFC 9457)."""

    type = serializers.CharField()
    title = serializers.CharField()
    status = serializers.IntegerField()
    detail = serializers.CharField()
    instance = serializers.CharField()
    errors = ErrorSerializer(many=True, required=False)  # type: ignore[assignment]


def problem(
    request: HttpRequest,
    status: int,
    detail: str,
    *,
    errors: list[dict[str, str]] | None = None,
    headers: Mapping[str, str] | None = None,
) -> HttpResponse:
    """The answer to a request that failed; ``detail`` says why, in a German sentence for people."""
    body: dict[str, Any] = {
        "type": "about:blank",
        "title": str(TITLES.get(status) or HTTPStatus(status).phrase),
        "status": status,
        "detail": detail,
        "instance": escape_uri_path(request.path),
    }
    if errors:
        body["errors"] = errors
    content = json.dumps(body, ensure_ascii=False).encode("utf-8", "replace")
    return HttpResponse(
        content, status=status, content_type=CONTENT_TYPE, headers={"Cache-Control": "no-store", **(headers or {})}
    )


def not_found(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
    """The view of every address under ``/api/`` that is none."""
    return problem(request, 404, _("Diese Adresse gibt es nicht."))


class Busy(exceptions.APIException):
    """The database could not be had in time."""

    status_code = 503
    default_detail = gettext_lazy("Es wird gerade sehr viel geschrieben. Fragen Sie gleich noch einmal.")
    default_code = "busy"
    wait = busy.WAIT


def _errors_of(exception: exceptions.APIException) -> list[dict[str, str]]:
    if isinstance(exception, BadQuery):
        return exception.errors
    if isinstance(exception, exceptions.ValidationError) and isinstance(exception.detail, dict):
        return [{"field": field, "message": message} for field, message in _flat(exception.detail)]
    return []


def _flat(found: Any, place: str = "") -> Iterator[tuple[str, str]]:
    """The messages of a body with their places: ``participants.1.role``."""
    if isinstance(found, Mapping):
        for name, inner in found.items():
            inner_place = "" if name in {"non_field_errors", NON_FIELD_ERRORS} else str(name)
            yield from _flat(inner, ".".join(filter(None, (place, inner_place))))
    elif isinstance(found, list):
        for number, inner in enumerate(found):
            yield from _flat(inner, place if isinstance(inner, str) else f"{place}.{number}")
    else:
        yield place, str(found)


def _headers_of(exception: exceptions.APIException) -> dict[str, str]:
    headers = {}
    if auth_header := getattr(exception, "auth_header", None):
        headers["WWW-Authenticate"] = str(auth_header)
    if wait := getattr(exception, "wait", None):
        headers["Retry-After"] = str(int(wait))
    return headers


def _as_api_exception(exception: Exception) -> exceptions.APIException | None:
    if isinstance(exception, exceptions.APIException):
        return exception
    if isinstance(exception, Http404):
        return exceptions.NotFound(_("Diese Adresse gibt es nicht."))
    if isinstance(exception, PermissionDenied):
        return exceptions.PermissionDenied()
    if isinstance(exception, SuspiciousOperation):
        return exceptions.ParseError()
    if busy.is_busy(exception):
        logger.warning("The database is busy: %s", exception)
        return Busy()
    return None


def exception_handler(exception: Exception, context: dict[str, Any]) -> HttpResponse | None:
    """Turns what a view raised into problem details (``REST_FRAMEWORK["EXCEPTION_HANDLER"]``).

    A fault of ours is logged and told to whoever listens, as Django does it; its text is never shown.
    """
    request = context["request"]._request
    known = _as_api_exception(exception)
    if known is None:
        return None if settings.DEBUG else _fault(request, exception, context)
    set_rollback()
    errors, detail = _errors_of(known), _detail_of(known, request)
    return problem(request, known.status_code, detail, errors=errors, headers=_headers_of(known))


def _detail_of(known: exceptions.APIException, request: HttpRequest) -> str:
    """Why, in a sentence of ours where the framework's leaves open what could be done instead."""
    if isinstance(known, exceptions.MethodNotAllowed):
        return _("%(method)s geht hier nicht; was geht, steht im Kopf „Allow“.") % {"method": request.method}
    if isinstance(known, exceptions.NotAcceptable):
        types = ", ".join(dict.fromkeys(str(one.media_type) for one in known.available_renderers or ()))
        return _("Möglich sind hier: %(formats)s.") % {"formats": types}
    if isinstance(known, exceptions.UnsupportedMediaType):
        return _("Erwartet wird JSON, gesandt wurde: %(type)s.") % {"type": request.content_type or "–"}
    return _("Der Inhalt passt nicht.") if isinstance(known.detail, dict | list) else str(known.detail)


def _fault(request: HttpRequest, exception: Exception, context: dict[str, Any]) -> HttpResponse:
    got_request_exception.send(sender=type(context.get("view")), request=request)
    logger.error("Internal Server Error: %s", request.path, exc_info=exception)
    set_rollback()
    return problem(request, 500, _("Hier ist uns ein Fehler unterlaufen. Er ist vermerkt."))
