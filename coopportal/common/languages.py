"""The language of what is kept: German, whoever caused it and in whichever language they read the pages."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.utils.functional import Promise
from django.utils.html import format_html
from django.utils.translation import get_language, override


def recorded(words: str | Promise, **values: Any) -> str:
    """The words as they are stored (histories, logs, notes); ``words`` and ``values`` are lazy where they translate."""
    with override(settings.LANGUAGE_CODE):
        return str(words) % values if values else str(words)


def marks_of_german() -> tuple[str, str]:
    """What stands before and behind a German text on this page, for who writes many of them."""
    is_german = get_language() == settings.LANGUAGE_CODE
    return ("", "") if is_german else (f'<span lang="{settings.LANGUAGE_CODE}">', "</span>")


def spoken(text: Any, language: str) -> Any:
    """A text in a language, said to be in it where the page speaks another one (WCAG 3.1.2)."""
    if not text or not language or language == get_language():
        return text
    return format_html('<span lang="{}">{}</span>', language, text)


def in_german(text: Any) -> Any:
    """A text of the register. Names of municipalities and people are in nobody's language and need it not."""
    return spoken(text, settings.LANGUAGE_CODE)
