"""Addresses of the desk of a municipality: tasks, answers, proposals, history."""

from django.urls import path

from agreements.views import desk as views

urlpatterns = [
    path("meine/", views.DeskPage.as_view(), name="desk"),
    path("meine/kommune/<str:ars>/", views.DeskPage.as_view(), name="desk-of"),
    path("meine/bestaetigungen/<int:pk>/", views.AnswerPage.as_view(), name="answer"),
    path("meine/kooperationen/<int:pk>/stimmt-noch/", views.AffirmPage.as_view(), name="affirm"),
    path("meine/kooperationen/<int:pk>/uebernehmen/", views.TakeOverPage.as_view(), name="take-over"),
    path("meine/kooperationen/<int:pk>/zurueckziehen/", views.WithdrawPage.as_view(), name="withdraw"),
]
