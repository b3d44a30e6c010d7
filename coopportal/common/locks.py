"""Locks on things that have no row of their own."""

from __future__ import annotations

import hashlib

from django.db import connection


def one_at_a_time(name: str) -> None:
    """Wait until no other transaction holds this name; it is held until the transaction ends.

    On SQLite every transaction that writes waits for its turn at BEGIN, which has the same effect.
    """
    if connection.vendor == "postgresql":
        number = int.from_bytes(hashlib.sha256(name.encode()).digest()[:8], signed=True)
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [number])
