"""What the database knows of its tables when it chooses how to find rows.

SQLite never looks by itself, and forgets what it knew of a table that a migration built anew: a page of 100
participations of 500,000 then took seconds instead of milliseconds. PostgreSQL looks by itself, but not at once.
"""

from __future__ import annotations

from django.db import connection
from django.db.models import Model

#: So many rows of each index SQLite looks at: enough to choose by, and done in a moment at any size.
LOOKED_AT = 1_000


def learn(*models: type[Model]) -> None:
    """Let the database look at the tables of these models; at all tables where none are named."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute(f"PRAGMA analysis_limit = {LOOKED_AT}")
        for table in [connection.ops.quote_name(model._meta.db_table) for model in models] or [""]:
            cursor.execute(f"ANALYZE {table}")
