"""Codes and keys in words, column by column: for the files that people read."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

Words = Callable[[list[Any]], list[Any]]


def of_choices(choices: Mapping[Any, Any]) -> Words:
    """The labels of a closed list, in the language of the answer."""
    labels = {code: str(label) for code, label in choices.items()}
    return lambda values: [_worded(value, labels) for value in values]


def of_keys(find: Callable[[Iterable[str]], Mapping[str, str]]) -> Words:
    """The names of what keys stand for; each is looked up once for a file."""
    known: dict[str, str] = {}

    def words(values: list[Any]) -> list[Any]:
        wanted = {key for value in values for key in (value if isinstance(value, list) else [value]) if key}
        if missing := wanted - known.keys():
            known.update(dict.fromkeys(missing, "") | dict(find(sorted(missing))))
        return [_worded(value, known) for value in values]

    return words


def _worded(value: Any, words: Mapping[Any, str]) -> str | None:
    """Empty where there is nothing; a list as its words with ``; ``."""
    if isinstance(value, list):
        return "; ".join(words.get(one, "") for one in value)
    return None if value is None else words.get(value, "")
