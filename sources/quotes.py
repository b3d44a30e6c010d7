"""What of an attached text may be shown."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

#: A passage is shown as a quotation of at most this many characters (the texts are other people's work).
QUOTE_LIMIT = 300


def quotation(text: str, start: int, end: int, personal: Iterable[tuple[int, int]]) -> str | None:
    """The characters ``[start, end)`` of ``text``, cut at ``QUOTE_LIMIT``; None where it may not be shown.

    ``personal`` are the ranges marked personal in the same text: what they cover is left out, also when it lies
    inside a longer passage.
    """
    if not 0 <= start < end <= len(text):
        return None
    kept = [c for i, c in enumerate(text[start:end], start) if not any(low <= i < high for low, high in personal)]
    if not kept:
        return None
    quote = " ".join("".join(kept).split())
    return quote if len(quote) <= QUOTE_LIMIT else quote[: QUOTE_LIMIT - 1].rstrip() + "…"


@dataclass(frozen=True)
class Segment:
    """A piece of a text, and the innermost passage it lies in (empty: none), called by its anchor."""

    text: str
    anchor: str


def segments(text: str, passages: Sequence[tuple[int, int, str]]) -> list[Segment]:
    """The whole of ``text`` in pieces, cut where a passage ``(start, end, anchor)`` begins or ends."""
    edges = {0, len(text), *(edge for start, end, _anchor in passages for edge in (start, end) if edge < len(text))}
    cuts = sorted(edges)
    inmost = sorted(passages, key=lambda passage: passage[1] - passage[0])
    return [
        Segment(text[low:high], next((anchor for start, end, anchor in inmost if start <= low and high <= end), ""))
        for low, high in pairwise(cuts)
    ]
