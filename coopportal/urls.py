"""All addresses: each room brings its own; product-wide ones are named here."""

from django.conf import settings
from django.contrib import admin
from django.urls import include, path
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST
from django.views.generic import RedirectView
from django.views.i18n import set_language

from agreements import maps
from coopportal import health, views

handler500 = "coopportal.views.fault"
urlpatterns = [
    path("", views.StartPage.as_view(), name="home"),
    path("karte/", maps.MapPage.as_view(), name="map"),
    path("karte/orte.geojson", maps.MapPlaces.as_view(), name="map-places"),
    path("suche/", views.SearchPage.as_view(), name="search"),
    # Whoever sends somebody here from elsewhere changes the language of the pages, nothing else: no token is asked for,
    # so that a mere reader gets no cookie.
    path("sprache/", csrf_exempt(require_POST(set_language)), name="language"),
    path("impressum/", views.LegalPage.as_view(template_name="legal/imprint.html"), name="imprint"),
    path("datenschutz/", views.LegalPage.as_view(template_name="legal/privacy.html"), name="privacy"),
    path("barrierefreiheit/", views.LegalPage.as_view(template_name="legal/accessibility.html"), name="accessibility"),
    path("leichte-sprache/", views.LegalPage.as_view(template_name="legal/easy_language.html"), name="easy-language"),
    path("admin/", admin.site.urls),
    path("favicon.ico", RedirectView.as_view(url=f"{settings.STATIC_URL}favicon.svg")),
    path("api/", include("coopportal.api")),
    path("health/live", health.live, name="health-live"),
    path("health/ready", health.ready, name="health-ready"),
    path("", include("accounts.urls")),
    path("", include("watching.urls")),
    path("", include("agreements.urls")),
    path("", include("municipalities.urls")),
    path("", include("funding.urls")),
    path("", include("sources.urls")),
]
