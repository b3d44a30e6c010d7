"""Addresses of saved searches. Each list has its own place to be saved from, named as the API calls it."""

from django.urls import path, re_path

from watching.lists import LISTS
from watching.views import answering, hooks, own, saving

app_name = "watching"
urlpatterns = [
    *(
        path(f"merken/{one.place}/", saving.WatchPage.as_view(), {"resource": name}, name=name)
        for name, one in LISTS.items()
    ),
    path("merken/gesendet/", saving.SentPage.as_view(), name="sent"),
    path("merken/bestaetigen/<str:token>/", answering.ConfirmPage.as_view(), name="confirm"),
    path("merken/beenden/<str:token>/", answering.EndPage.as_view(), name="end"),
    path("meine/suchen/", own.SearchesPage.as_view(), name="searches"),
    path("meine/suchen/<int:pk>/", own.ChangePage.as_view(), name="change"),
    path("meine/suchen/<int:pk>/loeschen/", own.DeleteSearch.as_view(), name="delete"),
    path("meine/suchen/<int:pk>/webhook/", hooks.WebhookPage.as_view(), name="webhook"),
    re_path(
        r"^meine/suchen/(?P<pk>[0-9]+)/webhook/(?P<verb>probe|geheimnis|einschalten|loeschen)/$",
        hooks.ChangeWebhook.as_view(),
        name="change-webhook",
    ),
]
