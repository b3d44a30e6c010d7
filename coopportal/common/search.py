"""Folded text search that answers the same on every database.

Rows carry a column of folded text; a query is folded the same way and looked for by substring, so that
compounds ("Leitstell"), umlauts either way ("Thueringen") and Sorbian letters ("Budysin") are found.
Nothing a person types is an error: ``%``, ``_`` and ``'`` are letters or separators, never wildcards.
"""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Q

_SHARP_S = str.maketrans({"ß": "ss", "ẞ": "ss", "ø": "o", "ł": "l", "đ": "d", "æ": "a", "œ": "o"})
_DIGRAPH = re.compile(r"([aou])e+")
_TOKEN = re.compile(r'(-?)(?:"([^"]*)"?|(\S+))')
_NOT_WORD = re.compile(r"[^a-z0-9]+")


def fold(text: str) -> str:
    """Lower-case ASCII words separated by single blanks; ``ä``, ``ae`` and ``a`` fall together."""
    text = unicodedata.normalize("NFKC", text).lower().translate(_SHARP_S)
    text = "".join(c for c in unicodedata.normalize("NFD", text) if not unicodedata.combining(c))
    return _NOT_WORD.sub(" ", _DIGRAPH.sub(r"\1", text)).strip()


def fold_all(texts: Iterable[str | None]) -> str:
    """The folded texts, one after another, each once."""
    return " ".join(dict.fromkeys(folded for text in texts if text and (folded := fold(text))))


def sort_key(text: str) -> str:
    """ASCII key for sorting names by DIN 5007-1 (ä as a), the same on every database."""
    text = unicodedata.normalize("NFKC", text).lower().translate(_SHARP_S)
    text = "".join(c for c in unicodedata.normalize("NFD", text) if not unicodedata.combining(c))
    return _NOT_WORD.sub(" ", text).strip()[:200]


@dataclass(frozen=True)
class Term:
    """One thing to look for: a folded word or phrase, wanted or not."""

    text: str
    excluded: bool = False


def parse(query: str) -> list[Term]:
    """The terms of a query: words, ``"quoted phrases"``, ``-excluded`` ones; empty terms are dropped."""
    terms = []
    for minus, phrase, word in _TOKEN.findall(query.replace("\x00", " ")):
        if text := fold(phrase or word):
            terms.append(Term(text, excluded=minus == "-"))
    return terms


def matches(query: str, *columns: str) -> Q:
    """The condition that a row's folded text holds every wanted term and no excluded one.

    Without ``columns`` the text is its own ``search_text``; of several columns each term may be in any of them.
    """
    condition = Q()
    for term in parse(query):
        found = Q()
        for column in columns or ("search_text",):
            found |= Q(**{f"{column}__contains": term.text})
        condition &= ~found if term.excluded else found
    return condition


def holds(text: str, query: str) -> bool:
    """Does a folded text hold every wanted term of the query and no excluded one? For lists kept in memory."""
    return all((term.text in text) != term.excluded for term in parse(query))
