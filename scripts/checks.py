"""`make check`: what a machine can say about the code without running it."""

from __future__ import annotations

import os
import re
import secrets
import subprocess

from environment import PYTHON, ROOT, install_assets, install_python, say

_LOCKS = (
    *(f"requirements/{level}.txt" for level in ("base", "test", "dev", "node")),
    *("package-lock.json", "package.json", ".npmrc"),
)
_ADDRESS = re.compile(r"(?:https?|file|git\+\w+)://|--(?:extra-)?index-url|--find-links|\"resolved\"")

# Strict as on a real machine (the https address makes it one); no server is there to be connected to.
_PRODUCTION = {
    "DATABASE_URL": "sqlite://:memory:",
    "PUBLIC_URL": "https://portal.example",
    "SECRET_KEY": secrets.token_urlsafe(64),
    "DEBUG": "",
    "DEMO": "",
}
_EMPTY_DATABASE = {"DATABASE_URL": "sqlite://:memory:"}

_STEPS: list[tuple[str, list[str], dict[str, str]]] = [
    ("Regeln (ruff)", ["-m", "ruff", "check", "."], {}),
    ("Form (ruff format)", ["-m", "ruff", "format", "--check", "."], {}),
    ("Typen (mypy)", ["-m", "mypy"], {}),
    ("Betrieb (check --deploy)", ["manage.py", "check", "--deploy", "--fail-level=WARNING"], _PRODUCTION),
    ("Migrationen vollständig", ["manage.py", "makemigrations", "--check", "--dry-run"], _EMPTY_DATABASE),
    ("Vorlagen (djlint)", ["-m", "djlint", "templates", "--lint", "--quiet"], {}),
    ("Übersetzungen", ["scripts/check_translations.py"], {}),
]


def addresses_in_locks() -> list[str]:
    """Lines of the lock files that name where a package was fetched: each machine decides that for itself."""
    found = []
    for name in _LOCKS:
        lines = (ROOT / name).read_text(encoding="utf-8").splitlines()
        found += [f"{name}:{number}: {line.strip()}" for number, line in enumerate(lines, 1) if _ADDRESS.search(line)]
    return found


def check(_: list[str]) -> int:
    """Every step, even after one that fails; 0 only if all are clean."""
    install_python("dev")
    install_assets(with_tests=True)
    failed = []
    for title, command, settings in _STEPS:
        say(f"· {title}")
        if subprocess.run([PYTHON, *command], cwd=ROOT, env=os.environ | settings, check=False).returncode:
            failed.append(title)
    say("· Adressen in den Sperrdateien")
    if found := addresses_in_locks():
        say("\n".join(found))
        failed.append("Adressen in den Sperrdateien")
    say(f"make check: {'gescheitert: ' + ', '.join(failed) if failed else 'alles in Ordnung'}")
    return 1 if failed else 0
