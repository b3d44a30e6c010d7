"""What the process knows of the spells says how many participations there are, and which stand on a page far behind."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Iterator
from typing import Any

import pytest
from django.http import QueryDict
from django.test import Client
from django.utils import timezone

from agreements.filters import ParticipationFilterSet, participation_places, presences
from agreements.models import Participation, ParticipationStep
from coopportal.common import ahead
from tests import builders as make

pytestmark = pytest.mark.django_db

NAMES = ["Bauhof", "Abwasser", "Bauhof", "Wasser", "Bauhof", "Feuerwehr"]


@pytest.fixture(autouse=True)
def _a_few_pages_are_far(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(participation_places, "FAR", 1)


def fill(seed: int) -> None:
    """Cooperations that share names, with bodies of all kinds; some take part no more, some not yet."""
    dice = random.Random(seed)
    bodies: list[Any] = [make.make_municipality(name) for name in ("Neustadt", "Altdorf", "Neuhaus", "Weimar")]
    bodies += [make.make_organisation("Verein Neustadt"), make.make_organisation("Kammer")]
    for number, name in enumerate(NAMES):
        row = make.make_cooperation(name, record_state="published" if number else "draft")
        for body in dice.sample(bodies, dice.randrange(6)):
            days = dice.sample([None, "2019-01-01", "2021-01-01", str(timezone.localdate() + dt.timedelta(9))], 2)
            steps = list(zip(dice.sample(["member", "invited", "left"], 2), days, strict=True))
            make.make_participation(row, body, steps=dice.choice([[], steps, steps[:1]]))


def asked(query: str) -> ParticipationFilterSet:
    question = ParticipationFilterSet(QueryDict(query), Participation.objects.public())
    question.form.is_valid()
    return question


def known(query: str) -> int | None:
    """What the process says of a question, once it has made ahead what it makes."""
    ahead.look()
    return participation_places.number(asked(query))


@pytest.mark.parametrize("seed", range(4))
def test_as_many_are_found_as_the_database_finds(seed: int) -> None:
    fill(seed)
    for change in (None, make.make_participation, lambda: Participation.objects.last().delete()):
        if change:
            change()
        for query in ("", "search=neu", "search=-neu", "search=neustadt verein", "search=xy", "ordering=-since"):
            assert known(query) == asked(query).qs.count()


@pytest.mark.parametrize("query", ["role=lead", "search=neu&state=16", "as_of=2020-01-01"])
def test_of_other_questions_only_the_database_knows(query: str) -> None:
    make.make_state("16")
    assert known(query) is None


def test_what_is_not_public_to_all_is_not_known() -> None:
    ahead.look()
    assert participation_places.number(ParticipationFilterSet(QueryDict(), Participation.objects.all())) is None


def test_before_anything_is_made_ahead_the_database_counts() -> None:
    presences.forget()
    assert participation_places.number(asked("")) is None


@pytest.mark.parametrize("seed", range(4))
def test_pages_far_behind_are_those_of_the_list(client: Client, seed: int) -> None:
    fill(seed)
    every = [row["id"] for row in client.get("/api/v1/participations/?page_size=1000").json()["results"]]
    assert every == list(asked("").records().values_list("pk", flat=True))
    ahead.look()
    for size in (1, 3):
        for start in range(0, len(every), size):
            page = client.get(f"/api/v1/participations/?page_size={size}&page={start // size + 1}").json()
            assert (page["count"], [row["id"] for row in page["results"]]) == (len(every), every[start : start + size])


def test_a_page_far_behind_begins_with_its_cooperation() -> None:
    fill(1)
    ahead.look()
    rows = list(asked("").records().select_related("cooperation"))
    condition, before = asked("").near(len(rows) - 1, len(rows))  # type: ignore[misc]
    last = rows[-1].cooperation.sort_key
    assert before == sum(row.cooperation.sort_key < last for row in rows)
    assert set(Participation.objects.public().filter(condition)) == {
        row for row in rows if row.cooperation.sort_key == last
    }


@pytest.mark.parametrize("query", ["ordering=-updated_at", "search=neu", "role=lead", "as_of=2020-01-01"])
def test_other_lists_are_gone_through_by_the_database(query: str) -> None:
    fill(1)
    ahead.look()
    assert asked(query).near(3, 9_999) is None


@pytest.mark.parametrize("order", ["municipality", "-municipality", "organisation", "-organisation"])
@pytest.mark.parametrize("seed", range(3))
def test_pages_in_the_order_of_the_bodies_are_those_of_the_list(client: Client, seed: int, order: str) -> None:
    fill(seed)
    make.make_participation(make.make_cooperation(), make.make_municipality("Neustadt"))
    every = list(asked(f"ordering={order}").records().values_list("pk", flat=True))
    for change in (None, lambda: Participation.objects.filter(pk=every.pop(1)).delete()):
        if change:
            change()
        ahead.look()
        for size in (1, 3):
            for start in range(0, len(every), size):
                assert asked(f"ordering={order}").near(start, start + size) is not None
                query = f"ordering={order}&page_size={size}&page={start // size + 1}"
                page = client.get(f"/api/v1/participations/?{query}").json()
                assert [row["id"] for row in page["results"]] == every[start : start + size]


def test_of_a_page_in_the_order_of_the_bodies_only_its_bodies_are_asked() -> None:
    fill(1)
    ahead.look()
    rows = list(asked("ordering=municipality").records().select_related("municipality"))
    condition, before = asked("ordering=municipality").near(3, 4)  # type: ignore[misc]
    name = rows[3].municipality.sort_key
    assert before == sum(bool(row.municipality and row.municipality.sort_key < name) for row in rows)
    found = set(Participation.objects.public().filter(condition))
    assert found == {row for row in rows if row.municipality and row.municipality.sort_key == name}
    for query in ("ordering=municipality&role=partner", "ordering=municipality&as_of=2021-06-01"):
        assert asked(query).near(3, 4) is None


@pytest.mark.parametrize("order", ["since", "-since", "since,-municipality", "-since,updated_at"])
@pytest.mark.parametrize("seed", range(3))
def test_pages_in_the_order_of_the_first_days_are_those_of_the_list(client: Client, seed: int, order: str) -> None:
    fill(seed)
    make.make_participation(make.make_cooperation(), make.make_municipality(), steps=[("member", "2021-01-01")])

    def edits() -> Iterator[Any]:
        yield None
        dated = ParticipationStep.objects.filter(effective_on__isnull=False, participation__in=every)
        yield dated.first().delete()
        later: Any = ParticipationStep.objects.filter(participation__in=every).last()
        later.on, later.on_precision = dt.date(2018, 5, 1), "day"
        yield later.save()
        yield make.make_participation(make.make_cooperation(), make.make_municipality())
        yield Participation.objects.filter(pk=every[1]).delete()

    every: list[int] = list(asked("").records().values_list("pk", flat=True))
    for _edit in edits():
        every = list(asked(f"ordering={order}").records().values_list("pk", flat=True))
        ahead.look()
        for size in (1, 3):
            for start in range(0, len(every), size):
                assert asked(f"ordering={order}").near(start, start + size) is not None
                query = f"ordering={order}&page_size={size}&page={start // size + 1}"
                page = client.get(f"/api/v1/participations/?{query}").json()
                assert [row["id"] for row in page["results"]] == every[start : start + size]


def test_of_a_page_in_the_order_of_the_first_days_only_its_days_are_asked() -> None:
    for year in (2021, 2019, 2021, 2020):
        make.make_participation(make.make_cooperation(), make.make_municipality(), steps=[("member", f"{year}-01-01")])
    ahead.look()
    rows = Participation.objects.public().with_degree_on(timezone.localdate())
    for order, start, before, years in (("since", 1, 1, {2020}), ("-since", 1, 0, {2021}), ("since", 3, 2, {2021})):
        condition, left_out = asked(f"ordering={order}").near(start, start + 1)  # type: ignore[misc]
        assert (left_out, {row.first_attested_on.year for row in rows.filter(condition)}) == (before, years)


def test_the_first_day_of_all_is_not_taken_for_an_unknown_one(client: Client) -> None:
    for day in ("2021-01-01", None, "0001-01-01"):
        make.make_participation(make.make_cooperation(), make.make_municipality(), steps=[("member", day)])
    ahead.look()
    for order in ("since", "-since"):
        every = list(asked(f"ordering={order}").records().values_list("pk", flat=True))
        pages = [client.get(f"/api/v1/participations/?ordering={order}&page_size=1&page={n}").json() for n in (1, 2, 3)]
        assert [row["id"] for page in pages for row in page["results"]] == every


@pytest.mark.parametrize("order", ["since", "-since"])
@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("reach", [0, 1, 2])
def test_the_first_by_their_days_are_found_along_the_days_of_steps(
    monkeypatch: pytest.MonkeyPatch, client: Client, reach: int, seed: int, order: str
) -> None:
    fill(seed)
    every = list(asked(f"ordering={order}").records().values_list("pk", flat=True))
    monkeypatch.setattr(participation_places, "REACH", reach)
    for size in (1, 3):
        for start in range(0, len(every), size):
            query = f"ordering={order}&page_size={size}&page={start // size + 1}"
            page = client.get(f"/api/v1/participations/?{query}").json()
            assert [row["id"] for row in page["results"]] == every[start : start + size]


def test_the_first_by_their_days_need_enough_steps(monkeypatch: pytest.MonkeyPatch) -> None:
    for year in (2019, 2020, 2021):
        make.make_participation(make.make_cooperation(), make.make_municipality(), steps=[("member", f"{year}-01-01")])
    make.make_participation(make.make_cooperation(), make.make_municipality(), steps=[("member", None)])
    monkeypatch.setattr(participation_places, "REACH", 1)
    condition, before = asked("ordering=-since").near(0, 1)  # type: ignore[misc]
    found = Participation.objects.public().with_degree_on(timezone.localdate()).filter(condition)
    assert (before, sorted(row.first_attested_on.year for row in found)) == (0, [2020, 2021])
    assert asked("ordering=-since").near(0, 3) is None
    assert asked("ordering=-since&as_of=2021-06-01").near(0, 1) is None
    assert asked("ordering=-since&role=partner").near(0, 1) is None
    assert asked("ordering=-updated_at").near(0, 1) is None


@pytest.mark.parametrize("number", [1, 3])
def test_statements_of_a_page_far_behind(client: Client, django_assert_num_queries: Any, number: int) -> None:
    """The version, where the list is entered (two), the page, its steps; none counts participations."""
    for _each in range(number + 2):
        make.make_participation(make.make_cooperation(), make.make_municipality())
    ahead.look()
    with django_assert_num_queries(5) as asked_for:
        client.get(f"/api/v1/participations/?page_size=1&page={number + 2}")
    assert not [one for one in asked_for.captured_queries if "COUNT(*)" in one["sql"] and "participation" in one["sql"]]


def test_statements_of_a_search(client: Client, django_assert_num_queries: Any) -> None:
    """The version, the bodies of that name (two), the page, its steps."""
    make.make_participation(make.make_cooperation(), make.make_municipality("Neustadt"))
    ahead.look()
    with django_assert_num_queries(5):
        assert client.get("/api/v1/participations/?search=neu").json()["count"] == 1
