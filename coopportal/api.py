"""The API: every resource of every room under ``/api/v1/``, its description, and the page that shows it."""

from __future__ import annotations

from django.urls import include, path, re_path
from drf_spectacular.utils import extend_schema
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.reverse import reverse
from rest_framework.routers import SimpleRouter

import agreements.api
import funding.api
import municipalities.api
import sources.api
from coopportal.common import problems
from coopportal.common.api import Reading, Resource
from coopportal.common.licence import ATTRIBUTION, LICENCE

RESOURCES: dict[str, type[Resource]] = {
    "states": municipalities.api.StateResource,
    "municipalities": municipalities.api.MunicipalityResource,
    "organisations": municipalities.api.OrganisationResource,
    "cooperations": agreements.api.CooperationResource,
    "participations": agreements.api.ParticipationResource,
    "agreements": agreements.api.AgreementResource,
    "events": agreements.api.EventResource,
    "task-fields": agreements.api.TaskFieldResource,
    "programmes": funding.api.ProgrammeResource,
    "budget-lines": funding.api.BudgetLineResource,
    "awards": agreements.api.AwardResource,
    "figures": funding.api.FigureResource,
    "sources": sources.api.SourceResource,
    "citations": sources.api.CitationResource,
    "conflicts": sources.api.ConflictResource,
}

router = SimpleRouter()
for name, resource in RESOURCES.items():
    router.register(name, resource, basename=name)

router.register("registrations", agreements.api.RegistrationResource, basename="registrations")


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
            "resources": {name: reverse(f"api:{name}-list", request=request) for name in RESOURCES},
        }
        return Response(body)


class SchemaView(Reading, SpectacularAPIView):
    """The machine-readable description."""


class DocsView(Reading, SpectacularSwaggerSplitView):
    """The page that shows the description, with its script and style from here."""


urlpatterns = [
    path("", RootView.as_view(), name="api-root"),
    path("docs/", DocsView.as_view(), name="api-docs"),
    path("v1/", RootView.as_view(), name="api-v1"),
    path("v1/schema/", SchemaView.as_view(), name="schema"),
    path("v1/", include((router.urls, "api"))),
    re_path(r"^[\s\S]*/$", problems.not_found),
]
