"""Keeps what was typed into a form when the log-in or the form's token had run out, until the person is back.

It lies in the session on the server, under the name of the person who was logged in in this browser: nobody else is
shown it, and who cannot prove that somebody was logged in has nothing kept. The proof is the session, and once that
has ended a signed cookie, which log-in sets and log-out takes away. Files are never kept, nor what is larger than a
form that a person fills in. It is shown again to be sent again; nothing is done with it.
"""

from __future__ import annotations

import datetime as dt
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest, HttpResponse, QueryDict
from django.utils import timezone

_KEY = "kept_input"
LARGEST = 64_000
KEPT_FOR = dt.timedelta(hours=12)
#: So long the cookie proves who was here: a day longer than a session lasts at most.
KNOWN_FOR = dt.timedelta(days=8)
_NOT_KEPT = frozenset({"csrfmiddlewaretoken"})
_SALT, _PERSON = "coopportal.kept", "_person_of_browser"


def note_person(request: HttpRequest, person: Any) -> None:
    """The browser is this person's (a primary key) from now on; with None nobody's. ``tell_browser`` says it."""
    setattr(request, _PERSON, person)


def tell_browser(request: HttpRequest, response: HttpResponse) -> None:
    """Set or take away the cookie, where the request changed whose the browser is. It ends with the browser."""
    if not hasattr(request, _PERSON):
        return
    person = getattr(request, _PERSON)
    if person is not None:
        response.set_signed_cookie(
            settings.PERSON_COOKIE_NAME,
            str(person),
            salt=_SALT,
            secure=settings.SESSION_COOKIE_SECURE,
            httponly=True,
            samesite="Lax",
        )
    elif settings.PERSON_COOKIE_NAME in request.COOKIES:
        response.delete_cookie(settings.PERSON_COOKIE_NAME, samesite="Lax")


def _person_of(request: HttpRequest) -> str | None:
    """Who is, or was last, logged in in this browser."""
    if request.user.is_authenticated:
        return str(request.user.pk)
    if hasattr(request, _PERSON):
        person = getattr(request, _PERSON)
        return None if person is None else str(person)
    told = request.get_signed_cookie(settings.PERSON_COOKIE_NAME, default=None, salt=_SALT, max_age=KNOWN_FOR)
    return told or None


def keep_input(request: HttpRequest) -> bool:
    """Keep the form that was sent to this address; False where there is nothing, too much, or nobody to keep it for."""
    person = _person_of(request)
    if person is None:
        return False
    sent = [(name, text) for name, texts in request.POST.lists() if name not in _NOT_KEPT for text in texts]
    if not sent or sum(len(name) + len(str(text)) for name, text in sent) > LARGEST:
        return False
    request.session[_KEY] = {"of": person, "path": request.path, "at": timezone.now().isoformat(), "sent": sent}
    return True


def kept_input(request: HttpRequest) -> QueryDict | None:
    """What was kept for this person and this address and is not too old."""
    kept = request.session.get(_KEY)
    if not kept or kept["path"] != request.path or not is_of(kept, request.user):
        return None
    if timezone.now() - dt.datetime.fromisoformat(kept["at"]) > KEPT_FOR:
        forget_input(request)
        return None
    data = QueryDict(mutable=True)
    for name, text in kept["sent"]:
        data.appendlist(name, text)
    return data


def is_of(kept: dict[str, Any], user: Any) -> bool:
    """Was it this person, logged in now, who wrote it?"""
    return bool(user.is_authenticated and kept.get("of") == str(user.pk))


def forget_input_of_others(request: HttpRequest, user: Any) -> None:
    """Somebody has logged in: what another person had written in this browser goes."""
    kept = request.session.get(_KEY)
    if kept and not is_of(kept, user):
        forget_input(request)


def forget_input(request: HttpRequest) -> None:
    """The form was sent again, or is not wanted any more."""
    if _KEY in request.session:
        del request.session[_KEY]


def sent_by_ourselves(request: HttpRequest) -> bool:
    """Does the browser say that the form came from a page of ours? Others must not put words into our forms."""
    origin = request.headers.get("Origin") or request.headers.get("Referer") or ""
    return bool(origin) and urlsplit(origin).netloc == request.get_host()
