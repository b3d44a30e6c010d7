"""Pages of one's own account: log-in, overview, invitations, sessions."""

from __future__ import annotations

import datetime as dt
import logging
from typing import Any

from allauth.account.utils import perform_login
from allauth.account.views import LoginView
from allauth.decorators import rate_limit
from allauth.mfa.models import Authenticator
from allauth.socialaccount.adapter import get_adapter
from allauth.socialaccount.providers.openid_connect import views as oidc
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.mixins import LoginRequiredMixin
from django.core.exceptions import PermissionDenied, ValidationError
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.views import View
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.generic import TemplateView
from django.views.generic.edit import FormView
from requests import RequestException

from accounts.forms import AcceptForm, AnybodyForm, ColleagueForm
from accounts.models import Invitation, LoginSession, User
from accounts.permissions import invites_for, is_steward, mandates_of, needs_second_factor
from accounts.workflow import (
    InvitationVoid,
    accept,
    accept_as_new,
    end_other_sessions,
    end_session,
    find_invitation,
    invite,
    withdraw,
)
from coopportal.common.kept import note_person
from municipalities.models import Municipality

logger = logging.getLogger(__name__)


def provider_of(request: HttpRequest) -> Any:
    """The OIDC provider of this installation, to link to; None where there is none."""
    return next(iter(get_adapter().list_providers(request)), None)


def to_provider(request: HttpRequest, provider_id: str) -> HttpResponse:
    """On to the provider; where it cannot be reached, a page that says so."""
    try:
        return oidc.login(request, provider_id)
    except RequestException:
        logger.exception("the OIDC provider does not answer")
        return render(request, "socialaccount/authentication_error.html", status=503)


def from_provider(request: HttpRequest, provider_id: str) -> HttpResponse:
    """Back from the provider, with its word on who this is."""
    try:
        return oidc.callback(request, provider_id)
    except RequestException:
        logger.exception("the OIDC provider does not answer")
        return render(request, "socialaccount/authentication_error.html", status=503)


class LogInPage(LoginView):
    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(provider=provider_of(self.request), **kwargs)


@method_decorator(never_cache, name="dispatch")
class OwnPage(LoginRequiredMixin):
    """A page about the person who is logged in, kept by nobody's cache."""

    request: HttpRequest

    @property
    def person(self) -> User:
        return self.request.user  # type: ignore[return-value]


class OverviewPage(OwnPage, TemplateView):
    template_name = "accounts/overview.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        day = timezone.localdate()
        has_factor = Authenticator.objects.filter(user=self.person, type=Authenticator.Type.TOTP).exists()
        return super().get_context_data(
            person=self.person,
            today=day,
            mandates=self.person.mandates.with_places().order_by("role", "pk"),
            valid=set(mandates_of(self.person, day).values_list("pk", flat=True)),
            has_factor=has_factor,
            needs_factor=needs_second_factor(self.person, day),
            **kwargs,
        )


# --- Invitations ---


class InvitationsPage(OwnPage, FormView):
    """Invite, and see what became of the invitations so far. For stewards and officers."""

    template_name = "accounts/invitations.html"
    success_url = "."

    @cached_property
    def day(self) -> dt.date:
        return timezone.localdate()

    @cached_property
    def bodies(self) -> list[Municipality] | None:
        """The municipalities to invite for; None where there is no limit."""
        if is_steward(self.person, self.day):
            return None
        if not (bodies := invites_for(self.person, self.day)):
            raise PermissionDenied
        return bodies

    def get_form(self, form_class: Any = None) -> Any:
        given = self.get_form_kwargs()
        if self.bodies is None:
            return AnybodyForm(**given, day=self.day)
        return ColleagueForm(**given, bodies=self.bodies)

    def form_valid(self, form: Any) -> HttpResponse:
        try:
            invitation, sent = invite(self.person, **form.invited(), now=timezone.now())
        except ValidationError as error:
            form.add_error(None, error)
            return self.form_invalid(form)
        if sent:
            messages.success(self.request, _("Die Einladung an %s ist unterwegs.") % invitation.email)
        else:
            messages.error(
                self.request,
                _("Die Einladung an %s ließ sich nicht zustellen. Bitte versuchen Sie es später noch einmal.")
                % invitation.email,
            )
        return redirect("invitations")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        now = timezone.now()
        rows = Invitation.objects.visible_to(self.person, self.day).for_list()[:100]
        shown = [(row, row.is_open(now)) for row in rows]
        body = self.bodies[0] if self.bodies and len(self.bodies) == 1 else None
        of_steward = self.bodies is None
        return super().get_context_data(invitations=shown, body=body, is_steward=of_steward, **kwargs)


