"""How many participations there are, and where in their list a place lies, by what the process knows of the spells.

Of each participation in a public cooperation one spell holds today. So to count those of some bodies, or to find the
cooperation with which a page of the whole list begins, half a million rows need not be gone through.
``tests/agreements/test_participation_places.py`` compares this with what the database says.
"""

from __future__ import annotations

import datetime as dt
from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from itertools import accumulate, groupby
from operator import itemgetter
from typing import Any

from django.db.models import Q

from agreements.filters.columns import Numbers
from agreements.filters.cooperation_bits import COOPERATIONS
from agreements.filters.presences import Chosen, all_at_hand
from agreements.models import Cooperation, Participation, ParticipationStep
from coopportal.common.ahead import prepares
from coopportal.common.bits import Snapshot
from coopportal.common.search import matches
from municipalities.models import Municipality, Organisation
from municipalities.roll import roll

#: Pages that begin earlier are found as quickly by the database.
FAR = 1_000
#: Of so many steps as rows are wanted most are the first ones of public participations, or nearly.
REACH = 4


def _chosen(asked: Any) -> set[str]:
    """The filters asked for; the order is none."""
    asked.form.is_valid()  # fills cleaned_data with what is right, whatever else is wrong
    return {name for name, value in asked.form.cleaned_data.items() if value} - {"ordering"}


def _of_all(asked: Any) -> Chosen | None:
    """The spells of today, where they are at hand and the question is about all public participations."""
    if asked.is_cut or asked.queryset.query.where != Participation.objects.public().query.where:
        return None
    return all_at_hand(asked.today, asked.today, asked.version)


def _in_order(snapshot: Snapshot) -> list[Any]:
    """The cooperations in the usual order of their list, which knows it by the same name."""
    return snapshot.ordered((), lambda: COOPERATIONS.public().values_list("pk", flat=True))


@prepares
def prepare(day: dt.date, number: int) -> None:
    """What the first visitors of a version would wait for: of this list and of that of the cooperations."""
    if snapshot := COOPERATIONS.at_hand(day, number):
        _in_order(snapshot)


def number(asked: Any) -> int | None:
    """How many rows are found, where nothing or only words are asked for; None where the database is to count."""
    if not _chosen(asked) <= {"search"} or (known := _of_all(asked)) is None:
        return None
    return known.listed(_bodies(asked.searched) if asked.searched else None)


def _bodies(query: str) -> set[int]:
    """As ``ParticipationQuerySet.matching``; organisations by their keys below zero, as the columns call them."""

    def keys(model: Any) -> Iterable[int]:
        found: Iterable[int] = model.objects.filter(matches(query)).order_by().values_list("pk", flat=True)
        return found

    return {*keys(Municipality), *(-key for key in keys(Organisation))}


def near(asked: Any, start: int) -> tuple[Q, int] | None:
    """A condition of those from shortly before the place ``start`` of the whole list on, and how many come before them.

    None where the list is not whole or in another order, or where the database is as quick.
    """
    if start < FAR or asked.form.cleaned_data.get("ordering") or _chosen(asked) or (known := _of_all(asked)) is None:
        return None
    snapshot = known.snapshot
    order = _in_order(snapshot)
    numbers = known.numbers()
    before = [0, *accumulate(map(numbers.__getitem__, map(snapshot.places.__getitem__, order)))]
    place = min(bisect_right(before, start) - 1, len(order) - 1)
    first = Cooperation.objects.public().filter(pk=order[place]).values_list("sort_key", flat=True).first()
    if first is None:
        return None
    # Of those with the same name all are among the rows: they are ordered by the names of the bodies.
    place -= Cooperation.objects.public().filter(sort_key=first, pk__lt=order[place]).count()
    return Q(cooperation__sort_key__gte=first), before[place]


