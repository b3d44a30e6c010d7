"""Badges and days as pages write them, for lists long enough that a template for each would be felt.

The marks are those of ``components/badge.html`` and ``agreements/_parts/known.html``; a test holds them together.
"""

from __future__ import annotations

from functools import lru_cache

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _

from coopportal.common.dates import Precision, UncertainDate
from coopportal.common.templatetags.portal import tone, uncertain


@lru_cache(maxsize=1_000)
def badge(code: str, label: str) -> SafeString:
    """A word of a closed list; the shape tells how firm it is."""
    return mark_safe(f'<span class="badge badge--{tone(code)}">{escape(label)}</span>')  # noqa: S308 (tones are ours)


def known_on(day: UncertainDate | None) -> SafeString:
    """How exactly a day is known on which something began or was attested; None: not at all."""
    return known_on_in(get_language(), day)


@lru_cache(maxsize=5_000)
def known_on_in(_language: str | None, day: UncertainDate | None) -> SafeString:
    """The same for who writes many of them and has asked for the language of the page."""
    told: str
    if not day:
        told = escape(_("Tag unbekannt"))
    elif day.precision == Precision.DAY:
        told = escape(pgettext("day", "Stand")) + " " + uncertain(day)
    else:
        told = escape(_("seit")) + " " + uncertain(day)
    return mark_safe(f'<span class="known-on">{told}</span>')  # noqa: S308 (escaped above)
