"""The language of what is kept: German, whoever caused it and in whichever language they read the pages."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.utils.functional import Promise
from django.utils.translation import override


def recorded(words: str | Promise, **values: Any) -> str:
    """The words as they are stored (histories, logs, notes); ``words`` and ``values`` are lazy where they translate."""
    with override(settings.LANGUAGE_CODE):
        return str(words) % values if values else str(words)
