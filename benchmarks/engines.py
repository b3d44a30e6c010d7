"""The databases of a run: a folder of SQLite files and a private PostgreSQL, migrated once, copied for every step."""

from __future__ import annotations

import os
import secrets
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent

#: Makes an empty, migrated database of this name: its address.
Make = Callable[[str], str]

#: Those that are open for the whole run, by name.
_open: dict[str, Make | None] = {}


class FailedError(Exception):
    """A step ended with an error; what it said."""


def environment(url: str) -> dict[str, str]:
    """For a process of the portal with this database."""
    told = os.environ | {"DATABASE_URL": url, "DJANGO_SETTINGS_MODULE": "coopportal.settings"}
    return told | {"SECRET_KEY": secrets.token_urlsafe(64)}


def call(url: str, *words: str, loud: bool = False) -> str:
    """What it writes; what it says meanwhile is shown where ``loud``. Raises FailedError where it fails."""
    said = None if loud else subprocess.PIPE
    done = subprocess.run(
        [sys.executable, *words],
        cwd=ROOT, env=environment(url), stdout=subprocess.PIPE, stderr=said, text=True, check=False,
    )  # fmt: skip
    if done.returncode:
        raise FailedError(f"{' '.join(words)}: {done.returncode}\n{(done.stderr or '')[-2000:]}")
    return done.stdout


def _migrated(url: str) -> str:
    call(url, "manage.py", "migrate", "-v0")
    return url


@contextmanager
def sqlite() -> Iterator[Make]:
    with tempfile.TemporaryDirectory(prefix="portal-bench-") as folder:
        template = Path(folder, "template.sqlite3")

        def make(name: str) -> str:
            if not template.exists():
                _migrated(f"sqlite:///{template}")
            file = Path(tempfile.mkdtemp(dir=folder), f"{name}.sqlite3")
            shutil.copy(template, file)
            return f"sqlite:///{file}"

        yield make


@contextmanager
def postgresql() -> Iterator[Make]:
    sys.path.insert(0, str(ROOT / "scripts"))
    import private_postgres
    import psycopg

    with private_postgres.Cluster() as url:
        folder, server = url.split("@/")[1].rsplit("/", 1)[0].replace("%2F", "/"), url.rsplit("/", 1)[0]
        made: list[str] = []

        def create(name: str, words: str = "") -> str:
            with psycopg.connect(host=folder, user="portal", dbname="postgres", autocommit=True) as connection:
                connection.execute(f"CREATE DATABASE {name} {words}")
            made.append(name)
            return f"{server}/{name}"

        def make(name: str) -> str:
            if not made:
                _migrated(create("migrated"))
            return create(f"{name}_{len(made)}", "TEMPLATE migrated")

        yield make


ENGINES: dict[str, Callable[[], AbstractContextManager[Make]]] = {"sqlite": sqlite, "postgresql": postgresql}


def opened(name: str, stack: ExitStack) -> Make | None:
    """The one that is open, else a new one until the stack is left; None where there is none, which is said."""
    if name in _open:
        return _open[name]
    try:
        return stack.enter_context(ENGINES[name]())
    except Exception as missing:
        print(f"{name}: not measured: {missing}", file=sys.stderr, flush=True)
        return None


@contextmanager
def all_open() -> Iterator[None]:
    """Both for everything that is measured meanwhile, so that each is migrated once."""
    with ExitStack() as stack:
        _open.update({name: opened(name, stack) for name in ENGINES})
        try:
            yield
        finally:
            _open.clear()
