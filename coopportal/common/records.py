"""From keys to records: what a serializer says of rows that nobody makes objects of.

The columns its fields are made of are asked for by a prepared question, and turned into what it says column by column.
Where a field takes more than columns and what belongs to the rows, there is no such way and the rows are told as
objects (``coopportal.common.telling``); both say the same (``tests/roof/test_records.py`` holds them side by side).
"""

from __future__ import annotations

import datetime as dt
from collections import namedtuple
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from itertools import chain
from typing import Any

from django.db import connection
from django.db.models import DateField, F, QuerySet, TextField
from django.db.models.expressions import RawSQL
from django.utils import timezone
from orjson import loads
from rest_framework import fields, serializers

from coopportal.common.fields import KeysField
from coopportal.common.moments import as_text, moment, moment_of_text
from coopportal.common.nested import AS_RECORDS, AS_TEXT, Nesting, are_plain, grouped, records
from coopportal.common.origins import NoWay, column_at, fetched_beside, is_same
from coopportal.common.prepared import Column, Prepared, Row, Statement
from coopportal.common.renderers import Record
from coopportal.common.telling import converting, is_iso, is_moment

Convert = Callable[..., Any]

#: Attribute → rows that belong to each row, in their order, and the column that says to which.
Belonging = Mapping[str, tuple[str, QuerySet[Any]]]


class Reader:
    """Reads the records of a list: of rows by their keys, or by a statement that finds those."""

    def __init__(self, plan: _Plan, rows: QuerySet[Any]) -> None:
        self._plan, self._rows = plan, rows
        self._by: dict[str, Prepared] = {}
        self._tables: dict[Nesting, _Table] = {}

    @classmethod
    def of(
        cls, serializer: Any, names: tuple[str, ...] | None, rows: QuerySet[Any], belonging: Belonging
    ) -> Reader | None:
        """Of these fields (None: all) of rows with all that is told of them; None where there is no swift way."""
        one: Any = serializer()
        told = [name for name in names or one.fields if not name.startswith("_")]
        try:
            return cls(_Plan.of(one, told, rows, belonging), rows)
        except NoWay:
            return None

    def of_keys(self, column: str, keys: Iterable[Any]) -> list[Record]:
        """Those that there are, in no particular order."""
        question = self.by(column)
        return self._plan.records(question, question.of([*keys]))

    def in_order(self, keys: Sequence[Any]) -> list[Record]:
        """Those of primary keys, in the order of these."""
        found = self._rows_of(keys)
        return self._plan.records(self.by("pk"), found)

    def table(self, keys: Sequence[Any], nesting: Nesting = AS_TEXT) -> list[Column]:
        """The same as columns, for files: what is nested in a record is one text."""
        [table] = self.tables([keys], nesting)
        return table

    def tables(self, portions: Iterable[Sequence[Any]], nesting: Nesting) -> Iterator[list[Column]]:
        """The same of portion after portion."""
        if nesting not in self._tables:
            self._tables[nesting] = self._table(self._rows.order_by(), nesting, column="pk")
        table = self._tables[nesting]
        for keys, columns in table.question.in_portions(portions):
            places = {key: place for place, key in enumerate(columns[0])}
            order = [places[key] for key in keys if key in places]
            if not order:
                yield [[] for _name in self._plan.names]
                continue
            told: list[Column] = [[*map(column.__getitem__, order)] for column in columns]
            yield self._plan.columns_of(told, nesting, table.beside)

    def _table(
        self, rows: QuerySet[Any], nesting: Nesting, column: str | None = None, *, whole: bool = False
    ) -> _Table:
        """The question for rows with what is nested in them where the database can write it, ``whole``: with all."""
        beside: dict[str, bool] = {}
        columns: list[Any] = ["pk", *self._plan.columns.values()]
        for attribute, part in self._plan.parts.items():
            if not part.is_apart(rows.model):
                continue
            text = part.written(rows, nesting) if attribute not in self._plan.attributes else None
            if text or whole:
                beside[attribute] = text is not None
                columns.append(text or part.beside(rows))
        return _Table(Prepared(rows, columns, column=column), beside)

    def _rows_of(self, keys: Sequence[Any]) -> list[Row]:
        """What is asked for of these primary keys, in their order."""
        found = {row[0]: row for row in self.by("pk").of(keys)}
        return [found[key] for key in keys if key in found]

    def by(self, column: str) -> Prepared:
        """The question for what records are made of, by the keys in a column."""
        if column not in self._by:
            self._by[column] = self.question(self._rows.order_by(), column)
        return self._by[column]

    def question(self, rows: QuerySet[Any], column: str = "pk") -> Prepared:
        """The question for what records of rows like these are made of."""
        return Prepared(rows, ["pk", *self._plan.columns.values()], column=column)

    def found(self, question: Prepared, keys: Statement) -> tuple[list[Any], list[Record]]:
        """Of the rows whose keys a statement finds, in the order of the question: the keys and the records."""
        rows = question.within(keys)
        return [row[0] for row in rows], self._plan.records(question, rows)

    # --- whole lists, where the database sends them while it finds them ---

    def streams(self, rows: QuerySet[Any]) -> bool:
        """Can these rows come with all that belongs to them?"""
        parts = self._plan.parts
        is_simple = not (rows.query.distinct or rows.query.combinator or parts.keys() & {*self._plan.attributes})
        is_simple = is_simple and all(part.is_apart(rows.model) for part in parts.values())
        return connection.vendor == "postgresql" and is_simple

    def streamed(
        self, rows: QuerySet[Any], size: int, without: Collection[Any], nesting: Nesting = AS_RECORDS
    ) -> Iterator[list[Column]]:
        """Rows as they come, in their order, without those of some keys; columns of what records of them tell."""
        table = self._table(rows, nesting, whole=True)
        for found in table.question.streamed(size):
            if some := [row for row in found if row[0] not in without]:
                yield self._plan.columns_of(table.question.columns(some), nesting, table.beside)

    def records_of(self, columns: list[Column]) -> list[Record]:
        """Of columns of what they tell."""
        return records(self._plan.names, columns)


