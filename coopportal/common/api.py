"""The ground of all API resources: a resource says its rows, its serializer and its FilterSet, nothing else.

Lists are asked through the FilterSet of the page, under its English names; an object takes ``as_of`` (its state on a
day) and ``include`` only. Reading is open to all and the same for everybody, so nobody is asked who he is.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection, Mapping
from functools import lru_cache, partial
from typing import Any, ClassVar, cast

from django.conf import settings
from django.db import connection
from django.db.models import QuerySet
from django.http import Http404, HttpResponse, HttpResponseBase, QueryDict
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django_filters.rest_framework import DjangoFilterBackend
from rest_framework import serializers
from rest_framework.generics import get_object_or_404
from rest_framework.mixins import ListModelMixin, RetrieveModelMixin
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request
from rest_framework.response import Response

from coopportal.common import feed
from coopportal.common.conditional import asks_by_time, known_since, same_since
from coopportal.common.files import PAGING, AsFile
from coopportal.common.filter_kinds import ValuesFilter
from coopportal.common.filters import DetailFilterSet, PortalFilterSet
from coopportal.common.finished import Finished, FollowedRecords
from coopportal.common.json_answers import Json
from coopportal.common.linked import JsonLdRenderer, Linked
from coopportal.common.models import Change
from coopportal.common.pagination import CursorPages
from coopportal.common.picking import EXPANDED, Picked, Target, keys_at, list_of, needs_of, picked, slimmed, twin
from coopportal.common.problems import BadQuery
from coopportal.common.questions import WEIGHT, Listed, Objects, Question
from coopportal.common.reading import Reading
from coopportal.common.records import Belonging, Reader
from coopportal.common.remembered import kept
from coopportal.common.renderers import CsvRenderer, NdjsonRenderer, Record, StreamRenderer, XlsxRenderer
from coopportal.common.telling import read_once, telling
from coopportal.common.wording import Find, named

# Named here, since within a resource ``list`` is the view of its list.
Rows = list[Any]
Records = list[Record]
Texts = list[str]
Renderers = list[BaseRenderer]

#: Forms of the keys in addresses, so that nothing else reaches the database.
SLUG = "[-a-zA-Z0-9_]+"
NUMBER = "[0-9]{1,18}"
CODE = "[0-9.]{1,12}"


class PortalFilterBackend(DjangoFilterBackend):
    """Asks the resource's FilterSet; everything wrong with the question is a 400 that names it."""

    def filter_queryset(self, request: Request, queryset: QuerySet[Any], view: Any) -> QuerySet[Any]:
        asked: PortalFilterSet = self.get_filterset(request, queryset, view)
        if problems := asked.problems | view.pick():
            raise BadQuery(problems)
        view.asked = asked
        return asked.records()


class RecordFilterSet(DetailFilterSet):
    """What the API may be asked about one object: its state on a day, and the sources of its fields."""

    include = ValuesFilter(
        method="no_filter", choices=[("sources", gettext_lazy("Belege je Feld"))], label=gettext_lazy("dazu")
    )


class TombstoneSerializer(serializers.Serializer[Change]):
    """A record that was published once and is no longer, because it was withdrawn, taken away or merged."""

    deleted = serializers.SerializerMethodField(help_text=gettext_lazy("immer wahr"))
    deleted_at = serializers.DateTimeField(source="at")
    successor = serializers.SerializerMethodField(help_text=gettext_lazy("Schlüssel dessen, was an seine Stelle trat"))

    def get_deleted(self, row: Change) -> bool:
        return True

    def get_successor(self, row: Change) -> str | None:
        return row.successor or None


