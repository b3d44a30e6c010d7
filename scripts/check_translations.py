"""Every translation file is whole: each message translated, none doubtful, the same placeholders on both sides.

The source language is German (the message itself); a language without a file is simply not offered yet.
"""

from __future__ import annotations

import ast
import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
_PLACEHOLDER = re.compile(r"%\(\w+\)[sdif]|%[sdif]|\{\w*\}")
_FIELD = re.compile(r'^(msgctxt|msgid_plural|msgid|msgstr)(?:\[\d+\])?\s+(".*")$')


def entries(text: str) -> list[dict[str, list[str]]]:
    """The entries of a .po file: field name -> its strings (several for plural forms), "flags" from the comments."""
    found = []
    for block in re.split(r"\n\s*\n", text):
        entry: dict[str, list[str]] = {"flags": []}
        current = None
        for line in block.splitlines():
            if line.startswith("#,"):
                entry["flags"] += [flag.strip() for flag in line[2:].split(",")]
            elif match := _FIELD.match(line):
                current = match.group(1)
                entry.setdefault(current, []).append(ast.literal_eval(match.group(2)))
            elif line.startswith('"') and current:
                entry[current][-1] += ast.literal_eval(line)
        if entry.get("msgid", [""])[0]:
            found.append(entry)
    return found


def faults(path: Path) -> list[str]:
    """What is wrong in one file, one sentence each."""
    found = []
    for entry in entries(path.read_text(encoding="utf-8")):
        source = entry["msgid"][0]
        wanted = {frozenset(_PLACEHOLDER.findall(text)) for text in (source, *entry.get("msgid_plural", []))}
        if "fuzzy" in entry["flags"]:
            found.append(f"{path}: zweifelhaft: {source!r}")
        if not all(entry.get("msgstr", [""])):
            found.append(f"{path}: nicht übersetzt: {source!r}")
        elif any(frozenset(_PLACEHOLDER.findall(text)) not in wanted for text in entry["msgstr"]):
            found.append(f"{path}: andere Platzhalter: {source!r}")
    return found


def main() -> int:
    found = [fault for path in sorted((ROOT / "locale").glob("*/LC_MESSAGES/*.po")) for fault in faults(path)]
    print("\n".join(found), end="\n" if found else "")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
