"""Who takes part in anything is known to rooms above; they are asked for it here, without being known."""

from __future__ import annotations

from collections.abc import Callable, Collection
from datetime import date
from typing import Any

#: For a day and the path from the rows asked about to their body: a condition that it takes part in something then.
Condition = Callable[[date, str], Any]
#: For a day, today and the number of the version: the keys of the bodies of which the process knows already that they
#: do; None where the database is to say it.
Known = Callable[[date, date, int], Collection[int] | None]

_conditions: list[Condition] = []
_known: list[Known] = []


def on_asking(condition: Condition, known: Known) -> None:
    """Ask these from now on; once, however often they are named (a room says it when it is ready)."""
    if condition not in _conditions:
        _conditions.append(condition)
        _known.append(known)


def conditions(day: date, path: str = "pk") -> list[Any]:
    """What tells that a body takes part in something on ``day``: any one of these is enough."""
    return [condition(day, path) for condition in _conditions]


def involved(day: date, today: date, number: int) -> set[int] | None:
    """The bodies that take part in something on ``day``; None where the process does not know it already."""
    found: set[int] = set()
    for known in _known:
        keys = known(day, today, number)
        if keys is None:
            return None
        found.update(keys)
    return found
