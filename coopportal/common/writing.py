"""Text written into HTML in one step, for who writes many pieces: Django's ``escape`` takes thirteen calls for each."""

from __future__ import annotations

_SIGNS = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#x27;"})


def written(text: str) -> str:
    """The text as ``django.utils.html.escape`` writes it, as plain text to be joined with other pieces."""
    return text.translate(_SIGNS)
