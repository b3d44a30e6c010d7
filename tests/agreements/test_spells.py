"""The spells of the participations: whatever is written, and whoever writes, they tell what the steps tell."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Event
from typing import Any

import pytest
from django.db import connection, connections, transaction

from agreements.choices import Degree, Role
from agreements.models import Cooperation, Participation, ParticipationStep, Spell
from agreements.models.spells import SPELLS
from coopportal.common import feed
from coopportal.common.triggers import install, remove
from coopportal.feed_rules import RULES
from municipalities.models import Municipality, Organisation
from tests import builders as make
from tests.builders import day

pytestmark = pytest.mark.django_db

FIRST, LAST = dt.date.min, dt.date.max
FEBRUARY, APRIL, MAY = (day(f"2019-{text}") for text in ("02-23", "04-24", "05-01"))
Told = tuple[Any, ...]


def spells_of(row: Participation) -> list[Told]:
    return list(row.spells.order_by("begins").values_list("degree", "begins", "ends", "appeared"))


def before(on: Any) -> dt.date:
    return on - dt.timedelta(days=1)


# --- The slow way ---


def slowly(on: dt.date) -> list[Told]:
    """What holds on a day, found out from the steps of each participation in Python."""
    found = []
    for row in Participation.objects.select_related("municipality", "organisation"):
        steps = list(row.steps.all())
        happened = [step for step in steps if step.effective_on is None or step.effective_on <= on]
        happened.sort(key=lambda step: (step.effective_on or FIRST, step.effective_on is not None, step.rank, step.pk))
        degree = happened[-1].degree if happened else None
        body = row.municipality or row.organisation
        keys = (row.pk, row.cooperation_id, row.municipality_id, row.organisation_id, body.state_id, row.role)
        found.append((*keys, degree, bool(happened) or not steps))
    return sorted(found)


def quickly(on: dt.date) -> list[Told]:
    keys = ("participation_id", "cooperation_id", "municipality_id", "organisation_id", "state_id", "role")
    return sorted(Spell.objects.on(on).values_list(*keys, "degree", "appeared"))


# --- Examples ---


def test_every_step_begins_a_spell_and_ends_the_one_before():
    row = make.make_participation(steps=[("existing", FEBRUARY), ("left", MAY), ("beneficiary", APRIL)])
    assert spells_of(row) == [
        (None, FIRST, before(FEBRUARY), False),
        ("existing", FEBRUARY, before(APRIL), True),
        ("beneficiary", APRIL, before(MAY), True),
        ("left", MAY, LAST, True),
    ]


def test_of_several_steps_of_one_day_the_last_has_the_spell():
    row = make.make_participation(steps=[("existing", FEBRUARY), ("intended", FEBRUARY), ("intended", FEBRUARY)])
    assert spells_of(row) == [(None, FIRST, before(FEBRUARY), False), ("existing", FEBRUARY, LAST, True)]


def test_a_step_without_a_day_holds_from_the_beginning():
    row = make.make_participation(steps=[("member", None), ("invited", APRIL), ("wished", None)])
    assert spells_of(row) == [("member", FIRST, before(APRIL), True), ("invited", APRIL, LAST, True)]


def test_without_steps_there_is_one_spell_without_a_degree():
    assert spells_of(make.make_participation(steps=[])) == [(None, FIRST, LAST, True)]


def test_the_first_and_the_last_day_that_can_be_said():
    row = make.make_participation(steps=[("member", None), ("left", FIRST), ("member", LAST)])
    assert spells_of(row) == [("left", FIRST, before(LAST), True), ("member", LAST, LAST, True)]


# --- Whatever is written ---


class Writing:
    """``write()`` writes by one way or another, chosen by the dice."""

    def __init__(self, seed: int) -> None:
        self.dice = random.Random(seed)
        self.towns = [make.make_municipality(state=code) for code in ("16", "09", "16")]
        self.offices = [make.make_organisation(state=make.make_state("16")), make.make_organisation()]
        self.ways = [getattr(self, name) for name in dir(self) if name.startswith("by_")]
        for _ in range(3):
            make.make_cooperation()

    def write(self) -> None:
        self.dice.choice(self.ways)()

    def some(self, model: Any, most: int = 1) -> list[Any]:
        rows = list(model.objects.order_by("pk"))
        return self.dice.sample(rows, min(most, len(rows)))

    def day(self) -> dt.date | None:
        return self.dice.choice([None, FIRST, LAST, *(dt.date(2020, 1, 1) + dt.timedelta(days=n) for n in range(6))])

    def step(self, row: Participation) -> ParticipationStep:
        on, precision = self.day(), self.dice.choice(["day", "vague", "unknown"])
        degree, attested_on = self.dice.choice(Degree.values), self.day()
        return ParticipationStep(
            participation=row, degree=degree, on=on, on_precision=precision, attested_on=attested_on
        )

    def by_joining(self) -> None:
        [cooperation] = self.some(Cooperation)
        bodies = [{"municipality": town} for town in self.towns] + [{"organisation": one} for one in self.offices]
        rows = [Participation(cooperation=cooperation, role=self.dice.choice(Role.values), **one) for one in bodies]
        if not cooperation.participations.exists():
            Participation.objects.bulk_create(rows)

    def by_registering_a_cooperation(self) -> None:
        row = make.make_participation(make.make_cooperation(), self.dice.choice(self.towns), steps=[])
        self.step(row).save()

    def by_saving_a_step(self) -> None:
        for row in self.some(Participation):
            self.step(row).save()

    def by_writing_many_steps(self) -> None:
        rows = [row for row in self.some(Participation, 4) for _ in range(2)]
        ParticipationStep.objects.bulk_create([self.step(row) for row in rows])

    def by_changing_many_steps(self) -> None:
        rows = self.some(ParticipationStep, 3)
        for row in rows:
            row.degree, row.on, row.on_precision = self.dice.choice(Degree.values), self.day(), "day"
        ParticipationStep.objects.bulk_update(rows, ["degree", "on", "on_precision"])

    def by_changing_past_every_method(self) -> None:
        keys = [row.pk for row in self.some(ParticipationStep, 3)]
        ParticipationStep.objects.filter(pk__in=keys).update(attested_on=self.day())
        ParticipationStep.objects.filter(pk__in=keys).update(note="nichts")

    def by_moving_a_step(self) -> None:
        for step, row in zip(self.some(ParticipationStep), self.some(Participation), strict=False):
            ParticipationStep.objects.filter(pk=step.pk).update(participation=row)

    def by_deleting_steps(self) -> None:
        ParticipationStep.objects.filter(pk__in=[row.pk for row in self.some(ParticipationStep, 2)]).delete()

    def by_leaving(self) -> None:
        for row in self.some(Participation):
            row.delete()

    def by_another_role(self) -> None:
        keys = [row.pk for row in self.some(Participation, 2)]
        Participation.objects.filter(pk__in=keys).update(role=self.dice.choice(Role.values))

    def by_another_body(self) -> None:
        for row in self.some(Participation):
            row.municipality, row.organisation = None, make.make_organisation()
            row.save()

    def by_another_cooperation(self) -> None:
        for row in self.some(Participation):
            Participation.objects.filter(pk=row.pk).update(cooperation=make.make_cooperation())

    def by_deleting_a_cooperation(self) -> None:
        for row in self.some(Cooperation):
            row.delete()
        make.make_cooperation()

    def by_moving_a_town(self) -> None:
        keys = [row.pk for row in self.some(Municipality, 2)]
        Municipality.objects.filter(pk__in=keys).update(state=make.make_state(self.dice.choice(["09", "16"])))

    def by_moving_an_office(self) -> None:
        for row in self.some(Organisation):
            row.state = self.dice.choice([None, make.make_state("09")])
            row.save()

    def by_sql(self) -> None:
        [cooperation], [office] = self.some(Cooperation), self.some(Organisation)
        with connection.cursor() as cursor:
            cursor.execute(
                "DELETE FROM agreements_participationstep WHERE participation_id IN "
                "(SELECT id FROM agreements_participation WHERE organisation_id = %s)",
                [office.pk],
            )
            cursor.execute(
                "UPDATE agreements_participation SET role = 'lead' WHERE cooperation_id = %s", [cooperation.pk]
            )

    def by_undoing(self) -> None:
        with transaction.atomic():
            self.by_writing_many_steps()
            transaction.set_rollback(True)


DAYS = (FIRST, LAST, *(dt.date(2019, 12, 30) + dt.timedelta(days=n) for n in range(10)))


@pytest.mark.parametrize("seed", range(3))
def test_the_spells_tell_what_the_steps_tell_whatever_is_written(seed: int) -> None:
    writing = Writing(seed)
    for turn in range(60):
        writing.write()
        if turn % 4 == 0:
            on = writing.dice.choice(DAYS)
            assert quickly(on) == slowly(on)
    for on in DAYS:
        assert quickly(on) == slowly(on)


# --- Who keeps them ---


def test_what_was_written_without_triggers_is_there_when_they_are_put_up_again() -> None:
    remove()
    row = make.make_participation(steps=[("member", APRIL)])
    assert spells_of(row) == []
    install(RULES.watched)
    assert spells_of(row) == [(None, FIRST, before(APRIL), False), ("member", APRIL, LAST, True)]


def test_where_putting_up_is_ended_halfway_it_is_done_whole_the_next_time(monkeypatch: pytest.MonkeyPatch) -> None:
    row = make.make_participation(steps=[("member", APRIL)])
    remove()
    with monkeypatch.context() as broken:
        broken.setattr(type(SPELLS.rules), "filling", _ended)
        with pytest.raises(KeyboardInterrupt):
            feed.begin()
    assert spells_of(row) != []
    feed.begin()
    other = make.make_participation(steps=[("member", APRIL)])
    assert len(spells_of(row)) == len(spells_of(other)) == 2


def _ended(_rules: object, _vendor: str) -> list[str]:
    raise KeyboardInterrupt


def test_triggers_are_put_up_once_and_nobody_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    filled: list[str] = []
    monkeypatch.setattr(type(SPELLS), "begin", lambda kept: filled.append(kept.table) or [])
    assert (install(RULES.watched), filled) == ([], [])


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_of_two_who_write_at_once_the_second_reads_what_the_first_has_written() -> None:
    row = make.make_participation(steps=[])

    def together(write: Callable[[int], Any]) -> None:
        with ThreadPoolExecutor(6) as pool:
            for one in [pool.submit(write, number) for number in range(6)]:
                one.result()

    def write(number: int) -> None:
        try:
            for turn in range(10):
                with transaction.atomic():
                    on = dt.date(2020, 1, 1) + dt.timedelta(days=10 * number + turn)
                    ParticipationStep.objects.create(participation=row, degree="member", attested_on=on)
        finally:
            connections.close_all()

    together(write)
    assert len(spells_of(row)) == 61


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_a_body_that_gets_another_land_meanwhile_takes_it_into_the_spell() -> None:
    row, town = make.make_cooperation(), make.make_municipality(state="16")
    land = make.make_state("09")
    written, read = Event(), Event()

    def move() -> None:
        try:
            with transaction.atomic():
                Municipality.objects.filter(pk=town.pk).update(state=land)
                written.set()
                read.wait(1)  # the other cannot go on before this is committed
        finally:
            connections.close_all()

    def join() -> None:
        try:
            written.wait(10)
            Participation.objects.create(cooperation=row, municipality=town)
            read.set()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(2) as pool:
        for one in [pool.submit(move), pool.submit(join)]:
            one.result()
    assert list(Spell.objects.values_list("state_id", flat=True)) == [land.code]
