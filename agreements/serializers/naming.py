"""What the body of a request names by key, found before it is looked at row by row."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext as _
from rest_framework import serializers

from agreements.models import TaskField
from coopportal.common.fields import Known
from funding.models import Programme
from municipalities.keys import parse_key
from municipalities.models import Municipality, Organisation

#: Keys that one request may mention: more than any record needs, less than what would keep a worker busy.
MOST_KEYS = 5000
_MODELS: dict[str, Any] = {
    "municipality": Municipality,
    "organisation": Organisation,
    "programme": Programme,
    "task_fields": TaskField,
}
_KEY = re.compile(r"[\w.-]{1,200}")


def known_of(data: Any, day: dt.date) -> Known:
    """The rows that the body of a request names, by model and key; one query for each model that is named.

    Raises ValidationError where it names more than MOST_KEYS.
    """
    named: dict[str, set[str]] = {}
    for number, (name, key) in enumerate(_mentions(data), 1):
        if number > MOST_KEYS:
            message = _("Eine Anfrage darf höchstens %(count)d Schlüssel nennen.") % {"count": MOST_KEYS}
            raise serializers.ValidationError({"": [message]})
        named.setdefault(name, set()).add(key)
    return {model: _rows(name, model, named.get(name, set()), day) for name, model in _MODELS.items()}


def _mentions(data: Any) -> Iterator[tuple[str, str]]:
    waiting = [data]
    while waiting:
        one = waiting.pop()
        if isinstance(one, list):
            waiting += [inner for inner in one if isinstance(inner, dict | list)]
        elif isinstance(one, dict):
            for name, value in one.items():
                if name in _MODELS:
                    keys = value if isinstance(value, list) else [value]
                    yield from ((name, key) for key in keys if isinstance(key, str))
                elif isinstance(value, dict | list):
                    waiting.append(value)


def _rows(name: str, model: Any, keys: set[str], day: dt.date) -> dict[str, Any]:
    if name == "municipality":
        keys = {key for key in keys if _is_form_of_key(key)}
        return model.objects.holding_each(sorted(keys), day) if keys else {}
    column = "code" if model is TaskField else "slug"
    keys = {key for key in keys if _KEY.fullmatch(key)}
    return {getattr(row, column): row for row in model.objects.filter(**{f"{column}__in": keys})} if keys else {}


def _is_form_of_key(key: str) -> bool:
    try:
        parse_key(key)
    except ValueError:
        return False
    return True
