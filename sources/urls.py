"""Addresses of documents and contradictions."""

from django.urls import path

from coopportal.common.feeds import feed_of
from sources import views

app_name = "sources"
urlpatterns = [
    path("quellen/", views.SourceListPage.as_view(), name="list"),
    feed_of(views.SourceListPage, "quellen/"),
    path("quellen/<slug:slug>/", views.SourcePage.as_view(), name="document"),
    path("widersprueche/", views.ConflictListPage.as_view(), name="conflicts"),
    feed_of(views.ConflictListPage, "widersprueche/"),
]
