"""The API: every resource of every room under ``/api/v1/``, its description, and the page that shows it."""

from __future__ import annotations

from django.conf import settings
from django.db.models import Max
from django.urls import include, path, re_path
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from drf_spectacular.views import SpectacularAPIView
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.reverse import reverse
from rest_framework.routers import SimpleRouter

from agreements.api import RegistrationResource
from coopportal import views
from coopportal.catalogue import Listed, catalogue
from coopportal.changes import ChangesView
from coopportal.common import problems
from coopportal.common.licence import ATTRIBUTION, LICENCE
from coopportal.common.linked import JsonLdRenderer
from coopportal.common.models import Timestamped
from coopportal.common.reading import Reading
from coopportal.resources import RESOURCES

router = SimpleRouter()
for name, resource in RESOURCES.items():
    router.register(name, resource, basename=name)

router.register("registrations", RegistrationResource, basename="registrations")


class RootView(Reading):
    """What there is to ask, and on which terms the answers may be used."""

    @extend_schema(exclude=True)
    def get(self, request: Request) -> Response:
        body = {
            "name": "Kooperationsportal",
            "version": "1",
            "licence": LICENCE,
            "attribution": ATTRIBUTION,
            "description": reverse("schema", request=request),
            "documentation": reverse("api-docs", request=request),
            "catalogue": reverse("catalogue", request=request),
            "resources": {name: reverse(f"api:{name}-list", request=request) for name in RESOURCES},
            "changes": reverse("api-changes", request=request),
        }
        return Response(body)


class CatalogueView(Reading):
    """The data of the register as a catalogue (DCAT-AP.de), for other catalogues to collect."""

    renderer_classes = [JsonLdRenderer]

    @extend_schema(
        operation_id="catalogue", tags=["catalogue"], responses={(200, "application/ld+json"): OpenApiTypes.OBJECT}
    )
    def get(self, request: Request) -> Response:
        rows = {name: resource().get_queryset() for name, resource in RESOURCES.items()}
        listed = [
            Listed(
                name,
                str(rows[name].model._meta.verbose_name_plural),
                str(resource.about),
                tuple(renderer.format for renderer in resource.renderer_classes),
            )
            for name, resource in RESOURCES.items()
        ]
        changed = {
            name: found.aggregate(moment=Max("updated_at"))["moment"]
            for name, found in rows.items()
            if issubclass(found.model, Timestamped)
        }
        return Response(catalogue(listed, lambda place: f"{settings.PUBLIC_URL}{place}", changed))


class SchemaView(Reading, SpectacularAPIView):
    """The machine-readable description."""


urlpatterns = [
    path("", RootView.as_view(), name="api-root"),
    path("docs/", views.ApiDocsPage.as_view(), name="api-docs"),
    path("v1/", RootView.as_view(), name="api-v1"),
    path("v1/catalog.jsonld", CatalogueView.as_view(), name="catalogue"),
    path("v1/schema/", SchemaView.as_view(), name="schema"),
    path("v1/changes/", ChangesView.as_view(), name="api-changes"),
    path("v1/", include((router.urls, "api"))),
    re_path(r"^[\s\S]*/$", problems.not_found),
]
