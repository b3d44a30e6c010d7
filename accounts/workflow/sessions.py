"""Where a person is logged in: begun at log-in, noted now and then, ended by hand."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.conf import settings
from django.contrib.sessions.backends.base import SessionBase
from django.contrib.sessions.backends.db import SessionStore
from django.http import HttpRequest

from accounts.browsers import describe
from accounts.models import LoginSession, User

#: So long a session lasts at most, however much it is used.
LONGEST = dt.timedelta(days=7)
#: So often the last activity is written down.
NOTED_EVERY = dt.timedelta(minutes=5)
#: What the session itself remembers: its key when it was last noted, when it began, when it was last noted.
_KEY, _BEGUN, _NOTED = "noted_key", "begun_at", "noted_at"


def begin_session(request: HttpRequest, user: User, now: dt.datetime) -> None:
    """Note that this person has just logged in; takes away what is left of expired sessions."""
    age = dt.timedelta(seconds=settings.SESSION_COOKIE_AGE)
    user.login_sessions.exclude(pk__in=user.login_sessions.alive_at(now, age).values("pk")).delete()
    request.session[_BEGUN] = now.isoformat()
    _note(request.session, user, request.headers.get("User-Agent", ""), now)


def note_activity(request: HttpRequest, user: User, now: dt.datetime) -> bool:
    """Keep the row beside the session true; False when the session has lasted long enough and has to end.

    Writes at most every five minutes, and when the session was given a new key (after a new password).
    """
    session = request.session
    begun = _time(session.get(_BEGUN))
    if begun is None:
        begin_session(request, user, now)
        return True
    if now - begun > LONGEST:
        return False
    noted = _time(session.get(_NOTED))
    if noted is None or now - noted > NOTED_EVERY or session.get(_KEY) != session.session_key:
        _note(session, user, request.headers.get("User-Agent", ""), now)
    return True


def _time(text: Any) -> dt.datetime | None:
    return dt.datetime.fromisoformat(text) if isinstance(text, str) else None


def _note(session: SessionBase, user: User, user_agent: str, now: dt.datetime) -> None:
    key, before = session.session_key or "", session.get(_KEY)
    if not key:
        return  # a session nobody can come back to
    if before and before != key:
        LoginSession.objects.filter(session_key=before).delete()
    begun = _time(session.get(_BEGUN)) or now
    LoginSession.objects.update_or_create(
        session_key=key,
        defaults={"user": user, "last_seen_at": now, "browser": describe(user_agent)},
        create_defaults={"user": user, "last_seen_at": now, "browser": describe(user_agent), "created_at": begun},
    )
    session[_KEY], session[_NOTED] = key, now.isoformat()


def end_session(row: LoginSession) -> None:
    """Log a person out there, at once."""
    SessionStore(row.session_key).delete()
    row.delete()


def end_other_sessions(user: User, session_key: str | None) -> int:
    """Log a person out everywhere but here; with None everywhere. Tells how many ended."""
    others = list(user.login_sessions.exclude(session_key=session_key or ""))
    for row in others:
        end_session(row)
    return len(others)
