"""Every translation file is whole: each message of the portal in it, translated, not doubtful, with its placeholders.

The source language is German (the message itself); a language without a file is simply not offered yet. With
``--missing`` the messages that a file lacks are printed in its own format, to be translated and appended.
"""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
ROOMS = ("coopportal", "sources", "municipalities", "accounts", "funding", "agreements", "watching")
_PLACEHOLDER = re.compile(r"%\(\w+\)[sdif]|%[sdif]|\{\w*\}")
_FIELD = re.compile(r'^(msgctxt|msgid_plural|msgid|msgstr)(?:\[\d+\])?\s+(".*")$')

_TEMPLATE_CALL = re.compile(r"""\b(?:n?p?gettext|_)\((?:[^()"']|"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*')*\)""")

#: (context or "", message, its plural or "")
Message = tuple[str, str, str]

# Where in the arguments the parts of a message stand: context, message, plural.
_CALLS: dict[str, tuple[int | None, int, int | None]] = {
    **dict.fromkeys(("_", "gettext", "gettext_lazy", "gettext_noop"), (None, 0, None)),
    **dict.fromkeys(("ngettext", "ngettext_lazy"), (None, 0, 1)),
    **dict.fromkeys(("pgettext", "pgettext_lazy"), (0, 1, None)),
    **dict.fromkeys(("npgettext", "npgettext_lazy"), (0, 1, 2)),
}


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


def messages(source: str) -> Iterator[Message]:
    """What a Python text asks to be translated; only what is written out there can be found."""
    for node in ast.walk(ast.parse(source)):
        if not isinstance(node, ast.Call):
            continue
        name = _name_of(node.func)
        if name in _CALLS:
            texts = [argument.value if isinstance(argument, ast.Constant) else None for argument in node.args]
            parts = ["" if place is None else (texts[place : place + 1] or [None])[0] for place in _CALLS[name]]
            if all(isinstance(part, str) for part in parts) and parts[1]:
                yield str(parts[0]), str(parts[1]), str(parts[2])


def uncollected(source: str) -> Iterator[tuple[int, str]]:
    """(line, what stands there): words of gettext that nobody would collect, so that nobody would miss their English.

    These are functions of gettext under a name that ``messages`` does not know (``gettext as t``, ``t = gettext``)
    or knows as another one (``ngettext as _``), and messages put together before they are translated.
    """
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.ImportFrom):
            names = [(one.name, one.asname) for one in node.names if one.asname]
            yield from ((node.lineno, f"{name} as {other}") for name, other in names if _is_lost(name, other))
        elif isinstance(node, ast.Assign | ast.AnnAssign) and (name := _name_of(node.value)) in _CALLS:
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            others = [_name_of(target) for target in targets]
            yield from ((node.lineno, f"{other} = {name}") for other in others if _is_lost(name, other))
        elif isinstance(node, ast.Call) and (name := _name_of(node.func)) in _CALLS:
            parts = node.args[: (_CALLS[name][2] or _CALLS[name][1]) + 1]
            if any(isinstance(part, ast.JoinedStr | ast.BinOp) for part in parts):
                yield node.lineno, ast.unparse(node)


def _name_of(node: ast.AST | None) -> str:
    """``gettext`` of ``gettext`` and of ``translation.gettext``."""
    return node.attr if isinstance(node, ast.Attribute) else getattr(node, "id", "")


def _is_lost(name: str, other: str) -> bool:
    """Is this function of gettext read as another one, or not at all, under its other name?"""
    return name in _CALLS and _CALLS.get(other) != _CALLS[name]


def messages_of_template(text: str) -> Iterator[Message]:
    """What a template asks to be translated, read as `makemessages` reads it."""
    from django.utils.translation.template import templatize  # the scripts also run where Django is not there yet

    # Django writes the calls between placeholder letters; each is an expression of its own.
    for call in _TEMPLATE_CALL.findall(templatize(text)):
        yield from messages(call)


def asked_for() -> dict[Message, str]:
    """Every message of the code and the templates, with the first place where it stands."""
    found: dict[Message, str] = {}
    for room in ROOMS:
        for path in sorted((ROOT / room).rglob("*.py")):
            for message in messages(path.read_text(encoding="utf-8")):
                found.setdefault(message, str(path.relative_to(ROOT)))
    for path in sorted((ROOT / "templates").rglob("*")):
        if path.suffix in {".html", ".txt", ".svg", ".xml"}:
            for message in messages_of_template(path.read_text(encoding="utf-8")):
                found.setdefault(message, str(path.relative_to(ROOT)))
    return found


def lost() -> list[str]:
    """What of the code cannot be collected, one sentence each."""
    return [
        f"{path.relative_to(ROOT)}, Zeile {line}: wird nicht gesammelt: {what}"
        for room in ROOMS
        for path in sorted((ROOT / room).rglob("*.py"))
        for line, what in uncollected(path.read_text(encoding="utf-8"))
    ]


def lacking(path: Path) -> dict[Message, str]:
    """The messages asked for that a file does not have."""
    known = set()
    for entry in entries(path.read_text(encoding="utf-8")):
        known.add((entry.get("msgctxt", [""])[0], entry["msgid"][0]))
    return {message: place for message, place in asked_for().items() if message[:2] not in known}


def as_entry(message: Message, place: str) -> str:
    """An entry of a .po file without its translation."""
    context, text, plural = (part.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n") for part in message)
    lines = [f"#: {place}", *([f'msgctxt "{context}"'] if context else []), f'msgid "{text}"']
    lines += [f'msgid_plural "{plural}"', 'msgstr[0] ""', 'msgstr[1] ""'] if plural else ['msgstr ""']
    return "\n".join(lines) + "\n"


def main() -> int:
    found = lost()
    for path in sorted((ROOT / "locale").glob("*/LC_MESSAGES/*.po")):
        missing = lacking(path)
        if "--missing" in sys.argv:
            print("\n".join(as_entry(message, place) for message, place in missing.items()))
            continue
        found += faults(path)
        found += [f"{path}: fehlt: {message[1]!r} ({place})" for message, place in missing.items()]
    print("\n".join(found), end="\n" if found else "")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
