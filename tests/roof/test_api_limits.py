"""How often the API may be asked: generous for readers, told in every answer, right with several workers."""

from __future__ import annotations

import errno
import fcntl
import os
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from accounts.workflow import create_token
from coopportal import settings as unchanged
from coopportal.common import limits
from coopportal.common.counters import ENTRIES, PAUSE, PLACES, TRIES, Counters
from tests.agreements.people import make_world
from tests.api import counted_queries
from tests.conftest import ROOT
from tests.roof.test_api import problem
from tests.roof.test_settings import values

pytestmark = pytest.mark.django_db
NOON = 1_800_000_000.0  # a full minute


@pytest.fixture(autouse=True)
def _limited(settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Three requests a minute for readers, five with a token, two for writers; twelve seconds of it are over."""
    settings.API_LIMITS = {"reading": 3, "reading-with-token": 5, "writing": 2}
    settings.API_LIMITS_FILE = tmp_path / "limits"
    monkeypatch.setattr(limits.time, "time", lambda: NOON + 12)
    limits._counters.cache_clear()
    yield
    limits._counters.cache_clear()


def left(answer: Any) -> tuple[int, str, str]:
    return answer.status_code, answer["RateLimit-Policy"], answer["RateLimit"]


def test_every_answer_says_what_is_left(client: Client) -> None:
    policy = '"reading";q=3;w=60'
    known = client.get("/api/v1/states/")
    assert left(known) == (200, policy, '"reading";r=2;t=48')
    again = client.get("/api/v1/states/", headers={"If-None-Match": known["ETag"]})
    assert left(again) == (304, policy, '"reading";r=1;t=48')
    assert left(client.get("/api/nirgends/")) == (404, policy, '"reading";r=0;t=48')
    assert left(client.get("/api/v1/states/")) == (429, policy, '"reading";r=0;t=48')


def test_too_many_are_told_when_to_come_back(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    for _ in range(3):
        client.get("/api/v1/states/")
    with counted_queries() as queries:
        answer = client.get("/api/v1/states/")
    assert (answer["Retry-After"], answer["Cache-Control"], len(queries)) == ("48", "no-store", 0)
    assert problem(answer) == {
        "type": "about:blank",
        "title": "Zu viele Anfragen",
        "status": 429,
        "detail": "Höchstens 3 Anfragen in der Minute. Fragen Sie in 48 Sekunden wieder.",
        "instance": "/api/v1/states/",
    }
    monkeypatch.setattr(limits.time, "time", lambda: NOON + 60)
    assert left(client.get("/api/v1/states/"))[2] == '"reading";r=2;t=60'


def test_pages_are_not_counted(client: Client) -> None:
    answers = [client.get("/kommunen/") for _ in range(5)]
    assert {answer.status_code for answer in answers} == {200}
    assert not answers[0].has_header("RateLimit")


def test_each_address_has_its_own_quota_and_no_header_of_the_asker_changes_it(client: Client) -> None:
    for _ in range(3):
        client.get("/api/v1/states/", headers={"X-Forwarded-For": "203.0.113.9"})
    assert client.get("/api/v1/states/", headers={"X-Forwarded-For": "203.0.113.10"}).status_code == 429
    assert client.get("/api/v1/states/", REMOTE_ADDR="203.0.113.10").status_code == 200


@pytest.mark.parametrize(
    ("remote", "forwarded", "proxies", "network"),
    [
        ("203.0.113.9", "198.51.100.1", 0, "203.0.113.9"),
        ("10.0.0.1", "198.51.100.1, 203.0.113.9", 1, "203.0.113.9"),
        ("10.0.0.1", "198.51.100.1, 203.0.113.9, 10.0.0.2", 2, "203.0.113.9"),
        ("10.0.0.1", "", 1, "10.0.0.1"),
        ("2001:db8:1:2:3:4:5:6", "", 0, "2001:db8:1:2::/64"),
        ("10.0.0.1", "[2001:db8:1:2::9]", 1, "2001:db8:1:2::/64"),
        ("::ffff:203.0.113.9", "", 0, "203.0.113.9"),
        ("", "", 0, ""),
    ],
)
def test_the_address_is_the_one_the_outermost_trusted_proxy_saw(
    rf: Any, settings: Any, remote: str, forwarded: str, proxies: int, network: str
) -> None:
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = proxies
    request = rf.get("/api/", REMOTE_ADDR=remote, headers={"X-Forwarded-For": forwarded})
    assert limits.network_of(request) == network


def test_who_reads_with_a_token_may_ask_more(client: Client) -> None:
    token = create_token(user=make_world()["lead_officer"])[1]
    good, bad = ({"Authorization": f"Token {text}"} for text in (token, "x" * 64))
    answers = [client.get("/api/v1/states/", headers=good) for _ in range(6)]
    assert [answer.status_code for answer in answers] == [200] * 5 + [429]
    assert answers[0]["RateLimit-Policy"] == '"reading-with-token";q=5;w=60'
    assert client.get("/api/v1/states/", headers=bad)["RateLimit-Policy"] == '"reading";q=3;w=60'
    broken = client.get("/api/v1/registrations/", headers={"Authorization": "Token \xe9\xff"})
    assert broken.status_code == 401
    for odd in ("Token", "Token a b", "Basic x", "Token \xe9\xff"):
        assert client.get("/api/v1/nirgends/", headers={"Authorization": odd}).status_code in {404, 429}


def test_who_writes_is_counted_by_person(client: Client) -> None:
    world = make_world()
    mine, other = Client(), Client()
    mine.force_login(world["lead_officer"])
    other.force_login(world["officer_of_participant"])
    answers = [mine.post("/api/v1/registrations/") for _ in range(3)]
    assert [answer.status_code for answer in answers] == [400, 400, 429]
    assert answers[0]["RateLimit-Policy"] == '"writing";q=2;w=60'
    assert other.post("/api/v1/registrations/").status_code == 400
    assert mine.get("/api/v1/registrations/").status_code == 200  # reading is another quota


def test_a_quota_of_nought_is_none(client: Client, settings: Any) -> None:
    settings.API_LIMITS = {"reading": 0}
    assert not client.get("/api/v1/states/").has_header("RateLimit")
    names = {"API_READS_PER_MINUTE": "0", "API_WRITES_PER_MINUTE": "7"}
    assert values("API_LIMITS", **names) == [{"reading": 0, "reading-with-token": 5000, "writing": 7}]


# --- the counters ---


def _count(file: Path, times: int, secret: str = "geheim") -> None:
    counters = Counters(file, secret)
    for _ in range(times):
        counters.add("einer", NOON)


def test_workers_count_together_and_lose_nothing(tmp_path: Path) -> None:
    file = tmp_path / "var" / "limits"
    code = (
        "import pathlib, sys; from coopportal.common.counters import Counters; "
        f"counters = Counters(pathlib.Path(sys.argv[1]), 'geheim'); "
        f"[counters.add('einer', {NOON}) for _ in range(500)]"
    )
    workers = [subprocess.Popen([sys.executable, "-c", code, str(file)], cwd=ROOT) for _ in range(3)]
    assert [worker.wait(60) for worker in workers] == [0, 0, 0]
    assert Counters(file, "geheim").add("einer", NOON) == 1501
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_a_count_ends_with_its_minute(tmp_path: Path) -> None:
    counters = Counters(tmp_path / "limits", "geheim")
    assert [counters.add("a", NOON + second) for second in (0, 59, 60, 61)] == [1, 2, 1, 2]


def test_nobody_is_named_in_the_file(tmp_path: Path) -> None:
    for _ in range(2):
        _count(tmp_path / "limits", 1)
    _count(tmp_path / "limits", 1, secret="anders")
    content = (tmp_path / "limits").read_bytes()
    assert b"einer" not in content
    entries = {content[i : i + 16] for i in range(0, len(content), 24)} - {bytes(16)}
    assert len(entries) == 2  # one name is another entry under another secret


def test_where_all_places_are_taken_the_least_asking_gives_way(tmp_path: Path, monkeypatch: Any) -> None:
    counters = Counters(tmp_path / "limits", "geheim")
    monkeypatch.setattr("coopportal.common.counters.ENTRIES", PLACES)
    for number in range(PLACES):
        for _ in range(2 + number):
            counters.add(f"address {number}", NOON)
    assert counters.add("new", NOON) == 1
    assert counters.add("address 7", NOON) == 10
    assert PLACES < ENTRIES


def test_without_the_file_a_worker_counts_by_itself(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    (tmp_path / "limits").mkdir()
    counters = Counters(tmp_path / "limits", "geheim")
    assert [counters.add("a", NOON), counters.add("a", NOON)] == [1, 2]
    assert "this worker counts requests by itself" in caplog.text


def test_on_a_full_disk_a_worker_counts_by_itself(tmp_path: Path, monkeypatch: Any) -> None:
    descriptors: list[int] = []

    def fail(descriptor: int, *place: int) -> None:
        descriptors.append(descriptor)
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "posix_fallocate", fail)
    counters = Counters(tmp_path / "limits", "geheim")
    assert [counters.add("a", NOON), counters.add("a", NOON)] == [1, 2]
    with pytest.raises(OSError):
        os.fstat(descriptors[0])  # its file is closed


def test_the_file_has_its_place_on_the_disk_from_the_start(tmp_path: Path) -> None:
    _count(tmp_path / "limits", 1)
    known = (tmp_path / "limits").stat()
    assert (known.st_size, known.st_blocks * 512 >= known.st_size) == (ENTRIES * 24, True)


def test_a_worker_that_was_stopped_keeps_nobody_waiting(tmp_path: Path, monkeypatch: Any) -> None:
    pauses: list[float] = []
    monkeypatch.setattr("coopportal.common.counters.time.sleep", pauses.append)
    counters = Counters(tmp_path / "limits", "geheim")
    counters.add("a", NOON)
    with (tmp_path / "limits").open("rb") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        assert [counters.add("a", NOON), counters.add("a", NOON)] == [2, 3]
        assert pauses == [PAUSE] * (TRIES - 1), "the second time it does not wait"
    assert Counters(tmp_path / "limits", "geheim").add("a", NOON) == 4


def test_where_files_cannot_be_locked_they_are_counted_in_all_the_same(tmp_path: Path, monkeypatch: Any) -> None:
    def fail(*how: Any) -> None:
        raise OSError(errno.ENOLCK, "No locks available")

    monkeypatch.setattr(fcntl, "flock", fail)
    counters = Counters(tmp_path / "limits", "geheim")
    assert [counters.add("a", NOON), counters.add("a", NOON)] == [1, 2]


def test_the_file_of_the_settings_is_one_to_count_in(client: Client, settings: Any, tmp_path: Path) -> None:
    settings.API_LIMITS_FILE = type(unchanged.API_LIMITS_FILE)(tmp_path / "others")
    assert left(client.get("/api/v1/states/"))[2] == '"reading";r=2;t=48'
