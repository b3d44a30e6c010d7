"""Tokens by which a person's programs act for him or her: made, shown once, revoked."""

from __future__ import annotations

import datetime as dt
from typing import Any

from allauth.account.decorators import reauthentication_required
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views import View

from accounts.forms import TokenForm
from accounts.views.own import OwnPage
from accounts.workflow import create_token, revoke_token, tokens_of


class TokensPage(OwnPage, View):
    """The person's tokens. A new one is shown in the answer to the form that made it, and never again."""

    def get(self, request: HttpRequest) -> HttpResponse:
        return self.show(TokenForm())

    @method_decorator(reauthentication_required)
    def post(self, request: HttpRequest) -> HttpResponse:
        """Who logged in a while ago says once more who she is: a token lasts longer than any session."""
        form = TokenForm(request.POST)
        if not form.is_valid():
            return self.show(form, status=422)
        days = dt.timedelta(days=form.cleaned_data["days"])
        try:
            _row, text = create_token(user=self.person, name=form.cleaned_data["name"], valid_for=days)
        except ValidationError as error:
            form.add_error(None, error)
            return self.show(form, status=422)
        return self.show(TokenForm(), made=text)

    def show(self, form: TokenForm, status: int = 200, **told: Any) -> HttpResponse:
        context = {"form": form, "tokens": tokens_of(self.person), "now": timezone.now(), **told}
        return render(self.request, "accounts/tokens.html", context, status=status)


class RevokeToken(OwnPage, View):
    def post(self, request: HttpRequest, digest: str) -> HttpResponse:
        if not revoke_token(user=self.person, digest=digest):
            raise Http404
        messages.success(request, _("Der Zugangsschlüssel gilt nicht mehr."))
        return redirect("tokens")
