"""Addresses of the desk of a municipality: tasks, answers, proposals, history."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
