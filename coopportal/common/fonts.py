"""A typeface with the letters that the pages write, and no others.

The fonts of the design system hold Greek, Cyrillic and small capitals: 270 kB for two weights on the first visit, of
which European names and our signs need a fifth. What is cut keeps its kerning and its figures of one width.
"""

from __future__ import annotations

import io
import logging
from pathlib import Path

from fontTools import subset

#: Latin with its marks (Sorbian, Polish, Czech and Danish names too), punctuation, currencies, arrows, signs of number.
LETTERS = (
    *range(0x20, 0x180),
    *range(0x218, 0x21C),
    *range(0x2000, 0x2070),
    *range(0x20A0, 0x20C0),
    *(0x2116, 0x2122),
    *range(0x2190, 0x2200),
    *(0x2202, 0x2206, 0x220F, 0x2211, 0x2212, 0x2215, 0x221A, 0x221E, 0x2248, 0x2260, 0x2264, 0x2265, 0x25CA, 0x25CF),
)
_FIGURES = ["tnum", "lnum"]


def cut(source: Path) -> bytes:
    """The font of a woff2 file with our letters only, as woff2 again."""
    logging.getLogger("fontTools").setLevel(logging.ERROR)
    options = subset.Options()
    options.flavor = "woff2"
    options.layout_features = [*options.layout_features, *_FIGURES]
    font = subset.load_font(str(source), options)
    chosen = subset.Subsetter(options)
    chosen.populate(unicodes=LETTERS)
    chosen.subset(font)
    target = io.BytesIO()
    subset.save_font(font, target, options)
    return target.getvalue()
