"""Addresses of documents and contradictions."""

from django.urls import path

from sources import views

app_name = "sources"
urlpatterns = [
    path("quellen/", views.SourceListPage.as_view(), name="list"),
    path("quellen/<slug:slug>/", views.SourcePage.as_view(), name="document"),
    path("widersprueche/", views.ConflictListPage.as_view(), name="conflicts"),
]
