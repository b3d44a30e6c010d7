"""Bodies that a registration names, beside those of the register that may be the same."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any

from coopportal.common.search import sort_key
from municipalities.models import Organisation

#: From so alike on two names may mean the same body, and so many are shown at most.
ALIKE, MOST = 0.6, 5


@dataclass(frozen=True)
class Newcomer:
    """A body that is named, and those of the register it may be, the most alike first."""

    body: Any
    alike: list[Organisation]


def newcomers_of(bodies: Iterable[Any]) -> list[Newcomer]:
    """One query for all of them; none where nobody is named."""
    named = list(bodies)
    if not named:
        return []
    known = list(Organisation.objects.sharing_words_with(body.name for body in named).select_related("state"))
    return [Newcomer(body, _alike(body, known)) for body in named]


def _alike(body: Any, known: Iterable[Organisation]) -> list[Organisation]:
    name = sort_key(body.name)
    measured = [(_likeness(name, row.sort_key), row) for row in known]
    found = sorted((pair for pair in measured if pair[0] >= ALIKE), key=lambda pair: (-pair[0], pair[1].pk))
    return [row for _likeness_, row in found[:MOST]]


def _likeness(one: str, other: str) -> float:
    """1 where one name contains the other."""
    return 1.0 if one in other or other in one else SequenceMatcher(None, one, other).ratio()
