"""Days and moments as texts: how the database is asked for them, and how an answer tells them."""

from __future__ import annotations

import datetime as dt
from functools import lru_cache
from typing import Any

from django.db import connection
from django.db.models import F, Func, TextField
from django.db.models.functions import Cast


def as_text(path: str, *, is_moment: bool) -> Any:
    """A day, or a moment in UTC, in ISO form; PostgreSQL is told the form, whatever it is set to."""
    if connection.vendor == "sqlite":
        return Cast(F(path), TextField())
    form = "'YYYY-MM-DD HH24:MI:SS.US'" if is_moment else "'YYYY-MM-DD'"
    zone = " AT TIME ZONE 'UTC'" if is_moment else ""
    return Func(F(path), template=f"to_char(%(expressions)s{zone}, {form})", output_field=TextField())


def moment(zone: Any, value: Any) -> str:
    """As DRF tells it, in a zone."""
    told: str = value.astimezone(zone).isoformat()
    return told.replace("+00:00", "Z")


def moment_of_text(zone: dt.tzinfo, text: str) -> str:
    """The same of a text in UTC: its hour is another one in the zone, what comes after it is the same."""
    if (len(text) == 19 or (len(text) == 26 and text[19:] != ".000000")) and (hour := _hour(zone, text[:13])):
        return f"{hour[0]}{text[13:]}{hour[1]}"
    return moment(zone, dt.datetime.fromisoformat(text).replace(tzinfo=dt.UTC))


@lru_cache(maxsize=1 << 14)
def _hour(zone: dt.tzinfo, hour: str) -> tuple[str, str] | None:
    """What stands before the minutes and after the seconds; None where the zone has other minutes."""
    told = moment(zone, dt.datetime.fromisoformat(f"{hour}:00").replace(tzinfo=dt.UTC))
    return (told[:13], told[19:]) if told[13:19] == ":00:00" else None
