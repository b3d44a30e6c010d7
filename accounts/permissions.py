"""Who may do what, as named functions."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from accounts.choices import MandateRole

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from accounts.models import User


def is_steward(user: User | AnonymousUser, day: dt.date) -> bool:
    """Stewards keep the register: they settle contradictions and read attached source texts."""
    if not user.is_authenticated or not user.is_active:
        return False
    return user.is_superuser or user.mandates.valid_on(day).filter(role=MandateRole.STEWARD).exists()
