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
)
from tests.permission_table.admin import ADMIN
from tests.permission_table.bodies import BODIES

TABLE: dict[str, str] = {}
for module in (accounts, browsing, desk, importing, programs, reading, registering, reviewing, stewarding):
    TABLE |= module.TABLE

__all__ = ["ADMIN", "BODIES", "TABLE"]
