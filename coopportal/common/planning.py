"""What the database knows of its tables when it chooses how to find rows.

SQLite never looks by itself, and forgets what it knew of a table that a migration built anew: a page of 100
participations of 500,000 then took seconds instead of milliseconds. PostgreSQL looks by itself, but not at once.
"""

from __future__ import annotations

from django.db import connection

#: So many rows of each index SQLite looks at: enough to choose by, and done in a moment at any size.
LOOKED_AT = 1_000


def learn() -> None:
    """Let the database look at all tables."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute(f"PRAGMA analysis_limit = {LOOKED_AT}")
        cursor.execute("ANALYZE")
