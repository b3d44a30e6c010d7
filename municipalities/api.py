"""Länder, municipal bodies and other bodies in the API."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from django.db.models import F, QuerySet
from django.http import Http404
from django.utils.translation import gettext_lazy as _

from coopportal.common.api import CODE, SLUG
from coopportal.common.geojson import GeoJsonRenderer
from municipalities.filters import MunicipalityFilterSet, OrganisationFilterSet, StateFilterSet
from municipalities.linked import MUNICIPALITY, OTHER_BODY
from municipalities.models import Municipality, Organisation, State
from municipalities.serializers import MunicipalitySerializer, OrganisationSerializer, StateSerializer
from sources.api import CitedResource


class StateResource(CitedResource):
    """The 16 Länder."""

    about = _("Die 16 Länder.")
    serializer_class = StateSerializer
    filterset_class = StateFilterSet
    lookup_field = "code"
    lookup_value_regex = CODE

    def get_queryset(self) -> QuerySet[Any]:
        return State.objects.all()


class MunicipalityGeoJson(GeoJsonRenderer):
    """A body lies at its point; one without coordinates has no geometry."""

    key = "ars"
    needs = ("lat", "lon")


class MunicipalityResource(CitedResource):
    """Municipal bodies. An address may name any key; the body that holds it on the day asked for answers itself."""

    about = _(
        "Kommunale Körperschaften; die Liste hält ohne Stichtag die heute bestehenden. Die Adresse nimmt außer dem ARS "
        "auch den 5- oder 9-stelligen Schlüssel und den AGS. Es antwortet die Körperschaft, die ihn am gefragten Tag "
        "trägt, sonst die letzte, die ihn trug."
    )
    serializer_class = MunicipalitySerializer
    filterset_class = MunicipalityFilterSet
    renderer_classes = [*CitedResource.renderer_classes, MunicipalityGeoJson]
    lookup_field = "ars"
    is_found_by_key = False
    linked = MUNICIPALITY
    expandable = {"state": "states", "parent": "municipalities", "successors.ars": "municipalities"}

    def get_queryset(self) -> QuerySet[Any]:
        return Municipality.objects.all()

    def find(self, rows: QuerySet[Any], key: str) -> Municipality:
        try:
            body = rows.holding(key, self.asked.day)  # type: ignore[attr-defined]
        except ValueError:
            raise Http404 from None
        if body is None:
            raise Http404
        return body

    def by_key(self, rows: QuerySet[Any], keys: Collection[str]) -> dict[str, Any]:
        """The present holder of a key goes before a former one."""
        return super().by_key(rows.order_by(F("valid_until").asc(nulls_last=True), "pk"), keys)


class OrganisationResource(CitedResource):
    """All other bodies."""

    about = _("Andere Stellen: Ministerien, Behörden, Vereine, Gremien.")
    serializer_class = OrganisationSerializer
    filterset_class = OrganisationFilterSet
    lookup_field = "slug"
    linked = OTHER_BODY
    expandable = {"state": "states"}
    lookup_value_regex = SLUG

    def get_queryset(self) -> QuerySet[Any]:
        return Organisation.objects.all()
