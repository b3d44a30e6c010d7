"""Every example of the API's documentation runs against the portal and prints what stands below it."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import ROOT, unavailable
from tests.roof.asked import PortalAsked, portal_asked
from tests.roof.examples import Example, examples, same

#: The address the examples name: that of `make run`.
ADDRESS = "http://127.0.0.1:8000"
PAGES = [ROOT / "docs" / name for name in ("api.md", "api-writing.md", "api-reference.md", "alerts.md")]
#: `python` is the one of this test.
PATH = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])


@pytest.fixture
def portal(transactional_db: None, live_server: Any, settings: Any, tmp_path: Path) -> Iterator[PortalAsked]:
    """With the fixtures, a record that was withdrawn, and the token of an officer of Jena."""
    with portal_asked(live_server.url, settings, tmp_path) as portal:
        yield portal


def run(example: Example, portal: PortalAsked, folder: Path) -> str:
    """What is wrong with it, or nothing. Every block has a shell or an interpreter of its own."""
    command = {"bash": ["bash", "-euo", "pipefail"], "python": [sys.executable, "-"]}[example.language]
    done = subprocess.run(
        command,
        input=example.code.replace(ADDRESS, portal.url),
        cwd=folder,
        env={"PATH": PATH, "HOME": str(folder), "PYTHONUTF8": "1", "NO_PROXY": "*", "TOKEN": portal.token},
        capture_output=True,
        encoding="utf-8",
        timeout=60,
        check=False,
    )
    if done.returncode:
        return f"{example.place}: ends with {done.returncode}\n{done.stdout}{done.stderr}"
    return example.fault(done.stdout.replace("\r\n", "\n").replace(portal.url, ADDRESS))


@pytest.mark.once
def test_every_example_prints_what_stands_below_it(portal: PortalAsked, tmp_path: Path) -> None:
    if not shutil.which("curl"):
        unavailable("curl fehlt (apt install curl)")
    (tmp_path / "scripts").symlink_to(ROOT / "scripts")
    found = [example for page in PAGES for example in examples(page)]
    assert {example.language for example in found} == {"bash", "python"}
    assert [fault for example in found if (fault := run(example, portal, tmp_path))] == []


@pytest.mark.parametrize(
    ("wanted", "found", "fits"),
    [
        ({"a": 1}, {"a": 1}, True),
        ({"a": 1}, {"a": 1, "b": 2}, False),
        ({"a": 1, "…": "…"}, {"a": 1, "b": 2}, True),
        ({"a": 1, "…": "…"}, {"b": 2}, False),
        ([1, "…"], [1, 2, 3], True),
        ([1, 2, "…"], [1], False),
        ([1], [1, 2], False),
        ("2026-…", "2026-11-22", True),
        ("2026-…", "2025-11-22", False),
        ("…", None, True),
        (1, True, False),
    ],
)
def test_what_is_left_out_is_anything_and_the_rest_is_not(wanted: Any, found: Any, fits: bool) -> None:
    assert same(wanted, found) is fits


def test_a_block_and_what_it_prints_are_found(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text("a\n```bash\necho 1\n```\n\n```text\n1\n```\n```python\nprint(2)\n```\nb\n```json\n2\n```\n")
    assert list(examples(page)) == [
        Example("page.md:2", "bash", "echo 1\n", "text", "1\n"),
        Example("page.md:9", "python", "print(2)\n"),
    ]
