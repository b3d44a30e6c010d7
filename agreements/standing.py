"""How participants were called on the day asked for, and who stands in their place today."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from agreements.models import Participation
from municipalities.meaning import Heir, heirs_of
from municipalities.models import Municipality


@dataclass(frozen=True)
class Now:
    """What became of a body until today: it ``is_over``, or is called otherwise; with those that stand in its place."""

    is_over: bool
    heirs: list[Heir]


def standing(participations: Sequence[Participation], day: dt.date, today: dt.date, *, cut: bool) -> dict[int, Now]:
    """Id of a participation → what became of its body until ``today``; those that nothing became of are left out.

    Tells the bodies of their names on ``day`` where it was asked for (``cut``): one query. Of those that are no more
    one further query asks for their heirs, and one for each generation of heirs that are no more either.
    """
    rows = [row for row in participations if row.municipality]
    bodies = [row.municipality for row in rows if row.municipality]
    if cut:
        Municipality.objects.tell_of(bodies, day)
    heirs = heirs_of(bodies, today)
    found = {}
    for row, body in zip(rows, bodies, strict=True):
        if body.pk in heirs:
            found[row.pk] = Now(True, heirs[body.pk])
        elif body.on_day.name != body.name:
            found[row.pk] = Now(False, [Heir(body)])
    return found
