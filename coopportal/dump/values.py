"""Values of columns as a dump holds them (JSON), and back: the same text on every database."""

from __future__ import annotations

import base64
import binascii
import datetime as dt
from decimal import Decimal
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import ValidationError
from django.db.models import BinaryField, BooleanField, DateTimeField, Field, FloatField, IntegerField, JSONField
from django.utils.dateparse import parse_datetime


class BadValue(ValueError):
    """A value that its column cannot hold; the message is a sentence for people."""


def plain(column: Field[Any, Any], value: Any) -> Any:
    """A value of the database as JSON: days in ISO form, moments in UTC, decimals as text, bytes as Base64."""
    if value is None:
        return None
    if _is_kind(column):
        model: Any = ContentType.objects.get_for_id(value).model_class()
        return model._meta.label_lower
    if isinstance(value, dt.datetime):
        return value.astimezone(dt.UTC).isoformat()
    if isinstance(value, dt.date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(column, BinaryField):
        return base64.b64encode(bytes(value)).decode()
    return ordered(value) if isinstance(column, JSONField) else value


def ordered(value: Any) -> Any:
    """The same JSON with the names of every object in order, since databases keep them in their own."""
    if isinstance(value, dict):
        return {name: ordered(value[name]) for name in sorted(value)}
    return [ordered(entry) for entry in value] if isinstance(value, list) else value


def restored(column: Field[Any, Any], written: Any) -> Any:
    """What the column holds for a value of a dump. Raises BadValue."""
    target = column.target_field if column.is_relation else column  # type: ignore[attr-defined]
    if written is None:
        if not column.null:
            raise BadValue("Hier fehlt ein Wert.")
        return None
    if _is_kind(column):
        return _kind(written)
    if isinstance(column, JSONField):
        return written
    if not isinstance(written, _written_as(target)) or (isinstance(written, bool) != isinstance(target, BooleanField)):
        raise BadValue(f"„{str(written)[:60]}“ hat nicht die Form dieser Angabe.")
    return _checked(target, _converted(target, written))


def _is_kind(column: Field[Any, Any]) -> bool:
    return column.is_relation and column.related_model is ContentType


def _kind(written: Any) -> int:
    app, _dot, model = str(written).partition(".")
    try:
        return ContentType.objects.get_by_natural_key(app, model).pk
    except ContentType.DoesNotExist:
        raise BadValue(f"„{str(written)[:60]}“ ist keine Art von Gegenstand.") from None


def _written_as(column: Field[Any, Any]) -> tuple[type, ...]:
    if isinstance(column, BooleanField):
        return (bool,)
    if isinstance(column, IntegerField):
        return (int,)
    return (int, float) if isinstance(column, FloatField) else (str,)


def _converted(column: Field[Any, Any], written: Any) -> Any:
    if isinstance(column, BinaryField):
        try:
            return base64.b64decode(written, validate=True)
        except binascii.Error:
            raise BadValue("Diese Angabe ist nicht in Base64 geschrieben.") from None
    try:
        if isinstance(column, DateTimeField):
            moment = parse_datetime(written)
            if moment is None or moment.tzinfo is None:
                raise ValueError
            return moment
        return column.to_python(written)
    except (ValidationError, ValueError, OverflowError):
        raise BadValue(f"„{written[:60]}“ hat nicht die Form dieser Angabe.") from None


def _checked(column: Field[Any, Any], value: Any) -> Any:
    """The value, if its column may hold it: length, range, and the closed list of words."""
    if column.choices and value != "" and value not in dict(column.flatchoices):
        raise BadValue(f"„{str(value)[:60]}“ gehört nicht zu den Wörtern dieser Angabe.")
    try:
        column.run_validators(value)
    except ValidationError as error:
        raise BadValue(" ".join(error.messages)) from None
    return value
