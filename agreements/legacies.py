"""What the public reads of many cooperations and no table of theirs holds: their history, sources of accepted changes.

A dump hands both on to the portal that is filled from it, which keeps them as what an earlier portal told
(``agreements.models.earlier``). They are told in the order in which pages show them, the earliest first.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Any

from agreements.choices import RecordState
from agreements.histories import MODELS, kind_of
from agreements.models import (
    ChangeProposal,
    Confirmation,
    Cooperation,
    EarlierEntry,
    EarlierSource,
    Event,
    Participation,
    ParticipationStep,
)

#: Cooperations looked at together.
MANY = 500

#: (cooperation, kind, action, moment)
Entry = tuple[int, str, str, dt.datetime]
Of = dict[int, set[int]]


def _portions() -> Iterator[list[int]]:
    keys = iter(Cooperation.objects.public().order_by("pk").values_list("pk", flat=True))
    while portion := list(islice(keys, MANY)):
        yield portion


def entries() -> Iterator[list[Entry]]:
    """The history of all public cooperations as the public reads it (``agreements.histories``)."""
    for keys in _portions():
        yield _entries_of(keys)


def _entries_of(keys: Sequence[int]) -> list[Entry]:
    published = Cooperation.history.filter(id__in=keys, record_state=RecordState.PUBLISHED).order_by("-history_id")
    since = dict(published.values_list("id", "history_date"))  # the earliest one stays
    found = [
        (key, at, number, -place, kind_of(model), sign)
        for place, model in enumerate(MODELS)
        for key, number, at, sign in _rows(model, keys)
        if key not in since or at >= since[key]
    ]
    earlier = EarlierEntry.objects.filter(cooperation__in=keys)
    found += [
        (key, at, number, -len(MODELS), kind, sign)
        for key, at, number, kind, sign in earlier.values_list("cooperation", "at", "pk", "kind", "action")
    ]
    return [(key, kind, sign, at) for key, at, _number, _place, kind, sign in sorted(found)]


def _rows(model: Any, keys: Sequence[int]) -> Iterator[tuple[int, int, dt.datetime, str]]:
    """(cooperation, history id, moment, sign) of the history of one kind of thing."""
    column, of = _way(model, keys)
    rows = model.history.filter(**{f"{column}__in": list(of)}) if of else model.history.none()
    for one, number, at, sign in rows.order_by().values_list(column, "history_id", "history_date", "history_type"):
        for key in of[one]:
            yield key, number, at, sign


def _way(model: Any, keys: Sequence[int]) -> tuple[str, Of]:
    """By which column the history of a thing names what belongs to cooperations, and to which."""
    if model is Event:
        links = Event.cooperations.through.objects.filter(cooperation__in=keys).values_list("event", "cooperation")
        then = Event.history.filter(historicalevent_cooperations__cooperation__in=keys)
        return "id", _together(links, then.values_list("id", "historicalevent_cooperations__cooperation"), keys=keys)
    if model in (ParticipationStep, Confirmation):
        parts = Participation.history.filter(cooperation__in=keys).order_by().values_list("id", "cooperation")
        return "participation_id", _together(parts.distinct())
    own = {key: {key} for key in keys}
    return ("id" if model is Cooperation else "cooperation_id"), own


def _together(*pairs: Any, keys: Sequence[int] = ()) -> Of:
    found: Of = defaultdict(set)
    wanted = set(keys)
    for some in pairs:
        for one, key in some:
            if not wanted or key in wanted:
                found[one].add(key)
    return found


def sources() -> Iterator[list[tuple[int, str, dt.datetime | None]]]:
    """(cooperation, source, moment of the decision) of all accepted changes of public cooperations."""
    for keys in _portions():
        own = ChangeProposal.objects.filter(cooperation__in=keys).accepted()
        earlier = EarlierSource.objects.filter(cooperation__in=keys)
        columns = ("cooperation", "decided_at", "pk", "source")
        found = [row for rows in (earlier, own) for row in rows.order_by().values_list(*columns)]
        yield [(key, source, at) for key, at, _pk, source in sorted(found)]
