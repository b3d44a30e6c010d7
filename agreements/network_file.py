"""The network to take away: one row for each pair."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from agreements.network import Row
from agreements.nodes import Who

COLUMNS = ["from_key", "from_name", "to_key", "to_name", "cooperations", "denied"]


def public_key(who: Who) -> str:
    """The official key or slug of what a node stands for, as the filters take it."""
    return who.query[1] if who.query else ""


def records(rows: Iterable[Row]) -> list[dict[str, Any]]:
    """The rows of the file; bodies of a group among themselves have it on both sides."""
    return [
        {
            "from_key": public_key(row.one),
            "from_name": row.one.label,
            "to_key": public_key(row.other or row.one),
            "to_name": (row.other or row.one).label,
            "cooperations": row.number,
            "denied": row.refused,
        }
        for row in rows
    ]
