"""Addresses of the funding programmes."""

from django.urls import path

from funding import views

app_name = "funding"
urlpatterns = [
    path("foerderung/", views.ProgrammeListPage.as_view(), name="list"),
    path("foerderung/<slug:slug>/", views.ProgrammePage.as_view(), name="programme"),
]
