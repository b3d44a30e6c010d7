"""Addresses of the accounts; their names belong to no room, so that Django's own parts find them."""

from django.contrib.auth.views import LoginView, LogoutView
from django.urls import path

from accounts.forms import LoginForm

urlpatterns = [
    path(
        "konto/anmelden/",
        LoginView.as_view(
            template_name="accounts/login.html", authentication_form=LoginForm, redirect_authenticated_user=True
        ),
        name="login",
    ),
    path("konto/abmelden/", LogoutView.as_view(), name="logout"),
]
