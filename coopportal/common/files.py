"""Lists as files: all rows of the filter at once, in any representation that is streamed."""

from __future__ import annotations

from array import array
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import chain
from typing import Any
from urllib.parse import urlencode

from django.core.exceptions import EmptyResultSet, FieldError
from django.db import connection
from django.db.models import QuerySet
from django.http import StreamingHttpResponse
from django.utils.translation import gettext as _
from rest_framework.fields import ChoiceField, DateField, DecimalField
from rest_framework.viewsets import GenericViewSet

from coopportal.common.filters import PortalFilterSet
from coopportal.common.licence import LICENCE
from coopportal.common.nested import AS_JSON, AS_TEXT, Nesting
from coopportal.common.picking import Picked
from coopportal.common.prepared import compiled
from coopportal.common.problems import BadQuery
from coopportal.common.records import Reader
from coopportal.common.renderers import CHUNK, FIRST_CHUNK, FileFacts, Record, StreamRenderer
from coopportal.common.telling import read_once
from coopportal.common.wording import Find, Words, of_choices, of_keys

#: Where within a list.
PAGING = frozenset({"page", "page_size", "cursor"})
#: Keys fetched at a time.
KEYS = 10_000
#: A file of so many rows is long.
LONG = 10_000
_NESTED = {"text": AS_TEXT, "json": AS_JSON}


