"""Questions whose SQL is made once and sent many times: to make it costs more than to ask it.

A QuerySet stays the only place where a question is written. It is compiled once; what differs from one time to the
next are the keys of the rows it is about, or the statement that finds them. Rows come as tuples of what the ORM would
give, in columns. They are read by Django's own connection, so they belong to its transaction.
"""

from __future__ import annotations

import datetime as dt
import json
import pickle
import sqlite3
from collections import deque
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing, suppress
from dataclasses import dataclass
from functools import cached_property, lru_cache, partial
from itertools import chain, islice
from tempfile import TemporaryFile
from time import monotonic
from typing import IO, Any

import psycopg
from django.core.exceptions import EmptyResultSet
from django.db import connection, transaction
from django.db.models import (
    BinaryField,
    BooleanField,
    DateField,
    DateTimeField,
    DecimalField,
    DurationField,
    FloatField,
    Func,
    GeneratedField,
    JSONField,
    QuerySet,
    TextField,
)
from django.db.models.expressions import Col
from django.utils import timezone
from django.utils.dateparse import parse_date, parse_datetime
from orjson import loads

Row = tuple[Any, ...]
Column = Sequence[Any]
Convert = Callable[[Any], Any]

#: So many seconds a reader may take for the rows of a statement before they are put aside for him.
PATIENCE = 30.0
#: Where the keys stand in the text, and in the values.
_PLACE = "/* keys */"
_KEYS = object()

#: How pairs of numbers are given.
_GIVEN_PAIRS = {
    "sqlite": "SELECT json_extract(value, '$[0]'), json_extract(value, '$[1]') FROM json_each(%s)",
    "postgresql": "SELECT * FROM unnest(%s::bigint[], %s::bigint[])",
}

#: A connection may be used by one thread after the other (``sqlite3.threadsafety``, PEP 249).
_SERIALIZED = 3

#: Kinds of columns whose values SQLite writes in JSON in another way than they are, and those that may hold JSON.
_UNPACKED = (BinaryField, DecimalField, DurationField, FloatField, GeneratedField)
_TEXTS = (JSONField, TextField)

_decoded = json.JSONDecoder().raw_decode


class _Among(Func):
    """That a column (or two) is one of keys that are said later."""

    template = f"(%(expressions)s) IN ({_PLACE})"
    output_field = BooleanField()

    def as_sql(self, *args: Any, **kwargs: Any) -> Any:
        sql, values = super().as_sql(*args, **kwargs)
        return sql, (*values, _KEYS)


@dataclass(frozen=True)
class Statement:
    """A text with its values, as the database takes them."""

    text: str
    values: tuple[Any, ...]

    def rows(self) -> list[Row]:
        with connection.cursor() as cursor:
            cursor.execute(self.text, self.values)
            found: list[Row] = cursor.fetchall()
        return found

    def streamed(self, size: int) -> Iterator[list[Row]]:
        """Its rows while PostgreSQL finds them, so many at a time; meanwhile the connection takes no other statement.

        It is not compiled (``jit``): that takes longer than to run it. Who reads slowly does not hold the snapshot for
        as long: after ``PATIENCE`` the rest waits in a temporary file.
        """
        begun, rest = monotonic(), None
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SET LOCAL jit = off")
            at_a_time = size if psycopg.capabilities.has_stream_chunked() else 1
            # Closed before the transaction is, which waits for it: a reader may leave before the last row.
            with closing(cursor.cursor.stream(self.text, self.values, size=at_a_time)) as rows:
                while rest is None and (found := [*islice(rows, size)]):
                    yield found
                    if monotonic() - begun > PATIENCE:
                        rest = _put_aside(rows, size)
        yield from _taken_back(rest) if rest else ()

    def packed(self, kinds: Sequence[Any]) -> Statement:
        """In SQLite: all its rows as one, of each of its columns (of these kinds) a list in JSON.

        For every row that it hands over the driver lets other threads go first, and then waits for them; so a file
        would take many times as long beside other requests.
        """
        names = [f"c{number}" for number in range(len(kinds))]
        # A text that is JSON itself stays a text.
        told = [f"{name} || ''" if isinstance(kind, _TEXTS) else name for name, kind in zip(names, kinds, strict=True)]
        lists = ", ".join(f"CAST(json_group_array({one}) AS BLOB)" for one in told)
        text = f"WITH found ({', '.join(names)}) AS ({self.text}) SELECT {lists} FROM found"  # noqa: S608 (of a QuerySet)
        return Statement(text, self.values)

    def part(self, size: int, start: int) -> Statement:
        """So many of its rows, from a place on."""
        return Statement(f"{self.text} LIMIT %s OFFSET %s", (*self.values, size, start))


