"""Addresses of registration: drafts, their steps, evidence."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
