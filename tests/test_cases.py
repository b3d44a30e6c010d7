"""The summary of a long run says how many cases were asked, of properties and of those asked inside a test."""

from __future__ import annotations

import os

import pytest

from tests.conftest import ROOT

pytest_plugins = ["pytester"]

CONFTEST = """
import hypothesis
from tests import cases
from tests.cases import pytest_runtest_call
hypothesis.settings.register_profile("fuzz", max_examples=1200, database=None)
def pytest_terminal_summary(terminalreporter):
    cases.tell(terminalreporter)
"""
SUITE = """
from hypothesis import assume, given, settings, strategies as st
@given(st.integers())
def test_property(number):
    pass
def test_inside():
    @settings(max_examples=30)
    @given(st.integers())
    def ask(number):
        pass
    ask()
def test_no_property():
    pass
"""


@pytest.mark.parametrize("processes", [[], ["-p", "xdist", "-n", "2"]])
def test_the_cases_of_each_test_are_told_and_their_sum(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch, processes: list[str]
) -> None:
    pytester.makeconftest(CONFTEST)
    pytester.makepyfile(test_chance=SUITE)
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join([str(ROOT), *filter(None, [os.environ.get("PYTHONPATH")])]))
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")
    monkeypatch.delenv("DJANGO_SETTINGS_MODULE", raising=False)
    plain = ("-p", "no:cacheprovider", "-p", "_hypothesis_pytestplugin", "--hypothesis-profile=fuzz")
    answer = pytester.runpytest_subprocess(*plain, *processes)
    answer.stdout.fnmatch_lines(
        [
            "*= cases asked =*",
            "     30 test_chance.py::test_inside",
            "  1,200 test_chance.py::test_property",
            "  1,230 together",
        ]
    )
