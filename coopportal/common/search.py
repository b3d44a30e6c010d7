"""Folded text search that answers the same on every database.

Rows carry a column of folded text; a query is folded the same way and looked for by substring, so that
compounds ("Leitstell"), umlauts either way ("Thueringen") and Sorbian letters ("Budysin") are found. A bare word is
looked for without its German ending (``coopportal.common.stems``); a phrase in quotes and what is excluded literally.
Nothing a person types is an error: ``%``, ``_`` and ``'`` are letters or separators, never wildcards.

Where rows have a title, it stands first in the column, set off by two blanks (``titled``): what has the words there
comes before what has them elsewhere (``missing_in_title``), on every database by the same two functions of strings.
"""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from functools import reduce
from operator import add
from typing import Any

from django.db.models import Case, IntegerField, Q, Value, When
from django.db.models.functions import StrIndex, Substr
from django.db.models.lookups import GreaterThan

from coopportal.common.stems import stem

SHARP_S = str.maketrans({"ß": "ss", "ẞ": "ss", "ø": "o", "ł": "l", "đ": "d", "æ": "a", "œ": "o"})
_DIGRAPH = re.compile(r"([aou])e+")
_TOKEN = re.compile(r'(-?)(?:"([^"]*)"?|(\S+))')
#: Of ASCII, what is no lower-case letter and no digit.
_SIGNS = {code: " " for code in range(128) if not re.match("[a-z0-9]", chr(code))}
_BEYOND_ASCII = re.compile(r"[^\x00-\x7f]")

#: Stands between a title and the other words; folded text never holds two blanks.
GAP = "  "


def fold(text: str) -> str:
    """Lower-case ASCII words separated by single blanks; ``ä``, ``ae`` and ``a`` fall together."""
    bare = _bare(text)
    if "ae" in bare or "oe" in bare or "ue" in bare:
        bare = _DIGRAPH.sub(r"\1", bare)
    return _words(bare)


def fold_all(texts: Iterable[str | None]) -> str:
    """The folded texts, one after another, each once."""
    return " ".join(dict.fromkeys(folded for text in texts if text and (folded := fold(text))))


def titled(titles: Iterable[str | None], others: Iterable[str | None]) -> str:
    """The folded titles, then the other texts behind a gap; what has no title begins with it."""
    return f"{fold_all(titles)}{GAP}{fold_all(others)}"


def sort_key(text: str) -> str:
    """ASCII key for sorting names by DIN 5007-1 (ä as a), the same on every database."""
    return _words(_bare(text))[:200]


def _words(bare: str) -> str:
    """The ASCII letters and digits of a text without others of its case, each run of anything else one blank."""
    if not bare.isascii():
        bare = _BEYOND_ASCII.sub(" ", bare)
    return " ".join(bare.translate(_SIGNS).split())


def _bare(text: str) -> str:
    """Lower-case, with letters instead of ligatures and without accents; ASCII has none of either."""
    if text.isascii():
        return text.lower()
    text = unicodedata.normalize("NFKC", text).lower().translate(SHARP_S)
    return _BEYOND_ASCII.sub(_without_accent, unicodedata.normalize("NFD", text))


def _without_accent(found: re.Match[str]) -> str:
    return "" if unicodedata.combining(found[0]) else found[0]


@dataclass(frozen=True)
class Term:
    """One thing to look for: a folded word or phrase, wanted or not, to be found literally (``exact``) or inflected."""

    text: str
    excluded: bool = False
    exact: bool = False

    @property
    def pattern(self) -> str:
        """What must, or must not, stand in the folded text."""
        return self.text if self.excluded or self.exact else stem(self.text)


def parse(query: str) -> list[Term]:
    """The terms of a query, each once: words, ``"quoted phrases"``, ``-excluded`` ones; empty terms are dropped."""
    terms = []
    for minus, phrase, word in _TOKEN.findall(query.replace("\x00", " ")):
        if text := fold(phrase or word):
            terms.append(Term(text, excluded=minus == "-", exact=bool(phrase)))
    return list(dict.fromkeys(terms))


def wanted(query: str) -> list[Term]:
    """The terms that have to be there."""
    return [term for term in parse(query) if not term.excluded]


def matches(query: str, *columns: str) -> Q:
    """The condition that a row's folded text holds every wanted term and no excluded one.

    Without ``columns`` the text is its own ``search_text``; of several columns each term may be in any of them.
    """
    condition = Q()
    for term in parse(query):
        found = Q()
        for column in columns or ("search_text",):
            found |= Q(**{f"{column}__contains": term.pattern})
        condition &= ~found if term.excluded else found
    return condition


def holds(text: str, query: str) -> bool:
    """Does a folded text hold every wanted term of the query and no excluded one? For lists kept in memory."""
    return all((term.pattern in text) != term.excluded for term in parse(query))


def missing_in_title(query: str) -> Any:
    """How many of the wanted terms do not stand in the title of a row (``titled``); None where nothing is wanted."""
    title = Substr("search_text", 1, StrIndex("search_text", Value(GAP)))
    missing = [
        Case(
            When(GreaterThan(StrIndex(title, Value(term.pattern)), 0), then=Value(0)),
            default=Value(1),
            output_field=IntegerField(),
        )
        for term in wanted(query)
    ]
    return reduce(add, missing) if missing else None
