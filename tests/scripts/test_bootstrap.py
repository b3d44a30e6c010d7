"""What people see of the bootstrap: its words about addresses, and that a bad one is named before the set-up."""

import socket
import subprocess
import sys
from contextlib import nullcontext

import bootstrap
import pytest
from environment import Trouble

from tests.conftest import ROOT


@pytest.fixture(autouse=True)
def _own_environment(monkeypatch):
    for name in ("HOST", "PORT", "PUBLIC_URL", "ALLOWED_HOSTS"):
        monkeypatch.setenv(name, "")
        monkeypatch.delenv(name)


def test_an_unknown_word_is_answered_with_the_known_ones():
    answer = subprocess.run([sys.executable, "scripts/bootstrap.py", "dance"], cwd=ROOT, capture_output=True, text=True)
    assert answer.returncode == 2
    assert "run|setup|test|fuzz|check|bench|lock" in answer.stderr


def test_the_address_is_local_unless_told_otherwise(monkeypatch):
    assert bootstrap.address() == ("127.0.0.1", 8000)
    monkeypatch.setenv("PORT", "9000")
    monkeypatch.setenv("HOST", "0.0.0.0")
    assert bootstrap.address() == ("0.0.0.0", 9000)


@pytest.mark.parametrize("port", ["0", "65536", "http", "-1", "8000.5"])
def test_a_port_that_is_none_is_named(monkeypatch, port):
    monkeypatch.setenv("PORT", port)
    with pytest.raises(Trouble, match=f"PORT={port} ist keine Portnummer"):
        bootstrap.address()


def test_a_port_in_use_is_told_with_another_one_to_try():
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(Trouble, match=f"make run PORT={port + 1}"):
            bootstrap.must_be_free("127.0.0.1", port)


def test_serving_everywhere_allows_the_names_of_this_machine(monkeypatch):
    monkeypatch.setattr(bootstrap, "_names_of_this_machine", lambda: {"portal.local", "::1"})
    assert bootstrap.announce("0.0.0.0", 8000) == "http://127.0.0.1:8000"
    assert bootstrap.os.environ["ALLOWED_HOSTS"] == "127.0.0.1,[::1],localhost,portal.local"


def test_what_is_given_goes_before_what_is_guessed(monkeypatch):
    monkeypatch.setenv("PUBLIC_URL", "https://portal.example")
    bootstrap.announce("127.0.0.1", 8000)
    assert bootstrap.os.environ["PUBLIC_URL"] == "https://portal.example"


def test_a_secret_is_made_once_and_for_its_owner_only(tmp_path, monkeypatch):
    monkeypatch.setattr(bootstrap, "VAR", tmp_path / "var")
    monkeypatch.setenv("SECRET_KEY", "given")
    bootstrap.make_secret()
    secret = (tmp_path / "var" / "secret_key").read_text()
    bootstrap.make_secret()
    assert len(secret) > 50
    assert (tmp_path / "var" / "secret_key").read_text() == secret
    assert (tmp_path / "var" / "secret_key").stat().st_mode & 0o777 == 0o600


# --- test ---


@pytest.fixture
def runs(monkeypatch):
    """``runs("postgresql://…", "-k", "x")``: the words each run of pytest got, and its database."""
    seen: list[tuple[str, str | None, str]] = []

    def pytest_run(arguments, database_url, ran, note=""):
        seen.append((" ".join(arguments), database_url, ran))
        return 0

    def run(url, *arguments, verb=bootstrap.test):
        monkeypatch.setattr(bootstrap, "postgresql", lambda: nullcontext((url, "" if url else "kein initdb")))
        assert verb(list(arguments)) == 0
        return seen

    monkeypatch.delenv("REQUIRE_ALL", raising=False)
    monkeypatch.setattr(bootstrap, "install_python", lambda group: None)
    monkeypatch.setattr(bootstrap, "install_assets", lambda with_tests: None)
    monkeypatch.setattr(bootstrap.compile_translations, "main", lambda: None)
    monkeypatch.setattr(bootstrap, "pytest", pytest_run)
    return run


def test_with_two_databases_the_browser_looks_at_one_and_rights_are_asked_on_the_other(runs):
    assert runs("postgresql://x") == [
        ("-n 2 --dist worksteal -m not browser", None, ""),
        ("-n 2 --dist worksteal -m not once", "postgresql://x", "sqlite, postgresql"),
    ]


def test_with_one_database_everything_runs_on_it(runs):
    assert runs(None) == [("-n 2 --dist worksteal", None, "sqlite")]


def test_what_is_asked_for_by_name_runs_on_both(runs):
    assert runs("postgresql://x", "tests/browser", "-k", "map") == [
        ("-n 2 --dist worksteal tests/browser -k map", None, ""),
        ("-n 2 --dist worksteal tests/browser -k map", "postgresql://x", "sqlite, postgresql"),
    ]


# --- fuzz ---

LONG = "-n 2 --dist worksteal -m fuzz --hypothesis-profile=fuzz"


def test_chance_asks_both_databases(runs):
    assert runs("postgresql://x", "-k", "api", verb=bootstrap.fuzz) == [
        (f"{LONG} -k api", None, ""),
        (f"{LONG} -k api", "postgresql://x", "sqlite, postgresql"),
    ]


def test_chance_asks_the_one_database_there_is(runs):
    assert runs(None, verb=bootstrap.fuzz) == [(LONG, None, "sqlite")]
