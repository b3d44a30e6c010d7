"""What changed since a reader last asked: ``/api/v1/changes/``."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.db.models import QuerySet
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.exceptions import APIException
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.reverse import reverse

from coopportal.common import feed
from coopportal.common.filter_kinds import ValuesFilter
from coopportal.common.filters import PortalFilterSet
from coopportal.common.models import Change
from coopportal.common.pagination import Pages
from coopportal.common.problems import CONTENT_TYPE, BadQuery, ProblemSerializer
from coopportal.common.reading import Reading
from coopportal.resources import RESOURCES

#: Where a reader begins who has pulled nothing yet, and one who takes the lists themselves.
START, LATEST = "0", "latest"

#: What can have happened.
WORDS = ("created", "updated", "deleted", "merged")


class ChangeSerializer(serializers.Serializer[Any]):
    """The last thing that happened to a record since the place asked from."""

    resource = serializers.ChoiceField(choices=[(name, name) for name in RESOURCES])
    key = serializers.CharField()
    change = serializers.SerializerMethodField()
    successor = serializers.SerializerMethodField(help_text=gettext_lazy("Schlüssel dessen, was an seine Stelle trat"))
    url = serializers.SerializerMethodField()
    at = serializers.DateTimeField()

    @extend_schema_field(serializers.ChoiceField(choices=WORDS))
    def get_change(self, row: Change) -> str:
        if row.is_gone:
            return "merged" if row.successor else "deleted"
        return "created" if row.since > self.context["cursor"] else "updated"

    def get_successor(self, row: Change) -> str | None:
        return row.successor or None

    def get_url(self, row: Change) -> str:
        return reverse(f"api:{row.resource}-detail", args=[row.key], request=self.context["request"])


class ChangesSerializer(serializers.Serializer[Any]):
    """Changes in order, and where to go on."""

    results = ChangeSerializer(many=True)
    cursor = serializers.CharField(help_text=gettext_lazy("die Stelle, bis zu der diese Antwort reicht"))
    next = serializers.URLField()
    more = serializers.BooleanField(help_text=gettext_lazy("Ist jetzt schon mehr da?"))


class Behind(APIException):
    """So much waits to be told that nobody can begin to pull now; each request tells a part of it."""

    status_code = 503
    default_detail = gettext_lazy("Es wird noch erzählt, was sich geändert hat. Fragen Sie gleich noch einmal.")
    default_code = "behind"
    wait = 2


class ChangeFilterSet(PortalFilterSet):
    """Of which lists."""

    beside = frozenset({"cursor", "page_size", "format"})
    in_api = frozenset()
    resource = ValuesFilter(choices=[(name, name) for name in RESOURCES], label=gettext_lazy("Liste"))


class ChangesView(Reading):
    """Changes in order, from a place on: each record once, with the last thing that happened to it."""

    about = gettext_lazy(
        "Was sich geändert hat, in der Reihenfolge, in der es geschah; jeder Datensatz einmal, mit dem Letzten, was "
        "ihm geschah. Fragen Sie mit dem cursor der vorigen Antwort weiter, solange more wahr ist."
    )

    @extend_schema(
        operation_id="changes",
        parameters=[
            OpenApiParameter(
                "cursor", str, description=gettext_lazy("Stelle der vorigen Antwort; „latest“: die letzte")
            ),
            OpenApiParameter("page_size", {"type": "integer", "minimum": 1, "maximum": 1000, "default": 50}),
            OpenApiParameter("resource", str, many=True, enum=[*RESOURCES], description=gettext_lazy("Listen")),
        ],
        responses={
            200: ChangesSerializer,
            (400, CONTENT_TYPE): OpenApiResponse(ProblemSerializer),
            (503, CONTENT_TYPE): OpenApiResponse(ProblemSerializer),
        },
    )
    def get(self, request: Request) -> Response:
        asked = ChangeFilterSet(request.query_params, Change.objects.all(), request=request)
        size = Pages().get_page_size(request)
        now = feed.settle_some(timezone.localdate())
        if request.query_params.get("cursor") == LATEST and feed.is_behind(now):
            raise Behind
        cursor = self.cursor(request, now.position)
        if asked.problems:
            raise BadQuery(asked.problems)
        rows, end = self.page(asked.qs, cursor, size, now.position)
        query = urlencode([("cursor", end), *self.question(request)])
        body = {
            "results": ChangeSerializer(rows, many=True, context={"request": request, "cursor": cursor}).data,
            "cursor": str(end),
            "next": f"{reverse('api-changes', request=request)}?{query}",
            "more": end < now.position or bool(now.waiting),
        }
        return Response(body)

    def versions(self, version: feed.Version) -> tuple[Any, ...]:
        """Telling what waits makes another answer too: while some does, no answer is kept."""
        return version.number, version.position, timezone.now() if version.waiting else 0

    @staticmethod
    def page(changes: QuerySet[Any], cursor: int, size: int, last: int) -> tuple[list[Change], int]:
        """The next changes up to the place ``last``, and the place the reader has reached with them."""
        rows = list(changes.filter(position__gt=cursor, position__lte=last).order_by("position")[:size])
        return rows, rows[-1].position if len(rows) == size else max(last, cursor)

    @staticmethod
    def cursor(request: Request, last: int) -> int:
        text = request.query_params.get("cursor", START)
        if text == LATEST:
            return last
        if not (text.isascii() and text.isdigit() and len(text) <= 18 and int(text) <= last):
            raise BadQuery({"cursor": [_("Diese Stelle gibt es nicht. Nehmen Sie die der vorigen Antwort.")]})
        return int(text)

    @staticmethod
    def question(request: Request) -> list[tuple[str, Any]]:
        """What stays the same from call to call."""
        kept: QueryDict = request.query_params.copy()
        kept.pop("cursor", None)
        return [(name, text) for name, texts in kept.lists() for text in texts]
