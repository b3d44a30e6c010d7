"""Addresses of questions across cooperations: deadlines, comparison, pictures."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
