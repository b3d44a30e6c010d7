"""A style sheet as short as it can be said: without comments, and without spaces that say nothing."""

from __future__ import annotations

import re

#: What is looked at as one: strings and addresses stay as they are; comments go, and the last semicolon of a block; of
#: spaces stays one at most.
_TOKEN = re.compile(
    r"""("(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|url\([^)"']*\))|/\*.*?\*/|;(?=(?:\s|/\*.*?\*/)*\})|(\s+)""",
    re.S,
)
#: A space beside these says nothing. One before a colon does (``p :hover``), and one beside ``+`` and ``-``.
_LOOSE_BEFORE, _LOOSE_AFTER = frozenset("{};,>"), frozenset("{};,>:")


def minified(css: str) -> str:
    """The same rules in the same order, every value as it was written."""
    written: list[str] = []
    end, is_apart = 0, False
    for found in [*_TOKEN.finditer(css), None]:
        for piece in (css[end : found.start() if found else len(css)], (found[1] or "") if found else ""):
            if piece:
                if is_apart and written and written[-1][-1] not in _LOOSE_AFTER and piece[0] not in _LOOSE_BEFORE:
                    written.append(" ")
                written.append(piece)
                is_apart = False
        if found:
            is_apart, end = is_apart or found[2] is not None, found.end()
    return "".join(written)
