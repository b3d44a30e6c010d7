"""Addresses of cooperations and agreements, as everybody reads them."""

from django.urls import path

from agreements.views import reading as views

urlpatterns = [
    path("kooperationen/", views.CooperationListPage.as_view(), name="list"),
    path("kooperationen/<slug:slug>/", views.CooperationPage.as_view(), name="cooperation"),
    path("vereinbarungen/", views.AgreementListPage.as_view(), name="agreements"),
    path("vereinbarungen/<int:pk>/", views.AgreementPage.as_view(), name="agreement"),
]
