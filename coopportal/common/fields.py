"""Fields of API serializers that several rooms need."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.core.validators import ProhibitNullCharactersValidator
from rest_framework import serializers
from rest_framework.validators import ProhibitSurrogateCharactersValidator

#: Rows found beforehand: model → key → row. What is not in it is not there.
Known = dict[Any, dict[str, Any]]


class KeysField(serializers.ListField):
    """Keys of other records, always in the same order."""

    def to_representation(self, data: Any) -> list[Any]:
        return sorted(super().to_representation(data))


class WordField(serializers.ChoiceField):
    """What the API calls a value of a closed list; null where it has no word for it."""

    def __init__(self, words: Mapping[Any, str], **kwargs: Any) -> None:
        super().__init__(choices=tuple(words.values()), read_only=True, **kwargs)
        self.words = dict(words)

    def to_representation(self, value: Any) -> Any:
        return self.words.get(value)


class KeyField(serializers.SlugRelatedField[Any]):
    """Another record by its key; text that a database cannot compare (U+0000, half characters) is no key.

    Taken from the ``known`` rows of the context where there are such.
    """

    def to_internal_value(self, data: Any) -> Any:
        if not isinstance(data, str):
            self.fail("invalid")
        for check in (ProhibitNullCharactersValidator(), ProhibitSurrogateCharactersValidator()):
            check(data)
        known: Known | None = self.context.get("known")
        if known is None:
            return super().to_internal_value(data)
        queryset: Any = self.get_queryset()
        rows = known[queryset.model]
        if data not in rows:
            self.fail("does_not_exist", slug_name=self.slug_field, value=data)
        return rows[data]
