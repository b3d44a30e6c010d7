"""The rows a process keeps are those of the database, whatever happened meanwhile; so are days reckoned from them."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.db import transaction
from django.http import QueryDict
from django.utils import timezone

from agreements.deadlines import Deadlines
from agreements.filters import DeadlineFilterSet
from agreements.filters.agreement_bits import AGREEMENTS
from agreements.filters.cooperation_bits import COOPERATIONS
from agreements.filters.deadline_rows import RECORDS, TERMS
from agreements.models import Agreement, Cooperation
from coopportal.common import ahead, feed, followed, teller, touched
from coopportal.common.models import Change
from funding.models import Criterion, Programme
from municipalities.models import Municipality
from municipalities.roll import roll
from tests import builders as make
from tests.agreements.people import TODAY
from tests.roof.test_bits import EDITS, LATER, Busy

pytestmark = pytest.mark.django_db

QUESTIONS = [
    "",
    "state=16",
    "state=14,16&kind=affirmation,notice",
    "months=60",
    "months=1&kind=term_end",
    "due=overdue&state=16",
    "programme={programme}",
    "programme={programme}&state=16&kind=application",
]


class Ending(Busy):
    """A life in which things have their days too."""

    def do_terms(self) -> None:
        days = [dt.date(2020, 1, 1), dt.date(2024, 2, 29), dt.date(2023, 5, 31)]
        Agreement.objects.filter(pk=self.one(Agreement).pk).update(
            status=self.dice.choice(["in_force", "in_force", "terminating", "ended"]),
            effective_on=self.dice.choice(days),
            effective_precision=self.dice.choice(["day", "day", "month"]),
            ends_on=self.dice.choice([None, None, LATER]),
            ends_precision=self.dice.choice(["day", "year"]),
            term_months=self.dice.choice([None, 12, 36]),
            renewal_months=self.dice.choice([None, 12]),
            notice_months=self.dice.choice([None, 3, 6]),
        )

    def do_parties(self) -> None:
        row = self.one(Agreement)
        parties = list(row.cooperation.participations.all())
        row.parties.set(self.dice.sample(parties, self.dice.randint(0, len(parties))))

    def do_keep(self) -> None:
        keeper = self.dice.choice([None, self.one(Municipality)])
        Cooperation.objects.filter(pk=self.one(Cooperation).pk).update(keeper=keeper)

    def do_stand_up(self) -> None:
        day = self.dice.choice([None, dt.date(2024, 3, 1), dt.date(2025, 7, 1)])
        Cooperation.objects.filter(pk=self.one(Cooperation).pk).update(affirmed_on=day)

    def do_move_keeper(self) -> None:
        row = make.make_municipality(state=self.dice.choice(["14", "16"]))
        Cooperation.objects.filter(pk=self.one(Cooperation).pk).update(keeper=row)
        self.do_settle()
        Municipality.objects.filter(pk=row.pk).update(state="09")

    def do_end_cooperation(self) -> None:
        rows = Cooperation.objects.filter(pk=self.one(Cooperation).pk)
        rows.update(ended_on=self.dice.choice([None, TODAY, TODAY - dt.timedelta(days=1)]))

    def do_window(self) -> None:
        day = f"{self.dice.randint(1, 12):02d}-15"
        make.make_criterion(self.one(Programme), kind="application_window", parameters={"until": day})
        Criterion.objects.filter(pk=self.one(Criterion).pk).delete()


class ByDatabase(DeadlineFilterSet):
    is_national = False  # type: ignore[assignment]


def told(query: str, day: dt.date, kind: Any = DeadlineFilterSet) -> dict[str, Any]:
    found = Deadlines(kind(QueryDict(query), Agreement.objects.none(), today=day))
    counts = {name: {value: n for value, n in numbers.items() if n} for name, numbers in found.due.counts.items()}
    return {"rows": [(row.on, row.kind, row.key) for row in found], "counts": counts, "undated": found.undated}


def rows_of(one: Any) -> dict[Any, tuple[Any, ...]]:
    return {key: tuple(row) for key, *row in one.read()}


@pytest.mark.parametrize("seed", range(2))
def test_what_is_kept_is_what_the_database_has_whatever_happens(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    if seed:  # few rows are many
        monkeypatch.setattr(touched, "MOST_ROWS", 4)
    life = Ending(seed)
    make.make_state("09")
    for _each in range(EDITS // 10):
        for _edit in range(10):
            life.happen()
        day, number = life.dice.choice([TODAY, TODAY, LATER]), feed.version().number
        assert {one: one.present(day, number).rows for one in (TERMS, RECORDS)} == {
            one: rows_of(one) for one in (TERMS, RECORDS)
        }, life.count
        query = life.dice.choice(QUESTIONS).format(programme=life.one(Programme).slug)
        assert told(query, day) == told(query, day, ByDatabase), (life.count, query, day)


def test_only_what_was_written_is_read_again(monkeypatch: pytest.MonkeyPatch) -> None:
    row = make.make_cooperation(keeper=make.make_municipality(state="16"), affirmed_on=dt.date(2025, 1, 2))
    assert RECORDS.present(TODAY, feed.version().number).rows == {row.pk: ("2025-01-02", "16")}
    monkeypatch.setattr(followed.FollowedRows, "_built", None)
    Cooperation.objects.filter(pk=row.pk).update(affirmed_on=dt.date(2025, 3, 4))
    assert RECORDS.present(TODAY, feed.version().number).rows == {row.pk: ("2025-03-04", "16")}
    Cooperation.objects.filter(pk=row.pk).update(record_state="withdrawn")
    assert RECORDS.present(TODAY, feed.version().number).rows == {}


def test_what_follows_is_kept_as_long_as_its_rows_are() -> None:
    row = make.make_cooperation(keeper=make.make_municipality())
    kept = RECORDS.present(TODAY, feed.version().number)
    assert [kept.once("one", lambda: 1), kept.once("one", lambda: 2)] == [1, 1]
    make.make_programme()
    assert RECORDS.present(TODAY, feed.version().number).once("one", lambda: 3) == 1
    Cooperation.objects.filter(pk=row.pk).update(name="Anders")
    assert RECORDS.present(TODAY, feed.version().number).once("one", lambda: 4) == 4


def test_nothing_is_kept_of_what_may_be_rolled_back() -> None:
    make.make_cooperation(keeper=make.make_municipality())
    with transaction.atomic():
        assert RECORDS.present(TODAY, feed.version().number) is None


def test_the_first_visitor_of_the_deadlines_waits_for_nothing(django_assert_num_queries: Any) -> None:
    row = make.make_cooperation(keeper=make.make_municipality())
    make.make_agreement(row, effective_on=dt.date(2020, 1, 1), effective_precision="day", term_months=12)
    ahead.look()
    today = timezone.localdate()
    with django_assert_num_queries(2):  # the version, windows
        Deadlines(DeadlineFilterSet(QueryDict("months=24"), Agreement.objects.none(), today=today)).due.counts  # noqa: B018


def keys_in(one: Any) -> list[Any]:
    snapshot = one.present(TODAY, feed.version().number)
    return sorted(snapshot.keys_of(snapshot.everything))


def test_what_came_and_went_before_anybody_was_told_is_gone_here_too() -> None:
    rows = [make.make_cooperation(), make.make_cooperation()]
    feed.settle(TODAY)
    acts = [make.make_agreement(row, effective_on=dt.date(2020, 1, 1), term_months=12) for row in rows]
    came = make.make_cooperation()
    assert (keys_in(COOPERATIONS), keys_in(AGREEMENTS)) == (
        [*(row.pk for row in rows), came.pk],
        [act.pk for act in acts],
    )
    assert [*TERMS.present(TODAY, feed.version().number).rows] == [act.pk for act in acts]
    Cooperation.objects.filter(pk=came.pk).update(record_state="withdrawn")
    acts[0].delete()
    feed.settle(TODAY)
    assert (keys_in(COOPERATIONS), keys_in(AGREEMENTS)) == ([row.pk for row in rows], [acts[1].pk])
    assert [*TERMS.present(TODAY, feed.version().number).rows] == [acts[1].pk]


def test_what_is_in_no_list_of_today_is_followed_too() -> None:
    """A body that has ended is on no list of today; the map of a past day shows it, and it may keep a record."""
    row = make.make_municipality(name="Alt", state="16", valid_until=dt.date(2020, 1, 1))
    make.make_state("09")
    make.make_cooperation(keeper=row, affirmed_on=dt.date(2025, 1, 2))
    feed.settle(TODAY)
    number = feed.version().number
    assert [body.name for body in roll(number).bodies] == ["Alt"]
    assert [*RECORDS.present(TODAY, number).rows.values()] == [("2025-01-02", "16")]
    Municipality.objects.filter(pk=row.pk).update(name="Neu", state="09")
    feed.settle(TODAY)
    number = feed.version().number
    assert [body.name for body in roll(number).bodies] == ["Neu"]
    assert [*RECORDS.present(TODAY, number).rows.values()] == [("2025-01-02", "09")]


def test_all_rows_of_a_table_told_in_the_meantime_are_read_anew() -> None:
    make.make_municipality(name="Alt", valid_until=dt.date(2020, 1, 1))
    feed.settle(TODAY)
    seen = touched.look("default")
    feed.mark_all([Municipality._meta.db_table])
    feed.settle(TODAY)
    ways = {Municipality._meta.db_table: "pk"}
    now = touched.look("default", seen)
    assert touched.touched("default", seen, now, "municipalities", Municipality.objects.all(), ways) is None


def test_nobody_is_told_of_what_is_noted(client: Any) -> None:
    feed.settle(timezone.localdate())
    before = touched.look("default").noted
    row = make.make_cooperation(record_state="draft")
    now = feed.settle(timezone.localdate())
    noted = Change.objects.filter(position__lt=before).values_list("resource", "object_pk")
    assert [*noted] == [(f"{teller.NOTED}cooperations", str(row.pk))]
    told = client.get("/api/v1/changes/?page_size=1000").json()
    assert (told["cursor"], [one["resource"] for one in told["results"]]) == (
        str(now.position),
        [*Change.objects.filter(position__gt=0).values_list("resource", flat=True)],
    )
