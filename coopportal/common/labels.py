"""The words of closed lists in the language of the page, told once: a page says them a hundred times."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from types import MappingProxyType

from django.db.models import TextChoices
from django.utils.translation import get_language


def labels(words: type[TextChoices]) -> Mapping[str, str]:
    """Code → label, in the language of the page; an empty code, and a code of nobody's, is an error of the caller."""
    return _labels(words, get_language())


@lru_cache(maxsize=200)
def _labels(words: type[TextChoices], _language: str | None) -> Mapping[str, str]:
    return MappingProxyType({str(code): str(label) for code, label in words.choices})
