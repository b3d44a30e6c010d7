"""The rules of a row without asking the database: its columns, and the check constraints of its model.

``full_clean`` sends a query for each constraint and each relation; for thousands of rows that is minutes. Unique
constraints are not looked at here: who makes many rows knows that they differ.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterator
from functools import cache
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import CheckConstraint, F, ForeignKey, Model, Q

from agreements.workflow.faults import Faults

_COMPARISONS: dict[str, Callable[[Any, Any], bool]] = {
    "exact": operator.eq,
    "lt": operator.lt,
    "lte": operator.le,
    "gt": operator.gt,
    "gte": operator.ge,
    "in": lambda value, among: value in among,
}


@cache
def _relations(model: type[Model]) -> frozenset[str]:
    """Columns that point elsewhere (looking each up would be a query) and those the database makes."""
    fields = model._meta.concrete_fields
    return frozenset(field.name for field in fields if isinstance(field, ForeignKey) or field.generated)


def check_plainly(row: Model, prefix: str, faults: Faults) -> bool:
    """Is the row valid, its relations apart? What is not goes to its place, in the words of ``full_clean``."""
    wrong: set[str] = set()
    try:
        row.clean_fields(exclude=_relations(type(row)))
    except ValidationError as error:
        for name, messages in error.message_dict.items():
            wrong.add(name)
            for message in messages:
                faults.add(f"{prefix}.{name}" if prefix else name, message)
    for constraint in row._meta.constraints:
        if not isinstance(constraint, CheckConstraint) or wrong & set(names_in(constraint.condition)):
            continue
        if holds(constraint.condition, row) is False:
            wrong.add("")
            faults.add(prefix, constraint.get_violation_error_message())
    return not wrong


def names_in(condition: Any) -> Iterator[str]:
    """The columns of which a condition speaks."""
    for child in condition.children:
        if isinstance(child, Q):
            yield from names_in(child)
        else:
            yield child[0].partition("__")[0]
            if isinstance(child[1], F):
                yield str(child[1].name)  # type: ignore[attr-defined]


def holds(condition: Any, row: Any) -> bool | None:
    """Does the condition hold for the row? None is SQL's "unknown", by which no constraint is broken.

    Raises NotImplementedError for a comparison that is not known here.
    """
    found = [holds(child, row) if isinstance(child, Q) else _compare(child, row) for child in condition.children]
    decisive = condition.connector == Q.OR
    answer = decisive if decisive in found else None if None in found else not decisive
    return answer if answer is None or not condition.negated else not answer


def _compare(child: tuple[str, Any], row: Any) -> bool | None:
    name, _sign, lookup = child[0].partition("__")
    column, wanted = row._meta.get_field(name).attname, child[1]
    value = getattr(row, column)
    if isinstance(row._meta.get_field(name), ForeignKey) and value is None:
        value = row._state.fields_cache.get(name)  # a row that is not saved yet has no id
    if lookup == "isnull":
        return (value is None) == wanted
    if (lookup or "exact") not in _COMPARISONS:
        raise NotImplementedError(child[0])
    if isinstance(wanted, F):
        wanted = getattr(row, wanted.name)  # type: ignore[attr-defined]
    return None if value is None or wanted is None else _COMPARISONS[lookup or "exact"](value, wanted)
