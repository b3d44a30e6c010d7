"""Who may do what, as named functions."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from django.contrib.auth.base_user import AbstractBaseUser
    from django.contrib.auth.models import AnonymousUser


def may_read_texts(user: AbstractBaseUser | AnonymousUser) -> bool:
    """Stewards read attached texts whole; everybody else is shown short quotations (the texts are others' work)."""
    return bool(user.has_perm("sources.view_sourcetext"))  # type: ignore[union-attr]
