"""Addresses of cooperations and agreements, as everybody reads them."""

from django.urls import path

from agreements.views import reading as views
from coopportal.common.feeds import feed_of

urlpatterns = [
    path("kooperationen/", views.CooperationListPage.as_view(), name="list"),
    feed_of(views.CooperationListPage, "kooperationen/"),
    path("kooperationen/<slug:slug>/", views.CooperationPage.as_view(), name="cooperation"),
    path("vereinbarungen/", views.AgreementListPage.as_view(), name="agreements"),
    feed_of(views.AgreementListPage, "vereinbarungen/"),
    path("vereinbarungen/<int:pk>/", views.AgreementPage.as_view(), name="agreement"),
    path("ereignisse/", views.EventListPage.as_view(), name="events"),
    feed_of(views.EventListPage, "ereignisse/"),
]
