"""Addresses of questions across cooperations: deadlines, comparison, pictures."""

from django.urls import path

from agreements.views import browsing as views

urlpatterns = [
    path("aenderungen/", views.ChangesPage.as_view(), name="changes"),
    path("fristen/", views.DeadlineListPage.as_view(), name="deadlines"),
    path("fristen/fristen.csv", views.DeadlineCsv.as_view(), name="deadlines-csv"),
    path("fristen/kalender.ics", views.DeadlineCalendar.as_view(), name="calendar"),
]
