"""Two small things every answer gets: an id to find it in the log by, and a renunciation of browser features."""

import re
import uuid
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

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


class PermissionsPolicyMiddleware:
    """Sends `Permissions-Policy`: no camera, no position, no payment, ..."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        response.setdefault("Permissions-Policy", PERMISSIONS_POLICY)
        return response
