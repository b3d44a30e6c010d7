"""What Django and django-allauth tell us has happened: somebody logged in, changed the password or a factor."""

from __future__ import annotations

import logging
from typing import Any

from allauth.account.signals import password_changed, password_reset, password_set
from allauth.mfa.models import Authenticator
from allauth.mfa.signals import authenticator_added, authenticator_removed
from django.contrib.auth.signals import user_logged_in, user_logged_out, user_login_failed
from django.http import HttpRequest
from django.utils import timezone

from accounts.models import LoginSession, User
from accounts.workflow import begin_session, end_other_sessions, end_what_the_old_password_opened
from coopportal.common.kept import forget_input_of_others, note_person

logger = logging.getLogger("accounts.security")


def on_log_in(sender: Any, request: HttpRequest, user: User, **kwargs: Any) -> None:
    begin_session(request, user, timezone.now())
    forget_input_of_others(request, user)
    note_person(request, user.pk)
    logger.info("log-in: person %s", user.pk)


def on_log_out(sender: Any, request: HttpRequest, user: User | None, **kwargs: Any) -> None:
    LoginSession.objects.filter(session_key=request.session.session_key or "").delete()
    note_person(request, None)
    logger.info("log-out: person %s", user and user.pk)


def on_failure(sender: Any, **kwargs: Any) -> None:
    """Without name and address: the line stays longer than log-in protection needs them."""
    logger.warning("log-in failed")


def on_new_password(sender: Any, request: HttpRequest, user: User, **kwargs: Any) -> None:
    """Whoever knew the old password is out, his programs too; who set the new one stays."""
    here = request.session.session_key if request.user == user else None
    sessions, tokens = end_what_the_old_password_opened(user, here)
    logger.info("new password, %s sessions and %s tokens ended: person %s", sessions, tokens, user.pk)


def on_factor_added(sender: Any, request: HttpRequest, user: User, authenticator: Authenticator, **kwargs: Any) -> None:
    """Sessions that began with the password alone end."""
    if authenticator.type == Authenticator.Type.TOTP:
        end_other_sessions(user, request.session.session_key)
    logger.info("second factor added (%s): person %s", authenticator.type, user.pk)


def on_factor_removed(sender: Any, user: User, authenticator: Authenticator, **kwargs: Any) -> None:
    logger.info("second factor removed (%s): person %s", authenticator.type, user.pk)


def connect() -> None:
    """Called once, when the app is ready."""
    user_logged_in.connect(on_log_in, dispatch_uid="accounts")
    user_logged_out.connect(on_log_out, dispatch_uid="accounts")
    user_login_failed.connect(on_failure, dispatch_uid="accounts")
    for signal in (password_changed, password_set, password_reset):
        signal.connect(on_new_password, dispatch_uid="accounts")
    authenticator_added.connect(on_factor_added, dispatch_uid="accounts")
    authenticator_removed.connect(on_factor_removed, dispatch_uid="accounts")
