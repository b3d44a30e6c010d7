"""The benchmark of the reads works: at a tiny scale its floor says what the portal says. Its times are no test."""

from __future__ import annotations

import datetime as dt
import json
from typing import Any

import pytest
from django.core.handlers.wsgi import WSGIHandler
from django.db import connection
from django.utils import timezone

from benchmarks import naive, reads, worst
from benchmarks.floor import Floor
from benchmarks.generator.filling import fill
from benchmarks.racing import ask, calls, race
from benchmarks.reads import Child, grown

# On PostgreSQL the benchmark opens connections of its own, which a test that is rolled back does not allow.
pytestmark = [pytest.mark.django_db, pytest.mark.once]


@pytest.fixture
def child(monkeypatch: pytest.MonkeyPatch) -> Child:
    """Over sixty cooperations, with the connection of the test for both; one round of few addresses."""
    monkeypatch.setattr(reads, "STATES", ("16",))
    monkeypatch.setattr(reads, "DETAILS", 2)
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
    assert {name: ours[name] for name in theirs} == theirs
    assert json.loads(naive.page(1))["count"] == 60


def test_every_part_finds_figures(child: Child, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(worst, "FILTERS", ("", "land=16"))
    monkeypatch.setattr(worst, "OTHERS", ("/kommunen/",))
    for part in (child.lists, child.details, child.unchanged, child.files, child.worst):
        part()
    told = {row["what"]: row for row in child.found}
    assert {"list of 25, filtered (JSON)", "detail (JSON): statements", "clicks above 100 ms"} <= told.keys()
    assert told["page of 100, unchanged (304)"]["most"] == 0.2
    found = [row for row in child.found if "without its SQL" not in row["what"] and row["value"] is not None]
    assert all(row["value"] >= 0 for row in found)


def test_growth_is_told_where_both_sizes_were_measured() -> None:
    rows = [{"what": "detail (JSON)", "value": value} for value in (2.0, 3.0)]
    [told] = grown(rows[:1], rows[1:], "L")
    assert (told["ratio"], told["most"], told["against"]) == (1.5, 1.3, "S (here L)")


def test_contestants_take_turns_and_calls_are_counted() -> None:
    seen: list[Any] = []
    times = race([lambda turn: seen.append(("a", turn)), lambda turn: seen.append(("b", turn))], 2)
    assert seen == [("a", 0), ("b", 0), ("a", 0), ("b", 0), ("a", 1), ("b", 1)]
    assert [len(one) for one in times] == [2, 2]
    assert calls(lambda: dt.date(2026, 1, 1).isoformat()) - calls(lambda: None) == 1
