"""Addresses of the funding programmes."""

from django.urls import path

from coopportal.common.feeds import feed_of
from funding import views

app_name = "funding"
urlpatterns = [
    path("foerderung/", views.ProgrammeListPage.as_view(), name="list"),
    feed_of(views.ProgrammeListPage, "foerderung/"),
    path("foerderung/<slug:slug>/", views.ProgrammePage.as_view(), name="programme"),
]
