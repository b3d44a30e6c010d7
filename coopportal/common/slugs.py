"""Addresses made of names."""

from __future__ import annotations

import re
import unicodedata

from django.utils.text import slugify

_LETTERS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss"})
_BETWEEN_WORDS = re.compile(r"[^\w]+")
#: Longer ones are cut.
LONGEST = 100


def slug_of(name: str, otherwise: str) -> str:
    """The key in the address of what is called ``name``; ``otherwise`` where nothing of it can stand in one.

    Whatever is neither letter nor number parts words, a dash between two names too: "Jena–Weimar" is "jena-weimar".
    """
    written = unicodedata.normalize("NFC", name).lower().translate(_LETTERS)
    return slugify(_BETWEEN_WORDS.sub("-", written))[:LONGEST].strip("-") or otherwise
