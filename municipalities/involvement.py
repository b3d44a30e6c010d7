"""Who takes part in anything is known to rooms above; they are asked for it here, without being known."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

#: For a day and the path from the rows asked about to their body: a condition that it takes part in something then.
Condition = Callable[[date, str], Any]

_conditions: list[Condition] = []


def on_asking(condition: Condition) -> None:
    """Ask ``condition`` from now on; once, however often it is named (a room says it when it is ready)."""
    if condition not in _conditions:
        _conditions.append(condition)


def conditions(day: date, path: str = "pk") -> list[Any]:
    """What tells that a body takes part in something on ``day``: any one of these is enough."""
    return [condition(day, path) for condition in _conditions]
