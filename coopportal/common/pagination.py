"""Pages of an API list: by number (``?page=2&page_size=100``) or from place to place (``?cursor=``)."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from urllib.parse import urlencode

from django.core import signing
from django.core.paginator import InvalidPage
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from rest_framework.exceptions import NotFound
from rest_framework.pagination import PageNumberPagination
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.utils.urls import remove_query_param, replace_query_param

from coopportal.common.filters import DIGITS
from coopportal.common.keyset import Order
from coopportal.common.problems import BadQuery


class Rows:
    """A list as pages take it: so many from a place on, or those of some keys."""

    def __init__(self, rows: QuerySet[Any]) -> None:
        self.rows = rows

    def __getitem__(self, part: slice) -> list[Any]:
        return list(self.rows[part])

    def of(self, keys: Sequence[Any]) -> list[Any]:
        """In the order of the primary keys; what went meanwhile is left out."""
        found = {row.pk: row for row in self.rows.filter(pk__in=keys)}
        return [found[key] for key in keys if key in found]


class Pages(PageNumberPagination):
    """``{"count", "next", "previous", "results"}``.

    A page or page size that is no number in its range is an error that names it; a page beyond the end is not found.
    """

    request: Any
    page: Any
    page_size = 50
    max_page_size = 1000
    page_size_query_param = "page_size"
    count_type: Any = "integer"
    count_told: Any = gettext_lazy("Zeilen der ganzen Liste")

    def paginate_queryset(self, queryset: Any, request: Request, view: Any = None) -> list[Any]:
        self.request = request
        size = self.get_page_size(request)
        number = self._number(request, "page", default=1)
        try:
            paginator = self.django_paginator_class(queryset, size)
            if total := getattr(view, "total", None):
                paginator.count = total()  # in place of a count of all that is joined to tell the rows
            self.page = paginator.page(number)
        except InvalidPage:
            raise NotFound(_("Die Seite %(number)d gibt es nicht.") % {"number": number}) from None
        return list(self.page.object_list)

    def get_next_link(self) -> str | None:
        return self._link(self.page.next_page_number()) if self.page.has_next() else None

    def get_previous_link(self) -> str | None:
        return self._link(self.page.previous_page_number()) if self.page.has_previous() else None

    def _link(self, number: int) -> str:
        """The address of another page of the same question; that of the first page names none."""
        here, _mark, _query = self.request.build_absolute_uri().partition("?")
        asked = tuple((name, *texts) for name, texts in self.request.query_params.lists() if name != "page")
        before, after = _around_the_page(asked)
        if number == 1:
            rest = f"{before}{after}" if before else after[1:]
            return f"{here}?{rest}" if rest else here
        return f"{here}?{before}{'&' if before else ''}page={number}{after}"

    def get_page_size(self, request: Request) -> int:
        return self._number(request, "page_size", default=self.page_size, most=self.max_page_size)

    def _number(self, request: Request, parameter: str, *, default: int, most: int | None = None) -> int:
        text = request.query_params.get(parameter)
        if text is None:
            return default
        number = int(text) if text.isascii() and text.isdigit() and len(text) <= DIGITS else 0
        if number < 1 or (most and number > most):
            limit = _("von 1 bis %(most)d") % {"most": most} if most else _("ab 1")
            raise BadQuery({parameter: [_("Erwartet wird eine ganze Zahl %(limit)s.") % {"limit": limit}]})
        return number

    def get_paginated_response_schema(self, schema: dict[str, Any]) -> dict[str, Any]:
        address = {"type": ["string", "null"], "format": "uri"}
        properties = {
            "count": {"type": self.count_type, "description": str(self.count_told)},
            "next": address,
            "previous": address,
            "results": schema,
        }
        return {"type": "object", "required": [*properties], "properties": properties}

    def get_schema_operation_parameters(self, view: Any) -> list[dict[str, Any]]:
        size = {"type": "integer", "minimum": 1, "maximum": self.max_page_size, "default": self.page_size}
        page = {"type": "integer", "minimum": 1, "default": 1}
        return [
            {"name": "page", "in": "query", "schema": page, "description": str(gettext_lazy("Seite"))},
            {"name": "page_size", "in": "query", "schema": size, "description": str(gettext_lazy("Zeilen je Seite"))},
        ]


@lru_cache(maxsize=1024)
def _around_the_page(asked: tuple[tuple[str, ...], ...]) -> tuple[str, str]:
    """What stands before and behind the number of the page in the addresses of a list: parameters by their names."""
    before, after = (
        urlencode(sorted((name, texts) for name, *texts in asked if (name > "page") is is_behind), doseq=True)
        for is_behind in (False, True)
    )
    return before, f"&{after}" if after else ""


@dataclass(frozen=True)
class Cursor:
    """A place in the list of one question, and which way to go from it; signed, so that nobody else makes one.

    It holds no time: the same list gives the same links. ``question`` is a digest of what was asked; what only says
    how an answer looks may be another on the next page.
    """

    place: list[Any] | None
    backwards: bool = False
    inclusive: bool = False

    def told(self, question: str) -> str:
        return _signer().sign_object([question, self.backwards, self.inclusive, self.place], compress=True)

    @classmethod
    def read(cls, text: str, question: str) -> Cursor:
        """Raises ValueError where the text is no cursor of this question."""
        try:
            asked, backwards, inclusive, place = _signer().unsign_object(text)
        except signing.BadSignature:
            raise ValueError("not ours") from None
        if asked != question:
            raise ValueError("another question")
        return cls(place, backwards, inclusive)


def _signer() -> signing.Signer:
    return signing.Signer(salt="coopportal.common.pagination")


class CursorPages(Pages):
    """Pages by number, and with ``cursor=`` (empty at the start) from place to place.

    Those cost the same at every depth and skip or repeat nothing when rows come or go meanwhile. They are not counted.
    """

    count_type = ["integer", "null"]
    count_told = gettext_lazy("Zeilen der ganzen Liste; null mit cursor, dann wird nicht gezählt")
    #: What may be another from page to page of one list.
    how_it_looks = frozenset({"cursor", "page_size", "fields", "expand", "format"})

    links: dict[str, str | None] | None = None

    def paginate_queryset(self, queryset: Any, request: Request, view: Any = None) -> list[Any]:
        if "cursor" not in request.query_params:
            return super().paginate_queryset(queryset, request, view)
        if "page" in request.query_params:
            raise BadQuery({"page": [_("Eine Seitenzahl und eine Stelle (cursor) passen nicht zusammen.")]})
        size = self.get_page_size(request)
        listed = queryset if isinstance(queryset, Rows) else Rows(queryset)
        question, order = self._question(request), Order.of(listed.rows)
        try:
            at = self._cursor(request.query_params["cursor"], question)
            place = None if at.place is None else order.read(at.place)
        except ValueError:
            message = _("Diese Stelle gibt es in dieser Liste nicht. Nehmen Sie next oder previous einer Antwort.")
            raise BadQuery({"cursor": [message]}) from None
        found = order.page(place, size + 1, backwards=at.backwards, inclusive=at.inclusive)
        more = len(found) > size
        if more:
            found = found[1:] if at.backwards else found[:-1]
        self.links = self._links(request, question, self._neighbours(order, at, found, more))
        return listed.of([pk for pk, *_keys in found])

    def get_paginated_response(self, data: Any) -> Response:
        if self.links is None:
            return super().get_paginated_response(data)
        return Response({"count": None, **self.links, "results": data})

    def get_schema_operation_parameters(self, view: Any) -> list[dict[str, Any]]:
        about = gettext_lazy(
            "Statt page: leer für den Anfang, dann next und previous folgen. Die Stelle gehört zu dieser Frage; nur "
            "page_size, fields, expand dürfen wechseln."
        )
        cursor = {"name": "cursor", "in": "query", "schema": {"type": "string"}, "description": str(about)}
        return [*super().get_schema_operation_parameters(view), cursor | {"allowEmptyValue": True}]

    def _question(self, request: Request) -> str:
        asked = sorted(
            (name, text)
            for name, texts in request.query_params.lists()
            if name not in self.how_it_looks
            for text in texts
        )
        return hashlib.sha256(repr((request.path, asked)).encode("utf-8", "replace")).hexdigest()[:16]

    @staticmethod
    def _cursor(text: str, question: str) -> Cursor:
        return Cursor.read(text, question) if text else Cursor(None)

    @staticmethod
    def _neighbours(order: Order, at: Cursor, found: list[Any], more: bool) -> dict[str, Cursor | None]:
        """Where to go on; an empty page leads back to the place it was asked from, that row included."""
        if not found:
            back = Cursor(at.place, not at.backwards, inclusive=True) if at.place else None
            return {"next": back if at.backwards else None, "previous": None if at.backwards else back}
        first, last = (order.told(keys) for _pk, *keys in (found[0], found[-1]))
        came_from = at.place is not None
        before = more if at.backwards else came_from
        after = came_from if at.backwards else more
        return {
            "next": Cursor(last) if after else None,
            "previous": Cursor(first, backwards=True) if before else None,
        }

    @staticmethod
    def _links(request: Request, question: str, ways: dict[str, Cursor | None]) -> dict[str, str | None]:
        here = remove_query_param(request.build_absolute_uri(), "cursor")
        return {
            name: replace_query_param(here, "cursor", way.told(question)) if way else None for name, way in ways.items()
        }
