"""What django-allauth and Django's own log-in are told; the same for every installation, so nothing here is read from
the environment but the OIDC provider. The settings take it over.
"""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

import environ
from django.utils.translation import gettext_lazy as _

_PASSWORD = "django.contrib.auth.password_validation."  # noqa: S105
_FORMS = "login reauthenticate reset_password reset_password_from_key change_password set_password"

LOGIN_RULES: dict[str, Any] = {
    "AUTHENTICATION_BACKENDS": ["allauth.account.auth_backends.AuthenticationBackend"],
    "AUTH_PASSWORD_VALIDATORS": [
        {"NAME": f"{_PASSWORD}MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
        {"NAME": f"{_PASSWORD}UserAttributeSimilarityValidator"},
        {"NAME": f"{_PASSWORD}CommonPasswordValidator"},
    ],
    "PASSWORD_RESET_TIMEOUT": 60 * 60 * 2,
    "ACCOUNT_ADAPTER": "accounts.adapters.AccountAdapter",
    "ACCOUNT_FORMS": {name: f"accounts.forms.{name.title().replace('_', '')}Form" for name in _FORMS.split()},
    "ACCOUNT_LOGIN_METHODS": {"username", "email"},
    "ACCOUNT_SIGNUP_FIELDS": ["username*", "email*", "password1*"],
    # Addresses of people are those that stewards and invitations say: allauth keeps no second list of them.
    "ACCOUNT_EMAIL_VERIFICATION": "none",
    "ACCOUNT_PASSWORD_RESET_TOKEN_GENERATOR": "django.contrib.auth.tokens.PasswordResetTokenGenerator",
    "MFA_ALLOW_UNVERIFIED_EMAIL": True,
    "ACCOUNT_EMAIL_NOTIFICATIONS": True,
    "ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS": True,
    # A session ends with the browser; the server forgets it after SESSION_COOKIE_AGE without use.
    "ACCOUNT_SESSION_REMEMBER": False,
    # Per account ("key") and per network address ("ip"); what is counted lies in the cache, under keyed digests.
    "ACCOUNT_RATE_LIMITS": {
        "login": "30/m/ip",
        "login_failed": "10/m/ip,5/5m/key",
        "reauthenticate": "10/m/user",
        "change_password": "5/m/user",
        "reset_password": "20/m/ip,5/m/key",
        "reset_password_from_key": "20/m/ip",
        "signup": "20/m/ip",
    },
    "MFA_ADAPTER": "accounts.adapters.SecondFactorAdapter",
    "MFA_FORMS": {
        "authenticate": "accounts.forms.CodeForm",
        "reauthenticate": "accounts.forms.CodeAgainForm",
        "activate_totp": "accounts.forms.ActivateFactorForm",
        "deactivate_totp": "accounts.forms.DeactivateFactorForm",
        "generate_recovery_codes": "accounts.forms.GenerateCodesForm",
    },
    "MFA_SUPPORTED_TYPES": ["totp", "recovery_codes"],
    "MFA_TOTP_ISSUER": "Kooperationsportal",
    "SOCIALACCOUNT_ADAPTER": "accounts.adapters.ProviderAdapter",
    "SOCIALACCOUNT_EMAIL_VERIFICATION": "none",
}


def providers(env: environ.Env) -> dict[str, Any]:
    """``SOCIALACCOUNT_PROVIDERS``: the OIDC provider the environment names, or none."""
    issuer = env.str("OIDC_ISSUER", default="").rstrip("/")
    provider = {
        "provider_id": "oidc",
        "name": env.str("OIDC_NAME", default="") or _("dem Konto Ihrer Verwaltung"),
        "client_id": env.str("OIDC_CLIENT_ID", default=""),
        "secret": env.str("OIDC_CLIENT_SECRET", default=""),
        # Some providers know only checked addresses and do not say so; the operator may.
        "settings": {"server_url": issuer, "verified_email": env.bool("OIDC_TRUST_EMAIL", default=False)},
    }
    return {"openid_connect": {"OAUTH_PKCE_ENABLED": True, "APPS": [provider] if issuer else []}}


def origins(of_providers: dict[str, Any]) -> list[str]:
    """Where a form may lead to besides ourselves, for the Content-Security-Policy."""
    parts = [urlsplit(app["settings"]["server_url"]) for app in of_providers["openid_connect"]["APPS"]]
    return [f"{part.scheme}://{part.netloc}" for part in parts]