class Resource(Reading, ListModelMixin, RetrieveModelMixin, AsFile):
    """A list that can be filtered, ordered, paged and taken as a file, and its objects.

    Subclasses say ``about`` (for people who ask), ``get_queryset`` (starting from ``.public()`` where rows can be
    unpublished), ``serializer_class``, ``filterset_class``, ``lookup_field`` and the form of its keys.
    """

    about: ClassVar[Any]

    #: Fields that hold keys of another list → that list. ``a.b`` is the field ``b`` of the entries of ``a``.
    expandable: ClassVar[Mapping[str, Target]] = {}
    #: What its objects mean, where they can be had as linked data.
    linked: ClassVar[Linked | None] = None

    pagination_class = CursorPages
    filter_backends = [PortalFilterBackend]
    renderer_classes = [Json, CsvRenderer, XlsxRenderer, NdjsonRenderer]
    filterset_class: ClassVar[type[PortalFilterSet]]
    lookup_field = "pk"
    lookup_value_regex = NUMBER
    #: Its records as they were told last, where each process keeps them.
    keeps: ClassVar[FollowedRecords | None] = None
    #: Is its object the row with the key of the address, and nothing else?
    is_found_by_key = True
    asked_for: Question

    def get_renderers(self) -> Renderers:
        """Files hold whole lists; an object is JSON, or linked data."""
        renderers = super().get_renderers()
        if self.action == "list":
            return renderers
        objects = [renderer for renderer in renderers if not isinstance(renderer, StreamRenderer)]
        return [*objects, JsonLdRenderer()] if self.linked else objects

    def list(self, request: Request, *args: Any, **kwargs: Any) -> HttpResponseBase:  # type: ignore[override]
        question = self.question(self.filtered)
        if not PAGING & request.query_params.keys() and known_since(request, self.last_modified):
            return HttpResponse(status=304)  # what was asked is right, and nothing is other than it was
        if isinstance(renderer := request.accepted_renderer, StreamRenderer):
            return self.file(question.rows, renderer)
        if reader := self.reader():
            listed: Any = Listed(question, self.finished(reader), self.get_queryset)
            page = cast(Records, self.paginate_queryset(listed))
            return self.get_paginated_response(self.expanded(page))
        rows = cast(Rows, self.paginate_queryset(cast(Any, Objects(question, self.slim(question.rows)))))
        return self.get_paginated_response(self.records(rows))

    def retrieve(self, request: Request, *args: Any, **kwargs: Any) -> HttpResponseBase:  # type: ignore[override]
        self.question(self.single)
        key = self.kwargs[self.lookup_field]
        if self.is_known(key):
            return HttpResponse(status=304)
        try:
            record = self.record(key)
        except Http404:
            if gone := feed.tombstone(self.list_name, key, self.asked.today):
                return Response(self.represented(self.epitaph(gone)))
            raise
        return Response(self.represented(record))

    # --- what is asked ---

    def question(self, ask: Callable[[], Question]) -> Question:
        """What is asked, understood once for each version of what can be read. Raises BadQuery."""
        asked_for = self.request.query_params.lists()
        told = [(name, len({*texts}) if name in PAGING else texts) for name, texts in asked_for]
        name = (self.list_name, self.action, self.request.accepted_renderer.format, timezone.localdate(), told)
        self.asked_for = question = kept(name, ask, size=lambda _question: WEIGHT, version=self.version_number)
        self.asked, self.picked = question.asked, question.picked
        return question

    def filtered(self) -> Question:
        """The list that is asked for."""
        rows = self.filter_queryset(self.get_queryset())
        self.asked.request = None  # the question is kept, who asked it is not
        return Question(self.asked, self.picked, rows)

    def single(self) -> Question:
        """How much of an object is asked for."""
        self.asked = RecordFilterSet(self.request.query_params, self.get_queryset(), request=self.request)
        if problems := self.asked.problems | self.pick():
            raise BadQuery(problems)
        self.asked.request = None  # the question is kept, who asked it is not
        return Question(self.asked, self.picked, self.shaped())

    def record(self, key: str) -> Record:
        """The object with the key of the address. Raises Http404."""
        if self.is_found_by_key and (reader := self.reader()):
            found = self.finished(reader).of_keys(self.lookup_field, [int(key) if self.lookup_field == "pk" else key])
            if not found:
                raise Http404
            return self.expanded(found)[0]
        row = self.find(self.slim(self.shaped()), key)
        self.join(row)
        return self.records([row])[0]

    def reader(self) -> Reader | None:
        """What reads the records asked for without making objects of rows; None where it takes those."""
        if self.asked.form.cleaned_data.get("include"):  # what comes beside a record only its serializer knows
            return None
        return _reader(type(self), self.asked.today, self.asked.asked_day, self.picked.told, connection.vendor)

    def finished(self, reader: Reader) -> Finished | Reader:
        """The same, of records that are kept as JSON; the reader itself where something else is made of them."""
        renderer, media_type = self.request.accepted_renderer, self.request.accepted_media_type
        is_plain = type(renderer) is Json and ";" not in media_type
        if self.keeps is None or self.picked.expand or not is_plain:
            return reader
        question, number = (self.asked.asked_day, self.picked.told), cast(int, self.version_number)
        return Finished.of(reader, self.keeps, question, self.key_name, self.asked.today, number)

    def belonging(self, day: dt.date, *, cut: bool) -> Belonging:
        """What is fetched for all rows of one answer at once, as columns (``complete`` does so as objects)."""
        return {}

    def is_known(self, key: str) -> bool:
        """Does a reader who asks by time have this object as it is?

        What is told of it alone is as old as the last change of this very record, everything else as the last of all.
        """
        if self.last_modified is None or not asks_by_time(self.request):
            return False
        change = Change.objects.filter(resource=self.list_name, key=key, is_gone=False).first()
        if change is None:
            return False
        if not (self.picked.expand or self.asked.is_cut or self.asked.form.cleaned_data.get("include")):
            self.last_modified = same_since(change.at)
        return known_since(self.request, self.last_modified)

    def represented(self, record: Record) -> Any:
        """A record, or what was told of one that is gone, as data or as linked data."""
        if not (self.linked and isinstance(self.request.accepted_renderer, JsonLdRenderer)):
            return record
        document = f"{settings.PUBLIC_URL}{self.request.get_full_path()}"
        tell = self.linked.gone if "deleted" in record else self.linked.graph
        return tell(record[self.key_name], record, document)

    @property
    def key_name(self) -> str:
        """The field that holds the key of a record."""
        return "id" if self.lookup_field == "pk" else self.lookup_field

    def epitaph(self, gone: Change) -> Record:
        """What is said of a record that everybody could read and that is gone."""
        key = self.key_name
        told = TombstoneSerializer(gone, context=self.get_serializer_context()).data
        return {key: int(gone.key) if key == "id" else gone.key, **told}

    def shaped(self) -> QuerySet[Any]:
        """The rows as the list tells them on the day asked for, unfiltered."""
        return _shaped(type(self), self.asked.today, self.asked.asked_day)

    def find(self, rows: QuerySet[Any], key: str) -> Any:
        """The object with the key of the address; Http404 where there is none."""
        return get_object_or_404(rows, **{self.lookup_field: key})

    def complete(self, rows: Rows) -> Rows:
        """The rows of one answer, with what is fetched for all of them at once."""
        return rows

    def join(self, row: Any) -> None:
        """Fetches what was asked for beside the object (``include``)."""

    def total(self) -> int:
        """How many rows the whole list has: of the rows alone, without what is told of them."""
        if self.asked_for.total is None:
            self.asked.version = cast(int, self.version_number)
            self.asked_for.total = self.asked.total()
        return self.asked_for.total

    def records(self, rows: Rows) -> Records:
        """The rows of one answer as the API tells them, with what was asked for beside them."""
        rows = self.complete(rows)
        if self.asked.form.cleaned_data.get("include"):  # what comes beside a record only its serializer knows
            return self.expanded(cast(Records, self.get_serializer(rows, many=True).data))
        return self.expanded(telling(self.serializer_class, self.picked.told).records(rows))

    # --- how much of a record is told ---

    def pick(self) -> dict[str, Texts]:
        """Reads ``fields`` and ``expand``; what is wrong with them."""
        names = [name for name in read_once(self.serializer_class).fields if not name.startswith("_")]
        self.picked, problems = picked(self.request.query_params, self.key_name, names, self.expandable)
        if self.linked and isinstance(self.request.accepted_renderer, JsonLdRenderer):
            problems |= {name: [_("JSON-LD hat seinen eigenen Inhalt.")] for name in self.only_in_json()}
            self.picked = Picked(expand=self.linked.expand)
        return problems

    def only_in_json(self) -> Texts:
        """What was asked for that linked data has no place for."""
        return [name for name in ("fields", "expand", "include") if name in self.request.query_params]

    def tells(self, name: str) -> bool:
        """Does the answer hold this field?"""
        return self.picked.told is None or name in self.picked.told

    def get_serializer(self, *args: Any, **kwargs: Any) -> Any:
        """Of the fields asked for, in their order; ``_sources`` comes with ``include``."""
        serializer: Any = super().get_serializer(*args, **kwargs)
        if told := self.picked.told:
            fields = getattr(serializer, "child", serializer).fields
            # Not by deleting and setting: a field is bound once.
            fields.fields = {name: fields[name] for name in (*told, "_sources") if name in fields}
        return serializer

    def slim(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        """The rows with no more than the answer needs of them."""
        if (told := self.picked.told) is None or self.asked.form.cleaned_data.get("include"):
            return rows  # sources are those of the parts too
        return slimmed(rows, needs_of(read_once(self.serializer_class), told))

    def expanded(self, records: Records) -> Records:
        """The records with what was asked for under ``_expanded``: one read for each list, whatever their number."""
        wanted: dict[str, set[str]] = {}
        asked = [(one, path, list_of(one, self.expandable[path])) for one in records for path in self.picked.expand]
        for record, path, name in asked:
            wanted.setdefault(name, set()).update(str(key) for key in keys_at(record, path) if key is not None)
        found = {name: self.beside(name, keys) if name else {} for name, keys in wanted.items()}
        for record, path, name in asked:
            record.setdefault(EXPANDED, {})[path] = twin(record, path, found[name])
        return records

    def beside(self, name: str, keys: Collection[str]) -> dict[str, Record]:
        """Records of another list by their keys, as it tells them on the day asked for."""
        other = listed[name]()
        other.request, other.format_kwarg, other.asked = self.request, None, self.asked
        if keys and other.is_found_by_key and (reader := other.reader()):
            return {str(record[other.key_name]): record for record in reader.of_keys(other.lookup_field, keys)}
        rows = other.by_key(other.shaped(), keys) if keys else {}
        return dict(zip(rows, other.records(list(rows.values())), strict=True)) if rows else {}

    def names_at(self, column: str) -> Find | None:
        other = listed.get(str(self.expandable.get(column)))
        rows = other().get_queryset().order_by() if other else None
        held = {one.name for one in rows.model._meta.fields} if rows is not None else set()
        name = next((one for one in ("name", "name_de") if one in held), None)
        if rows is None or name is None:
            return None
        return partial(named, rows, str(cast(Any, other).lookup_field), name)

    def by_key(self, rows: QuerySet[Any], keys: Collection[str]) -> dict[str, Any]:
        """The rows of these keys; what is not there, or not for everybody, is left out."""
        found = rows.filter(**{f"{self.lookup_field}__in": keys})
        return {str(getattr(row, self.lookup_field)): row for row in found}


@lru_cache(maxsize=256)  # of few days; fields can be asked for in any order
def _reader(
    resource: Any, today: dt.date, day: dt.date | None, told: tuple[str, ...] | None, _vendor: str
) -> Reader | None:
    belonging = resource().belonging(day or today, cut=day is not None)
    return Reader.of(resource.serializer_class, told, _shaped(resource, today, day), belonging)


@lru_cache(maxsize=64)  # of few days; a QuerySet holds a question, no rows
def _shaped(resource: Any, today: dt.date, day: dt.date | None) -> QuerySet[Any]:
    """What all objects of a resource are fetched with: to say it anew costs more than to ask the database."""
    question = QueryDict(mutable=True)
    if day is not None:
        question["as_of"] = day.isoformat()
    rows = resource().get_queryset()
    shaped: QuerySet[Any] = resource.filterset_class(question, rows, today=today).record_shape(rows)
    return shaped


#: All lists by name, said once at start by the roof, which alone knows them all.
listed: dict[str, type[Resource]] = {}
