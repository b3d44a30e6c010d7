"""Where the bars of a chart stand: one below the other, each below its words; the template only writes it down.

Pure. Coordinates are texts with a decimal point, whatever the language of the page.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

#: Sizes in units of the drawing.
WIDTH, ROW, BAR, HEAD = 640, 46, 14, 8

Number = int | float | Decimal


@dataclass(frozen=True)
class Bar:
    """A bar with its words on the left and its number in words on the right; ``width`` None: it is unknown."""

    label: str
    told: str
    text_y: str
    bar_y: str
    width: str | None
    title: str = ""


@dataclass(frozen=True)
class Bars:
    bars: list[Bar]
    height: int
    width: int = WIDTH
    bar: int = BAR


def bars(rows: Iterable[tuple[str, Number | None, str]], *, whole: Number | None = None) -> Bars:
    """Bars of (label, number, number in words); the longest fills the width, or ``whole`` would."""
    given = list(rows)
    largest = whole or max((value for _label, value, _told in given if value is not None), default=0)
    drawn = []
    for place, (label, value, told) in enumerate(given):
        top = HEAD + place * ROW
        width = None if value is None else f"{float(value) / float(largest) * WIDTH if largest else 0:.1f}"
        drawn.append(Bar(label, told, f"{top + 15}", f"{top + 22}", width))
    return Bars(drawn, HEAD + len(given) * ROW)
