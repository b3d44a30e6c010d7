"""What every page of a registration has in common: who may see it, and that no form is lost."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponseBase, JsonResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.views import View
from django.views.decorators.cache import never_cache

from accounts.models import User
from agreements import steps
from agreements.models import Cooperation
from agreements.steps import Step
from agreements.workflow import Gone, Refused
from coopportal.common.kept import keep_input

#: What a script says of itself that saves while somebody types.
AUTOSAVE = "autosave"


@method_decorator(never_cache, name="dispatch")
class OfficerPage(View):
    """A page for people who are logged in. A form sent without log-in is kept until they are back."""

    #: Read where a form comes without a valid token (see ``coopportal.views``).
    keeps_input = True

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.user.is_authenticated:
            return super().dispatch(request, *args, **kwargs)
        is_kept = request.method == "POST" and keep_input(request)
        if request.POST.get("aktion") == AUTOSAVE:
            words = _("Sie sind nicht mehr angemeldet. Bitte melden Sie sich in einem neuen Fenster an.")
            if is_kept:
                words = _("Ihre Anmeldung ist abgelaufen. Ihre Eingaben sind aufgehoben; melden Sie sich wieder an.")
            return JsonResponse({"message": words, "login": reverse("login")}, status=401)
        return redirect_to_login(request.path)

    @cached_property
    def today(self) -> dt.date:
        return timezone.localdate()

    @property
    def person(self) -> User:
        return self.request.user  # type: ignore[return-value]


class DraftPage(OfficerPage):
    """A page of one record of the own municipality; for everybody else it does not exist."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Somebody may have moved the record or thrown it away while this page was at work: say so."""
        try:
            return super().dispatch(request, *args, **kwargs)
        except Refused as refused:
            if request.POST.get("aktion") == AUTOSAVE:
                return JsonResponse({"message": refused.message}, status=409)
            messages.warning(request, refused.message)
            return redirect(to_desk() if isinstance(refused, Gone) else self.address(steps.CHECK))

    @cached_property
    def cooperation(self) -> Cooperation:
        rows = Cooperation.objects.kept_by(self.person, self.today).select_related("keeper__state")
        row: Cooperation = get_object_or_404(rows, pk=self.kwargs["pk"])
        return row

    def address(self, step: Step, anchor: str = "") -> str:
        path = reverse("agreements:draft-step", kwargs={"pk": self.kwargs["pk"], "step": step.slug})
        return f"{path}#{anchor}" if anchor else path


def to_desk() -> str:
    """The desk of the municipality."""
    return reverse("agreements:desk")
