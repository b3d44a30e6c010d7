"""Addresses of cooperations and agreements, a module for each kind of reader. Those that take any slug come last."""

from django.urls import URLPattern

from agreements.urls import browsing, desk, importing, reading, registering, reviewing, stewarding

app_name = "agreements"
urlpatterns: list[URLPattern] = [
    *browsing.urlpatterns,
    *desk.urlpatterns,
    *importing.urlpatterns,
    *registering.urlpatterns,
    *reviewing.urlpatterns,
    *stewarding.urlpatterns,
    *reading.urlpatterns,
]
