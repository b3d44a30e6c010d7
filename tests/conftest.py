"""What every test stands on: no network, no undefined template variable, fast passwords, the fixtures all rooms share.

The database is the one of DATABASE_URL (SQLite in memory without it); `make test` runs the suite once per database.
"""

from __future__ import annotations

import ipaddress
import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from types import FrameType
from typing import Any, NoReturn

import hypothesis
import pytest
from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.template import engines
from django.template.base import FilterExpression, Node
from django.test import TransactionTestCase, override_settings

from agreements.filters import presences
from coopportal.common import api, collector, followed, remembered
from coopportal.common.models import Mark
from municipalities import roll
from tests import again, cases
from tests.again import pytest_runtest_protocol, pytest_sessionfinish
from tests.cases import pytest_runtest_call

__all__ = ["pytest_runtest_call", "pytest_runtest_protocol", "pytest_sessionfinish"]
ROOT = Path(__file__).resolve().parent.parent
# Set by .ci/run: what may be missing on a person's machine must be there.
REQUIRE_ALL = bool(os.environ.get("REQUIRE_ALL"))

#: Through which a test comes to the database, beside its mark; pytest-django refuses it to all others.
DATABASE = frozenset({"db", "transactional_db", "live_server", "django_db_setup"})

_generated = {"deadline": None, "suppress_health_check": [hypothesis.HealthCheck.function_scoped_fixture]}
hypothesis.settings.register_profile("suite", max_examples=100, derandomize=True, database=None, **_generated)
hypothesis.settings.register_profile("fuzz", max_examples=10_000, print_blob=True, **_generated)
hypothesis.settings.load_profile("suite")


def unavailable(reason: str) -> NoReturn:
    """Skip a test for want of a program or folder, or fail it where everything has to be there."""
    if REQUIRE_ALL:
        pytest.fail(f"{reason} (REQUIRE_ALL ist gesetzt)", pytrace=False)
    pytest.skip(reason)


def pytest_configure() -> None:
    """Translations as the set-up makes them, for who runs pytest without it."""
    subprocess.run([sys.executable, str(ROOT / "scripts" / "compile_translations.py")], check=True)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what lies in tests/browser and what cannot know a database; leave out what only PostgreSQL can answer when
    another one is tested."""
    other = "postgresql" not in settings.DATABASES["default"]["ENGINE"]
    for item in items:
        if "browser" in item.path.relative_to(ROOT).parts:
            item.add_marker("browser")
        elif not _may_ask_the_database(item):
            item.add_marker("once")
        if other and item.get_closest_marker("postgresql"):
            item.add_marker(pytest.mark.skip(reason="nur mit PostgreSQL"))


def _may_ask_the_database(item: pytest.Item) -> bool:
    """Whether pytest-django lets it, or it says by its mark that it does by a way of its own."""
    names = {"django_db", "postgresql"}
    return any(mark.name in names for mark in item.iter_markers()) or bool(
        DATABASE & set(getattr(item, "fixturenames", ()))
    )


def pytest_collection_finish() -> None:
    """What is loaded and collected by now is not looked through for rubbish again and again: a tenth of the time."""
    collector.settle()


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """`ran: sqlite, postgresql`, told by `make test`, just before pytest's closing line."""
    again.tell(terminalreporter)
    cases.tell(terminalreporter)
    if note := os.environ.get("RAN_NOTE"):
        terminalreporter.write_line(note)
    if ran := os.environ.get("RAN"):
        terminalreporter.write_line(f"ran: {ran}")


# --- The world of a test ---


@pytest.fixture(scope="session", autouse=True)
def _test_settings() -> Iterator[None]:
    """Static files without a manifest, passwords hashed in no time, as many requests as a test likes."""
    plain = {"staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}
    with override_settings(
        STORAGES=settings.STORAGES | plain,
        PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher"],
        API_LIMITS={},
    ):
        yield


def _is_local(address: Any) -> bool:
    if not isinstance(address, tuple):
        return True  # a socket in the file system
    try:
        return ipaddress.ip_address(str(address[0]).split("%")[0]).is_loopback
    except ValueError:
        return address[0] == "localhost"


@pytest.fixture(scope="session", autouse=True)
def _no_network() -> Iterator[None]:
    """A test that would reach for another machine fails instead, with the address in the message."""
    patch = pytest.MonkeyPatch()

    def guarded(original: Any) -> Any:
        def connect(self: socket.socket, address: Any) -> Any:
            if not _is_local(address):
                raise AssertionError(f"a test reaches for the network: {address}")
            return original(self, address)

        return connect

    patch.setattr(socket.socket, "connect", guarded(socket.socket.connect))
    patch.setattr(socket.socket, "connect_ex", guarded(socket.socket.connect_ex))
    yield
    patch.undo()


@pytest.fixture(scope="session", autouse=True)
def _emptied_is_as_begun() -> Iterator[None]:
    """After a test whose database is emptied rather than rolled back nothing is left of it.

    The triggers mark the rows that go, and the kinds of content get other numbers, which questions kept by the process
    still name; a portal's database is never emptied under it.
    """
    patch, emptied = pytest.MonkeyPatch(), TransactionTestCase._fixture_teardown  # type: ignore[attr-defined]

    def thoroughly(self: TransactionTestCase) -> None:
        emptied(self)
        Mark.objects.all().delete()
        ContentType.objects.clear_cache()
        api._shaped.cache_clear()
        api._reader.cache_clear()

    patch.setattr(TransactionTestCase, "_fixture_teardown", thoroughly)
    yield
    patch.undo()


@pytest.fixture(autouse=True)
def _nothing_remembered() -> None:
    """A test that is rolled back takes the version of the data back, under which answers are kept."""
    remembered.forget()
    followed.forget()
    presences.forget()
    roll.forget()


# --- Undefined template variables ---


class UndefinedVariable(AssertionError):
    """A template of ours names something its context does not hold."""


class Strict(str):
    """The value of `string_if_invalid`: fails the test in a template of ours, is an empty text in anybody else's.

    Django asks for its truth exactly when an expression came out undefined (FilterExpression.resolve); the nodes that
    are being rendered stand further up the stack and know the file they were parsed from. Tags that allow for a missing
    value (`if`, `for`, `firstof`) do not ask.
    """

    def __bool__(self) -> bool:
        frame: FrameType | None = sys._getframe(1)
        if frame is None or frame.f_code is not FilterExpression.resolve.__code__:
            return len(self) > 0
        variable = frame.f_locals["self"]
        origin = _template_being_rendered(frame)
        if origin and ROOT in origin.parents and "site-packages" not in origin.parts:
            raise UndefinedVariable(f"{origin.relative_to(ROOT)}: {{{{ {variable} }}}} is undefined")
        return False


def _template_being_rendered(frame: FrameType | None) -> Path | None:
    """The file of the innermost template node on the stack."""
    while frame:
        node = frame.f_locals.get("self")
        if isinstance(node, Node) and (origin := getattr(node, "origin", None)):
            return Path(origin.name)
        frame = frame.f_back
    return None


@pytest.fixture(autouse=True)
def _undefined_variables_fail() -> None:
    """For every test: one that sets DEBUG lets Django make its engines anew."""
    engine = engines["django"].engine  # type: ignore[attr-defined]
    if not isinstance(engine.string_if_invalid, Strict):
        engine.string_if_invalid = Strict()


# --- Beside the project ---


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder beside the checkout with official files and source texts; never part of the project."""
    folder = ROOT.parent / "shared"
    if not folder.is_dir():
        unavailable("der Ordner ../shared fehlt")
    return folder
