"""What changed between two days: the database tells what a slow way through all rows tells, page by page."""

from __future__ import annotations

import datetime as dt
import random
from collections import defaultdict
from collections.abc import Iterator
from itertools import pairwise
from typing import Any

import pytest
from django.http import QueryDict

from agreements.choices import COUNTED_DEGREES, AgreementStatus, CooperationStatus, Degree, EventKind
from agreements.filters import ChangeFilterSet
from agreements.happenings import Changes
from agreements.models import Award, Cooperation, Event, Participation
from coopportal.common.dates import Precision, UncertainDate, format_day
from funding.choices import Rung
from tests import builders as make

pytestmark = pytest.mark.django_db

TODAY = dt.date(2026, 11, 22)
Told = tuple[Any, ...]


# --- The slow way ---


def slowly(rows: Any, since: dt.date, until: dt.date) -> list[Told]:
    """(Day, name, lane, words, day in words, address) of all that happened, from the objects, the latest first."""
    found: list[tuple[Told, Told]] = []
    for row in rows:
        for lane, day, date, text, order in _of(row):
            if day and since < day <= until:
                place = (day, row.name, LANES.index(lane), "" if lane == "status" else text, row.pk, order)
                found.append((place, (day, row.name, lane, text, date, row.slug)))
    return [one for _place, one in sorted(found, reverse=True)]


LANES = ["status", "participants", "agreements", "events", "money"]


def _of(row: Cooperation) -> Iterator[Told]:
    before = None
    for number, step in enumerate(row.status_steps.in_order()):  # type: ignore[attr-defined]
        text = str(CooperationStatus(step.status).label)
        if before == step.status:
            text = f"weiterhin {text}"
        elif before:
            text = f"{CooperationStatus(before).label} → {text}"
        before = step.status
        yield "status", step.effective_on, _stated(step), text, number
    yield from _steps(row)
    for act in row.agreements.all():
        for date, text in ((act.signed, "„{}“ unterzeichnet"), (act.effective, "„{}“ wirksam")):
            yield from _dated("agreements", date, text.format(act.title), act.pk)
        yield from _dated("agreements", act.ends, f"„{act.title}“: letzter Tag", act.pk)
    for event in Event.objects.filter(cooperations=row):
        yield from _dated("events", event.date, f"{event.get_kind_display()}: {event.title}", event.pk)
    for award in Award.objects.filter(cooperation=row):
        yield from _dated("money", award.date, f"{award.programme}: {award.get_rung_display()}", award.pk)


def _steps(row: Cooperation) -> Iterator[Told]:
    groups: dict[Told, list[str]] = defaultdict(list)
    for part in row.participations.all():
        for step in part.steps.all():
            groups[step.effective_on, step.degree, _stated(step)].append(str(part.body))
    for (day, degree, date), names in groups.items():
        cut = len(names) > 6
        told = ", ".join(sorted(names)[: 5 if cut else 6]) + (f" und {len(names) - 5} weitere" if cut else "")
        yield "participants", day, date, f"{told}: {Degree(degree).label}", date


def _dated(lane: str, date: UncertainDate, text: str, order: int) -> Iterator[Told]:
    if date.decides:
        yield lane, date.on, str(date), text, order


def _stated(step: Any) -> str:
    return str(step.date) if step.date.decides else (format_day(step.effective_on) if step.effective_on else "")


def bodies(rows: Any, day: dt.date) -> int:
    parts = Participation.objects.filter(cooperation__in=rows).with_degree_on(day)
    return sum(part.day_degree in COUNTED_DEGREES for part in parts)


# --- Chance ---


