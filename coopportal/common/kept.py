"""Keeps what was typed into a form when the log-in or the form's token had run out, until the person is back.

It lies in the session on the server: who comes back with the same browser finds it, nobody else. Files are never kept,
nor what is larger than a form that a person fills in. It is shown again to be sent again; nothing is done with it.
"""

from __future__ import annotations

import datetime as dt
from urllib.parse import urlsplit

from django.http import HttpRequest, QueryDict
from django.utils import timezone

_KEY = "kept_input"
LARGEST = 64_000
KEPT_FOR = dt.timedelta(hours=12)
_NOT_KEPT = frozenset({"csrfmiddlewaretoken"})


def keep_input(request: HttpRequest) -> bool:
    """Keep the form that was sent to this address; False where there is nothing, or too much."""
    sent = [(name, text) for name, texts in request.POST.lists() if name not in _NOT_KEPT for text in texts]
    if not sent or sum(len(name) + len(str(text)) for name, text in sent) > LARGEST:
        return False
    request.session[_KEY] = {"path": request.path, "at": timezone.now().isoformat(), "sent": sent}
    return True


def kept_input(request: HttpRequest) -> QueryDict | None:
    """What was kept for this address and is not too old."""
    kept = request.session.get(_KEY)
    if not kept or kept["path"] != request.path:
        return None
    if timezone.now() - dt.datetime.fromisoformat(kept["at"]) > KEPT_FOR:
        forget_input(request)
        return None
    data = QueryDict(mutable=True)
    for name, text in kept["sent"]:
        data.appendlist(name, text)
    return data


def forget_input(request: HttpRequest) -> None:
    """The form was sent again, or is not wanted any more."""
    if _KEY in request.session:
        del request.session[_KEY]


def sent_by_ourselves(request: HttpRequest) -> bool:
    """Does the browser say that the form came from a page of ours? Others must not put words into our forms."""
    origin = request.headers.get("Origin") or request.headers.get("Referer") or ""
    return bool(origin) and urlsplit(origin).netloc == request.get_host()
