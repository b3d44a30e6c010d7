"""Addresses of the accounts. What django-allauth offers beyond these (sign-up, …) has no address here.

The names of allauth's pages are those allauth asks for; `login` and `logout` are Django's.
"""

from allauth.account import views as account
from allauth.mfa.base import views as factor
from allauth.mfa.recovery_codes import views as codes
from allauth.mfa.totp import views as totp
from allauth.socialaccount import views as social
from django.urls import path, re_path
from django.views.decorators.http import require_POST
from django.views.defaults import page_not_found
from django.views.generic import RedirectView

from accounts.views import directory, people, tokens
from accounts.views import own as views

_log_in, _log_out = views.LogInPage.as_view(), require_POST(account.logout)

urlpatterns = [
    # allauth wants to name the address of its sign-up in a mail; there is none
    path("konto/registrieren/", page_not_found, {"exception": None}, name="account_signup"),
    # in and out
    path("konto/anmelden/", _log_in, name="login"),
    path("konto/anmelden/", _log_in, name="account_login"),
    path("konto/abmelden/", _log_out, name="logout"),
    path("konto/abmelden/", _log_out, name="account_logout"),
    path("konto/gesperrt/", account.account_inactive, name="account_inactive"),
    path("konto/anmelden/code/", factor.authenticate, name="mfa_authenticate"),
    path("konto/bestaetigen/", account.reauthenticate, name="account_reauthenticate"),
    path("konto/bestaetigen/code/", factor.reauthenticate, name="mfa_reauthenticate"),
    path("konto/extern/abgebrochen/", social.login_cancelled, name="socialaccount_login_cancelled"),
    path("konto/extern/<slug:provider_id>/", views.to_provider, name="openid_connect_login"),
    path("konto/extern/<slug:provider_id>/zurueck/", views.from_provider, name="openid_connect_callback"),
    # password
    path("konto/passwort/", account.password_change, name="account_change_password"),
    path("konto/passwort/festlegen/", account.password_set, name="account_set_password"),
    path("konto/passwort/vergessen/", account.password_reset, name="account_reset_password"),
    path("konto/passwort/vergessen/gesendet/", account.password_reset_done, name="account_reset_password_done"),
    re_path(
        r"^konto/passwort/neu/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$",
        account.password_reset_from_key,
        name="account_reset_password_from_key",
    ),
    path("konto/passwort/neu/", account.password_reset_from_key_done, name="account_reset_password_from_key_done"),
    # second factor
    path("konto/zwei-faktor/", factor.index, name="mfa_index"),
    path("konto/zwei-faktor/einrichten/", totp.activate_totp, name="mfa_activate_totp"),
    path("konto/zwei-faktor/abschalten/", totp.deactivate_totp, name="mfa_deactivate_totp"),
    path("konto/zwei-faktor/notfallcodes/", codes.view_recovery_codes, name="mfa_view_recovery_codes"),
    path("konto/zwei-faktor/notfallcodes/neu/", codes.generate_recovery_codes, name="mfa_generate_recovery_codes"),
    path("konto/zwei-faktor/notfallcodes.txt", codes.download_recovery_codes, name="mfa_download_recovery_codes"),
    # what the directory left to decide, for stewards
    path("kommunen/zweifel/", directory.DoubtListPage.as_view(), name="doubts"),
    path("kommunen/zweifel/<int:pk>/", directory.DoubtPage.as_view(), name="doubt"),
    path("kommunen/zweifel/<int:pk>/nachfolge/", directory.HeirPage.as_view(), name="doubt-heir"),
    path("kommunen/nachfolge/", directory.SuccessionListPage.as_view(), name="successions"),
    path("kommunen/nachfolge/<int:pk>/", directory.SuccessionPage.as_view(), name="succession"),
    # own account
    path("konto/", views.OverviewPage.as_view(), name="account"),
    path("konto/einladungen/", views.InvitationsPage.as_view(), name="invitations"),
    path("konto/einladungen/<int:pk>/zurueckziehen/", views.WithdrawInvitation.as_view(), name="withdraw-invitation"),
    path("konto/einladung/<str:token>/", views.AcceptPage.as_view(), name="accept-invitation"),
    path("konto/zugang/", tokens.TokensPage.as_view(), name="tokens"),
    path("konto/zugang/<str:digest>/widerrufen/", tokens.RevokeToken.as_view(), name="revoke-token"),
    path("konto/sitzungen/", views.SessionsPage.as_view(), name="sessions"),
    path("konto/sitzungen/andere-beenden/", views.EndOtherSessions.as_view(), name="end-other-sessions"),
    path("konto/sitzungen/<int:pk>/beenden/", views.EndSession.as_view(), name="end-session"),
    # stewards
    path("redaktion/", RedirectView.as_view(pattern_name="people", http_method_names=["get", "head"])),
    path("redaktion/personen/", people.PeoplePage.as_view(), name="people"),
    path("redaktion/personen/<int:pk>/", people.PersonPage.as_view(), name="person"),
    re_path(
        r"^redaktion/personen/(?P<pk>[0-9]+)/(?P<verb>sperren|entsperren|zweiter-faktor)/$",
        people.ChangeAccount.as_view(),
        name="change-account",
    ),
    path("redaktion/mandate/<int:pk>/beenden/", people.EndMandate.as_view(), name="end-mandate"),
]