class World:
    """A small register of chance: few days and few names, so that much falls together."""

    def __init__(self, seed: int) -> None:
        self.dice = dice = random.Random(seed)
        towns = [
            make.make_municipality(name, state=code)
            for name, code in zip("ÄBCDEFG", ["16", "09", "16", "05", "09", "16", "16"], strict=True)
        ]
        programmes = [make.make_programme(name) for name in ("Land", "Bund")]
        for number in range(7):
            state = "published" if number else "draft"
            row = make.make_cooperation(dice.choice(["Öst", "Ost", "West"]), record_state=state, **self.lasting())
            for _ in range(dice.randrange(4)):
                step = make.make_status_step(row, dice.choice(CooperationStatus.values), None)
                self.stated(step)
            for town in dice.sample(towns, dice.randrange(8)):
                part = make.make_participation(row, town, steps=[])
                for _ in range(dice.randrange(3)):
                    step = part.steps.create(degree=dice.choice([*COUNTED_DEGREES, Degree.LEFT, Degree.INVITED]))
                    self.stated(step)
            acts = {f"{name}_precision": dice.choice(Precision.values) for name in ("signed", "effective", "ends")}
            first, last = sorted([self.day() or TODAY, self.day() or TODAY])
            acts |= {"signed_on": self.day(), "effective_on": first, "ends_on": last}
            make.make_agreement(row, title=dice.choice("XY"), status=dice.choice(AgreementStatus.values), **acts)
            on = {
                "on": self.day(),
                "on_precision": dice.choice(Precision.values),
                "on_wording": dice.choice(["", "früh"]),
            }
            make.make_event(cooperations=[row], title=dice.choice("XY"), kind=dice.choice(EventKind.values), **on)
            make.make_award(row, dice.choice(programmes), rung=dice.choice(Rung.values), **on)

    def day(self) -> dt.date | None:
        days = [dt.date(2026, 1, 1), dt.date(2026, 1, 2), dt.date(2026, 2, 1), dt.date(2025, 1, 1), None]
        return self.dice.choice(days)

    def lasting(self) -> dict[str, Any]:
        if self.dice.random() < 0.6:
            return {}
        first, last = sorted([self.day() or TODAY, self.day() or TODAY])
        return {"started_on": first, "started_precision": self.dice.choice(Precision.values), "ended_on": last}

    def stated(self, step: Any) -> None:
        step.on, step.attested_on = self.day(), self.day()
        step.on_precision = self.dice.choice(Precision.values)
        step.on_wording = self.dice.choice(["", "Anfang", "Ende"])
        step.save()


def told(rows: Any) -> list[Told]:
    return [(row.on, str(row.cooperation), row.lane, row.text, row.date, row.cooperation.slug) for row in rows]


def asked(query: str, since: dt.date, until: dt.date) -> ChangeFilterSet:
    data = QueryDict(f"{query}&von={since}&bis={until}")
    return ChangeFilterSet(data, Cooperation.objects.public(), german=True, today=TODAY)


def alike(rows: list[Told]) -> list[Told]:
    """What stands in the same words in two cooperations of one name may stand in either order."""
    return sorted(rows)


@pytest.mark.parametrize("seed", range(3))
def test_pages_files_and_counts_tell_what_all_rows_tell(seed: int) -> None:
    World(seed)
    days = [dt.date(2024, 12, 31), dt.date(2025, 1, 1), dt.date(2026, 1, 1), TODAY]
    for query in ("", "land=16", "land=09&status=active"):
        for since, until in pairwise(days):
            question = asked(query, since, until)
            rows = list(question.qs)
            expected = slowly(rows, since, until)
            changes = Changes(question)
            assert alike(told(changes.rows)) == alike(expected)
            pages = [changes.page(number, 4) for number in range(1, -(-len(expected) // 4) + 1)]
            paged = [row for page in pages for row in told(page)]
            assert [row[:4] for row in paged] == [row[:4] for row in expected]
            assert alike(paged) == alike(expected)
            assert changes.page(99, 4).paginator.count == len(expected)
            assert told(changes.page(99, 4)) == (told(pages[-1]) if pages else [])
            known = [
                Cooperation.objects.filter(pk__in=[row.pk for row in rows]).known_on(day) for day in (since, until)
            ]
            numbers = [*(one.count() for one in known), bodies(rows, since), bodies(rows, until)]
            assert [n for one in changes.balances for n in (one.before, one.after)] == numbers


def test_a_question_that_nothing_fits_has_an_empty_page() -> None:
    World(1)
    make.make_state("10")
    changes = Changes(asked("land=10", dt.date(2024, 1, 1), TODAY))
    page = changes.page(3, 50)
    assert (list(page), page.number, page.paginator.count, changes.rows) == ([], 1, 0, [])
    assert [(one.before, one.after) for one in changes.balances] == [(0, 0), (0, 0)]
