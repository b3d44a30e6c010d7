"""A test with a browser that fails is asked once more, and the closing summary names it.

What a browser does between two lines of a test depends on what else the machine is doing; a fault of the portal is
there both times. Other tests depend on nothing of the kind and are asked once. Where many have to be asked again it is
not the machine: the run fails, even if all of them pass then.
"""

from __future__ import annotations

from typing import Any

import pytest
from _pytest.runner import runtestprotocol

#: Travels with the reports from the processes of pytest-xdist to the one that writes the summary.
NOTE = "asked again"
#: So many tests may have been asked again in a run that passes.
MOST = 3


def pytest_runtest_protocol(item: pytest.Item, nextitem: pytest.Item | None) -> bool | None:
    """The protocol of a test marked `browser`: its fixtures are taken down and set up anew between the two times.

    Only the reports of the last time are told; what the first one said stands beside them if that fails too.
    """
    if not item.get_closest_marker("browser"):
        return None  # the ordinary protocol
    item.ihook.pytest_runtest_logstart(nodeid=item.nodeid, location=item.location)
    reports = runtestprotocol(item, log=False, nextitem=nextitem)
    if first := next((report for report in reports if report.failed), None):
        _forget_failed_fixtures(item)
        item.user_properties.append((NOTE, _in_a_line(first)))
        reports = runtestprotocol(item, log=False, nextitem=nextitem)
        for report in reports:
            report.sections.append(("the first time", first.longreprtext))
    for report in reports:
        item.ihook.pytest_runtest_logreport(report=report)
    item.ihook.pytest_runtest_logfinish(nodeid=item.nodeid, location=item.location)
    return True


def _forget_failed_fixtures(item: Any) -> None:
    """A fixture of the module or session that failed would fail again unasked."""
    item._initrequest()
    for definitions in item._fixtureinfo.name2fixturedefs.values():
        for one in definitions:
            if one.cached_result and one.cached_result[2] is not None:
                one.finish(item._request)


def _in_a_line(report: pytest.TestReport) -> str:
    crash = getattr(report.longrepr, "reprcrash", None)
    lines = (crash.message if crash else report.longreprtext).strip().splitlines() or [""]
    return f"{report.when}: {lines[0][:200]}"


def pytest_sessionfinish(session: pytest.Session) -> None:
    """A run that passed fails where too many tests were asked again; processes of pytest-xdist do not count."""
    terminalreporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if terminalreporter and session.exitstatus == pytest.ExitCode.OK and len(_notes(terminalreporter)) > MOST:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def tell(terminalreporter: Any) -> None:
    """Which tests were asked again, and why; one line each."""
    notes = _notes(terminalreporter)
    if notes:
        terminalreporter.section("asked again", yellow=True)
    for name, why in sorted(notes.items()):
        terminalreporter.write_line(f"{name} ({why})")
    if len(notes) > MOST:
        terminalreporter.write_line(f"{len(notes)} tests, more than {MOST}: the run fails.", red=True)


def _notes(terminalreporter: Any) -> dict[str, str]:
    """Test → what it said the first time, of those that were asked again."""
    reports = [report for rows in terminalreporter.stats.values() for report in rows]
    return {
        report.nodeid: dict(report.user_properties)[NOTE]
        for report in reports
        if NOTE in dict(getattr(report, "user_properties", ()))
    }
