"""Pages of an API list: ``?page=2&page_size=100``."""

from __future__ import annotations

from typing import Any

from django.core.paginator import InvalidPage
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from rest_framework.exceptions import NotFound
from rest_framework.pagination import PageNumberPagination
from rest_framework.request import Request

from coopportal.common.filters import DIGITS
from coopportal.common.problems import BadQuery


class Pages(PageNumberPagination):
    """``{"count", "next", "previous", "results"}``.

    A page or page size that is no number in its range is an error that names it; a page beyond the end is not found.
    """

    page_size = 50
    max_page_size = 1000
    page_size_query_param = "page_size"

    def paginate_queryset(self, queryset: Any, request: Request, view: Any = None) -> list[Any]:
        self.request = request
        size = self.get_page_size(request)
        number = self._number(request, "page", default=1)
        try:
            self.page = self.django_paginator_class(queryset, size).page(number)
        except InvalidPage:
            raise NotFound(_("Die Seite %(number)d gibt es nicht.") % {"number": number}) from None
        return list(self.page)

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
            "count": {"type": "integer", "description": str(gettext_lazy("Zeilen der ganzen Liste"))},
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
