"""Whole numbers that somebody sends as text."""

from __future__ import annotations

#: More digits than these are no key and no version; int() itself gives up at 4300.
DIGITS = 18


def number_of(text: str) -> int | None:
    """The number that a text of at most 18 ASCII digits is; None for everything else."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= DIGITS else None
