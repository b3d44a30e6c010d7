"""A PostgreSQL server for the length of a test run: own folder, own socket, nobody else's business."""

from __future__ import annotations

import glob
import os
import pwd
import re
import shutil
import subprocess
import tempfile
from pathlib import Path
from urllib.parse import quote

OLDEST = 14  # what Django 5.2 supports

# Where packages put the programs without putting them on PATH.
_PLACES = (
    "/usr/lib/postgresql/*/bin",
    "/usr/pgsql-*/bin",
    "/usr/local/pgsql/bin",
    "/opt/homebrew/opt/postgresql*/bin",
    "/usr/local/opt/postgresql*/bin",
    "/Applications/Postgres.app/Contents/Versions/*/bin",
)

# A test database may be lost with the machine: speed instead of safety. It listens on a socket in its folder only.
_CONFIGURATION = """
listen_addresses = ''
unix_socket_directories = '{folder}'
fsync = off
synchronous_commit = off
full_page_writes = off
shared_buffers = 128MB
max_connections = 100
"""


class Missing(Exception):
    """No private server can be had here; the text says why."""


def _version(folder: Path) -> int:
    """Major version of the programs in a folder, 0 if they are not all there."""
    if not all(os.access(folder / name, os.X_OK) for name in ("initdb", "pg_ctl")):
        return 0
    answer = subprocess.run([folder / "initdb", "--version"], capture_output=True, text=True, check=False).stdout
    found = re.search(r"(\d+)", answer)
    return int(found.group(1)) if found else 0


def find_programs() -> Path:
    """The folder of the newest PostgreSQL programs on this machine."""
    on_path = shutil.which("initdb")
    folders = [Path(on_path).resolve().parent] if on_path else []
    folders += [Path(name) for place in _PLACES for name in glob.glob(place)]
    newest = max(folders, key=_version, default=None)
    if newest is None or not _version(newest):
        raise Missing("die Programme initdb und pg_ctl fehlen")
    if _version(newest) < OLDEST:
        raise Missing(f"PostgreSQL {_version(newest)} ist zu alt, nötig ist {OLDEST}")
    return newest


def _unprivileged() -> pwd.struct_passwd | None:
    """Whom the server runs as: PostgreSQL refuses root, so root hands it to somebody harmless."""
    if os.geteuid():
        return None
    for name in ("postgres", "nobody"):
        try:
            return pwd.getpwnam(name)
        except KeyError:
            continue
    raise Missing("als root nötig: ein Benutzer „postgres“ oder „nobody“")


class Cluster:
    """`with Cluster() as url:` starts a server and stops it; `url` is a DATABASE_URL with a superuser."""

    def __init__(self) -> None:
        self.programs = find_programs()
        self.owner = _unprivileged()
        self.folder = Path(tempfile.mkdtemp(prefix="portal-pg-"))
        self.data = self.folder / "data"

    def _call(self, program: str, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run a program of PostgreSQL as the owner of the folder; its output goes nowhere unless it fails."""
        who = {"user": self.owner.pw_uid, "group": self.owner.pw_gid, "extra_groups": []} if self.owner else {}
        return subprocess.run(  # type: ignore[call-overload]
            [self.programs / program, *arguments],
            cwd=self.folder,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
            **who,
        )

    def _initialise(self) -> None:
        """A cluster whose letters know upper and lower case beyond ASCII, where the machine has such a locale."""
        common = ("--pgdata", str(self.data), "--username=portal", "--auth=trust", "--encoding=UTF8", "--no-sync")
        answer = self._call("initdb", *common, "--locale=C.UTF-8")
        if answer.returncode:
            answer = self._call("initdb", *common, "--no-locale")
        if answer.returncode:
            raise Missing(f"initdb scheitert: {answer.stderr.strip().splitlines()[-1]}")
        with open(self.data / "postgresql.conf", "a", encoding="utf-8") as configuration:
            configuration.write(_CONFIGURATION.format(folder=self.folder))

    def __enter__(self) -> str:
        try:
            if self.owner:
                os.chown(self.folder, self.owner.pw_uid, self.owner.pw_gid)
            self._initialise()
            log = str(self.folder / "log")
            answer = self._call("pg_ctl", "start", "--wait", "--silent", "--pgdata", str(self.data), "--log", log)
            if answer.returncode:
                raise Missing(f"pg_ctl scheitert: {Path(log).read_text(encoding='utf-8').strip()[-600:]}")
        except BaseException:
            self.stop()
            raise
        return f"postgres://portal@/{quote(str(self.folder))}/portal"

    def __exit__(self, *_: object) -> None:
        self.stop()

    def stop(self) -> None:
        """End the server, however far it came, and take its folder away."""
        if (self.data / "postmaster.pid").exists():
            self._call("pg_ctl", "stop", "--mode=immediate", "--wait", "--pgdata", str(self.data))
        shutil.rmtree(self.folder, ignore_errors=True)
