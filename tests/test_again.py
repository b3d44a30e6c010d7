"""A test with a browser gets a second chance, no other test does, and it is told."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import ROOT

pytest_plugins = ["pytester"]

CONFTEST = """
from tests.again import pytest_runtest_protocol, pytest_sessionfinish, tell
def pytest_configure(config):
    config.addinivalue_line("markers", "browser")
def pytest_terminal_summary(terminalreporter):
    tell(terminalreporter)
"""
# The fixtures write into a file, since a test that is asked again may run in another process.
SUITE = """
import pathlib, pytest
LOG = pathlib.Path("log.txt")
def note(word):
    with LOG.open("a") as file:
        file.write(word + " ")
    return LOG.read_text().split().count(word)
@pytest.fixture
def world():
    note("up")
    yield
    note("down")
@pytest.mark.browser
def test_slow(world):
    assert note("slow") == 2
@pytest.mark.browser
def test_wrong():
    assert note("wrong") == 0
@pytest.fixture
def faults():
    yield
    assert note("faults") == 2
@pytest.mark.browser
def test_faults(faults):
    pass
@pytest.fixture(scope="module")
def machine():
    assert note("machine") == 2
@pytest.mark.browser
def test_machine(machine):
    pass
def test_other():
    assert note("other") == 2
"""


@pytest.fixture
def suite(pytester: Any, monkeypatch: Any) -> Any:
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join([str(ROOT), *filter(None, [os.environ.get("PYTHONPATH")])]))
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")
    monkeypatch.delenv("DJANGO_SETTINGS_MODULE", raising=False)
    pytester.makeconftest(CONFTEST)
    pytester.makepyfile(SUITE)
    return pytester


@pytest.mark.parametrize("processes", [[], ["-p", "xdist", "-n", "2"]])
def test_only_tests_with_a_browser_are_asked_again_and_once(suite: Any, processes: list[str]) -> None:
    result = suite.runpytest_subprocess("-p", "no:cacheprovider", *processes)
    result.assert_outcomes(passed=3, failed=2)
    result.stdout.fnmatch_lines(
        [
            "*= asked again =*",
            "*::test_faults (teardown: AssertionError: assert 1 == 2*",
            "*::test_machine (setup: AssertionError: assert 1 == 2*",
            "*::test_slow (call: AssertionError: assert 1 == 2*",
            "*::test_wrong (call: AssertionError: assert 1 == 0*",
        ]
    )
    result.stdout.no_fnmatch_line("*::test_other (*")
    words = Path(suite.path, "log.txt").read_text(encoding="utf-8").split()
    counts = {word: words.count(word) for word in sorted(set(words))}
    assert counts == {"down": 2, "faults": 2, "machine": 2, "other": 1, "slow": 2, "up": 2, "wrong": 2}


def test_what_failed_twice_says_both(suite: Any) -> None:
    result = suite.runpytest_subprocess("-p", "no:cacheprovider", "-k", "wrong")
    result.stdout.fnmatch_lines(["*AssertionError*", "*- the first time -*", "*assert 1 == 0*"])
    result.assert_outcomes(failed=1, deselected=4)


@pytest.mark.parametrize("processes", [[], ["-p", "xdist", "-n", "2"]])
def test_a_run_in_which_more_than_three_were_asked_again_fails(suite: Any, processes: list[str]) -> None:
    suite.makepyfile(
        """
        import pathlib, pytest
        @pytest.mark.browser
        @pytest.mark.parametrize("number", range(4))
        def test_slow(number):
            seen = pathlib.Path(f"seen{number}")
            there = seen.exists()
            seen.touch()
            assert there
        """
    )
    result = suite.runpytest_subprocess("-p", "no:cacheprovider", *processes)
    result.assert_outcomes(passed=4)
    result.stdout.fnmatch_lines(["4 tests, more than 3: the run fails."])
    assert result.ret == pytest.ExitCode.TESTS_FAILED
    Path(suite.path, "seen0").unlink()
    again = suite.runpytest_subprocess("-p", "no:cacheprovider", *processes)
    again.assert_outcomes(passed=4)
    assert again.ret == pytest.ExitCode.OK
