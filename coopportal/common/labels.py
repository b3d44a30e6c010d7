"""The words of closed lists in the language of the page, told once: a page says them a hundred times."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache, partialmethod
from types import MappingProxyType
from typing import Any

from django.db import models
from django.db.models import TextChoices
from django.utils.translation import get_language


def labels(words: type[TextChoices]) -> Mapping[str, str]:
    """Code → label, in the language of the page; an empty code, and a code of nobody's, is an error of the caller."""
    return _labels(words, get_language())


@lru_cache(maxsize=200)
def _labels(words: type[TextChoices], _language: str | None) -> Mapping[str, str]:
    return MappingProxyType({str(code): str(label) for code, label in words.choices})


def tell_labels_of(rooms: Iterable[type[models.Model]]) -> None:
    """``row.get_…_display()`` of these models tells what Django's own tells, without translating the whole list for it.

    A method that a model has of its own stays.
    """
    for model in rooms:
        for field in model._meta.get_fields():
            name = f"get_{field.name}_display"
            if isinstance(field, models.Field) and field.choices and _is_of_django(model.__dict__.get(name)):
                setattr(model, name, _told_by(field))


def _is_of_django(method: Any) -> bool:
    return isinstance(method, partialmethod) and method.func is models.Model._get_FIELD_display  # type: ignore[attr-defined]


def _told_by(field: models.Field[Any, Any]) -> Callable[[models.Model], Any]:
    told: dict[str | None, dict[Any, str]] = {}

    def label(row: models.Model) -> Any:
        language = get_language()
        if language not in told:
            told[language] = {code: str(words) for code, words in field.flatchoices}
        code = row.__dict__.get(field.attname)
        if code is None:  # or deferred
            code = getattr(row, field.attname)
        return told[language].get(code, code)

    return label
