"""What the process keeps of the register is what the database says, whatever happened meanwhile."""

from __future__ import annotations

import datetime as dt
import random
from threading import Thread
from typing import Any

import pytest
from django.db import connection, transaction
from django.http import QueryDict

from agreements.filters import AgreementFilterSet, CooperationFilterSet, EventFilterSet
from agreements.models import Agreement, Cooperation, Event, TaskField
from coopportal.common import bits, feed, followed, sweeps, touched
from coopportal.common.models import Mark
from municipalities.models import Municipality, Organisation, State
from tests import builders as make
from tests.agreements.people import TODAY
from tests.roof.random_life import STATES, Life

pytestmark = pytest.mark.django_db

LATER = TODAY + dt.timedelta(days=400)
EDITS = 500
QUESTIONS = [
    "",
    "state=16",
    "state=14,16&task_field=04",
    "legal_form=informal&status=active",
    "kind=other&search=wort",
    "role=partner&state=16",
    "degree=member,left",
    "as_of=2022-01-01",
    "as_of=2020-01-{day:02d}",
    "as_of=2020-01-{day:02d}&state=16&legal_form=informal",
    "as_of=2022-01-01&state=16&status=active,unknown",
    "as_of=2019-06-01&role=partner&state=16",
    f"as_of={LATER}&legal_form=informal&task_field=04",
]


class Busy(Life):
    """A life in which also happens what changes by which values cooperations are found."""

    def do_move_town(self) -> None:
        Municipality.objects.filter(pk=self.one(Municipality).pk).update(state=self.one(State))

    def do_move_body(self) -> None:
        Organisation.objects.filter(pk=self.one(Organisation).pk).update(state=self.one(State))

    def do_move_field(self) -> None:
        group = make.make_task_field(self.dice.choice(["04", "05"]))
        TaskField.objects.filter(parent__isnull=False, code=self.dice.choice(["04.01", "05.02"])).update(parent=group)

    def do_change_values(self) -> None:
        rows = Cooperation.objects.filter(pk=self.one(Cooperation).pk)
        rows.update(kind=self.dice.choice(["other", "exchange"]), legal_form=self.dice.choice(["", "informal"]))

    def do_plan(self) -> None:
        make.make_status_step(self.one(Cooperation), self.dice.choice(["ended", "planned"]), str(LATER))

    def do_many_at_once(self) -> None:
        Cooperation.objects.exclude(record_state="merged").update(record_state=self.dice.choice(STATES))
        Cooperation.objects.exclude(record_state="merged").filter(pk__gt=self.one(Cooperation).pk - 30).update(
            record_state="published"
        )

    def do_end(self) -> None:
        rows = Cooperation.objects.filter(pk=self.one(Cooperation).pk)
        rows.update(
            started_on=self.dice.choice([None, dt.date(2020, 1, 15)]),
            started_precision=self.dice.choice(["day", "vague"]),
            ended_on=self.dice.choice([None, None, dt.date(2021, 12, 31), dt.date(2022, 1, 1)]),
        )

    def do_attest(self) -> None:
        rows = Agreement.objects.filter(pk=self.one(Agreement).pk)
        rows.update(
            legal_form=self.dice.choice(["", "informal", "purpose_agreement"]),
            attested_on=self.dice.choice([None, dt.date(2020, 1, 20)]),
            ends_on=self.dice.choice([None, dt.date(2021, 12, 31), dt.date(2022, 1, 1)]),
        )

    def do_turn_back(self) -> None:
        days = [dt.date(2020, 1, 10), dt.date(2020, 1, 10), dt.date(2020, 1, 12), None]
        words = ["active", "dormant", "planned"]
        row = self.one(Cooperation)
        for _each in range(2):
            make.make_status_step(row, self.dice.choice(words), self.dice.choice(days))

    def do_meet_again(self) -> None:
        rows = Event.objects.filter(pk=self.one(Event).pk)
        rows.update(
            kind=self.dice.choice(["meeting", "signing"]),
            title=self.word(),
            on=self.dice.choice([None, dt.date(2020, 1, 15), dt.date(2023, 5, 1)]),
            on_precision=self.dice.choice(["day", "year", "vague"]),
        )

    def do_forget_a_meeting(self) -> None:
        if Event.objects.count() > 3:
            self.one(Event).delete()

    def do_send_others(self) -> None:
        self.one(Event).municipalities.set([self.one(Municipality)])

    def do_settle(self) -> None:
        feed.settle(self.dice.choice([TODAY, LATER]))


class ByDatabase(CooperationFilterSet):
    indexed = None


def asked(query: str, day: dt.date = TODAY, kind: Any = CooperationFilterSet) -> Any:
    return kind(QueryDict(query), Cooperation.objects.public(), today=day)


