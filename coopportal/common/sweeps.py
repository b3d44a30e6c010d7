"""Rows of lists that have to be looked at again, portion by portion: marks say how far that is.

After an upgrade that is all rows of some lists, those told before as well; on a new day those that it turned.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db.models import Q

from coopportal.common.models import Change, Mark
from coopportal.common.teller import ALL, Teller, note, rules
from coopportal.common.triggers import SHOWN

#: A mark of this kind and the name of a list: its rows are looked at one after another, those told before as well. Its
#: key says how far that is: ``rows:`` and the last row, then ``told:`` and the last one of which a change is known.
SWEEP = "sweep:"
ROWS, TOLD = "rows:", "told:"
#: A mark of this kind and the name of a list: the rows that days have turned. Its key: from which day, to which, ``/``
#: between them, and the last row that was looked at.
DUE = "due:"


def of_all() -> Q:
    """Marks by which all rows of something are looked at."""
    return Q(row_key=ALL) | Q(kind__startswith=SWEEP)


def portioned() -> Q:
    """Marks that stand for more rows than one."""
    return of_all() | Q(kind__startswith=DUE)


def begin_day(last: dt.date, today: dt.date) -> None:
    """From now on the day is another: the rows that this turned wait to be looked at."""
    rows = rules().due(last, today)
    Mark.objects.bulk_create([Mark(kind=f"{DUE}{name}", row_key=f"{last}/{today}/") for name in rows])


def go_on_with_days(teller: Teller, portion: int) -> tuple[int, int]:
    """Go on with the rows that days have turned, by so many; how many marks have ended, how many rows are left."""
    ended = 0
    for mark in Mark.objects.filter(kind__startswith=DUE).order_by("pk"):
        if portion <= 0:
            break
        name = mark.kind.removeprefix(DUE)
        last, today, key = mark.row_key.split("/", 2)
        rows = rules().due(dt.date.fromisoformat(last), dt.date.fromisoformat(today))[name].order_by("pk")
        keys = list((rows.filter(pk__gt=key) if key else rows).values_list("pk", flat=True)[:portion])
        teller.reach([(name, [(key, key) for key in keys])], {}, otherwise=mark.pk)
        if len(keys) == portion:
            mark.row_key = f"{last}/{today}/{keys[-1]}"
            mark.save()
        else:
            mark.delete()
            ended += 1
        portion -= len(keys)
    return ended, portion


def begin_sweeps() -> int:
    """All rows of a kind: the lists in which they stand are swept from their beginning. How many marks went for that.

    Where it may have changed what is shown, anything may depend on it.
    """
    found = list(Mark.objects.filter(row_key=ALL).values_list("pk", "kind"))
    if not found:
        return 0
    names = set(rules().lists)
    if not any(kind.endswith(SHOWN) for _pk, kind in found):
        names = {name for _pk, kind in found for name in rules().lists_of(kind)}
    sweeps = [f"{SWEEP}{name}" for name in rules().lists if name in names]
    gone, _of = Mark.objects.filter(Q(kind__in=sweeps) | Q(pk__in=[pk for pk, _kind in found])).delete()
    Mark.objects.bulk_create([Mark(kind=kind, row_key=ROWS) for kind in sweeps])
    note({(name, ALL) for name in names})
    return gone


def sweep(teller: Teller, portion: int) -> int:
    """Go on with the lists that are swept, by so many rows; how many of them have come to their end."""
    ended = 0
    for mark in Mark.objects.filter(kind__startswith=SWEEP).order_by("pk"):
        while portion > 0 and mark.pk:
            name, is_first = mark.kind.removeprefix(SWEEP), mark.row_key.startswith(ROWS)
            last = mark.row_key.removeprefix(ROWS if is_first else TOLD)
            read, keys = (_rows_after if is_first else _told_after)(name, last, portion, teller.today)
            teller.reach([(name, [(key, key) for key in keys])], {}, otherwise=mark.pk)
            if len(read) == portion:
                mark.row_key = f"{ROWS if is_first else TOLD}{read[-1]}"
                mark.save()
            elif is_first:
                mark.row_key = TOLD
                mark.save()
            else:
                mark.delete()
                ended += 1
            portion -= len(read)
    return ended


def _rows_after(name: str, last: str, most: int, today: dt.date) -> tuple[list[Any], list[Any]]:
    """The next rows of a list."""
    rows = rules().lists[name].rows(today).order_by("pk")
    found = list((rows.filter(pk__gt=last) if last else rows).values_list("pk", flat=True)[:most])
    return found, found


def _told_after(name: str, last: str, most: int, today: dt.date) -> tuple[list[Any], list[Any]]:
    """The next rows of which something was told, and those of them that are no longer in the list."""
    told = Change.objects.filter(resource=name, object_pk__gt=last).order_by("object_pk")
    found = list(told.values_list("object_pk", flat=True).distinct()[:most])
    rows = rules().lists[name].rows(today)
    keys = [rows.model._meta.pk.to_python(key) for key in found]
    present = set(rows.filter(pk__in=keys).order_by().values_list("pk", flat=True))
    return found, [key for key in keys if key not in present]
