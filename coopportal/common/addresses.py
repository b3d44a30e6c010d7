"""Addresses of pages, for those who write many: each name is looked up once, as ``reverse`` would find it."""

from __future__ import annotations

import re
from functools import lru_cache

from django.urls import NoReverseMatch, get_script_prefix, get_urlconf, reverse

#: Of such a key no letter has to be written otherwise in an address.
_is_plain = re.compile(r"[A-Za-z0-9-]+").fullmatch

#: A key that stands nowhere else in an address.
_NUMBER = "987654321"


def address(name: str, key: str | int | None = None) -> str:
    """The page of this name, or of what is called by this key there; raises NoReverseMatch where there is none."""
    if key is None:
        return _page(name, get_script_prefix(), get_urlconf())
    text = str(key)
    around = _around_key(name, text.isdecimal(), get_script_prefix(), get_urlconf())
    if around is None or not _is_plain(text):
        return reverse(name, args=[key])
    before, after = around
    return f"{before}{text}{after}"


@lru_cache(maxsize=1_000)
def _page(name: str, _prefix: str, _urlconf: str | None) -> str:
    return reverse(name)


@lru_cache(maxsize=1_000)
def _around_key(name: str, is_number: bool, _prefix: str, _urlconf: str | None) -> tuple[str, str] | None:
    """What stands before and behind a key; None where that cannot be told without knowing it."""
    key = _NUMBER if is_number else f"z{_NUMBER}"
    try:
        before, found, after = reverse(name, args=[key]).partition(key)
    except NoReverseMatch:
        return None
    return (before, after) if found else None
