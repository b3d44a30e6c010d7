"""The rules of a row without asking the database: its columns, and the check constraints of its model.

``full_clean`` sends a query for each constraint and each relation; for thousands of rows that is minutes. Unique
constraints are not looked at here: who makes many rows knows that they differ.

Nearly every row is right. What surely is right is told by one look at each column, with tests and constraints made
ready once for the model; only what may be wrong goes the long way, which finds the words.
"""

from __future__ import annotations

import datetime as dt
import operator
from collections.abc import Callable, Iterator
from functools import cache, lru_cache, partial
from typing import Any, NamedTuple

from django.core.exceptions import ValidationError
from django.core.validators import MaxLengthValidator, slug_re, validate_slug
from django.db.models import (
    CharField,
    CheckConstraint,
    DateField,
    F,
    Field,
    ForeignKey,
    IntegerField,
    Model,
    Q,
    SlugField,
    TextField,
)

from agreements.workflow.faults import Faults

_COMPARISONS: dict[str, Callable[[Any, Any], bool]] = {
    "exact": operator.eq,
    "lt": operator.lt,
    "lte": operator.le,
    "gt": operator.gt,
    "gte": operator.ge,
    "in": lambda value, among: value in among,
}

#: Is this value of a column surely right? A no means: perhaps not.
Test = Callable[[Any], bool]
#: Does a condition hold for this row? None is SQL's "unknown", by which no constraint is broken.
Rule = Callable[[Any], bool | None]


class _Rules(NamedTuple):
    """What is looked at in a row: of each column a value that is right and the test of others, and its constraints.

    ``values_of`` takes the values of these columns out of what the row holds.
    """

    columns: tuple[tuple[Any, Test], ...]
    values_of: Callable[[dict[str, Any]], tuple[Any, ...]]
    constraints: tuple[tuple[CheckConstraint, frozenset[str], Rule], ...]


def check_plainly(row: Model, prefix: str, faults: Faults) -> bool:
    """Is the row valid, its relations apart? What is not goes to its place, in the words of ``full_clean``."""
    rules = _rules_of(type(row))
    for value, (right, is_right) in zip(rules.values_of(row.__dict__), rules.columns, strict=True):
        if value is not right and not is_right(value):
            return _check_at_length(row, prefix, faults)
    for _constraint, _names, rule in rules.constraints:
        if rule(row) is False:
            return _check_at_length(row, prefix, faults)
    return True


def _check_at_length(row: Model, prefix: str, faults: Faults) -> bool:
    wrong: set[str] = set()
    try:
        row.clean_fields(exclude=_relations(type(row)))
    except ValidationError as error:
        for name, messages in error.message_dict.items():
            wrong.add(name)
            for message in messages:
                faults.add(f"{prefix}.{name}" if prefix else name, message)
    for constraint, names, rule in _rules_of(type(row)).constraints:
        if not wrong & names and rule(row) is False:
            wrong.add("")
            faults.add(prefix, constraint.get_violation_error_message())
    return not wrong


@cache
def _relations(model: type[Model]) -> frozenset[str]:
    """Columns that point elsewhere (looking each up would be a query) and those the database makes."""
    fields = model._meta.concrete_fields
    return frozenset(field.name for field in fields if isinstance(field, ForeignKey) or field.generated)


@cache
def _rules_of(model: type[Model]) -> _Rules:
    fields = [field for field in model._meta.concrete_fields if field.name not in _relations(model)]
    defaults = [(field, field.get_default()) for field in fields]
    columns = [(value if _is_clean(field, value) else object(), _test_of(field)) for field, value in defaults]
    constraints = [
        (one, frozenset(names_in(one.condition)), rule_of(one.condition, model))
        for one in model._meta.constraints
        if isinstance(one, CheckConstraint)
    ]
    return _Rules(tuple(columns), operator.itemgetter(*(field.attname for field in fields)), tuple(constraints))


def _test_of(field: Field[Any, Any]) -> Test:
    """The test of a column: for words and days a short one, for all else its own ``clean``."""
    may_be_empty, empty, longest = field.blank, field.empty_values, field.max_length
    codes = frozenset(code for code, _label in field.flatchoices)
    measured = all(type(one) is MaxLengthValidator for one in field.validators)

    def is_code(value: Any) -> bool:
        return (isinstance(value, str) and value in codes) or (may_be_empty and value in empty)

    def is_text(value: Any) -> bool:
        if type(value) is str and value:
            return longest is None or len(value) <= longest
        return may_be_empty and value in empty

    def is_day(value: Any) -> bool:
        return type(value) is dt.date or (may_be_empty and value in empty)

    def is_slug(value: Any) -> bool:
        return type(value) is str and len(value) <= (longest or 0) and bool(slug_re.fullmatch(value))

    if type(field) is SlugField and not codes and field.validators == [validate_slug, MaxLengthValidator(longest or 0)]:
        return is_slug
    if type(field) is CharField and codes and measured:
        return is_code
    if type(field) in (CharField, TextField) and not codes and measured:
        return is_text
    if isinstance(field, IntegerField) and not codes:
        is_right = lru_cache(maxsize=1_024)(partial(_is_clean, field))
        return lambda value: is_right(value) if type(value) is int else _is_clean(field, value)
    return is_day if type(field) is DateField and not codes and not field.validators else partial(_is_clean, field)


def _is_clean(field: Field[Any, Any], value: Any) -> bool:
    """Does the column itself let the value pass, and leave it as it is?"""
    if field.blank and value in field.empty_values:
        return True
    try:
        found = field.clean(value, None)
    except ValidationError:
        return False
    return type(found) is type(value) and bool(found == value)


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
    """Does the condition hold for the row?"""
    return rule_of(condition, type(row))(row)


def rule_of(condition: Any, model: type[Model]) -> Rule:
    """The condition as a function of a row. Raises NotImplementedError for a comparison that is not known here."""
    parts = [
        rule_of(child, model) if isinstance(child, Q) else _comparison(child, model) for child in condition.children
    ]
    decisive, is_negated = condition.connector == Q.OR, condition.negated

    def rule(row: Any) -> bool | None:
        answer: bool | None = not decisive
        for part in parts:
            found = part(row)
            if found is None:
                answer = None
            elif found == decisive:
                answer = decisive
                break
        return answer if answer is None or not is_negated else not answer

    return rule


def _comparison(child: tuple[str, Any], model: type[Model]) -> Rule:
    name, _sign, lookup = child[0].partition("__")
    field: Any = model._meta.get_field(name)
    column, wanted, points = field.attname, child[1], isinstance(field, ForeignKey)

    def value_of(row: Any) -> Any:
        value = getattr(row, column)
        # A row that is not saved yet has no id.
        return row._state.fields_cache.get(name) if value is None and points else value

    if lookup == "isnull":
        return lambda row: (value_of(row) is None) == wanted
    compare = _COMPARISONS.get(lookup or "exact")
    if compare is None:
        raise NotImplementedError(child[0])
    other = str(wanted.name) if isinstance(wanted, F) else ""  # type: ignore[attr-defined]

    def rule(row: Any) -> bool | None:
        value, against = value_of(row), getattr(row, other) if other else wanted
        return None if value is None or against is None else compare(value, against)

    return rule
