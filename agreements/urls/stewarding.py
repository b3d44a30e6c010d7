"""Addresses of the stewards' pages about cooperations."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