@dataclass(frozen=True)
class _Table:
    """A question, and whose rows come beside its columns: attribute → is it a text that tells them?"""

    question: Prepared
    beside: Mapping[str, bool]


@dataclass(frozen=True)
class _Part:
    """Rows that belong to rows: how they are asked for, what their columns are called, how they are told."""

    question: Prepared
    names: tuple[str, ...]
    plan: _Plan | None
    make: Callable[[Row], Any]

    def beside(self, rows: QuerySet[Any]) -> RawSQL:
        """The rows that belong to a row as one column of it: JSON of their columns, in PostgreSQL."""
        columns = ", ".join(f"c{number}" for number in range(len(self.names) + 1))
        return self._beside(rows, f"json_agg(json_build_array({columns}))::text")

    def written(self, rows: QuerySet[Any], nesting: Nesting) -> RawSQL | None:
        """What is told of them as one text; None where the database does not write the same."""
        if self.plan is None or nesting.written is None or not self.plan.tells_columns:
            return None
        paths = [path for path, _convert in self.plan.taken.values()]
        places = [self.names.index(path) + 1 for path in paths]
        if not are_plain([self.question.kinds[place] for place in places]):
            return None
        return self._beside(rows, nesting.written(self.plan.names, [f"c{place}" for place in places]))

    def _beside(self, rows: QuerySet[Any], told: str) -> RawSQL:
        """A column: what an aggregate tells of the rows that belong to a row."""
        whose = f'"{rows.model._meta.db_table}"."{rows.model._meta.pk.column}"'
        one = self.question.about(Statement(whose, ()))
        columns = ", ".join(f"c{number}" for number in range(len(self.names) + 1))
        text = f"WITH part ({columns}) AS ({one.text}) SELECT {told} FROM part"  # noqa: S608 (statement of a QuerySet)
        return RawSQL(text, one.values, output_field=TextField())  # noqa: S611 (the same)

    def is_apart(self, model: Any) -> bool:
        """Can its question stand within one about rows of this table, and mean those?"""
        return f'"{model._meta.db_table}"' not in self.question.about(Statement("", ())).text

    def of(
        self, keys: Column, *, told_as: Nesting | None, as_rows: bool, beside: Column | None = None
    ) -> tuple[list[Any], list[Any]]:
        """For each key what is told and the rows of its part, in their order; they may have come ``beside`` it."""
        found = self.question.of(keys) if beside is None else [*chain.from_iterable(map(loads, filter(None, beside)))]
        parents = [row[0] for row in found]
        told: list[Any] = []
        rows: list[Any] = []
        if told_as and found and self.plan:
            columns = self.question.columns(found)
            made = self.plan.made(dict(zip(self.names, columns[1:], strict=True)), {})
            told = told_as.tell(self.plan.names, made)
        if as_rows and found:
            rows = [*map(self.make, zip(*self.question.columns(found)[1:], strict=True))]
        return (
            told_as.group(keys, parents, told) if told_as else [],
            grouped(keys, parents, rows) if as_rows else [],
        )


