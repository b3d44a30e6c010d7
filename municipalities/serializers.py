"""How the API tells Länder, municipal bodies and other bodies."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from municipalities.choices import Kind, Level, OrganisationKind, SuccessionKind
from municipalities.models import Municipality, Organisation, State, Succession
from sources.serializers import CitedSerializer


class StateSerializer(CitedSerializer):
    """One of the 16 Länder; elsewhere ``state`` is its code."""

    class Meta:
        model = State
        fields = ("code", "name", "official_name", "iso")


class SuccessorSerializer(serializers.ModelSerializer[Succession]):
    """The body that stands in the place of another since ``on``; only suggested until ``confirmed``."""

    ars = serializers.CharField(source="successor.ars")
    ags = serializers.CharField(source="successor.ags", allow_null=True)
    name = serializers.CharField(source="successor.name")
    kind = serializers.ChoiceField(choices=SuccessionKind.choices)

    class Meta:
        model = Succession
        fields = ("ars", "ags", "name", "kind", "on", "confirmed")


class MunicipalitySerializer(CitedSerializer):
    """A municipal body; ``ars ags name official_name kind parent`` are those of the day asked for."""

    ars = serializers.CharField(source="on_day.ars")
    ags = serializers.CharField(source="on_day.ags", allow_null=True, help_text=_("nur Gemeinden"))
    name = serializers.CharField(source="on_day.name")
    official_name = serializers.CharField(source="on_day.official_name")
    level = serializers.ChoiceField(choices=Level.choices)
    kind = serializers.ChoiceField(source="on_day.kind", choices=Kind.choices)
    state = serializers.CharField(source="state_id")
    parent = serializers.SerializerMethodField(  # type: ignore[assignment]
        help_text=_("ARS der übergeordneten Körperschaft")
    )
    area_km2 = serializers.FloatField(allow_null=True)
    lat = serializers.FloatField(allow_null=True)
    lon = serializers.FloatField(allow_null=True)
    successors = SuccessorSerializer(source="successions", many=True)

    reads = {"on_day": ("periods_on_day",), "parent": ("periods_on_day",)}

    class Meta:
        model = Municipality
        fields = (
            *("ars", "ags", "name", "official_name", "level", "kind", "title", "state", "parent", "population"),
            *("population_date", "area_km2", "lat", "lon", "valid_from", "valid_until", "successors", "updated_at"),
        )

    def get_parent(self, row: Any) -> str | None:
        parent = row.on_day.parent
        return parent.ars if parent else None


class OrganisationSerializer(CitedSerializer):
    """Any other body: ministry, authority, association, council, …"""

    kind = serializers.ChoiceField(choices=OrganisationKind.choices)
    state = serializers.CharField(source="state_id", allow_null=True)

    class Meta:
        model = Organisation
        fields = ("slug", "name", "short_name", "kind", "state", "address", "updated_at")
