"""Mails as plain text with an HTML twin, from three templates: NAME_subject.txt, NAME.txt, NAME.html."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from smtplib import SMTPException
from typing import Any

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.utils import translation

logger = logging.getLogger(__name__)


def compose(template: str, to: str, context: Mapping[str, Any]) -> EmailMultiAlternatives:
    """The mail, not sent yet. The text is rendered without escaping: write `{% autoescape off %}` in NAME.txt.

    It speaks German: the language in which its cause was clicked is not that of who reads it.
    """
    context = dict(context)
    with translation.override(settings.LANGUAGE_CODE):
        subject = " ".join(render_to_string(f"{template}_subject.txt", context).split())
        mail = EmailMultiAlternatives(subject, render_to_string(f"{template}.txt", context).strip() + "\n", to=[to])
        mail.attach_alternative(render_to_string(f"{template}.html", context).strip(), "text/html")
    return mail


def send_mail(template: str, to: str, context: Mapping[str, Any]) -> bool:
    """Compose and hand over; False, and a line in the log, where the mail server does not take it.

    Nobody's work fails because a mail server is away: what the mail tells about is saved, the caller says the rest.
    """
    try:
        compose(template, to, context).send()
    except (OSError, SMTPException):
        logger.exception("mail not sent: %s", template)
        return False
    return True
