"""Codes and keys in words, column by column: for the files that people read."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from itertools import chain
from typing import Any

from django.db.models import QuerySet

Words = Callable[[list[Any]], list[Any]]

#: What finds the names of keys; all that there are where it is asked for none in particular (None).
Find = Callable[[Iterable[str] | None], Mapping[str, str]]


def of_choices(choices: Mapping[Any, Any]) -> Words:
    """The labels of a closed list in the language of the answer, or all names that there are."""
    labels = {code: str(label) for code, label in choices.items()}
    return lambda values: _worded(values, labels)


def named(rows: QuerySet[Any], key: str, name: str, keys: Iterable[str] | None) -> dict[str, str]:
    """The names of rows by their keys."""
    return dict((rows if keys is None else rows.filter(**{f"{key}__in": keys})).values_list(key, name))


def of_keys(find: Find) -> Words:
    """The names of what keys stand for; each is looked up once for a file."""
    known: dict[str, str] = {}

    def words(values: list[Any]) -> list[Any]:
        wanted = {*chain.from_iterable(filter(None, values))} if list in {*map(type, values)} else {*values}
        if missing := wanted - known.keys() - {None, ""}:
            known.update(dict.fromkeys(missing, "") | dict(find(sorted(missing))))
        return _worded(values, known)

    return words


def _worded(values: list[Any], words: Mapping[Any, str]) -> list[Any]:
    """Empty where there is nothing; a list as its words with ``; ``."""
    if list not in {*map(type, values)}:
        return [*map(words.get, values)]
    return [None if value is None else "; ".join(words.get(one, "") for one in value) for value in values]