@dataclass
class _Plan:
    """How records are made of columns: ``told`` says of each name whence and by what."""

    names: tuple[str, ...] = ()
    #: Path → what is selected for it.
    columns: dict[str, Any] = field(default_factory=dict)
    taken: dict[str, tuple[str, Convert | None]] = field(default_factory=dict)
    methods: dict[str, Convert] = field(default_factory=dict)
    nested: dict[str, str] = field(default_factory=dict)
    parts: dict[str, _Part] = field(default_factory=dict)
    #: What methods read of a row.
    attributes: tuple[str, ...] = ()
    make: Callable[[Row], Any] | None = None

    @classmethod
    def of(cls, serializer: Any, names: Sequence[str], rows: QuerySet[Any], belonging: Belonging) -> _Plan:
        """Raises NoWay."""
        plan = cls(names=tuple(names))
        reads: Mapping[str, tuple[str, ...]] = getattr(serializer, "reads", {})
        read: list[str] = []
        for name in names:
            one = serializer.fields[name]
            if type(one) is fields.SerializerMethodField:
                if name not in reads:
                    raise NoWay
                read += reads[name]
                plan.methods[name] = getattr(serializer, one.method_name)
        for path in read:
            if path not in belonging:
                column_at(rows, path)
                plan.columns[path] = F(path)
        for name in names:
            if name not in plan.methods:
                plan._take(name, serializer.fields[name], rows, belonging)
        for attribute in {path for path in read if path in belonging} - plan.parts.keys():
            plan.parts[attribute] = _belonging(belonging[attribute], None)
        plan.attributes = tuple(dict.fromkeys(read))
        if plan.attributes:
            plan.make = _maker(plan.attributes, rows.model, getattr(serializer, "lent", ()))
        return plan

    def _take(self, name: str, one: Any, rows: QuerySet[Any], belonging: Belonging) -> None:
        """Where the value of a field comes from."""
        source = str(one.source)
        if type(one) is serializers.ListSerializer:
            self.nested[name] = source
            whose = belonging[source] if source in belonging else fetched_beside(rows, source)
            self.parts[source] = _belonging(whose, one.child)
            return
        path = source.replace(".", "__")
        kind: Any = column_at(rows, path)
        convert: Convert | None = converting(one)
        if is_moment(one):
            convert = moment
        if convert is None:
            raise NoWay
        if path in self.columns:  # as a method reads it, too
            if path in [known for known, _convert in self.taken.values()]:
                raise NoWay
            self.taken[name] = (path, None if is_same(one, kind) else convert)
            return
        if isinstance(kind, DateField) and (is_moment(one) or (type(one) is fields.DateField and is_iso(one))):
            convert = moment_of_text if is_moment(one) else None
            self.columns[path] = as_text(path, is_moment=is_moment(one))
        else:
            convert = None if is_same(one, kind) else convert
            self.columns[path] = F(path)
        if type(one) is KeysField and type(one.child) in (fields.CharField, fields.IntegerField):
            convert = sorted  # of JSON, which knows texts and numbers
        self.taken[name] = (path, convert)

    @property
    def tells_columns(self) -> bool:
        """Are values told as they stand in their columns?"""
        return self.taken.keys() == {*self.names} and all(how in (None, str) for _path, how in self.taken.values())

    def records(self, question: Prepared, found: list[Row]) -> list[Record]:
        return records(self.names, self.columns_of(question.columns(found), AS_RECORDS, {})) if found else []

    def columns_of(self, found: list[Column], nesting: Nesting, beside: Mapping[str, bool]) -> list[Column]:
        """What records of rows (of one at least) tell, column by column; ``beside`` as in a table."""
        keys, *columns = found
        by_path = dict(zip(self.columns, columns, strict=False))
        came = dict(zip(beside, columns[len(self.columns) :], strict=True))
        attributes: dict[str, Column] = {}
        for attribute, part in self.parts.items():
            if beside.get(attribute):
                by_path[f"{attribute} told"] = nesting.of_texts(came[attribute])
                continue
            is_told, is_read = attribute in self.nested.values(), attribute in self.attributes
            own = came.get(attribute)
            told, rows = part.of(keys, told_as=nesting if is_told else None, as_rows=is_read, beside=own)
            attributes[attribute] = rows
            by_path[f"{attribute} told"] = told
        return self.made(by_path, attributes)

    def made(self, columns: dict[str, Column], parts: dict[str, Column]) -> list[Column]:
        rows = _Rows([])
        if self.make:
            read = [parts[name] if name in parts else columns[name] for name in self.attributes]
            rows = _Rows([*zip(*read, strict=True)], self.make, can_be_alike=all(map(_are_values, read)))
        return [self._told(name, columns, rows) for name in self.names]

    def _told(self, name: str, columns: dict[str, Column], rows: _Rows) -> Column:
        if name in self.methods:
            return rows.told(self.methods[name])
        if name in self.nested:
            return columns[f"{self.nested[name]} told"]
        path, convert = self.taken[name]
        column = columns[path]
        if convert is None:
            return column
        if convert in _MOMENTS:
            convert = partial(convert, timezone.get_current_timezone())
        if not _are_values(column):
            return [None if value is None else convert(value) for value in column]
        made = {value: convert(value) for value in {*column} - {None}} | {None: None}
        return [*map(made.__getitem__, column)]


