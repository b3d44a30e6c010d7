"""What django-allauth asks us: who gets in, what it says in German, how it mails, how secrets are kept.

ACCOUNT_ADAPTER, SOCIALACCOUNT_ADAPTER and MFA_ADAPTER name the three classes.
"""

from __future__ import annotations

import base64
import hashlib
import time
from typing import Any

import qrcode
from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.internal.flows.login import get_authentication_records
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialApp, SocialLogin
from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings
from django.http import HttpRequest
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from qrcode.image.svg import SvgPathFillImage

from accounts.choices import MandateRole
from accounts.models import Invitation, User
from accounts.permissions import mandates_of
from accounts.workflow import InvitationVoid, accept_as_new
from coopportal.common.mail import send_mail

_WRONG = _("Anmeldename und Passwort passen nicht zusammen. Achten Sie auf Groß- und Kleinschreibung.")
#: So long after a log-in nobody is asked again who they are.
FRESH = 300
#: The name of the page where the work of a role begins; of several roles the first decides.
DESKS = {
    MandateRole.OFFICER: "agreements:desk",
    MandateRole.REVIEWER: "agreements:review-queue",
    MandateRole.STEWARD: "agreements:review-queue",
}


class AccountAdapter(DefaultAccountAdapter):
    """No public sign-up; our words, our mails, addresses below PUBLIC_URL."""

    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "account_inactive": _("Dieses Konto ist gesperrt."),
        "email_password_mismatch": _WRONG,
        "username_password_mismatch": _WRONG,
        "invalid_login": _WRONG,
        "incorrect_password": _("Das Passwort stimmt nicht."),
        "enter_current_password": _("Das bisherige Passwort stimmt nicht."),
        "incorrect_code": _("Dieser Code stimmt nicht oder ist abgelaufen."),
        "invalid_password_reset": _("Dieser Link gilt nicht mehr."),
        "too_many_login_attempts": _("Zu viele vergebliche Versuche. Bitte warten Sie fünf Minuten."),
        "rate_limited": _("Zu viele Versuche. Bitte warten Sie fünf Minuten."),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """People come by invitation."""
        return False

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        """Who logs in without having been on the way somewhere begins at his work."""
        roles = set(mandates_of(request.user, timezone.localdate()).values_list("role", flat=True))
        for role, desk in DESKS.items():
            if role in roles:
                return reverse(desk)
        return str(super().get_login_redirect_url(request))

    def is_reauthentication_required(self, *, app: str, **kwargs: Any) -> bool:
        """Asked again who they are are those who logged in more than five minutes ago."""
        records = get_authentication_records(self.request, self.request.user)
        if records and time.time() - records[-1]["at"] < FRESH:
            return False
        return bool(super().is_reauthentication_required(app=app, **kwargs))

    def get_reset_password_from_key_url(self, key: str) -> str:
        """Never made of the host a request claims to be for."""
        path = reverse("account_reset_password_from_key", kwargs={"uidb36": "UID", "key": "KEY"})
        return settings.PUBLIC_URL + path.replace("UID-KEY", key)

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        given = {key: value for key, value in context.items() if key not in {"ip", "user_agent", "request"}}
        send_mail(template_prefix, email, {"email": email, "portal": settings.PUBLIC_URL, **given})

    def send_notification_mail(
        self, template_prefix: str, user: Any, context: dict[str, Any] | None = None, email: str | None = None
    ) -> None:
        """Tell a person that something about the log-in was changed."""
        if user.email:
            self.send_mail(template_prefix, user.email, {"user": user, "timestamp": timezone.now(), **(context or {})})


class ProviderAdapter(DefaultSocialAccountAdapter):
    """Log-in through the one OIDC provider of the settings, for people we know or have invited."""

    def is_open_for_signup(self, request: HttpRequest, sociallogin: SocialLogin) -> bool:
        return False

    def list_apps(self, request: HttpRequest, provider: str | None = None, client_id: str | None = None) -> list[Any]:
        """Providers are named in the environment, never in the database."""
        kind = "openid_connect"
        rows = [SocialApp(provider=kind, **values) for values in settings.SOCIALACCOUNT_PROVIDERS.get(kind, {})["APPS"]]
        return [row for row in rows if provider in {None, kind, row.provider_id} and client_id in {None, row.client_id}]

    def pre_social_login(self, request: HttpRequest, sociallogin: SocialLogin) -> None:
        """Find whose log-in this is; who is neither known nor invited is told so, and no account is made."""
        if sociallogin.state.get("process") not in {None, "", "login"}:
            raise ImmediateHttpResponse(_refused(request))
        if sociallogin.is_existing:
            return
        emails = [address.email for address in sociallogin.email_addresses if self._is_verified(sociallogin, address)]
        user = next(filter(None, map(self._person, emails)), None) or self._invited(sociallogin, emails)
        if user is None:
            raise ImmediateHttpResponse(_refused(request))
        sociallogin.connect(request, user)

    def _is_verified(self, sociallogin: SocialLogin, address: Any) -> bool:
        return address.verified is True or self.is_email_verified(sociallogin.provider, address.email)

    def _person(self, email: str) -> User | None:
        return User.objects.with_email(email).first()

    def _invited(self, sociallogin: SocialLogin, emails: list[str]) -> User | None:
        """Log-in at the provider proves the address as well as the link in the mail does: it accepts the invitation."""
        now, claimed = timezone.now(), sociallogin.user
        for email in filter(str.isascii, emails):
            for invitation in Invitation.objects.open_at(now).filter(email=email.lower()):
                try:
                    return accept_as_new(
                        invitation,
                        first_name=claimed.first_name,
                        last_name=claimed.last_name,
                        password=None,
                        now=now,
                    )
                except InvitationVoid:
                    continue
        return None


def _refused(request: HttpRequest) -> Any:
    return render(request, "socialaccount/refused.html", status=403)


class SecondFactorAdapter(DefaultMFAAdapter):
    """Codes of an app; their secrets lie enciphered in the database."""

    error_messages = {
        **DefaultMFAAdapter.error_messages,
        "incorrect_code": _("Dieser Code stimmt nicht oder ist abgelaufen. Geben Sie den Code ein, der jetzt gilt."),
        "cannot_delete_authenticator": _("Der zweite Faktor lässt sich nicht abschalten."),
        "cannot_generate_recovery_codes": _("Notfallcodes gibt es, sobald ein zweiter Faktor eingerichtet ist."),
    }

    def build_totp_svg(self, url: str) -> str:
        """The QR code on white, so that a telephone reads it on a dark page too."""
        return str(qrcode.make(url, image_factory=SvgPathFillImage).to_string(encoding="unicode"))

    def encrypt(self, text: str) -> str:
        return _cipher().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        """An empty text where SECRET_KEY (and SECRET_KEY_FALLBACKS) are others by now: then no code fits."""
        try:
            return _cipher().decrypt(encrypted_text.encode()).decode()
        except InvalidToken:
            return ""


def _cipher() -> MultiFernet:
    """Keys made of SECRET_KEY, for this purpose only; those of SECRET_KEY_FALLBACKS still open."""
    secrets: list[str] = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]  # type: ignore[list-item]
    digests = [hashlib.sha256(b"accounts.second-factor" + secret.encode()).digest() for secret in secrets]
    return MultiFernet([Fernet(base64.urlsafe_b64encode(digest)) for digest in digests])
