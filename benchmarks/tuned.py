"""The other peer: DRF as somebody writes it who knows it. Model serializers, everything prefetched, no query too many.

The degree of a day comes from the table of spells, as in the portal; there is no middleware.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

from django.db.models import Exists, OuterRef, Prefetch
from rest_framework import serializers, viewsets
from rest_framework.pagination import PageNumberPagination
from rest_framework.permissions import AllowAny
from rest_framework.renderers import JSONRenderer
from rest_framework.test import APIRequestFactory

from agreements.models import Agreement, Award, Cooperation, Event, Participation, Spell, StatusStep
from benchmarks.floor import COUNTED


class ParticipationSerializer(serializers.ModelSerializer[Participation]):
    municipality = serializers.CharField(source="municipality.ars", default=None)
    organisation = serializers.CharField(source="organisation.slug", default=None)
    degree = serializers.SerializerMethodField()
    confirmation = serializers.CharField(source="confirmation.answer", default=None)

    class Meta:
        model = Participation
        fields = ("municipality", "organisation", "role", "degree", "confirmation")

    def get_degree(self, row: Any) -> str | None:
        return row.spells_now[0].degree if row.spells_now else None


class ListSerializer(serializers.ModelSerializer[Cooperation]):
    status = serializers.SerializerMethodField()
    participant_count = serializers.SerializerMethodField()
    mentioned_count = serializers.SerializerMethodField()

    class Meta:
        model = Cooperation
        fields: tuple[str, ...] = ("slug", "name", "kind", "status", "participant_count", "mentioned_count")

    def get_status(self, row: Any) -> str:
        return str(row.steps_now[-1].status) if row.steps_now else str(row.status)

    def get_participant_count(self, row: Any) -> int:
        return sum(spell.degree in COUNTED for spell in row.spells_now)

    def get_mentioned_count(self, row: Any) -> int:
        return sum(spell.degree not in COUNTED for spell in row.spells_now)


class PageSerializer(ListSerializer):
    participations = ParticipationSerializer(many=True, read_only=True)
    agreements = serializers.PrimaryKeyRelatedField[Agreement](many=True, read_only=True)
    awards = serializers.PrimaryKeyRelatedField[Award](many=True, read_only=True)
    events = serializers.PrimaryKeyRelatedField[Event](many=True, read_only=True)
    task_fields = serializers.PrimaryKeyRelatedField[Any](many=True, read_only=True)

    class Meta(ListSerializer.Meta):
        fields = (
            *(*ListSerializer.Meta.fields, "short_name", "summary", "region", "legal_form", "started_on"),
            *("started_precision", "started_wording", "ended_on", "ended_precision", "ended_wording", "record_state"),
            *("updated_at", "participations", "agreements", "awards", "events", "task_fields"),
        )


class Pages(PageNumberPagination):
    page_size_query_param = "page_size"


class CooperationViewSet(viewsets.ReadOnlyModelViewSet[Cooperation]):
    pagination_class = Pages
    permission_classes = [AllowAny]
    authentication_classes: list[Any] = []
    renderer_classes = [JSONRenderer]
    filter_backends: list[Any] = []
    day: dt.date = dt.date.max

    @property
    def is_list(self) -> bool:
        return "state" in self.request.query_params

    def get_serializer_class(self) -> Any:
        return ListSerializer if self.is_list else PageSerializer

    def get_queryset(self) -> Any:
        now = Spell.objects.filter(begins__lte=self.day, ends__gte=self.day)
        steps = StatusStep.objects.happened_by(self.day).in_order()
        rows = Cooperation.objects.filter(record_state="published").order_by("sort_key", "pk")
        rows = rows.prefetch_related(
            Prefetch("status_steps", steps, to_attr="steps_now"), Prefetch("spells", now, to_attr="spells_now")
        )
        if self.is_list:
            of_state = Spell.objects.filter(state=self.request.query_params["state"], cooperation=OuterRef("pk"))
            return rows.filter(Exists(of_state)).defer("search_text", "summary")
        bodies = Participation.objects.select_related("municipality", "organisation", "confirmation").order_by(
            "municipality__sort_key", "organisation__sort_key", "pk"
        )
        bodies = bodies.prefetch_related(Prefetch("spells", now, to_attr="spells_now"))
        lists = ("agreements", "awards", "events", "task_fields")
        return rows.defer("search_text").prefetch_related(Prefetch("participations", bodies), *lists)


def reading(day: dt.date) -> Callable[..., bytes]:
    """A list of a Land with its numbers where ``state`` is asked for, else a page with participations."""
    view = CooperationViewSet.as_view({"get": "list"}, day=day)
    factory = APIRequestFactory()

    def read(**asked: Any) -> bytes:
        response = view(factory.get("/", asked, HTTP_HOST="localhost"))
        return bytes(response.render().content)

    return read
