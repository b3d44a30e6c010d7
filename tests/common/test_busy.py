"""Where the database cannot be had in time, that is said: not now, and when to ask again."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.db import OperationalError, ProgrammingError
from django.db.utils import ConnectionHandler
from django.test import Client
from psycopg_pool import PoolTimeout

from coopportal.common import feed
from coopportal.common.busy import is_busy


def caused(cause: Exception, kind: type[Exception] = OperationalError) -> Exception:
    """As Django hands on what the driver says."""
    error = kind(str(cause))
    error.__cause__ = cause
    return error


@pytest.fixture
def locked(tmp_path: Path) -> Exception:
    """What who wants to write to SQLite hears while somebody else does for too long."""
    file = str(tmp_path / "a.sqlite3")
    settings = {"ENGINE": "django.db.backends.sqlite3", "NAME": file, "OPTIONS": {"timeout": 0}}
    other, mine = sqlite3.connect(file, isolation_level=None), ConnectionHandler({"default": settings})["default"]
    other.execute("BEGIN IMMEDIATE")
    try:
        with pytest.raises(OperationalError) as heard, mine.cursor() as cursor:
            cursor.execute("CREATE TABLE a (b)")
    finally:
        mine.close()
        other.close()
    return heard.value


@pytest.mark.django_db
def test_a_database_that_somebody_else_holds_is_busy(locked: Exception) -> None:
    assert is_busy(locked)


@pytest.mark.parametrize("cause", [PoolTimeout, psycopg.errors.LockNotAvailable, psycopg.errors.DeadlockDetected])
def test_so_is_one_without_room_for_us(cause: type[Exception]) -> None:
    assert is_busy(caused(cause("...")))


@pytest.mark.parametrize(
    "fault",
    [
        caused(sqlite3.OperationalError("no such table: a")),
        caused(psycopg.errors.UndefinedTable("..."), ProgrammingError),
        OperationalError("disk I/O error"),
        ValueError("database is locked"),
        None,
    ],
)
def test_what_is_wrong_is_not_busy(fault: Exception | None) -> None:
    assert not is_busy(fault)


@pytest.mark.django_db
def test_a_program_is_told_when_to_ask_again(
    client: Client, locked: Exception, monkeypatch: pytest.MonkeyPatch
) -> None:
    def settle_some(*_told: Any) -> None:
        raise locked

    monkeypatch.setattr(feed, "settle_some", settle_some)
    answer = client.get("/api/v1/changes/")
    assert (answer.status_code, answer["Content-Type"], answer["Retry-After"]) == (503, "application/problem+json", "5")
    assert answer.json() == {
        "type": "about:blank",
        "title": "Gerade nicht möglich",
        "status": 503,
        "detail": "Es wird gerade sehr viel geschrieben. Fragen Sie gleich noch einmal.",
        "instance": "/api/v1/changes/",
    }


@pytest.mark.django_db
def test_people_get_a_page_that_says_so(locked: Exception, monkeypatch: pytest.MonkeyPatch) -> None:
    def numbers(*_told: Any, **_more: Any) -> None:
        raise locked

    monkeypatch.setattr("coopportal.views.numbers", numbers)
    answer = Client(raise_request_exception=False).get("/")
    assert (answer.status_code, answer["Retry-After"]) == (503, "5")
    assert "<h1>Gerade wird sehr viel geschrieben.</h1>" in answer.content.decode()


@pytest.mark.django_db
def test_a_fault_of_ours_is_still_one(monkeypatch: pytest.MonkeyPatch) -> None:
    def numbers(*_told: Any, **_more: Any) -> None:
        raise ValueError

    monkeypatch.setattr("coopportal.views.numbers", numbers)
    assert Client(raise_request_exception=False).get("/").status_code == 500
