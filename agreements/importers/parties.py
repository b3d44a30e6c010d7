"""One participant as a cell writes it, before anybody knows which body that is. Knows no database."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

from agreements.choices import Degree, Role
from agreements.importers.cells import Words, entries_of, plain, shown

_ROLES, _DEGREES = Words(Role), Words(Degree)
#: „Landstuhl (Verbandsgemeinde, 073355006)“, as the portal itself tells bodies of the same name apart.
_LABEL = re.compile(r".*\((?:[^()]*,\s*)?([0-9]{5,12})\)")


class Party(NamedTuple):
    """A participant: ``body`` is a key or a name as typed, or the slug of another body (``is_slug``)."""

    typed: str
    body: str
    is_slug: bool
    role: str
    degree: str


def parties_of(text: str) -> list[Party]:
    """All participants of a cell. Raises ValueError with a German sentence for the first that cannot be read."""
    return [_plain_party(entry) for entry in entries_of(plain(text))]


@lru_cache(maxsize=4_096)
def _plain_party(entry: str) -> Party:
    return party_of(plain(entry))


_ANSWERS = frozenset({"", "confirmed", "denied", "open"})


def party_of(entry: str) -> Party:
    """``municipality:organisation:role:degree`` as the export writes it, or ``body:role:degree``.

    Both forms may leave out what is at the end. The answer of the body, which the export tells last, is its own to
    give: no import takes it.
    """
    parts = [part.strip() for part in entry.split(":")]
    if len(parts) == 5 and parts[4] in _ANSWERS:
        del parts[4]
    if len(parts) > 4:
        raise ValueError(f"„{shown(entry)}“ hat mehr als vier Teile (Schlüssel:Kurzname:Rolle:Grad).")
    is_export = len(parts) == 4 or (len(parts) > 1 and (not parts[0] or not parts[1]))
    town, other, role, degree = [*parts, "", "", ""][:4] if is_export else [parts[0], "", *([*parts[1:], "", ""][:2])]
    if bool(town) == bool(other):
        raise ValueError(f"„{shown(entry)}“ nennt nicht genau eine Kommune oder Stelle.")
    found = _LABEL.fullmatch(town)
    return Party(
        typed=entry,
        body=found.group(1) if found else town or other,
        is_slug=bool(other),
        role=_ROLES.code_of(role) if role else Role.PARTNER,
        degree=_DEGREES.code_of(degree) if degree else Degree.PARTY,
    )
