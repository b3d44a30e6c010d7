"""A real browser on the live server: whatever a page does that it must not do fails the test that opened it.

def test_start(page, live_server, axe):
    page.goto(live_server.url)
    for look in looks(page):
        axe(page, look)
"""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.core.cache import cache
from django.test import TransactionTestCase, override_settings
from pytest_django.live_server_helper import LiveServer

from coopportal.common import feed
from tests.conftest import ROOT, unavailable
from tests.live import PATIENCE, Requests, in_turn

# Playwright keeps an event loop in this thread; Django would refuse the database to it.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"

try:
    from playwright.sync_api import Error, expect

    expect.set_options(timeout=PATIENCE * 1000)
except ImportError:  # `browser` says what is missing
    expect, Error = None, Exception

_FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"]
_FLAGS += ["--disable-component-update", "--disable-sync", "--disable-dev-shm-usage"]
_FLAGS += ["--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE localhost , EXCLUDE 127.0.0.1"]

# WCAG 2.2 A and AA, and what axe's authors hold for good practice.
_RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]

_REPORT_CSP = """
document.addEventListener("securitypolicyviolation", event =>
  window.reportToTest(`${event.violatedDirective}: ${event.blockedURI} (${event.sourceFile}:${event.lineNumber})`));
"""


def _chromium() -> str | None:
    names = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
    return os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, names)), None)


@pytest.fixture(scope="session")
def requests() -> Iterator[Requests]:
    """Counts them, and on SQLite answers one after the other."""
    with in_turn() as requests:
        yield requests


@pytest.fixture(autouse=True)
def _alone(request: pytest.FixtureRequest, requests: Requests) -> Iterator[None]:
    """A test finds nothing counted by another one, and leaves nothing running when its database is emptied: a request
    that is still answered then would write into the next test's, or on PostgreSQL wait for it as it waits for this.
    """
    if "live_server" in request.fixturenames:
        request.getfixturevalue("transactional_db")
        cache.clear()  # its table belongs to no model, so it is not emptied with the others
    stands = feed.version().number if "standing" in request.fixturenames else None
    with override_settings(MFA_TOTP_TOLERANCE=1):  # between reading a code and sending it half a minute may end
        yield
    if "browser" in request.fixturenames:
        for context in request.getfixturevalue("browser").contexts:
            context.close()
    assert requests.all_answered()
    assert stands is None or feed.version().number == stands, "the test wrote where it may only read"


@pytest.fixture(scope="session")
def standing(
    django_db_setup: None, django_db_blocker: Any, requests: Requests
) -> Callable[[Callable[[], Any]], AbstractContextManager[LiveServer]]:
    """`with standing(build) as server:` in a fixture of a module: a live server on what `build` makes, for tests that
    only read. It is built once, not for each test, and the database emptied after the last; a test that writes fails.
    """

    @contextmanager
    def stands(build: Callable[[], Any]) -> Iterator[LiveServer]:
        server = LiveServer("localhost")
        with django_db_blocker.unblock(), server._live_server_modified_settings:
            try:
                cache.clear()
                build()
                yield server
            finally:
                server.stop()
                TransactionTestCase("run")._fixture_teardown()  # type: ignore[attr-defined]

    return stands


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    """Debian's Chromium without a window, driven by Playwright; one for all tests of this process."""
    executable = _chromium()
    if not executable:
        unavailable("Chromium fehlt (apt install chromium)")
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        unavailable("das Python-Paket playwright fehlt")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable, headless=True, args=_FLAGS)
        yield browser
        browser.close()


