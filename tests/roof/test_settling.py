"""What has to be looked at again as a whole is told in portions, and no follower misses anything."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.core.management import call_command
from django.db import OperationalError, connection
from django.test import Client
from django.utils import timezone

from agreements.models import Cooperation, Participation
from agreements.workflow import withdraw
from coopportal.common import feed
from coopportal.common.models import Change, Mark
from coopportal.common.triggers import remove
from municipalities.models import Municipality
from tests import builders as make
from tests.agreements.people import TODAY, make_world
from tests.roof.follower import Follower, content
from tests.roof.random_life import Life

pytestmark = pytest.mark.django_db
URL = "/api/v1/changes/"


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> int:
    """Portions of three rows."""
    monkeypatch.setattr(feed, "PORTION", 3)
    return 4 * 3


def test_who_only_reads_is_answered_while_somebody_writes_for_long(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With SQLite there is one writer: a large import can hold its place for longer than anybody waits."""

    def locked(*_asked: Any) -> None:
        raise OperationalError("database is locked")

    feed.settle(timezone.localdate())
    place = feed.version().position
    make.make_cooperation(slug="bauhof")
    monkeypatch.setattr(feed, "_settle_portion", locked)
    assert client.get("/api/v1/cooperations/nirgends/").status_code == 404
    told = client.get(f"{URL}?cursor={place}").json()
    assert (told["results"], told["cursor"], told["more"]) == ([], str(place), True)
    monkeypatch.undo()
    told = client.get(told["next"]).json()
    assert "bauhof" in [one["key"] for one in told["results"]]


def upgraded() -> None:
    """As after a ``migrate`` that changes triggers: everything has to be looked at."""
    remove()
    feed.begin()


def test_a_request_tells_no_more_than_its_portions(client: Client, small: int) -> None:
    for code in ("01", "02", "03", "04", "05", "06"):
        make.make_state(code)
    for _ in range(8):
        make.make_participation()
    feed.settle(TODAY)
    upgraded()
    before = feed.version()
    answer = client.get(URL, {"cursor": before.position, "page_size": 1000}).json()
    assert (0 < len(answer["results"]) <= small, answer["more"]) == (True, True)
    rounds = 0
    while answer["more"]:
        answer = client.get(URL, {"cursor": answer["cursor"], "page_size": 1000}).json()
        assert len(answer["results"]) <= small
        rounds += 1
    assert rounds > 3
    assert not Mark.objects.exists()
    assert feed.version().number >= before.number


@pytest.mark.parametrize("seed", range(2))
def test_who_follows_during_an_upgrade_ends_with_what_the_portal_says(small: int, seed: int) -> None:
    life = Life(seed)
    for _ in range(12):
        life.happen()
    follower = Follower()
    feed.settle(TODAY)
    follower.pull()
    remove()
    for _ in range(6):
        life.happen()  # nothing leaves a mark of it
    feed.begin()
    for _ in range(6):
        answer = follower.client.get(URL, {"cursor": follower.cursor, "page_size": 5}).json()
        for change in answer["results"]:
            follower.take(change)
        follower.cursor = answer["cursor"]
        life.happen()
    assert follower.follow(page_size=7).records == content(follower.client)


def test_a_day_that_turns_many_records_is_told_in_portions_and_none_is_lost(client: Client, small: int) -> None:
    today = timezone.localdate()
    tomorrow = today + dt.timedelta(days=1)
    members = [make.make_participation(steps=[("intended", "2020-01-01"), ("member", tomorrow)]) for _ in range(12)]
    make.make_municipality(valid_until=today)
    before = feed.settle(today).position
    rounds, now = 0, feed.settle_some(tomorrow)
    assert (now.day, now.waiting > 0, 0 < now.position - before <= small) == (tomorrow, True, True)
    while now.waiting:
        number, now, rounds = now.number, feed.settle_some(tomorrow), rounds + 1
        assert now.number >= number
    assert rounds > 1
    told = Change.objects.filter(position__gt=before).values_list("resource", "key")
    assert sorted(told) == sorted(
        [
            *(("participations", str(member.pk)) for member in members),
            *(("cooperations", member.cooperation.slug) for member in members),
            ("municipalities", Municipality.objects.get(valid_until=today).ars),
        ]
    )


def test_a_day_that_passes_before_the_last_one_is_told_loses_nothing(small: int) -> None:
    today = timezone.localdate()
    one, two = (today + dt.timedelta(days=days) for days in (1, 2))
    members = [make.make_participation(steps=[("member", day)]) for day in (one, two) for _ in range(9)]
    before = feed.settle(today).position
    feed.settle_some(one)
    feed.settle(two)
    told = Change.objects.filter(position__gt=before, resource="participations").values_list("key", flat=True)
    assert sorted(told) == sorted(str(member.pk) for member in members)


