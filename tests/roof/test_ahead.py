"""What visitors ask for first is made before they come, by a thread that nothing depends on."""

from __future__ import annotations

import datetime as dt
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import DatabaseError
from django.http import QueryDict
from django.utils import timezone

from agreements.filters import CooperationFilterSet
from agreements.models import Cooperation
from coopportal.common import ahead, feed
from tests import builders as make

pytestmark = pytest.mark.django_db

#: What a server does that forks after it has loaded the application: has each process a thread, with nothing in use?
FORKING = """
import os, threading
from coopportal.wsgi import application
from coopportal.common import ahead

def watches():
    return [one.name for one in threading.enumerate()].count("ahead")

child = os.fork()
if child == 0:
    with ahead._busy:
        os._exit(watches())
print(watches(), os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
"""


def asked(query: str = "") -> Any:
    return CooperationFilterSet(QueryDict(query), Cooperation.objects.public(), today=timezone.localdate())


def test_the_first_visitor_waits_for_nothing(django_assert_num_queries: Any) -> None:
    row = make.make_cooperation()
    make.make_participation(row, make.make_municipality(state="16"), steps=[("member", "2020-01-01")])
    ahead.look()
    with django_assert_num_queries(1):  # the version
        assert asked().counts["state"] == {"16": 1}
    with django_assert_num_queries(1):  # the version
        assert asked("as_of=2021-01-01").counts["state"] == {"16": 1}


def test_what_was_written_is_brought_forward_before_anybody_asks(django_assert_num_queries: Any) -> None:
    row = make.make_cooperation(kind="other")
    last = ahead.look()
    with django_assert_num_queries(1):  # the version: nothing to do
        assert ahead.look(last) == last
    Cooperation.objects.filter(pk=row.pk).update(kind="exchange")
    assert ahead.look(last) != last
    with django_assert_num_queries(1):  # the version
        assert asked().counts["kind"] == {"exchange": 1}


def test_a_day_that_begins_is_prepared(monkeypatch: pytest.MonkeyPatch, django_assert_num_queries: Any) -> None:
    make.make_cooperation()
    last, tomorrow = ahead.look(), timezone.localdate() + dt.timedelta(days=1)
    monkeypatch.setattr(timezone, "localdate", lambda: tomorrow)
    assert ahead.look(last) == (tomorrow, last[1])
    with django_assert_num_queries(1):  # the version
        assert asked().counts["status"] == {"active": 1}


def test_a_database_that_is_away_is_told_once_and_asked_again(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def away() -> Any:
        raise DatabaseError("away")

    watch = ahead.Watch()
    with monkeypatch.context() as patch:
        patch.setattr(feed, "version", away)
        assert [watch.turn(), watch.turn()] == [ahead.AFTER_FAULT] * 2
    assert caplog.messages == ["Nothing is prepared for visitors: away"]
    assert watch.turn() == ahead.EVERY
    assert watch.last == ahead.look()


def test_what_cannot_be_made_keeps_nothing_else_from_being_made(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(_day: dt.date, _number: int) -> None:
        raise ValueError("broken")

    made: list[tuple[dt.date, int]] = []
    monkeypatch.setattr(ahead, "_works", [broken, lambda *now: made.append(now)])
    assert ahead.Watch().turn() == ahead.AFTER_FAULT
    assert made == [(timezone.localdate(), feed.version().number)]
    assert caplog.messages == ["Nothing is prepared for visitors: broken"]


def test_a_connection_that_cannot_be_given_back_does_not_end_the_thread(monkeypatch: pytest.MonkeyPatch) -> None:
    watch = ahead.Watch()

    def broken() -> None:
        watch.ended.set()
        raise DatabaseError("broken")

    monkeypatch.setattr(ahead, "close_old_connections", broken)
    monkeypatch.setattr(watch, "turn", lambda: 0.0)
    watch.run()
    assert watch.ended.is_set()


@pytest.mark.parametrize("place", ["empty.sqlite3", "no/such/folder.sqlite3"])
def test_every_process_that_serves_has_one_whatever_the_database(place: str, tmp_path: Path) -> None:
    environment = os.environ | {
        "DATABASE_URL": f"sqlite:///{tmp_path / place}",
        "SECRET_KEY": settings.SECRET_KEY,
        "PYTHONPATH": str(settings.BASE_DIR),
    }
    done = subprocess.run(
        [sys.executable, "-c", FORKING], env=environment, cwd=tmp_path, capture_output=True, text=True, check=True
    )
    assert done.stdout == "1 1\n"
    assert "Traceback" not in done.stderr


def test_commands_and_tests_have_none() -> None:
    loaded = subprocess.run(
        [sys.executable, "-c", "import django; django.setup(); import sys; print('coopportal.wsgi' in sys.modules)"],
        env=os.environ | {"DJANGO_SETTINGS_MODULE": "coopportal.settings", "SECRET_KEY": settings.SECRET_KEY},
        cwd=settings.BASE_DIR,
        capture_output=True,
        text=True,
        check=True,
    )
    assert loaded.stdout == "False\n"
