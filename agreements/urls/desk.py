"""Addresses of the desk of a municipality: tasks, answers, proposals, history."""

from django.urls import path

from agreements.views import desk as views
from agreements.views import history, proposals, remarks

urlpatterns = [
    path("meine/", views.DeskPage.as_view(), name="desk"),
    path("meine/kommune/<str:ars>/", views.DeskPage.as_view(), name="desk-of"),
    path("meine/bestaetigungen/<int:pk>/", views.AnswerPage.as_view(), name="answer"),
    path("meine/kooperationen/<int:pk>/stimmt-noch/", views.AffirmPage.as_view(), name="affirm"),
    path("meine/kooperationen/<int:pk>/uebernehmen/", views.TakeOverPage.as_view(), name="take-over"),
    path("meine/kooperationen/<int:pk>/zurueckziehen/", views.WithdrawPage.as_view(), name="withdraw"),
    path("meine/kooperationen/<int:pk>/vorschlag/", proposals.ProposePage.as_view(), name="propose"),
    path("meine/vorschlaege/", proposals.ProposalsPage.as_view(), name="proposals"),
    path("meine/vorschlaege/<int:pk>/", proposals.ProposalPage.as_view(), name="proposal"),
    path("meine/vorschlaege/<int:pk>/zurueckziehen/", proposals.WithdrawProposal.as_view(), name="withdraw-proposal"),
    path("kooperationen/<slug:slug>/verlauf/", history.HistoryPage.as_view(), name="history"),
    path("kooperationen/<slug:slug>/hinweis/", remarks.RemarkPage.as_view(), name="remark"),
    path("kooperationen/<slug:slug>/hinweis/danke/", remarks.RemarkThanks.as_view(), name="remark-thanks"),
]