def _put_aside(rows: Iterator[Row], size: int) -> IO[bytes]:
    """All these rows in a temporary file, so many together."""
    file = TemporaryFile()  # noqa: SIM115  (closed by who takes them back)
    while found := [*islice(rows, size)]:
        pickle.dump(found, file, pickle.HIGHEST_PROTOCOL)
    file.seek(0)
    return file


def _taken_back(file: IO[bytes]) -> Iterator[list[Row]]:
    with file, suppress(EOFError):
        while True:
            yield pickle.load(file)  # noqa: S301  (we have written it, and nobody else can)


def compiled(rows: QuerySet[Any]) -> Statement | None:
    """The statement of a question; None where it is clear that nothing fits."""
    try:
        text, values = rows.query.get_compiler(rows.db).as_sql()
    except EmptyResultSet:
        return None
    return Statement(text, tuple(values))


class Question:
    """A question whose SQL is made once; with a ``column`` it is about the rows in which that is one of some keys.

    Two columns hold pairs of numbers.
    """

    def compile(self, rows: QuerySet[Any], told: QuerySet[Any], column: str | tuple[str, str] | None) -> Any:
        """Makes the SQL, ``told`` is what is selected of ``rows``; gives the compiler that did it."""
        if column is not None:
            told = told.filter(_Among(column) if isinstance(column, str) else _Among(*column))
            if isinstance(column, str) and isinstance(found := told.query.annotations.get(column), Col):
                told.query.demote_joins([found.alias])  # no key is NULL: the database may begin at the keys
        compiler: Any = told.query.get_compiler(told.db)
        text, values = compiler.as_sql()
        self._whole = Statement(text, tuple(values))
        if column is not None:
            self._before, self._after = text.split(_PLACE)
            at = values.index(_KEYS)
            self._values_before, self._values_after = tuple(values[:at]), tuple(values[at + 1 :])
            self._given = _given(rows, column) if isinstance(column, str) else _GIVEN_PAIRS[connection.vendor]
            self._is_of_pairs = not isinstance(column, str)
        return compiler

    def told(self, keys: Collection[Any]) -> Statement:
        """The statement that finds keys which are said one by one."""
        if connection.vendor == "sqlite":
            return Statement(self._given, (json.dumps(list(keys)),))
        if self._is_of_pairs:
            return Statement(
                self._given, (_listed([one for one, _other in keys]), _listed([other for _one, other in keys]))
            )
        return Statement(self._given, (_listed(keys),))

    def about(self, keys: Statement) -> Statement:
        """The statement of the rows of the keys that a statement finds."""
        text = f"{self._before}{keys.text}{self._after}"
        return Statement(text, (*self._values_before, *keys.values, *self._values_after))


class Prepared(Question):
    """``columns`` (paths or expressions) of the rows of a question, of those with some keys or of all of them."""

    def __init__(self, rows: QuerySet[Any], columns: Sequence[Any] = (), *, column: str | None = None) -> None:
        """``column`` is where the keys stand; without one the question is about all rows, and sent as it is.

        Without ``columns`` the rows say themselves what is selected of them (``values_list``).
        """
        told = rows.prefetch_related(None)
        compiler = self.compile(rows, told.values_list(*columns) if columns else told, column)
        self._selected = [one for one, *_rest in compiler.select[: compiler.col_count]]
        self.converters = [converter(one, compiler.connection) for one in self._selected]

    @cached_property
    def kinds(self) -> list[Any]:
        """Of its columns."""
        return [one.output_field for one in self._selected]

    @cached_property
    def _is_packed(self) -> bool:
        return connection.vendor == "sqlite" and not any(isinstance(kind, _UNPACKED) for kind in self.kinds)

    def all(self) -> list[Row]:
        return self._whole.rows()

    def streamed(self, size: int) -> Iterator[list[Row]]:
        return self._whole.streamed(size)

    def of(self, keys: Collection[Any]) -> list[Row]:
        """The rows of these keys, in no particular order where the question has none."""
        return self.within(self.told(keys))

    def within(self, keys: Statement) -> list[Row]:
        """The rows of the keys that a statement finds."""
        return self.about(keys).rows()

    def columns(self, rows: list[Row]) -> list[Column]:
        """The columns of rows (of one at least), with the values that the ORM would give."""
        return self._converted(zip(*rows, strict=True))

    def columns_of(self, keys: Collection[Any]) -> list[Column]:
        """The same of the rows of many keys."""
        asked = self.about(self.told(keys))
        if self._is_packed:
            [lists] = asked.packed(self.kinds).rows()
            return self._converted(map(loads, lists))
        rows = asked.rows()
        return self.columns(rows) if rows else [[] for _kind in self.kinds]

    def in_portions(self, portions: Iterable[Collection[Any]]) -> Iterator[tuple[Collection[Any], list[Column]]]:
        """The same of portion after portion, with their keys.

        SQLite looks for the rows of the next portion in a thread of its own while those of this one are told. Between
        two statements nothing is held, however slowly the portions are taken.
        """
        if not self._is_packed or sqlite3.threadsafety < _SERIALIZED:
            yield from ((keys, self.columns_of(keys)) for keys in portions)
            return
        remaining = iter(portions)
        yield from ((keys, self.columns_of(keys)) for keys in islice(remaining, 1))  # they are waited for
        with connection.cursor() as cursor, ThreadPoolExecutor(1, "rows") as pool:
            waiting: deque[tuple[Collection[Any], Future[Row]]] = deque()
            for keys in chain(remaining, [None]):
                if keys is not None:
                    asked = self.about(self.told(keys)).packed(self.kinds)
                    waiting.append((keys, pool.submit(_only_row, cursor, asked)))
                if waiting and (keys is None or len(waiting) > 1):
                    found, lists = waiting.popleft()
                    yield found, self._converted(map(loads, lists.result()))

    def _converted(self, columns: Iterable[Column]) -> list[Column]:
        return [
            column if convert is None else [None if value is None else convert(value) for value in column]
            for column, convert in zip(columns, self.converters, strict=True)
        ]

    def values(self, rows: list[Row]) -> list[Row]:
        """Rows with the values that the ORM would give."""
        return [*zip(*self.columns(rows), strict=True)] if rows else []


