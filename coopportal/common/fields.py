"""Fields of API serializers that several rooms need."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers


class KeysField(serializers.ListField):
    """Keys of other records, always in the same order."""

    def to_representation(self, data: Any) -> list[Any]:
        return sorted(super().to_representation(data))
