"""Numbers that many readers ask for and that cost: kept as long as nothing that can be read has changed.

A kept answer belongs to the very query that was asked (its SQL with all values) and to the version of everything that
can be read (``feed.version``), which grows with every committed write. So what is kept can be neither stale nor about
rows that somebody may not see: another question is another query, and a write, whoever wrote, is another version. The
version is asked before the rows are read: what is written meanwhile can make an answer newer than its version, never
older. Measured reason: docs/benchmark.md (facets of 50,000 cooperations).

Where an answer depends on more than its rows tell (a day, how to draw), that belongs into its name.
"""

from __future__ import annotations

import hashlib
from collections import OrderedDict
from collections.abc import Callable
from threading import Lock
from typing import Any, TypeVar

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import QuerySet
from django.utils.translation import get_language

from coopportal.common import feed
from coopportal.common.followed import in_transaction

T = TypeVar("T")

#: So many answers, of so many rows together, are kept by each process; the one not asked for the longest goes first.
#: A row takes a kilobyte at most, so that is some 100 MB.
MOST = 2_000
MOST_ROWS = 100_000

#: Key → number of rows, what was found; all of one database and version.
_kept: OrderedDict[str, tuple[int, Any]] = OrderedDict()
_of: list[Any] = [None]
_lock = Lock()


def _one(_found: Any) -> int:
    return 1


def remembered(
    name: str,
    rows: QuerySet[Any],
    make: Callable[[], T],
    *,
    size: Callable[[T], int] = _one,
    version: int | None = None,
) -> T:
    """What ``make`` finds out about these rows; made anew only where something was written since.

    ``name`` tells apart what different questions find out about the same rows; ``size`` says how many rows the answer
    itself has; ``version`` is the number of the present one, where it was asked already. What is kept is shared: nobody
    may change it.
    """
    try:
        text, values = rows.query.sql_with_params()
    except EmptyResultSet:  # nothing fits, so nothing is asked
        return make()
    return kept((name, text, values), make, size=size, version=version)


def kept(asked: Any, make: Callable[[], T], *, size: Callable[[T], int] = _one, version: int | None = None) -> T:
    """The same of a question that is known by how it was asked; ``asked`` names all that the answer depends on."""
    if in_transaction(connection.alias):  # what it has written may never come true, and others must not see it
        return make()
    number = feed.version().number if version is None else version
    present = connection.settings_dict["NAME"], number
    key = hashlib.sha256(repr((asked, get_language(), present)).encode()).hexdigest()
    with _lock:
        if _of[0] != present:  # no other version comes again, unless another register was put in its place
            _kept.clear()
            _of[0] = present
        if key in _kept:
            _kept.move_to_end(key)
            return _kept[key][1]
    found = make()
    with _lock:
        if _of[0] != present:
            return found
        _kept[key] = (size(found), found)
        together = sum(many for many, _found in _kept.values())
        while len(_kept) > MOST or together > MOST_ROWS:
            _key, (many, _found) = _kept.popitem(last=False)
            together -= many
    return found


def forget() -> None:
    """Everything: a test that is rolled back takes the version back too."""
    with _lock:
        _kept.clear()
