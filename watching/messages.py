"""Messages of webhooks and their signatures, by Standard Webhooks 1.0 (standardwebhooks.com)."""

from __future__ import annotations

import base64
import datetime as dt
import hashlib
import hmac
import json
import secrets
from collections.abc import Iterator, Mapping
from typing import Any

from django.conf import settings
from django.urls import reverse

from coopportal.common.models import Change
from watching.news import News

#: Changes in one message; more make several.
MOST_RESULTS = 500
_PREFIX = "whsec_"


def new_secret() -> str:
    """192 random bits, as consumers' libraries take them."""
    return _PREFIX + base64.b64encode(secrets.token_bytes(24)).decode()


def headers_of(message_id: str, body: bytes, secret: str, now: dt.datetime) -> dict[str, str]:
    """What goes with a body: its id, which stays, the time of this try, and the signature over both and the body."""
    timestamp = str(int(now.timestamp()))
    key = base64.b64decode(secret.removeprefix(_PREFIX))
    signed = hmac.new(key, b".".join([message_id.encode(), timestamp.encode(), body]), hashlib.sha256).digest()
    return {
        "Content-Type": "application/json",
        "User-Agent": "Kooperationsportal",
        "webhook-id": message_id,
        "webhook-timestamp": timestamp,
        "webhook-signature": f"v1,{base64.b64encode(signed).decode()}",
    }


def body_of(kind: str, search: Mapping[str, Any], now: dt.datetime, results: list[dict[str, Any]], **more: Any) -> str:
    """A message as it is kept and sent."""
    told = {"type": kind, "timestamp": now.isoformat(), "data": {"search": search, **more, "results": results}}
    return json.dumps(told, ensure_ascii=False)


def portions(news: News, resource: str, since: int) -> Iterator[list[dict[str, Any]]]:
    """All that became of a search, in the order of changes, so many at a time."""
    what = {
        pk: word
        for word, keys in (("entered", news.new), ("changed", news.changed), ("left", news.left))
        for pk in keys
    }
    known = {int(row.object_pk): row for row in _changes(resource, list(what))}
    rows = sorted((known[pk].position, pk) for pk in what if pk in known)
    told = [_result(known[pk], what[pk], since) for _position, pk in rows]
    for start in range(0, len(told), MOST_RESULTS):
        yield told[start : start + MOST_RESULTS]


def _changes(resource: str, keys: list[int]) -> Iterator[Change]:
    for start in range(0, len(keys), MOST_RESULTS):
        some = [str(pk) for pk in keys[start : start + MOST_RESULTS]]
        yield from Change.objects.filter(resource=resource, object_pk__in=some).order_by("position")


def _result(row: Change, result: str, since: int) -> dict[str, Any]:
    """One row of the API's changes, and what it means for the search."""
    change = "created" if row.since > since else "updated"
    if row.is_gone:
        change = "merged" if row.successor else "deleted"
    return {
        "resource": row.resource,
        "key": row.key,
        "change": change,
        "successor": row.successor or None,
        "url": f"{settings.PUBLIC_URL}{reverse(f'api:{row.resource}-detail', args=[row.key])}",
        "at": row.at.isoformat(),
        "result": result,
    }
