"""How often the API may be asked within a minute, and how every answer says so.

Generous for readers, counted by address; more for who reads with a token, counted by token; less for who writes,
counted by person. Header fields as in draft-ietf-httpapi-ratelimit-headers-10:
``RateLimit-Policy: "reading";q=1000;w=60`` and ``RateLimit: "reading";r=998;t=41``.
"""

from __future__ import annotations

import ipaddress
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _

from coopportal.common.counters import WINDOW, Counters
from coopportal.common.problems import problem

PREFIX = "/api/"
READING, TOKEN, WRITING = "reading", "reading-with-token", "writing"
_SAFE = frozenset({"GET", "HEAD", "OPTIONS"})


@dataclass(frozen=True)
class Quota:
    """What is left of a policy's quota in this minute; below zero: too much was asked."""

    policy: str
    quota: int
    left: int
    seconds: int

    @property
    def headers(self) -> dict[str, str]:
        return {
            "RateLimit-Policy": f'"{self.policy}";q={self.quota};w={WINDOW}',
            "RateLimit": f'"{self.policy}";r={max(self.left, 0)};t={self.seconds}',
        }


class RateLimitMiddleware:
    """Counts what is asked of the API, whatever the answer is; beyond the quota the answer is 429."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        quota = counted(request, time.time()) if request.path.startswith(PREFIX) else None
        if quota is None:
            return self.get_response(request)
        response = _refused(request, quota) if quota.left < 0 else self.get_response(request)
        for name, value in quota.headers.items():
            response[name] = value
        return response


def counted(request: HttpRequest, now: float) -> Quota | None:
    """Counts a request; None where its policy has no limit (a quota of 0)."""
    policy, name = _asker(request)
    quota = int(settings.API_LIMITS.get(policy, 0))
    if not quota:
        return None
    number = _counters(settings.API_LIMITS_FILE).add(f"{policy}:{name}", now)
    return Quota(policy, quota, quota - number, WINDOW - int(now % WINDOW))


@cache
def _counters(file: Path) -> Counters:
    return Counters(file, settings.SECRET_KEY)


def _refused(request: HttpRequest, quota: Quota) -> HttpResponseBase:
    message = _("Höchstens %(quota)d Anfragen in der Minute. Fragen Sie in %(seconds)d Sekunden wieder.")
    told = message % {"quota": quota.quota, "seconds": quota.seconds}
    return problem(request, 429, told, headers={"Retry-After": str(quota.seconds)})


def _asker(request: HttpRequest) -> tuple[str, str]:
    """The policy that holds for a request, and whose request it is."""
    token = import_string(settings.API_TOKEN_OF)(request) if "Authorization" in request.headers else None
    if request.method in _SAFE:
        return (TOKEN, token) if token else (READING, network_of(request))
    if token:
        return WRITING, token
    if settings.SESSION_COOKIE_NAME in request.COOKIES and request.user.is_authenticated:
        return WRITING, f"person {request.user.pk}"
    return WRITING, network_of(request)


def network_of(request: HttpRequest) -> str:
    """The address a request comes from, as the outermost trusted proxy saw it; of IPv6 the network of a house (/64)."""
    text, proxies = str(request.META.get("REMOTE_ADDR") or ""), settings.ALLAUTH_TRUSTED_PROXY_COUNT
    forwarded = [part.strip() for part in request.headers.get("X-Forwarded-For", "").split(",")]
    if proxies and len(forwarded) >= proxies and forwarded[-proxies]:
        text = forwarded[-proxies]
    try:
        address = ipaddress.ip_address(text.strip("[]").partition("%")[0])
    except ValueError:
        return text[:60]
    if address.version == 4:
        return str(address)
    if address.ipv4_mapped:
        return str(address.ipv4_mapped)
    return str(ipaddress.ip_network((address, 64), strict=False))
