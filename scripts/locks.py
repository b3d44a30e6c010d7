"""`make lock`: write requirements/*.txt anew from the ranges in pyproject.toml, with a hash for every file."""

from __future__ import annotations

import subprocess
import venv

from environment import ROOT, VAR, Trouble, say

# For every platform and Python from 3.11 on; neither the header nor a line says where packages come from.
_UNIVERSAL = ["--universal", "--python-version", "3.11", "--generate-hashes", "--no-header", "--no-annotate", "--quiet"]

# Each level keeps the versions of the one before it.
_LOCKS = (
    ("base", ["pyproject.toml"]),
    ("test", ["pyproject.toml", "--group", "test", "--group", "browser", "-c", "requirements/base.txt"]),
    ("dev", ["pyproject.toml", "--group", "dev", "-c", "requirements/test.txt"]),
    ("bench", ["pyproject.toml", "--group", "bench", "-c", "requirements/dev.txt"]),
    ("node", ["requirements/node.in"]),
)


def lock(arguments: list[str]) -> int:
    """`make lock` keeps what still fits; `make lock ARGS=--upgrade` takes the newest that the ranges allow."""
    tool = VAR / "lock-tool"
    uv = tool / "bin" / "uv"
    if not uv.exists():
        venv.create(tool, with_pip=True)
        if subprocess.run([tool / "bin" / "pip", "install", "--quiet", "uv"], check=False).returncode:
            raise Trouble("Das Werkzeug uv ließ sich nicht installieren.")
    for name, sources in _LOCKS:
        output = f"requirements/{name}.txt"
        command = [str(uv), "pip", "compile", *sources, *_UNIVERSAL, "-o", output, *arguments]
        if subprocess.run(command, cwd=ROOT, check=False).returncode:
            raise Trouble(f"{output} ließ sich nicht schreiben.")
        say(f"geschrieben: {output}")
    return 0
