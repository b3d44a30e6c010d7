"""Pages of what changed, cut by what the process keeps, are those that the database finds, whatever happened."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.db import transaction
from django.http import QueryDict

from agreements.choices import Degree
from agreements.filters import ChangeFilterSet
from agreements.happened import part
from agreements.happenings import Changes
from agreements.models import Agreement, Award, Cooperation, Event, Participation, ParticipationStep, StatusStep
from agreements.moments import MOMENTS
from coopportal.common import feed, touched
from tests import builders as make
from tests.agreements.people import TODAY
from tests.roof.random_life import STATES, Life

pytestmark = pytest.mark.django_db

DAYS = [None, *(dt.date(2020, 1, day) for day in (1, 1, 2, 31)), dt.date(2022, 1, 1), TODAY]
EDITS = 300
QUESTIONS = ["", "", "land=16", "q=wort", "land=14,16&status=active", "stand=2021-01-01"]


class Eventful(Life):
    """A life in which much happens on few days."""

    def dated(self, name: str = "") -> dict[str, Any]:
        """The day of a kind, and how well it is known."""
        day, precision = (f"{name}_on", f"{name}_precision") if name else ("on", "on_precision")
        return {day: self.dice.choice(DAYS), precision: self.dice.choice(["day", "month", "vague"])}

    def do_date_event(self) -> None:
        Event.objects.filter(pk=self.one(Event).pk).update(**self.dated())

    def do_forget_event(self) -> None:
        if Event.objects.count() > 2:
            self.one(Event).delete()

    def do_date_award(self) -> None:
        Award.objects.filter(pk=self.one(Award).pk).update(**self.dated())

    def do_date_agreement(self) -> None:
        rows = Agreement.objects.filter(pk=self.one(Agreement).pk)
        rows.update(**self.dated("signed"), **self.dated("effective"), ends_on=None)

    def do_steps(self) -> None:
        for row in Participation.objects.filter(cooperation=self.one(Cooperation)):
            degree, day = self.dice.choice([Degree.MEMBER, Degree.LEFT]), self.dice.choice(DAYS)
            ParticipationStep.objects.create(participation=row, degree=degree, on=day)

    def do_forget_steps(self) -> None:
        model = self.dice.choice([ParticipationStep, StatusStep])
        if row := self.one(model):
            row.delete()

    def do_same_name(self) -> None:
        Cooperation.objects.filter(pk=self.one(Cooperation).pk).update(name=self.dice.choice(["Ost", "Öst"]))

    def do_many_at_once(self) -> None:
        rows = Cooperation.objects.exclude(record_state="merged")
        rows.filter(pk__gt=self.one(Cooperation).pk - 9).update(record_state=self.dice.choice(STATES))

    def do_settle(self) -> None:
        feed.settle(TODAY)


def asked(query: str, since: dt.date, until: dt.date) -> Changes:
    data = QueryDict(f"{query}&von={since}&bis={until}")
    return Changes(ChangeFilterSet(data, Cooperation.objects.public(), german=True, today=TODAY))


def prepare() -> None:
    """What the thread of a process does from time to time."""
    MOMENTS.prepare(TODAY, feed.version().number)


def told(changes: Changes, number: int) -> tuple[Any, ...]:
    page = changes.page(number, 4)
    rows = [(row.on, str(row.cooperation), row.lane, row.text, row.cooperation.slug) for row in page]
    return rows, page.number, page.paginator.count, changes.day_before()


@pytest.mark.parametrize("seed", range(2))
def test_pages_are_cut_as_the_database_cuts_them(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    if seed:  # few rows are many
        monkeypatch.setattr(touched, "MOST_ROWS", 4)
        monkeypatch.setattr(touched, "MOST_MARKS", 40)
    life, was_there = Eventful(seed), 0
    for each in range(EDITS // 10):
        for _edit in range(10):
            life.happen()
        if each % 3 == 0:
            prepare()
        since, until = sorted([life.dice.choice(DAYS[1:]) - dt.timedelta(1), life.dice.choice(DAYS[1:])])
        changes, slowly = (
            asked(life.dice.choice([query]), since, until) for query in [life.dice.choice(QUESTIONS)] * 2
        )
        slowly.here = None
        was_there += changes.here is not None
        if changes.here:
            for start, size in ((0, 4), (4, 4), (3, 2), (400, 5)):
                expected = part(slowly.chosen, since, until, start, size)
                assert changes.here.part(since, until, start, size) == expected, life.count
        for number in (1, 2, 99):
            assert told(changes, number) == told(slowly, number), (life.count, since, until)
    assert was_there > EDITS // 30


def test_it_is_brought_forward_not_read_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    row = make.make_cooperation("Verbund")
    make.make_event(cooperations=[row], on=dt.date(2020, 1, 1))
    feed.settle(TODAY)
    prepare()
    monkeypatch.setattr(type(MOMENTS), "_built", None)
    event = make.make_event(cooperations=[row], on=dt.date(2020, 1, 1))
    assert numbers() == {dt.date(2020, 1, 1): 2}
    Event.objects.filter(pk=event.pk).update(on=dt.date(2020, 1, 2))
    assert numbers() == {dt.date(2020, 1, 1): 1, dt.date(2020, 1, 2): 1}
    feed.settle(TODAY)
    event.delete()
    feed.settle(TODAY)
    assert numbers() == {dt.date(2020, 1, 1): 1}
    Cooperation.objects.filter(pk=row.pk).update(record_state="withdrawn")
    assert numbers() == {}


def numbers() -> dict[dt.date, int]:
    kept = MOMENTS.if_kept(TODAY, feed.version().number)
    assert kept
    return {dt.date.fromordinal(day): number for day, number in zip(kept.days, kept.numbers, strict=True)}


def test_what_is_rolled_back_and_what_nobody_made_ahead_is_asked_of_the_database() -> None:
    row = make.make_cooperation("Verbund")
    days = dt.date(2019, 1, 1), dt.date(2021, 1, 1)
    assert asked("", *days).here is None
    prepare()
    with transaction.atomic():
        make.make_event(cooperations=[row], on=dt.date(2020, 1, 1))
        changes = asked("", *days)
        assert (changes.here, changes.page(1, 4).paginator.count) == (None, 1)
        transaction.set_rollback(True)
    Cooperation.objects.filter(pk=row.pk).update(summary="Anders")  # the same number of the version again
    changes = asked("", *days)
    assert (changes.here is None, changes.page(1, 4).paginator.count) == (False, 0)


def test_a_page_takes_few_questions_whatever_there_is(django_assert_num_queries: Any) -> None:
    for number in range(3):
        row = make.make_cooperation(f"Verbund {number}")
        make.make_event(cooperations=[row], on=dt.date(2020, 1, 1))
        prepare()
        question = asked("", dt.date(2019, 1, 1), dt.date(2021, 1, 1))
        with django_assert_num_queries(2):  # the names on the days of the page, what happened
            assert len(list(question.page(1, 4))) == number + 1


def test_the_first_and_the_last_day_there_are() -> None:
    make.make_event(cooperations=[make.make_cooperation()], on=dt.date.max)
    make.make_event(cooperations=[make.make_cooperation()], on=dt.date(1, 1, 2))
    prepare()
    for since, until in ((dt.date.min, dt.date.max), (dt.date.max, dt.date.max), (dt.date.min, dt.date.min)):
        changes, slowly = asked("", since, until), asked("", since, until)
        slowly.here = None
        assert changes.here
        assert told(changes, 1) == told(slowly, 1)
