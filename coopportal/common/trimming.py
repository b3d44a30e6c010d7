"""A style sheet without the rules that nothing of ours can use.

The design system brings thousands of classes, most of them for building grids and gaps; the pages use some fifty. What
no page can match need not be sent. A rule stays unless each of its selectors asks for a class that stands nowhere.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from pathlib import Path

#: A word of the design system, wherever it stands; one that ends in a dash is the beginning of many: the template or
#: the code goes on with a variable. The brackets keep this file from saying such a word itself.
_WORD = re.compile(r"kern[-][A-Za-z0-9_-]*")
_CLASS = re.compile(r"\.(kern[-][A-Za-z0-9_-]+)")
_SOURCES = frozenset({".html", ".py", ".js", ".css"})
#: Of these only the rules inside are looked at; any other rule with an @ stays as it is.
_CONDITIONS = ("@media", "@supports", "@layer", "@container")


def words_in(folders: Iterable[Path]) -> set[str]:
    """Every word of the design system in templates, code, scripts and style sheets below these folders."""
    files = (path for folder in folders for path in folder.rglob("*") if path.suffix in _SOURCES and path.is_file())
    return {word for path in files for word in _WORD.findall(path.read_text(encoding="utf-8", errors="ignore"))}


def trimmed(css: str, words: Iterable[str]) -> str:
    """The rules of a minified style sheet that something could match which is called by these words."""
    all_words = set(words)
    beginnings = tuple(word for word in all_words if word.endswith("-"))
    return "".join(_kept(css, all_words, beginnings))


def _kept(css: str, words: set[str], beginnings: tuple[str, ...]) -> Iterator[str]:
    for head, body in _rules(css):
        if body is None:
            yield head
        elif head.lstrip().startswith(_CONDITIONS):
            if inside := "".join(_kept(body, words, beginnings)):
                yield f"{head}{{{inside}}}"
        elif head.lstrip().startswith("@") or any(_matches(one, words, beginnings) for one in _split(head)):
            yield f"{head}{{{body}}}"


def _matches(selector: str, words: set[str], beginnings: tuple[str, ...]) -> bool:
    """Could it? What stands in brackets (`:not(.a)`, `:is(.a, .b)`) decides nothing."""
    plain = re.sub(r"\[[^\]]*\]", "", selector)
    while plain != (plain := re.sub(r"\([^()]*\)", "", plain)):
        pass
    return all(name in words or name.startswith(beginnings) for name in _CLASS.findall(plain))


def _split(selectors: str) -> Iterator[str]:
    """At the commas between selectors, not at those inside brackets."""
    depth, start = 0, 0
    for place, sign in enumerate(selectors):
        depth += (sign == "(") - (sign == ")")
        if sign == "," and not depth:
            yield selectors[start:place]
            start = place + 1
    yield selectors[start:]


_SIGN = re.compile(r"""[{};]|"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|url\([^)"']*\)|/\*.*?\*/""", re.S)


def _rules(css: str) -> Iterator[tuple[str, str | None]]:
    """(what stands before the brace, what stands between it and its partner); statements like @charset have no body."""
    depth, start, head = 0, 0, ""
    for found in _SIGN.finditer(css):
        sign = found[0]
        if sign == "{":
            if not depth:
                head, start = css[start : found.start()], found.end()
            depth += 1
        elif sign == "}":
            depth -= 1
            if not depth:
                yield head, css[start : found.start()]
                start = found.end()
        elif sign == ";" and not depth:
            yield css[start : found.end()], None
            start = found.end()
