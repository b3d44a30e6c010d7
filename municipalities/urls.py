"""Addresses of the directory."""

from django.urls import path

from coopportal.common.feeds import feed_of
from municipalities import maps, views

app_name = "municipalities"
urlpatterns = [
    path("karte/grenzen/<slug:level>.geojson", maps.BoundaryFile.as_view(), name="boundaries"),
    path("kommunen/", views.MunicipalityListPage.as_view(), name="list"),
    feed_of(views.MunicipalityListPage, "kommunen/"),
    path("kommunen/baum/", views.TreePage.as_view(), name="tree"),
    path("kommunen/vorschlaege/", views.SuggestionPart.as_view(), name="suggestions"),
    path("kommunen/<str:key>/", views.MunicipalityPage.as_view(), name="detail"),
    path("stellen/", views.OrganisationListPage.as_view(), name="organisations"),
    feed_of(views.OrganisationListPage, "stellen/"),
    path("stellen/<slug:slug>/", views.OrganisationPage.as_view(), name="organisation"),
]
