"""What somebody looks for who types into a search for municipal bodies. Pure functions.

Names are stored folded (see ``names.search_text``); the query is taken apart the same way. Nothing in it is an error:
``%``, ``_`` and ``'`` are no wildcards, they only separate words.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from coopportal.common.search import parse, sort_key
from municipalities.names import fold_name

#: Words that names have in between and people leave out or write otherwise ("i.d.", "in der").
_SMALL = frozenset("a am an auf b bei d dem den der des die i im in o ob u und unter v vor".split())
#: ``%`` and ``_`` within a word are letters; no name has them, so that such a word is found nowhere.
_SIGN_INSIDE = re.compile(r"(?<=\w)[%_]+(?=[^\W_])")
_NOWHERE = "qxzqxz"
_KEY = re.compile(r"^[\d\s./-]*\d[\d\s./-]*$")


@dataclass(frozen=True)
class Wanted:
    """A query taken apart.

    ``words`` have to be there, ``excluded`` must not; each is a tuple of ways to find it in the stored text, one of
    which is enough. ``beginnings`` stand for a query of one or two letters: beginnings of a sort key. ``phrase`` is
    the query as one folded text, by which what was found is ranked.
    """

    phrase: str
    words: tuple[tuple[str, ...], ...] = ()
    excluded: tuple[tuple[str, ...], ...] = ()
    beginnings: tuple[str, ...] = ()


def wanted_of(query: str) -> Wanted:
    """The query taken apart; an empty one wants nothing and so finds everything."""
    if _KEY.match(query):
        digits = "".join(re.findall(r"\d", query))
        return Wanted(digits, words=((f"  {digits}",),)) if len(digits) > 1 else Wanted(digits, beginnings=(digits,))
    terms = parse(_SIGN_INSIDE.sub(_NOWHERE, query))
    excluded = tuple(ways_of(word) for term in terms if term.excluded for word in term.text.split())
    wanted = [word for term in terms if not term.excluded for word in term.text.split()]
    phrase = _phrase(query) if not excluded else " ".join(wanted)
    if len(wanted) == 1 and len(wanted[0]) <= 2 and not excluded:
        written_out = ("sankt",) if wanted[0] == "st" else ()
        return Wanted(phrase, beginnings=tuple(dict.fromkeys((wanted[0], sort_key(query), *written_out))))
    telling = [word for word in wanted if word not in _SMALL] or wanted
    return Wanted(phrase, tuple(ways_of(word) for word in telling), excluded)


def ways_of(word: str) -> tuple[str, ...]:
    """How one folded word may stand in the text: anywhere, if it has three letters, else as beginning of a word."""
    if word == "st":
        return (" sankt", " st")
    return (word,) if len(word) > 2 else (f" {word}",)


def _phrase(query: str) -> str:
    folded = fold_name(query)
    return "sankt " + folded.removeprefix("st ") if folded.startswith("st ") else folded
