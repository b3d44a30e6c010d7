"""What the desks say of rows: how long something waits, what nobody has stood up for."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import template
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

register = template.Library()


@register.filter
def age(since: dt.date, today: dt.date) -> str:
    """``seit heute``, ``seit 1 Tag``, ``seit 12 Tagen``"""
    days = max((today - since).days, 0)
    return ngettext("seit %d Tag", "seit %d Tagen", days) % days if days else _("seit heute")


@register.filter
def unaffirmed(cooperation: Any, today: dt.date) -> bool:
    """Has nobody stood up for this record in eighteen months?"""
    return bool(cooperation.is_unaffirmed_on(today))


@register.filter
def any_filled(forms: Any) -> bool:
    """Was anything entered in one of these forms, or is anything wrong with one?"""
    return any(is_filled(form) for form in forms)


@register.filter
def is_filled(form: Any) -> bool:
    """Was anything entered in this form, or is anything wrong with it?"""
    return bool(form.is_bound and (form.has_changed() or form.errors))
