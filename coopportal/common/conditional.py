"""Answers that need not be sent again (RFC 9110, §13): validators of what everybody may read.

The version of all that can be read (``feed.version``) is one query and grows with every committed write, so an answer
with the same address, version, day and code is the same answer. It is asked before the data is read: what is written
meanwhile can make an answer newer than its ETag, never older.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from functools import cache
from pathlib import Path
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase
from django.utils import timezone
from django.utils.cache import get_conditional_response
from django.utils.http import http_date, parse_http_date_safe

from coopportal.common.feed import Version

#: When this process began to answer: older than it is no answer of its code.
STARTED = timezone.now()

#: A moment of the last change is told when it lies so far back that no other change can share its second.
SETTLED_FOR = dt.timedelta(seconds=2)


@cache
def release() -> str:
    """A digest of the code that makes the answers and of what it says about this installation."""
    digest = hashlib.sha256(f"{settings.PUBLIC_URL} {settings.OPERATOR}".encode())
    packages = sorted(folder for folder in Path(settings.BASE_DIR).iterdir() if (folder / "__init__.py").exists())
    for package in packages:
        for file in sorted(package.rglob("*.py")):
            digest.update(file.read_bytes())
    return digest.hexdigest()


def etag_of(request: HttpRequest, *versions: Any) -> str:
    """Weak, since the same answer may be sent compressed or not."""
    accepted = request.headers.get("Accept", "")
    parts = (request.build_absolute_uri(), accepted, timezone.localdate().isoformat(), release(), *versions)
    return f'W/"{hashlib.sha256(repr(parts).encode()).hexdigest()[:32]}"'


def last_modified_of(version: Version) -> int | None:
    """The second of the last change, of today's midnight or of the start, whichever is the latest.

    None where writes wait to be told, so that nobody knows yet, and for two seconds after a change.
    """
    now, today = timezone.now(), timezone.localdate()
    if version.waiting or version.day != today or version.moved_at is None or now - version.moved_at < SETTLED_FOR:
        return None
    return same_since(version.moved_at)


def same_since(changed_at: dt.datetime) -> int:
    """The second since which an answer is what it is whose data changed last at a moment.

    Days and new code make another answer of the same data.
    """
    midnight = timezone.make_aware(dt.datetime.combine(timezone.localdate(), dt.time.min))
    return int(max(changed_at, midnight, STARTED).timestamp())


def asks_by_time(request: HttpRequest) -> bool:
    """Does the reader say by time, and by time alone, what he has?"""
    return "If-Modified-Since" in request.headers and "If-None-Match" not in request.headers


def known_since(request: HttpRequest, last_modified: int | None) -> bool:
    """Does the reader have, by the time he says, what has not been modified since?"""
    if last_modified is None or not asks_by_time(request):
        return False
    has = parse_http_date_safe(request.headers["If-Modified-Since"])
    return has is not None and has >= last_modified


def unchanged(request: HttpRequest, etag: str) -> HttpResponseBase | None:
    """The 304 for a reader who has this very answer; None where it has to be made.

    ``*`` would ask whether there is any answer at all, which nobody knows without making it.
    """
    if request.headers.get("If-None-Match", "*").strip() == "*":
        return None
    return get_conditional_response(request, etag=etag)


def validated(
    request: HttpRequest, response: HttpResponseBase, etag: str, last_modified: int | None
) -> HttpResponseBase:
    """The answer with its validators, or 304 where the reader asked by time and nothing is newer."""
    if response.status_code not in {200, 304}:
        return response
    response["ETag"] = etag
    if last_modified is None:
        return response
    response["Last-Modified"] = http_date(last_modified)
    if response.status_code == 304 or not asks_by_time(request):
        return response
    return get_conditional_response(request, last_modified=last_modified, response=response) or response  # type: ignore[arg-type]
