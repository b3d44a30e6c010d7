"""Where the words of a search stand in a text, to be marked there: places in the text as it is written.

Pure, and the twin of ``coopportal.common.search``: what that finds in a text, this marks.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator

from coopportal.common.search import SHARP_S, Term, wanted

#: Patterns of fewer letters are marked at the beginning of words only.
SHORT = 3

#: How long a piece of a text is, and how much of it stands before the first word found.
PIECE, BEFORE = 220, 60

Span = tuple[int, int]
#: A folded character, and where what it stands for begins and ends.
Placed = tuple[str, int, int]


def _letters(text: str) -> Iterator[Placed]:
    """Each character folded by itself; what a mark of accent or a swallowed ``e`` adds belongs to the one before."""
    held: Placed | None = None
    for place, character in enumerate(text):
        lower = unicodedata.normalize("NFKC", character).lower().translate(SHARP_S)
        folded = [c for c in unicodedata.normalize("NFD", lower) if not unicodedata.combining(c)]
        for letter in folded or [""]:
            swallowed = not letter or (letter == "e" and held is not None and held[0] in ("a", "o", "u"))
            if swallowed and held is not None:
                held = (held[0], held[1], place + 1)
            elif letter:
                if held is not None:
                    yield held
                held = (letter if letter.isascii() and letter.isalnum() else " ", place, place + 1)
    if held is not None:
        yield held


def _folded(text: str) -> list[Placed]:
    """The folded text (``search.fold``), each character with its place."""
    found: list[Placed] = []
    for one in _letters(text):
        if one[0] != " " or (found and found[-1][0] != " "):
            found.append(one)
    return found[:-1] if found and found[-1][0] == " " else found


def _occurrences(folded: str, term: Term) -> Iterator[Span]:
    """Where a term stands in the folded text, with as much of the ending typed as stands there."""
    pattern = term.pattern
    place = folded.find(pattern)
    while place >= 0:
        end = place + len(pattern)
        if len(pattern) >= SHORT or place == 0 or folded[place - 1] == " ":
            for typed, there in zip(term.text[len(pattern) :], folded[end:], strict=False):
                if typed != there:
                    break
                end += 1
            yield place, end
        place = folded.find(pattern, place + 1)


def spans(text: str, query: str) -> list[Span]:
    """Begin and end of everything in the text that the query looks for, in order, none touching another."""
    terms = list(wanted(query))
    if not terms:
        return []  # most pages show texts without a search
    placed = _folded(text)
    folded = "".join(letter for letter, _begin, _end in placed)
    found = sorted(span for term in terms for span in _occurrences(folded, term))
    merged: list[Span] = []
    for first, after in found:
        begin, end = placed[first][1], placed[after - 1][2]
        if merged and begin <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((begin, end))
    return merged


def pieces(text: str, query: str) -> list[tuple[str, bool]]:
    """The text in pieces, each with whether it is looked for; put together they are the text."""
    cut: list[tuple[str, bool]] = []
    at = 0
    for begin, end in spans(text, query):
        cut += [(text[at:begin], False), (text[begin:end], True)]
        at = end
    cut.append((text[at:], False))
    return [piece for piece in cut if piece[0]]


def snippet(text: str, query: str) -> str:
    """The part of a text around the first word found, cut at blanks; empty where nothing of the query stands in it."""
    found = spans(text, query)
    if not found:
        return ""
    begin, end = 0, len(text)
    if found[0][0] > BEFORE and len(text) > PIECE:
        blank = text.find(" ", found[0][0] - BEFORE, found[0][0])
        begin = blank + 1 if blank >= 0 else found[0][0]
    if end - begin > PIECE:
        blank = text.rfind(" ", max(begin, found[0][1]), begin + PIECE)
        end = blank if blank >= 0 else max(begin + PIECE, found[0][1])
    return ("… " if begin else "") + text[begin:end].strip() + (" …" if end < len(text) else "")