@dataclass
class Watch:
    """What went wrong on a page behind the reader's back. A test may expect some: `watch.allow("status of 404")`."""

    seen: list[str] = field(default_factory=list)
    allowed: list[str] = field(default_factory=list)

    def allow(self, text: str) -> None:
        """Faults that contain this text are meant."""
        self.allowed.append(text)

    @property
    def faults(self) -> list[str]:
        return [fault for fault in self.seen if not any(text in fault for text in self.allowed)]

    def follow(self, page: Any) -> None:
        """Note console errors, exceptions, CSP violations and requests to other hosts of a page."""
        page.on("console", lambda message: message.type == "error" and self.seen.append(f"console: {message.text}"))
        page.on("pageerror", lambda error: self.seen.append(f"script: {error}"))
        page.on("request", lambda request: self._request(request.url))

    def _request(self, url: str) -> None:
        parts = urlsplit(url)
        if parts.scheme in {"http", "https", "ws", "wss"} and parts.hostname not in {"localhost", "127.0.0.1"}:
            self.seen.append(f"request to another host: {url}")


@pytest.fixture
def watch() -> Watch:
    """The faults of this test's page; see Watch."""
    return Watch()


@pytest.fixture
def page(browser: Any, watch: Watch) -> Iterator[Any]:
    """A fresh page (German, 1280 x 900, light). At the end of the test it must be without faults."""
    context = browser.new_context(locale="de-DE", viewport={"width": 1280, "height": 900}, color_scheme="light")
    context.expose_function("reportToTest", lambda text: watch.seen.append(f"CSP: {text}"))
    context.add_init_script(_REPORT_CSP)
    page = context.new_page()
    page.set_default_timeout(PATIENCE * 1000)
    watch.follow(page)
    yield page
    context.close()
    assert watch.faults == []


def looks(page: Any) -> Iterator[str]:
    """The three looks every page is checked in, one after the other: light, dark, phone (375 px)."""
    for name, scheme, width in (("light", "light", 1280), ("dark", "dark", 1280), ("phone", "light", 375)):
        page.set_viewport_size({"width": width, "height": 900})
        page.emulate_media(color_scheme=scheme)
        yield name


# --- Waiting ---


def becomes(page: Any, read: Callable[[], Any], wanted: Any) -> None:
    """Waits until `read()` gives what is wanted: for what `expect` has no word for. A page that is being left meanwhile
    is asked again."""
    end = time.monotonic() + PATIENCE
    while True:
        try:
            found = read()
        except Error as fault:
            found = fault
        if found == wanted or time.monotonic() > end:
            break
        page.wait_for_timeout(50)
    assert found == wanted


def says(page: Any, expression: str, wanted: Any) -> None:
    """Waits until the page says so about itself, by an expression of JavaScript."""
    becomes(page, lambda: page.evaluate(expression), wanted)


def fits(page: Any) -> None:
    """Nothing is wider than the window."""
    says(page, "document.documentElement.scrollWidth <= innerWidth", True)


@pytest.fixture(scope="session")
def axe() -> Callable[..., None]:
    """`axe(page)` fails with each violation axe-core finds on the page as it stands, and where."""
    file = ROOT / "node_modules" / "axe-core" / "axe.min.js"
    if not file.is_file():
        unavailable("axe-core fehlt (npm ci)")
    source = file.read_text(encoding="utf-8")

    def check(page: Any, look: str = "") -> None:
        if page.evaluate("window.axe === undefined"):  # half a megabyte is read once for all looks of a page
            page.evaluate(source)  # by the debugging protocol: the page's CSP stays as strict as it is
        found = page.evaluate(
            "rules => axe.run(document, {runOnly: rules, resultTypes: ['violations']}).then(r => r.violations)", _RULES
        )
        where = f"{page.url} {look}".strip()
        assert [
            f"{where}: {violation['id']}: {violation['help']}: {node['html'][:200]} ({node['failureSummary']})"
            for violation in found
            for node in violation["nodes"]
        ] == []

    return check


@pytest.fixture
def screenshot(page: Any, tmp_path: Path) -> Callable[[str], Path]:
    """`screenshot("name")` writes the whole page as PNG, to look at while working on it."""

    def take(name: str) -> Path:
        file = tmp_path / f"{name}.png"
        page.screenshot(path=str(file), full_page=True)
        return file

    return take