class WithdrawInvitation(OwnPage, View):
    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        now = timezone.now()
        rows = Invitation.objects.visible_to(self.person, timezone.localdate(now))
        try:
            withdraw(get_object_or_404(rows, pk=pk), self.person, now)
        except InvitationVoid:
            messages.info(request, _("Diese Einladung gilt schon nicht mehr."))
        else:
            messages.success(request, _("Die Einladung ist zurückgezogen. Ihr Link führt nirgends mehr hin."))
        return redirect("invitations")


@method_decorator(
    [never_cache, sensitive_post_parameters("password1", "password2"), rate_limit(action="signup")], name="dispatch"
)
class AcceptPage(FormView):
    """Where the link of an invitation leads: to a new account, or to one more mandate for an account that exists."""

    template_name = "accounts/accept.html"
    invitation: Invitation
    known: User | None

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        try:
            self.invitation = find_invitation(kwargs["token"], timezone.now())
        except InvitationVoid:
            return self._void()
        self.known = User.objects.with_email(self.invitation.email).first()
        return super().dispatch(request, *args, **kwargs)

    def get_form(self, form_class: Any = None) -> Any:
        """Who has an account already only has to say yes."""
        given = self.get_form_kwargs()
        return Form(**given) if self.known else AcceptForm(**given, invitation=self.invitation)

    def form_valid(self, form: Any) -> Any:
        try:
            return self._accept_known() if self.known else self._accept_new(form.cleaned_data)
        except InvitationVoid:
            return self._void()

    def _accept_known(self) -> HttpResponse:
        if self.request.user != self.known:
            return redirect(f"{settings.LOGIN_URL}?next={self.request.path}")
        mandate = accept(self.invitation, self.known, timezone.now())
        messages.success(self.request, _("Sie haben jetzt das Mandat „%s“.") % mandate)
        return redirect("account")

    def _accept_new(self, data: dict[str, Any]) -> Any:
        user = accept_as_new(
            self.invitation,
            first_name=data["first_name"],
            last_name=data["last_name"],
            password=data["password1"],
            now=timezone.now(),
        )
        return perform_login(self.request, user, redirect_url="/konto/")

    def _void(self) -> HttpResponse:
        return render(self.request, "accounts/invitation_void.html", status=410)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(
            invitation=self.invitation, known=self.known, provider=provider_of(self.request), **kwargs
        )


# --- Sessions ---


class SessionsPage(OwnPage, TemplateView):
    template_name = "accounts/sessions.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        age = dt.timedelta(seconds=settings.SESSION_COOKIE_AGE)
        rows = list(self.person.login_sessions.alive_at(timezone.now(), age))
        here = self.request.session.session_key
        return super().get_context_data(sessions=[(row, row.session_key == here) for row in rows], **kwargs)


class EndSession(OwnPage, View):
    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        row = get_object_or_404(LoginSession, pk=pk, user=self.person)
        here = row.session_key == request.session.session_key
        end_session(row)
        if here:
            request.session.flush()
            note_person(request, None)
            return redirect("login")
        messages.success(request, _("Die Sitzung ist beendet."))
        return redirect("sessions")


class EndOtherSessions(OwnPage, View):
    def post(self, request: HttpRequest) -> HttpResponse:
        end_other_sessions(self.person, request.session.session_key)
        messages.success(request, _("Sie sind jetzt nur noch hier angemeldet."))
        return redirect("sessions")
