"""New rows by the thousand: each a copy of an empty one, much quicker than made by the model itself."""

from __future__ import annotations

from functools import cache
from typing import Any, TypeVar

from django.db.models import Model
from django.db.models.base import ModelState

Row = TypeVar("Row", bound=Model)


def new_row(model: type[Row], **related: Model) -> Row:
    """A row with the defaults of its model that points to these rows, saved or not. No signal tells of it."""
    values, changing = _empty(model)
    row = model.__new__(model)
    row.__dict__.update(values)
    state = ModelState()
    row._state = state
    for field in changing:
        setattr(row, field.attname, field.get_default())
    for name, other in related.items():
        row.__dict__[f"{name}_id"] = other.pk
        state.fields_cache[name] = other
    return row


@cache
def _empty(model: type[Model]) -> tuple[dict[str, Any], list[Any]]:
    """What stands in an empty row, and the columns whose default is made anew for each."""
    fields = [field for field in model._meta.concrete_fields if field.has_default()]
    changing = [field for field in fields if callable(field.default)]
    values = {name: value for name, value in model().__dict__.items() if name != "_state"}
    return values, changing
