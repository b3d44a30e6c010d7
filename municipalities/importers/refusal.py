"""Why a file is refused as a whole."""

from __future__ import annotations

from collections.abc import Sequence

MOST_SHOWN = 20


class Refused(Exception):
    """The file is not applied at all; ``faults`` are German sentences for people, with line numbers where they fit."""

    def __init__(self, *faults: str) -> None:
        super().__init__("\n".join(shortened(faults)))
        self.faults = faults


def shortened(sentences: Sequence[str], most: int = MOST_SHOWN) -> list[str]:
    """At most ``most`` sentences, and how many there are besides."""
    shown = list(sentences[:most])
    if len(sentences) > most:
        shown.append(f"… und {len(sentences) - most} weitere")
    return shown