def _only_row(cursor: Any, asked: Statement) -> Row:
    cursor.execute(asked.text, asked.values)
    [row] = cursor.fetchall()
    return tuple(row)


def together(questions: Sequence[Prepared], keys: Collection[Any]) -> list[Row]:
    """The rows of several questions without an order about the same keys, asked at once; their columns are alike."""
    asked = [question.about(question.told(keys)) for question in questions]
    values = tuple(value for one in asked for value in one.values)
    return Statement(" UNION ALL ".join(one.text for one in asked), values).rows()


def _given(rows: QuerySet[Any], column: str) -> str:
    """Keys that are said one by one, in one value, whatever their number."""
    if connection.vendor == "sqlite":
        return "SELECT value FROM json_each(%s)"
    annotation = rows.query.annotations.get(column)
    field: Any = annotation.output_field if annotation else _field(rows.model, column)
    kind = getattr(field, "target_field", field).get_internal_type()
    return f"SELECT unnest(%s::{'bigint' if 'Auto' in kind or 'Integer' in kind else 'text'}[])"


def _listed(keys: Collection[Any]) -> str:
    """The text of an array (PostgreSQL, Array Input and Output Syntax): the driver would look at each key by itself."""
    if all(type(key) is int for key in keys):
        return f"{{{','.join(map(str, keys))}}}"
    quoted = (str(key).replace("\\", "\\\\").replace('"', '\\"') for key in keys)
    return '{"' + '","'.join(quoted) + '"}' if keys else "{}"


def _field(model: Any, path: str) -> Any:
    """The field at the end of a path."""
    name, _dot, rest = path.partition("__")
    field = model._meta.get_field(model._meta.pk.name if name == "pk" else name)
    return _field(field.related_model, rest) if rest else field


def converter(expression: Any, using: Any) -> Convert | None:
    """What makes of a value of the database what the ORM gives; None where it is that already."""
    converters = using.ops.get_db_converters(expression) + expression.get_db_converters(using)
    if not converters:
        return None
    if isinstance(expression.output_field, JSONField) and len(converters) == 1:
        return _json
    if type(expression.output_field) is DateField and len(converters) == 1:  # a text, in SQLite
        return _day
    if type(expression.output_field) is DateTimeField and len(converters) == 1:  # the same
        return partial(_moment, zone=using.timezone)
    return partial(_convert, converters, expression, using)


@lru_cache(maxsize=1 << 14)  # what is written together is of the same moment
def _moment(value: str | dt.datetime, *, zone: dt.tzinfo) -> dt.datetime | None:
    found = value if isinstance(value, dt.datetime) else parse_datetime(value)
    return found if found is None or timezone.is_aware(found) else timezone.make_aware(found, zone)


@lru_cache(maxsize=1 << 16)  # there are fewer days than rows
def _day(value: str | dt.date) -> dt.date | None:
    return value if isinstance(value, dt.date) else parse_date(value)


def _json(text: str) -> Any:
    return [] if text == "[]" else _decoded(text)[0]


def _convert(converters: list[Any], expression: Any, using: Any, value: Any) -> Any:
    for convert in converters:
        value = convert(value, expression, using)
    return value
