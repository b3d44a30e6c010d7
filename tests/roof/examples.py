"""The runnable examples of a page of documentation, and whether what they printed is what stands below them.

A block marked ``bash`` or ``python`` is run. A ``json`` or ``text`` block right after it (only empty lines between)
says the whole of what it prints, and ``…`` in it stands for whatever comes:

* ``text`` is compared as text, without space at its ends; ``…`` is any text.
* ``json`` is compared as values: ``"…"`` in a string is any text, as a value any value, as the last entry of a list any
  further entries, as a member any further members.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

_FENCE = re.compile(r"^ *```(\w*)\n(.*?)^ *```$", re.MULTILINE | re.DOTALL)
ANY = "…"


@dataclass(frozen=True)
class Example:
    """A block that is run. ``kind`` and ``wanted`` are those of the block that tells its output, empty without one."""

    place: str
    language: str
    code: str
    kind: str = ""
    wanted: str = ""

    def fault(self, printed: str) -> str:
        """What is wrong with the output, or nothing."""
        try:
            fits = {
                "": lambda: True,
                "text": lambda: _same_text(self.wanted.strip(), printed.strip()),
                "json": lambda: same(json.loads(self.wanted), json.loads(printed)),
            }[self.kind]()
        except json.JSONDecodeError as broken:
            return f"{self.place}: no JSON ({broken}):\n{printed}"
        return "" if fits else f"{self.place}: printed\n{printed}"


def examples(file: Path) -> Iterator[Example]:
    """In the order of the page."""
    text = file.read_text(encoding="utf-8")
    blocks = list(_FENCE.finditer(text))
    for block, after in zip(blocks, [*blocks[1:], None], strict=True):
        if block[1] not in {"bash", "python"}:
            continue
        told = ("", "")
        if after and after[1] in {"json", "text"} and not text[block.end() : after.start()].strip():
            told = (after[1], after[2])
        place = f"{file.name}:{text.count(chr(10), 0, block.start()) + 1}"
        yield Example(place, block[1], block[2], *told)


def _same_text(wanted: str, found: str) -> bool:
    return re.fullmatch(".*".join(map(re.escape, wanted.split(ANY))), found, re.DOTALL) is not None


def same(wanted: Any, found: Any) -> bool:
    """Whether a JSON value is the wanted one, see above."""
    if wanted == ANY:
        return True
    if isinstance(wanted, str) and isinstance(found, str):
        return _same_text(wanted, found)
    if isinstance(wanted, dict) and isinstance(found, dict):
        named = {name: value for name, value in wanted.items() if name != ANY}
        whole = named.keys() <= found.keys() if ANY in wanted else named.keys() == found.keys()
        return whole and all(same(value, found[name]) for name, value in named.items())
    if isinstance(wanted, list) and isinstance(found, list):
        if wanted and wanted[-1] == ANY:
            wanted, found = wanted[:-1], found[: len(wanted) - 1]
        return len(wanted) == len(found) and all(map(same, wanted, found))
    return type(wanted) is type(found) and bool(wanted == found)