class AsFile(GenericViewSet[Any]):
    """A list that can be taken as a file; ``coopportal.common.api.Resource`` says what it is made of."""

    serializer_class: Any
    asked: PortalFilterSet
    picked = Picked()

    @property
    def list_name(self) -> str:
        """By which the API calls the list."""
        return str(self.basename).rpartition(":")[2]

    def records(self, rows: list[Any]) -> list[Record]:
        """The rows of one portion as the API tells them."""
        raise NotImplementedError

    def reader(self) -> Reader | None:
        """What reads the records asked for by their keys; None where they are made of objects."""
        raise NotImplementedError

    def expanded(self, records: list[Record]) -> list[Record]:
        """The records with what was asked for beside them."""
        raise NotImplementedError

    def total(self) -> int:
        """How many rows the whole list has."""
        raise NotImplementedError

    def slim(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        """The rows with no more than the file needs of them."""
        raise NotImplementedError

    def file(self, rows: QuerySet[Any], renderer: StreamRenderer) -> StreamingHttpResponse:
        """All rows of the filter; the first piece is made at once, so that a fault is an answer, not a torn file."""
        if paging := PAGING & self.request.query_params.keys():
            raise BadQuery({name: [_("Eine Datei enthält alle Zeilen, ohne Seiten.")] for name in sorted(paging)})
        if self.picked.expand and not renderer.nests:
            raise BadQuery({"expand": [_("Erweitert wird nur in JSON und NDJSON.")]})
        fields = read_once(self.serializer_class).fields
        columns = [*(self.picked.told or (name for name in fields if not name.startswith("_")))]
        if self.picked.fields:  # a map needs the place of what it shows
            self.picked = replace(self.picked, fields=(*columns, *(n for n in renderer.needs if n not in columns)))
        kinds = {
            kind: frozenset(n for n in columns if isinstance(fields[n], kind)) for kind in (DecimalField, DateField)
        }
        facts = replace(self.facts(), decimals=kinds[DecimalField], days=kinds[DateField])
        is_streamed = not renderer.asks
        if renderer.says_words:
            is_streamed = is_streamed and (is_long := self.total() >= LONG)
            facts = replace(facts, words=self.words(columns, is_long=is_long))
        pieces = self.pieces(self.slim(rows), renderer, columns, facts, streamed=is_streamed)
        headers = {
            "Content-Disposition": f'attachment; filename="{facts.file_name}.{renderer.format}"',
            "Link": f'<{LICENCE["url"]}>; rel="license"',
            "Data-Day": facts.day.isoformat(),
            "Data-Filter": facts.question,
            "Data-Rows": str(self.total()),
        }
        charset = f"; charset={renderer.charset}" if renderer.charset else ""
        content_type = f"{renderer.media_type}{charset}"
        return StreamingHttpResponse(_Begun(pieces), content_type=content_type, headers=headers)

    def pieces(
        self, rows: QuerySet[Any], renderer: StreamRenderer, columns: list[str], facts: FileFacts, *, streamed: bool
    ) -> Iterator[bytes]:
        """The file; it is made of columns where the rows are read as such."""
        reader = self.reader()
        if reader and (nesting := _NESTED.get(renderer.nested)) and not self.picked.expand:
            return renderer.of_tables(columns, self._tables(reader, rows, nesting, streamed=streamed), facts)
        return renderer.stream(columns, self.portions(rows, streamed=streamed), facts)

    def facts(self) -> FileFacts:
        """What a file of this list says of itself."""
        asked = self.asked
        question = [(name, text) for name in asked.filters for text in asked.data.getlist(name) if text]
        is_part = any(name not in {"as_of", "ordering"} for name, _text in question)
        return FileFacts(self.list_name, asked.day, urlencode(question), is_part)

    def words(self, columns: list[str], *, is_long: bool) -> dict[str, Words]:
        """What says in words what stands in columns of codes and keys; their choices, or ``words`` of a serializer.

        For a long file all names are read at once, so that it asks for none while its rows come.
        """
        serializer = read_once(self.serializer_class)
        said: dict[str, Any] = {name: dict(one.choices) for name, one in getattr(serializer, "words", {}).items()}
        for name in columns:
            if isinstance(one := serializer.fields[name], ChoiceField):
                said[name] = dict(one.choices)
        words = {name: of_choices(said[name]) for name in columns if name in said}
        finders = {name: find for name in columns if (find := self.names_at(name))}
        return words | {name: of_choices(find(None)) if is_long else of_keys(find) for name, find in finders.items()}

    def names_at(self, column: str) -> Find | None:
        """What finds the names of what a column has keys of; None where it has none, or they have no name."""
        raise NotImplementedError

    def _tables(self, reader: Reader, rows: QuerySet[Any], nesting: Nesting, *, streamed: bool) -> Iterator[Any]:
        """The records as columns of what they tell."""
        if streamed and reader.streams(rows):
            yield reader.table(first := self._first(rows), nesting)
            if len(first) == FIRST_CHUNK:
                yield from reader.streamed(rows, CHUNK, {*first}, nesting)
            return
        yield from reader.tables(self._keys(rows), nesting)

    def portions(self, rows: QuerySet[Any], *, streamed: bool = False) -> Iterator[list[Record]]:
        """The records of the list, so many at a time; few at first, so that a file soon begins.

        They are ``streamed`` where nobody asks for more while they come.
        """
        reader = self.reader()
        if streamed and reader and not self.picked.expand and reader.streams(rows):
            yield reader.in_order(first := self._first(rows))
            if len(first) == FIRST_CHUNK:
                yield from map(reader.records_of, reader.streamed(rows, CHUNK, {*first}))
            return
        for keys in self._keys(rows):
            if reader:
                yield self.expanded(reader.in_order(keys))
                continue
            found = {row.pk: row for row in rows.filter(pk__in=keys).order_by()}
            yield self.records([found[key] for key in keys if key in found])

    def _first(self, rows: QuerySet[Any]) -> list[Any]:
        """The first keys of the list."""
        return list(self._in_order(rows)[:FIRST_CHUNK])

    def _in_order(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        """Its keys; what is told of the rows is joined only where the order needs it."""
        try:
            keys = self.asked.qs.order_by(*rows.query.order_by).values_list("pk", flat=True)
            keys.query.get_compiler(keys.db).as_sql()
        except EmptyResultSet:
            return keys
        except FieldError:  # ordered by something that is told of the rows
            keys = rows.prefetch_related(None).values_list("pk", flat=True)
        return keys

    def _keys(self, rows: QuerySet[Any]) -> Iterator[Sequence[Any]]:
        """The keys of the whole list, which alone are held at once; the first before all others are read."""
        keys = self._in_order(rows)
        first = list(keys[:FIRST_CHUNK])
        if first:
            yield first
        if len(first) < FIRST_CHUNK or (question := compiled(keys)) is None:
            return
        rest: Any = array("q") if isinstance(first[0], int) else []
        with connection.cursor() as cursor:
            cursor.execute(question.text, question.values)
            while found := cursor.fetchmany(KEYS):
                rest.extend([key for (key,) in found])
        known = {*first}
        for start in range(0, len(rest), CHUNK):
            yield [key for key in rest[start : start + CHUNK] if key not in known]


class _Begun:
    """Pieces whose first one is made; closed before the request is over, however far they were taken."""

    def __init__(self, pieces: Iterator[bytes]) -> None:
        self._pieces: Any = pieces
        self._all = chain([next(pieces)], pieces)

    def __iter__(self) -> Iterator[bytes]:
        return self._all

    def close(self) -> None:
        self._pieces.close()
