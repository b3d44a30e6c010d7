"""Addresses of cooperations coming in as a file."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
