"""Remarks of the public on published records, without log-in."""

from __future__ import annotations

from typing import Any

from allauth.account.adapter import get_adapter
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.views import View
from django.views.decorators.cache import never_cache

from agreements import workflow
from agreements.forms.remarks import SHOWN_FOR, RemarkForm, shown_again, stamp, time_taken
from agreements.models import Cooperation
from agreements.permissions import review_land_of
from agreements.views.verbs import tell_faults
from agreements.workflow import TooMany
from agreements.workflow.remarks import QUICKEST


@method_decorator(never_cache, name="dispatch")
class RemarkPage(View):
    """The form; who sends too many is asked to come back later, with all that was written still there."""

    #: Told where a form comes without a valid token (see ``coopportal.views``): it is shown again, nothing is done.
    expired = False

    @cached_property
    def cooperation(self) -> Cooperation:
        return get_object_or_404(Cooperation.objects.public(), slug=self.kwargs["slug"])

    def get(self, request: HttpRequest, slug: str) -> HttpResponse:
        return self.show(RemarkForm(initial={"shown": stamp(timezone.now())}))

    def post(self, request: HttpRequest, slug: str) -> HttpResponse:
        form = RemarkForm(request.POST)
        if self.expired:
            return self.show_again(status=403)
        if not form.is_valid():
            return self.show(form)
        if time_taken(form.cleaned_data["shown"], timezone.now()) > SHOWN_FOR:
            return self.show_again(status=409)
        try:
            self.leave(form.cleaned_data)
        except ValidationError as error:
            tell_faults(form, error)
            return self.show(form)
        except TooMany as refused:
            return self.show(form, too_many=refused.message, status=429)
        return redirect("agreements:remark-thanks", slug=self.cooperation.slug)

    def leave(self, data: dict[str, Any]) -> None:
        """What looks like a machine is thanked as well, and forgotten."""
        now = timezone.now()
        workflow.remark(
            cooperation=self.cooperation,
            text=data["text"],
            name=data["name"],
            email=data["email"],
            day=timezone.localdate(now),
            address=get_adapter().get_client_ip(self.request),
            trap=data["website"],
            taken=time_taken(data["shown"], now),
        )

    def show_again(self, *, status: int) -> HttpResponse:
        """Open for too long, or with a token that is no good: to be sent once more, at once if people like."""
        form = RemarkForm(shown_again(self.request.POST, timezone.now() - QUICKEST))
        words = _("Das Formular war abgelaufen. Prüfen Sie Ihren Hinweis und senden Sie ihn noch einmal ab.")
        return self.show(form, again=words, status=status)

    def show(self, form: RemarkForm, *, too_many: str = "", again: str = "", status: int = 200) -> HttpResponse:
        context = {"cooperation": self.cooperation, "form": form, "too_many": too_many, "again": again}
        context["land"] = review_land_of(self.cooperation)
        return render(self.request, "agreements/remark.html", context, status=status)


class RemarkThanks(View):
    """It has come in."""

    def get(self, request: HttpRequest, slug: str) -> HttpResponse:
        cooperation = get_object_or_404(Cooperation.objects.public(), slug=slug)
        return render(request, "agreements/remark_thanks.html", {"cooperation": cooperation})
