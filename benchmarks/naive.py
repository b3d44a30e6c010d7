"""The peer: DRF over the portal's models, as its tutorial writes it. Model serializers, nested, nothing prefetched."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers, viewsets
from rest_framework.pagination import PageNumberPagination
from rest_framework.permissions import AllowAny
from rest_framework.renderers import JSONRenderer
from rest_framework.test import APIRequestFactory

from agreements.models import Cooperation, Participation


class ParticipationSerializer(serializers.ModelSerializer[Participation]):
    municipality = serializers.SlugRelatedField(slug_field="ars", read_only=True)
    organisation = serializers.SlugRelatedField(slug_field="slug", read_only=True)
    degree = serializers.SerializerMethodField()

    class Meta:
        model = Participation
        fields = ("municipality", "organisation", "role", "degree")

    def get_degree(self, row: Participation) -> str | None:
        step = row.steps.last()
        return step.degree if step else None


class CooperationSerializer(serializers.ModelSerializer[Cooperation]):
    participations = ParticipationSerializer(many=True, read_only=True)
    participant_count = serializers.SerializerMethodField()

    class Meta:
        model = Cooperation
        exclude = ("search_text", "sort_key")

    def get_participant_count(self, row: Cooperation) -> int:
        return row.participations.count()


class Pages(PageNumberPagination):
    page_size = 100


class CooperationViewSet(viewsets.ModelViewSet[Cooperation]):
    queryset = Cooperation.objects.filter(record_state="published")
    serializer_class = CooperationSerializer
    pagination_class = Pages
    permission_classes = [AllowAny]
    authentication_classes: list[Any] = []
    renderer_classes = [JSONRenderer]
    filter_backends: list[Any] = []


_view = CooperationViewSet.as_view({"get": "list"})
_factory = APIRequestFactory()


def page(number: int) -> bytes:
    """A page of 100, without any middleware."""
    response = _view(_factory.get("/", {"page": number}, HTTP_HOST="localhost"))
    return response.render().content
