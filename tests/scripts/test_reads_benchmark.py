"""The benchmark of the reads works: at a tiny scale its floor says what the portal says. Its times are no test."""

from __future__ import annotations

import datetime as dt
import json
from typing import Any

import pytest
from django.core.handlers.wsgi import WSGIHandler
from django.db import connection
from django.utils import timezone

from benchmarks import measures, naive, readers, worst
from benchmarks.floor import Floor
from benchmarks.generator.filling import fill
from benchmarks.goals import grown
from benchmarks.measures import Child
from benchmarks.racing import ask, calls, is_noisy, race

# On PostgreSQL the benchmark opens connections of its own, which a test that is rolled back does not allow.
pytestmark = [pytest.mark.django_db, pytest.mark.once]


@pytest.fixture
def child(monkeypatch: pytest.MonkeyPatch) -> Child:
    """Over sixty cooperations, with the connection of the test for both; one round of few addresses."""
    monkeypatch.setattr(measures, "STATES", ("16",))
    monkeypatch.setattr(measures, "DETAILS", 2)
    fill(cooperations=60, participations=600, part=0.02)
    floor = Floor(connection.connection, timezone.localdate(), is_sqlite=connection.vendor == "sqlite")
    return Child(WSGIHandler(), floor, connection, rounds=1)


def test_floor_portal_and_peer_answer_the_same(child: Child) -> None:
    child.same_answers()
    child.facets()  # compares them too
    slug = child.slugs()[0]
    ours, theirs = (json.loads(ask(app, address)[2]) for app, address in (
        (child.app, f"/api/v1/cooperations/{slug}/"), (child.floor, f"/detail?slug={slug}"),
    ))  # fmt: skip
    assert {name: ours[name] for name in theirs if name != "updated_at"} == {
        k: v for k, v in theirs.items() if k != "updated_at"
    }
    assert json.loads(naive.page(1))["count"] == 60


def test_every_part_finds_figures(child: Child, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(worst, "FILTERS", ("", "land=16"))
    monkeypatch.setattr(worst, "OTHERS", ("/kommunen/",))
    for part in (child.lists, child.details, child.search, child.partners, child.unchanged, child.files, child.worst):
        part()
    told = {row["what"]: row for row in child.found}
    assert {"list of 25, filtered (JSON)", "detail (JSON): statements", "clicks above 100 ms"} <= told.keys()
    assert told["page of 100, unchanged (304)"]["most"] == 0.2
    assert all(row["value"] >= 0 for row in child.found if row["value"] is not None)


def test_a_part_that_fails_is_told_and_the_others_are_measured(child: Child, monkeypatch: pytest.MonkeyPatch) -> None:
    said: list[str] = []
    child.say = lambda row: said.append(row["what"])
    monkeypatch.setattr(child, "days", lambda: 1 / 0)
    child._measure(("days", "unchanged"))
    assert child.found[0] == {
        "what": "days: failed",
        "value": None,
        "unit": "",
        "ratio": None,
        "why": "division by zero",
    }
    assert said == [row["what"] for row in child.found]
    assert len(said) == 5


def test_growth_is_told_where_both_sizes_were_measured() -> None:
    rows = [{"what": "detail (JSON)", "value": value} for value in (2.0, 3.0)]
    [told] = grown(rows[:1], rows[1:], "L")
    assert (told["ratio"], told["most"], told["against"]) == (1.5, 1.3, "S (here L)")


def test_noise_is_found_in_what_the_same_questions_take() -> None:
    steady = [1.0, 20.0] * 20
    assert not is_noisy(steady, 2)
    assert is_noisy([*steady[:24], *(2 * ms for ms in steady[24:])], 2)


def test_pieces_of_an_answer_are_put_together() -> None:
    assert readers._unchunked(b"5\r\n[1, 2\r\n1\r\n]\r\n0\r\n\r\n") == b"[1, 2]"


def test_contestants_take_turns_and_calls_are_counted() -> None:
    seen: list[Any] = []
    times = race([lambda turn: seen.append(("a", turn)), lambda turn: seen.append(("b", turn))], 2)
    assert seen == [("a", 0), ("b", 0), ("a", 0), ("b", 0), ("a", 1), ("b", 1)]
    assert [len(one) for one in times] == [2, 2]
    assert calls(lambda: dt.date(2026, 1, 1).isoformat()) - calls(lambda: None) == 1