def test_nobody_begins_to_pull_while_it_is_not_known_what_there_is(client: Client, small: int) -> None:
    for _ in range(8):
        make.make_participation()
    upgraded()
    answer = client.get(URL, {"cursor": "latest"})
    assert (answer.status_code, answer["Retry-After"]) == (503, "2")
    assert answer["Content-Type"] == "application/problem+json"
    asked = 1
    while answer.status_code == 503:
        answer, asked = client.get(URL, {"cursor": "latest"}), asked + 1
    assert answer.status_code == 200
    assert asked > 3
    assert not Mark.objects.exists()


def test_what_is_taken_back_meanwhile_has_its_epitaph(client: Client, small: int) -> None:
    world = make_world()
    row = world.published(name="Bauhof")
    for _ in range(8):
        make.make_participation()
    Change.objects.all().delete()
    upgraded()
    withdraw(user=world["lead_officer"], cooperation=row, day=TODAY, reason="Vorbei.")
    assert client.get(f"/api/v1/cooperations/{row.slug}/").json()["deleted"] is True


def test_keep_house_does_the_rest(client: Client, small: int, capsys: Any) -> None:
    for _ in range(8):
        make.make_participation()
    upgraded()
    call_command("keep_house")
    assert not Mark.objects.exists()
    told = set(Change.objects.filter(resource="participations", is_gone=False).values_list("object_pk", flat=True))
    assert told == set(map(str, Participation.objects.values_list("pk", flat=True)))
    assert client.get(URL, {"cursor": "latest"}).status_code == 200


def test_what_went_without_a_mark_is_told_as_gone(client: Client) -> None:
    row = make.make_cooperation(slug="weg")
    follower = Follower().pull()
    remove()
    Cooperation.objects.filter(pk=row.pk).delete()
    feed.begin()
    follower.follow()
    assert follower.heard[-1:] == [("cooperations", "weg", "deleted")]
    assert follower.records == content(client)


def test_portions_are_as_large_as_half_a_second_allows_and_others_have_their_turn(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """While one is told, SQLite lets nobody write: what takes a while for each row is told in smaller portions."""
    left = 2_000
    sizes: list[int] = []
    rests: list[float] = []

    def tell(_today: dt.date, size: int) -> float:
        nonlocal left
        sizes.append(size)
        left -= size
        return size * 0.004

    def version() -> feed.Version:
        return feed.Version(1, max(left, 0), 0, TODAY, None)

    for name, instead in (("_settle_portion", tell), ("version", version), ("sleep", rests.append)):
        monkeypatch.setattr(feed, name, instead)
    feed.settle(TODAY)
    assert sizes[:4] == [500, 125, 125, 125]
    assert rests == ([feed.TURN] * (len(sizes) - 1) if connection.vendor == "sqlite" else [])
    del sizes[:]
    left = 5_000
    feed.settle_some(TODAY)
    assert (sizes[:3], sum(sizes)) == ([500, 125, 125], 2_000)


def test_what_is_told_quickly_is_told_in_portions_that_grow(monkeypatch: pytest.MonkeyPatch) -> None:
    sizes: list[int] = []

    def tell(_today: dt.date, size: int) -> float:
        sizes.append(size)
        return 0.0

    def version() -> feed.Version:
        return feed.Version(1, max(20_000 - sum(sizes), 0), 0, TODAY, None)

    monkeypatch.setattr(feed, "_settle_portion", tell)
    monkeypatch.setattr(feed, "version", version)
    feed.settle(TODAY)
    assert sizes == [500, 1000, 2000, 4000, 5000, 5000, 5000]


def test_a_request_that_had_to_wait_begins_nothing_more(monkeypatch: pytest.MonkeyPatch) -> None:
    seconds, told = 0.0, 0

    def tell(_today: dt.date, _size: int) -> float:
        nonlocal seconds, told
        seconds, told = seconds + 15.0, told + 1
        return 0.1

    monkeypatch.setattr(feed, "_settle_portion", tell)
    monkeypatch.setattr(feed, "version", lambda: feed.Version(1, 900, 0, TODAY, None))
    monkeypatch.setattr(feed, "monotonic", lambda: seconds)
    monkeypatch.setattr(feed, "sleep", lambda _seconds: None)
    feed.settle_some(TODAY)
    assert told == 2