def among_bodies(asked: Any, start: int, stop: int) -> tuple[Q, int] | None:
    """The same of the whole list in the order of the names of its bodies: those that are on the page.

    Bodies of the same name are taken together, since theirs are ordered by their keys alone; at the end stand those of
    the others, municipalities behind organisations or the other way round.
    """
    order = (asked.form.cleaned_data.get("ordering") or [""])[0]
    name = order.lstrip("-")
    if name not in ("municipality", "organisation") or _chosen(asked) or (known := _of_all(asked)) is None:
        return None
    numbers, names, end, near, before = known.each(), _names(name, asked.version), 0, list[int](), 0
    for keys in reversed(names) if order[0] == "-" else names:
        begin, end = end, end + sum(numbers.get(key, 0) for key in keys)
        if begin < stop and end > start:
            before = before if near else begin
            near += keys
    rest = Q(**{f"{name}__isnull": True})
    if not near:
        return rest, end
    condition = Q(**{f"{name}__in": [abs(key) for key in near]})
    return (condition | rest if stop > end else condition), before


def _names(name: str, number: int) -> list[list[int]]:
    """The bodies in the order of their names, those of one name together; organisations by their keys below zero."""
    if name == "municipality":
        bodies: Iterable[tuple[int, str]] = ((body.pk, body.sort_key) for body in roll(number).bodies)
    else:
        bodies = ((-key, text) for key, text in Organisation.objects.order_by("sort_key").values_list("pk", "sort_key"))
    return [[key for key, _text in group] for _text, group in groupby(bodies, itemgetter(1))]


def among_days(asked: Any, start: int, stop: int) -> tuple[Q, int] | None:
    """The same of the whole list in the order of the first days: those of the days that are on the page.

    Whose first day is unknown stands at the end either way.
    """
    order = (asked.form.cleaned_data.get("ordering") or [""])[0]
    if order not in ("since", "-since") or _chosen(asked) or (known := _of_all(asked)) is None:
        return None
    days = known.first_days()
    unknown = bisect_right(days, Numbers()[dt.date.min.isoformat()])
    if unknown and ParticipationStep.objects.filter(effective_on=dt.date.min).exists():
        return None  # a spell tells it as a day that is unknown
    dated, rest = len(days) - unknown, Q(first_attested_on__isnull=True)
    if start >= dated:
        return rest, dated
    end = min(stop, dated)
    if order == "since":
        low, high = days[unknown + start], days[unknown + end - 1]
        before = bisect_left(days, low) - unknown
    else:
        low, high = days[-end], days[-1 - start]
        before = len(days) - bisect_right(days, high)
    span = dt.date.fromisoformat(f"{low:08d}"), dt.date.fromisoformat(f"{high:08d}")
    steps = ParticipationStep.objects.filter(effective_on__range=span).order_by().values("participation")
    condition = Q(pk__in=steps, first_attested_on__range=span)
    return (condition | rest if unknown and stop > dated else condition), before


def among_first(asked: Any, stop: int) -> tuple[Q, int] | None:
    """A condition of those up to shortly behind the place ``stop`` of the whole list, ordered by their first days.

    Steps have an index of their days: it leads to the few participations that may be meant, of which each has the day
    of its first step. None where it leads to too few of them, and the database is to sort all.
    """
    order = asked.form.cleaned_data.get("ordering")
    if order not in (["since"], ["-since"]) or _chosen(asked) or asked.is_cut:
        return None
    sign, side = ("", "lte") if order == ["since"] else ("-", "gte")
    days = ParticipationStep.objects.filter(effective_on__isnull=False).order_by(f"{sign}effective_on")
    last = days.values_list("effective_on", flat=True)[REACH * stop :].first()
    if last is None:
        return None
    near = ParticipationStep.objects.filter(**{f"effective_on__{side}": last}).order_by().values("participation")
    condition = Q(**{"pk__in": near, f"first_attested_on__{side}": last})
    there = asked.queryset.with_degree_on(asked.day).filter(condition).order_by()
    return (condition, 0) if there[:stop].count() == stop else None
