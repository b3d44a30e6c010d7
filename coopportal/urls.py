"""All addresses: each room brings its own; product-wide ones are named here."""

from django.conf import settings
from django.contrib import admin
from django.urls import include, path
from django.views.generic import RedirectView

from coopportal import health

urlpatterns = [
    path("admin/", admin.site.urls),
    path("favicon.ico", RedirectView.as_view(url=f"{settings.STATIC_URL}favicon.svg")),
    path("health/live", health.live, name="health-live"),
    path("health/ready", health.ready, name="health-ready"),
    path("", include("agreements.urls")),
    path("", include("municipalities.urls")),
    path("", include("funding.urls")),
    path("", include("sources.urls")),
]
