"""All addresses: each room brings its own; product-wide ones are named here."""

from django.contrib import admin
from django.urls import path

from coopportal import health

urlpatterns = [
    path("admin/", admin.site.urls),
    path("health/live", health.live, name="health-live"),
    path("health/ready", health.ready, name="health-ready"),
]
