"""Who takes part beside whom, reckoned in the process, is what the database says, whatever happened meanwhile."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.db import transaction
from django.http import QueryDict

from agreements.choices import NetworkLevel
from agreements.filters import NetworkFilterSet, presences
from agreements.models import Confirmation, Cooperation, Participation
from agreements.network import CooperationNetwork
from agreements.querysets.pairs import Pair, Refused, Shared
from agreements.slow_ties import InDatabase
from agreements.ties import InProcess, in_process
from coopportal.common import followed, touched
from municipalities.models import Municipality, Organisation
from tests import builders as make
from tests.agreements.people import TODAY
from tests.roof.random_life import Life

pytestmark = pytest.mark.django_db

LATER = TODAY + dt.timedelta(days=400)
EDITS = 80
MOST = 2
#: ``TOWN`` and others stand for some body of the moment.
QUESTIONS = [
    "",
    "state=16",
    "state=14,16&task_field=04",
    "search=wort",
    "role=partner&state=16",
    "within=TOWN",
    "organisation=OFFICE",
    "municipality=TOWN",
    "municipality=TOWN&depth=2",
    "municipality=TOWN&depth=3&state=16",
    "as_of=2021-06-01",
    "as_of=2020-01-01&municipality=TOWN&depth=2",
    "as_of=2019-06-01&state=16",
    f"as_of={LATER}&status=active",
]


class Refusing(Life):
    """A life in which offices take part, several bodies join at once, and some say that they do not."""

    def do_gather(self) -> None:
        row = self.one(Cooperation)
        bodies = [make.make_organisation(state=self.dice.choice([None, make.make_state("16")]))]
        bodies += self.dice.choices(Municipality.objects.all(), k=4)
        for body in set(bodies):
            days = sorted(self.dice.sample(["2018-01-01", "2019-01-01", "2021-01-01", "2022-01-01", str(LATER)], 2))
            degrees = self.dice.sample(["member", "party", "invited", "left", "existing"], 2)
            make.make_participation(row, body, steps=list(zip(degrees, days, strict=True)))

    def do_gather_again(self) -> None:
        self.do_gather()

    def do_refuse(self) -> None:
        row = self.one(Participation)
        if not Confirmation.objects.filter(participation=row).exists():
            make.make_confirmation(row, answer="refused", answered_on=dt.date(2025, 1, 1))

    def do_move(self) -> None:
        state = self.dice.choice([make.make_state("16"), make.make_state("14")])
        Municipality.objects.filter(pk=self.one(Municipality).pk).update(state=state)
        Organisation.objects.filter(pk=self.one(Organisation).pk).update(state=state)


def asked(query: str, day: dt.date = TODAY) -> Any:
    return NetworkFilterSet(QueryDict(query), Cooperation.objects.public(), today=day)


def told(ties: Any, level: NetworkLevel) -> tuple[set[Pair], dict[tuple[str, str], Refused], list[Shared]]:
    """All pairs, which of them are refused, and what they share; each pair in the order of its letters."""
    pairs = ties.pairs(level, 10_000)
    return (
        {Pair(*sorted(pair[:2]), pair.number) for pair in pairs},
        {tuple(sorted(pair)): one for pair, one in ties.refused(level).items()},
        sorted(Shared(*sorted(one[:2]), *one[2:]) for one in ties.shared(level, pairs, most=MOST)),
    )


def compare(query: str, day: dt.date) -> int:
    """How many pairs there are on the finest level."""
    question = asked(query, day)
    quick, slow = in_process(question), InDatabase(question)
    assert isinstance(quick, InProcess)
    for level in NetworkLevel:
        found = told(quick, level)
        assert found == told(slow, level), (query, level)
        nodes = {key for pair in found[0] for key in pair[:2] if pair.one != pair.other}
        assert not quick.has_more_nodes(level, len(nodes))
        assert quick.has_more_nodes(level, len(nodes) - 1) is bool(nodes)
    return len(quick.pairs(NetworkLevel.BODY, 10_000) or ())


@pytest.mark.parametrize("seed", range(2))
def test_what_is_reckoned_is_what_the_database_says(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    if seed:  # few rows are many
        monkeypatch.setattr(touched, "MOST_ROWS", 4)
        monkeypatch.setattr(presences, "MOST_STALE", 6)
        monkeypatch.setattr("agreements.ties.PORTION", 1)
        monkeypatch.setattr("agreements.ties.FEW", 0)
    life, found = Refusing(seed), 0
    for _each in range(EDITS // 10):
        for _edit in range(10):
            life.happen()
        towns = Participation.objects.filter(municipality__isnull=False).order_by("pk")
        town = life.dice.choice([*towns.values_list("municipality__ars", flat=True)] or ["160000000000"])
        query = life.dice.choice(QUESTIONS).replace("TOWN", town)
        query = query.replace("OFFICE", life.one(Organisation).slug)
        found += compare(query, life.dice.choice([TODAY, TODAY, LATER]))
    assert found


def test_more_pairs_than_asked_for_are_none() -> None:
    row = make.make_cooperation()
    for _each in range(4):
        make.make_participation(row, make.make_municipality())
    for ties in (in_process(asked("")), InDatabase(asked(""))):
        assert ties is not None
        assert (len(ties.pairs(NetworkLevel.BODY, 6) or ()), ties.pairs(NetworkLevel.BODY, 5)) == (6, None)


def test_what_is_not_public_ties_nobody() -> None:
    towns = [make.make_municipality() for _each in range(2)]
    rows = [make.make_cooperation(record_state=state) for state in ("published", "draft")]
    for row in rows:
        for town in towns:
            make.make_participation(row, town)
    assert [row.number for row in CooperationNetwork(asked("")).rows] == [1]
    Cooperation.objects.filter(pk=rows[0].pk).update(record_state="withdrawn")
    assert CooperationNetwork(asked("")).rows == []


def test_within_a_transaction_the_database_is_asked() -> None:
    """What is written there others must not see, and what is rolled back leaves no trace."""
    row, town = make.make_cooperation(), make.make_municipality()
    make.make_participation(row, town)
    assert CooperationNetwork(asked("")).rows == []
    with transaction.atomic():
        make.make_participation(row, make.make_municipality())
        assert in_process(asked("")) is None
        assert [one.number for one in CooperationNetwork(asked("")).rows] == [1]
        transaction.set_rollback(True)
    followed.forget()
    assert CooperationNetwork(asked("")).rows == []
