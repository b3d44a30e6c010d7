"""What of an attached text may be shown."""

from collections.abc import Iterable

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
