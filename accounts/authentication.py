"""How programs say who is asking: by the session of the browser they run in, under the same rules as the pages."""

from __future__ import annotations

from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from rest_framework import authentication, exceptions
from rest_framework.request import Request

from accounts.permissions import lacks_second_factor


class SessionAuthentication(authentication.SessionAuthentication):
    """Nobody acts through the API who would first have to set up a second factor in the pages."""

    def authenticate(self, request: Request) -> tuple[Any, None] | None:
        found = super().authenticate(request)
        if found and lacks_second_factor(found[0], timezone.localdate()):
            raise exceptions.PermissionDenied(_("Richten Sie zuerst unter /konto/ Ihren zweiten Faktor ein."))
        return found