class AgreementsByDatabase(AgreementFilterSet):
    indexed = None


def asked_of_agreements(query: str, day: dt.date, kind: Any = AgreementFilterSet) -> Any:
    return kind(QueryDict(query), Agreement.objects.public(), today=day)


class EventsByDatabase(EventFilterSet):
    indexed = None


def asked_of_events(query: str, day: dt.date, kind: Any = EventFilterSet) -> Any:
    return kind(QueryDict(query), Event.objects.public(), today=day)


def numbers(question: Any) -> dict[str, Any]:
    told = {
        f"{when} {name}": {value: number for value, number in counter.items() if number}
        for when, counters in (("counts", question.counts), ("shares", question.shares))
        for name, counter in counters.items()
    }
    return told | {"total": question.total()}


@pytest.mark.parametrize("seed", range(2))
def test_bits_count_what_the_database_counts_whatever_happens(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    if seed:  # few rows are many
        monkeypatch.setattr(touched, "MOST_ROWS", 4)
        monkeypatch.setattr(touched, "MOST_MARKS", 40)
    life = Busy(seed)
    for _each in range(EDITS // 10):
        for _edit in range(10):
            life.happen()
        query = life.dice.choice(QUESTIONS).format(day=life.dice.randint(1, 28))
        day = life.dice.choice([TODAY, TODAY, LATER])
        assert numbers(asked(query, day)) == numbers(asked(query, day, ByDatabase)), (life.count, query, day)


@pytest.mark.parametrize("seed", range(2))
def test_agreements_are_counted_and_found_as_the_database_does(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    if seed:  # few rows are many
        monkeypatch.setattr(touched, "MOST_ROWS", 4)
        monkeypatch.setattr(touched, "MOST_MARKS", 40)
    life = Busy(seed)
    questions = ["", "state=16&status=in_force", "legal_form=informal", "task_field=04", "task_field=04.01&state=14,16"]
    questions += ["search=wort&state=16", "as_of=2022-01-01", "as_of=2019-06-01&state=16&ordering=-title"]
    for _each in range(EDITS // 10):
        for _edit in range(10):
            life.happen()
        query, day = life.dice.choice(questions), life.dice.choice([TODAY, LATER])
        ours, theirs = (asked_of_agreements(query, day, kind) for kind in (AgreementFilterSet, AgreementsByDatabase))
        assert numbers(ours) == numbers(theirs), (life.count, query, day)
        assert [*ours.keys()[0:9]] == [*theirs.keys()[0:9]], (life.count, query, day)
        for far in (False, True):
            at_hand = asked_of_agreements(query, day).keys_at_hand(far=far)
            assert at_hand is None or at_hand[1:7] == [*theirs.keys()[1:7]], (life.count, query, day)
            assert query or (at_hand is not None) is far


@pytest.mark.parametrize("seed", range(2))
def test_events_are_counted_and_found_as_the_database_does(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    if seed:  # few rows are many
        monkeypatch.setattr(touched, "MOST_ROWS", 4)
        monkeypatch.setattr(touched, "MOST_MARKS", 40)
    life = Busy(seed + 20)
    questions = [
        "",
        "state=16&kind=signing",
        "kind=meeting,other",
        "state=14,16",
        "ordering=title",
        "state=16&started_after=2020-01-15",
    ]
    questions += [
        "search=wort&state=16",
        "as_of=2022-01-01",
        "as_of=2019-06-01&state=16&ordering=-title",
        "ordering=-date",
    ]
    for _each in range(EDITS // 20):
        for _edit in range(10):
            life.happen()
        query, day = life.dice.choice(questions), life.dice.choice([TODAY, LATER])
        ours, theirs = (asked_of_events(query, day, kind) for kind in (EventFilterSet, EventsByDatabase))
        assert ours.sets
        assert numbers(ours) == numbers(theirs), (life.count, query, day)
        assert [*ours.keys()[0:9]] == [*theirs.keys()[0:9]], (life.count, query, day)
        if at_hand := asked_of_events(query, day).keys_at_hand():
            assert at_hand[1:7] == [*theirs.keys()[1:7]], (life.count, query, day)


def test_the_api_finds_its_pages_in_sets_that_are_there_and_builds_none() -> None:
    life, was_there = Busy(5), 0
    for _each in range(EDITS // 10):
        for _edit in range(10):
            life.happen()
        query = life.dice.choice(QUESTIONS).format(day=life.dice.randint(1, 28))
        slowly = asked(query, TODAY, ByDatabase)
        theirs = list(slowly.qs) and [*slowly.keys()[2:12]]
        followed.forget()
        assert asked(query).keys_at_hand() is None
        assert asked(query).sets
        keys = asked(query).keys_at_hand()
        assert keys is None or [*keys[2:12]] == theirs, (life.count, query)
        was_there += keys is not None
    assert was_there > EDITS // 40


SEARCHES = ["wort", "wort -gemein", '"wort und"', "koop 1", "stadt stelle", "0", "-wort", "kooperation", "a e", '"n 0"']


@pytest.mark.parametrize(
    ("ask", "kind", "slow"),
    [
        (asked, CooperationFilterSet, ByDatabase),
        (asked_of_agreements, AgreementFilterSet, AgreementsByDatabase),
        (asked_of_events, EventFilterSet, EventsByDatabase),
    ],
)
def test_words_find_what_the_database_finds_in_its_order(ask: Any, kind: Any, slow: Any) -> None:
    words, life, was_there = kind.words, Busy(3), 0
    for each in range(EDITS // 10):
        for _edit in range(10):
            life.happen()
        if each % 10 == 3:
            words.prepare(TODAY, feed.version().number)
        text = life.dice.choice(SEARCHES)
        query = life.dice.choice([f"search={text}", f"search={text}&state=16", f"search={text}&as_of=2022-01-01"])
        ours, theirs = ask(query, TODAY), ask(query, TODAY, slow)
        was_there += bool(ours.sets and ours.sets.words)
        assert numbers(ours) == numbers(theirs), (life.count, query)
        at_hand = ask(query, TODAY).keys_at_hand()
        assert (at_hand is None) == (theirs is None or not (ours.sets and ours.sets.words)), (life.count, query)
        for part in (slice(0, 5), slice(3, 9), slice(0, 1000)):
            assert at_hand is None or [*at_hand[part]] == [*theirs.keys()[part]], (life.count, query)
            found = [[*one.keys()[part]] for one in (ours, theirs)]
            assert found[0] == found[1], (life.count, query, part)
    assert was_there > EDITS // 20


def test_what_is_kept_is_brought_forward_not_made_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    row = make.make_cooperation(kind="other")
    feed.settle(TODAY)
    assert asked("").counts["kind"] == {"other": 1}
    monkeypatch.setattr(bits.Indexed, "_built", None)
    assert asked("").counts["kind"] == {"other": 1}
    make.make_cooperation(kind="exchange")
    assert asked("").counts["kind"] == {"other": 1, "exchange": 1}
    feed.settle(TODAY)
    Cooperation.objects.filter(pk=row.pk).update(kind="exchange")
    feed.settle(TODAY)
    assert asked("").counts["kind"] == {"exchange": 2}
    row.delete()
    assert asked("").counts["kind"] == {"exchange": 1}


def test_while_a_list_is_swept_it_is_not_made_anew_for_every_write(monkeypatch: pytest.MonkeyPatch) -> None:
    """After an upgrade the feed looks at all rows again, in portions, for minutes at national size."""
    row, *_others = [make.make_cooperation(kind="other") for _each in range(3)]
    feed.settle(TODAY)
    feed.mark_all([Cooperation._meta.db_table])
    feed.settle(TODAY, most=1, portion=1)
    assert asked("").counts["kind"] == {"other": 3}
    monkeypatch.setattr(bits.Indexed, "_built", None)
    Cooperation.objects.filter(pk=row.pk).update(kind="exchange")
    assert asked("").counts["kind"] == {"other": 2, "exchange": 1}
    feed.settle(TODAY, most=1, portion=1)
    assert Mark.objects.filter(kind__startswith=sweeps.SWEEP).exists()
    row.delete()
    assert asked("").counts["kind"] == {"other": 2}


def test_a_step_of_tomorrow_counts_tomorrow(monkeypatch: pytest.MonkeyPatch) -> None:
    row = make.make_cooperation(status="planned")
    make.make_status_step(row, "active", str(LATER))
    assert asked("").counts["status"] == {"planned": 1}
    monkeypatch.setattr(bits.Indexed, "_built", None)
    assert asked("", LATER).counts["status"] == {"active": 1}
    assert asked("").counts["status"] == {"planned": 1}


def test_what_is_rolled_back_leaves_no_trace() -> None:
    row = make.make_cooperation(kind="other")
    assert asked("").counts["kind"] == {"other": 1}
    with transaction.atomic():
        Cooperation.objects.filter(pk=row.pk).update(kind="exchange")
        assert asked("").counts["kind"] == {"exchange": 1}
        assert asked("").sets is None
        transaction.set_rollback(True)
    Cooperation.objects.filter(pk=row.pk).update(name="Ein anderer Name")  # the same number of the version again
    assert asked("").counts["kind"] == {"other": 1}
    assert asked("").sets is not None


@pytest.mark.parametrize("state", ["draft", "submitted", "withdrawn"])
def test_what_is_not_public_is_in_no_set(state: str) -> None:
    shown, hidden = make.make_cooperation(), make.make_cooperation()
    for row in (shown, hidden):
        make.make_participation(row, make.make_municipality(state="16"))
        make.make_agreement(row)
        make.make_award(row)
    assert asked("").counts["state"] == {"16": 2}
    Cooperation.objects.filter(pk=hidden.pk).update(record_state=state)
    question = asked("")
    sets = question.sets
    assert question.counts["state"] == {"16": 1}
    bit = 1 << sets.snapshot.places[hidden.pk]
    kept = [one for of_facet in sets.snapshot.values.values() for one in of_facet.values()]
    assert [one & bit for one in [*kept, sets.snapshot.everything]] == [0] * (len(kept) + 1)
    followed.forget()
    assert hidden.pk not in asked("").sets.snapshot.places


def test_a_day_asked_for_is_counted_along_what_is_kept_of_today(django_assert_num_queries: Any) -> None:
    row = make.make_cooperation()
    make.make_participation(row, make.make_municipality(state="16"), steps=[("member", "2020-01-01")])
    make.make_cooperation(started_on="2024-01-01", started_precision="day")
    asked("").counts  # noqa: B018
    with django_assert_num_queries(2):  # the version, the sets of the day
        assert asked("as_of=2022-01-01").counts["state"] == {"16": 1}
    with django_assert_num_queries(1):  # the version
        assert asked("as_of=2022-01-01").total() == 1
    assert asked("as_of=2019-01-01").total() == 0
    assert asked("as_of=2025-01-01").total() == 2


def test_a_day_asked_for_is_never_stale_and_shows_nothing_hidden() -> None:
    row = make.make_cooperation(kind="other")
    assert asked("as_of=2022-01-01").counts["kind"] == {"other": 1}
    Cooperation.objects.filter(pk=row.pk).update(kind="exchange")
    assert asked("as_of=2022-01-01").counts["kind"] == {"exchange": 1}
    Cooperation.objects.filter(pk=row.pk).update(ended_on="2021-12-31", ended_precision="day")
    assert asked("as_of=2022-01-01").total() == 0
    assert asked("as_of=2021-12-31").total() == 1
    Cooperation.objects.filter(pk=row.pk).update(record_state="withdrawn")
    assert asked("as_of=2021-12-31").total() == 0


def test_the_last_days_asked_for_are_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    days = [dt.date(year, 1, 1) for year in range(2015, 2020)]
    for day in days:
        asked(f"as_of={day}").counts  # noqa: B018
    kept = CooperationFilterSet.indexed.days
    assert [name[-1] for name in kept] == days[-bits.MOST_DAYS :]
    monkeypatch.setattr(bits.Indexed, "_cut_anew", None)
    asked(f"as_of={days[-3]}").counts  # noqa: B018
    assert [name[-1] for name in kept] == [days[-2], days[-1], days[-3]]


def test_other_rows_are_counted_by_the_database() -> None:
    make.make_cooperation()
    for rows in (
        Cooperation.objects.all(),
        Cooperation.objects.public().filter(kind="other"),
        Cooperation.objects.none(),
        Cooperation.objects.public().filter(participations__role="lead"),
        Cooperation.objects.public()[:3],
    ):
        assert CooperationFilterSet(QueryDict(), rows, today=TODAY).sets is None


def test_a_question_costs_as_many_queries_whatever_there_is(django_assert_num_queries: Any) -> None:
    for rows in (1, 3):
        for _each in range(rows):
            row = make.make_cooperation()
            make.make_participation(row, make.make_municipality(state="16"))
        followed.forget()
        with django_assert_num_queries(3):  # the version, its place, all sets
            asked("").counts  # noqa: B018
        with django_assert_num_queries(1):  # the version
            asked("").counts  # noqa: B018
        make.make_cooperation()
        with django_assert_num_queries(5):  # the version, its place, marks, changes, the touched rows
            asked("").counts  # noqa: B018


@pytest.mark.django_db(transaction=True)
def test_readers_at_once_are_told_the_same() -> None:
    for _each in range(3):
        make.make_participation(make.make_cooperation(), make.make_municipality(state="16"))
    found: list[Any] = []

    def read() -> None:
        try:
            found.append(asked("state=16").counts["state"])
        finally:
            connection.close()

    threads = [Thread(target=read) for _each in range(4)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert found == [{"16": 3}] * 4


# --- The sets themselves ---


def test_places_become_bits_and_bits_flags() -> None:
    draw = random.Random(7)
    for size in (0, 1, 7, 8, 9, 1000):
        places = {place for place in range(size) if draw.random() < 0.3}
        found = bits.bits_of(places, size)
        assert found == sum(1 << place for place in places)
        assert list(bits.flags_of(found, size))[:size] == [int(place in places) for place in range(size)]