class _Rows:
    """What methods are asked about; of rows that are alike they are asked once."""

    def __init__(self, values: list[Row], make: Callable[[Row], Any] = tuple, *, can_be_alike: bool = False) -> None:
        self._which: Sequence[Any] = values if can_be_alike else range(len(values))
        self._made = {value: make(value) for value in {*values}} if can_be_alike else dict(enumerate(map(make, values)))

    def told(self, method: Convert) -> Column:
        told = {value: method(row) for value, row in self._made.items()}
        return [*map(told.__getitem__, self._which)]


def _are_values(column: Column) -> bool:
    """Texts, numbers, days and moments of one kind: what is equal is the same."""
    kinds = {*map(type, column)} - {type(None)}
    return len(kinds) < 2 and kinds <= _VALUES


def _maker(names: Sequence[str], model: Any, lent: Iterable[str]) -> Callable[[Row], Any]:
    """What makes of values something with these attributes, and with what rows of the model lend of their class."""
    of_names: Any = namedtuple
    kind: Any = of_names("Row", names)
    if lent:
        kind = type("Row", (kind,), {name: vars(model)[name] for name in lent} | {"__slots__": ()})
    return partial(tuple.__new__, kind)


def _belonging(whose: tuple[str, QuerySet[Any]], child: Any) -> _Part:
    """How the rows that belong to others are read; ``child`` tells them, where they are told."""
    column, rows = whose
    names = getattr(rows, "_fields", None) or ()
    plan = _Plan.of(child, [*child.fields], rows, {}) if child else None
    if plan and (plan.methods or plan.parts):
        raise NoWay
    columns = ({name: F(name) for name in names if name != column}) | (plan.columns if plan else {})
    ordered = rows.order_by(column, *rows.query.order_by)
    question = Prepared(ordered, [column, *columns.values()], column=column)
    return _Part(question, tuple(columns), plan, _maker(tuple(columns), rows.model, ()))


_VALUES = frozenset({str, int, dt.date, dt.datetime})

#: They are told in the zone of the answer.
_MOMENTS = (moment, moment_of_text)
