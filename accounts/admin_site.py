"""The admin is for stewards with a valid mandate (and superusers), and has no log-in of its own."""

from __future__ import annotations

from typing import Any

from allauth.core.internal.httpkit import add_query_params
from django.contrib.admin import AdminSite
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone

from accounts.permissions import is_steward


class StewardSite(AdminSite):
    def has_permission(self, request: HttpRequest) -> bool:
        """An ended mandate closes the admin, whatever the account's own marks say."""
        return super().has_permission(request) and is_steward(request.user, timezone.localdate())

    def login(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        """Leads to the log-in of the portal, with its second factor and its limits."""
        if request.user.is_authenticated:
            if not self.has_permission(request):
                raise PermissionDenied
            return redirect("admin:index")
        return redirect(add_query_params(reverse("login"), {"next": request.GET.get("next") or reverse("admin:index")}))

    def password_change(self, request: HttpRequest, extra_context: Any = None) -> Any:
        return redirect("account_change_password")
