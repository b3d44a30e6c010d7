"""Addresses of the stewards' pages about cooperations."""

from django.urls import path

from agreements.views import stewarding as views

urlpatterns = [path("redaktion/zusammenfuehren/", views.MergePage.as_view(), name="merge")]
