"""Who may do what at every address of the portal: the specification, read by ``test_permissions_matrix.py``.

One line for each request: method, address, perhaps ``<`` and the name of what is sent (``BODIES``), and seven signs for

    anonymous, officer elsewhere, officer of a participant, officer of the lead, reviewer elsewhere, reviewer, steward

    x   answered, or done and led on
    e   let in, and told what is wrong with the content
    c   let in, and told that the record is in another state
    >   led on, nothing done
    L   led to the log-in           U   the API asks who is there
    F   forbidden                   -   does not exist for this person
    G   gone                        m   no such method

Gaps are filled with the things of ``permission_world.py``: ``{draft}`` is the record in this state, ``{draft.place}``
the participation of the partner in it. A method that no line of an address names is possible for nobody there (PUT
counts as POST, since Django's forms take one for the other). There is a module for each desk, as of its views.
"""

from __future__ import annotations

from dataclasses import dataclass

from tests.permission_table import (
    accounts,
    browsing,
    desk,
    importing,
    programs,
    reading,
    registering,
    reviewing,
    stewarding,
    watching,
)
from tests.permission_table.admin import ADMIN
from tests.permission_table.bodies import BODIES

TABLE: dict[str, str] = {}
for module in (accounts, browsing, desk, importing, programs, reading, registering, reviewing, stewarding, watching):
    TABLE |= module.TABLE


@dataclass(frozen=True)
class Line:
    """One request of the table and what each of the seven is answered."""

    method: str
    address: str
    body: str
    cells: str

    def __str__(self) -> str:
        return f"{self.method} {self.address}" + (f" < {self.body}" if self.body else "")


def read(text: str) -> list[Line]:
    found = []
    for line in text.strip().splitlines():
        method, address, *sent, cells = line.split()
        found.append(Line(method, address, sent[1] if sent else "", cells))
    return found


LINES = [line for text in TABLE.values() for line in read(text)]

__all__ = ["ADMIN", "BODIES", "LINES", "TABLE", "Line"]
