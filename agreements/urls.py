"""Addresses of cooperations and agreements."""

from django.urls import path

from agreements import views

app_name = "agreements"
urlpatterns = [
    path("kooperationen/", views.CooperationListPage.as_view(), name="list"),
    path("kooperationen/<slug:slug>/", views.CooperationPage.as_view(), name="cooperation"),
    path("vereinbarungen/", views.AgreementListPage.as_view(), name="agreements"),
    path("vereinbarungen/<int:pk>/", views.AgreementPage.as_view(), name="agreement"),
]
