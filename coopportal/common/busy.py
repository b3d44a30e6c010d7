"""The database cannot be had just now: somebody else writes for too long, or all connections are taken.

That is no fault of the program, and asking again helps. So it is answered as what it is: 503, and when to ask again.
"""

from __future__ import annotations

import sqlite3

import psycopg
from django.db import DatabaseError
from psycopg_pool import PoolTimeout, TooManyRequests

#: In so many seconds one may ask again.
WAIT = 5

#: Of PostgreSQL: what ends because somebody else holds what it needs, or because the server has no room.
_HELD = (
    *(psycopg.errors.LockNotAvailable, psycopg.errors.DeadlockDetected, psycopg.errors.SerializationFailure),
    *(psycopg.errors.TooManyConnections, psycopg.errors.CannotConnectNow, PoolTimeout, TooManyRequests),
)
_LOCKED = frozenset({sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED})


def is_busy(exception: BaseException | None) -> bool:
    """Does it say that the database cannot be had now, rather than that something is wrong?"""
    if not isinstance(exception, DatabaseError):
        return False
    cause = exception.__cause__
    if isinstance(cause, sqlite3.OperationalError):
        # The lowest eight bits are the kind, the others say more of it.
        return (getattr(cause, "sqlite_errorcode", 0) & 0xFF) in _LOCKED
    return isinstance(cause, _HELD)
