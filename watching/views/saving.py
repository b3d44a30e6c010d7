"""A list's selection is saved: by a person who is logged in, or for an address that is asked first."""

from __future__ import annotations

import datetime as dt
from typing import Any

from allauth.account.adapter import get_adapter
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.views import View
from django.views.decorators.cache import never_cache
from django.views.generic import TemplateView

from agreements.forms.remarks import SHOWN_FOR, shown_again, stamp, time_taken
from agreements.views.verbs import tell_faults
from agreements.workflow import TooMany
from agreements.workflow.remarks import QUICKEST
from coopportal.common.filters import PortalFilterSet
from watching import workflow
from watching.choices import Frequency
from watching.forms import AddressForm, SearchForm
from watching.lists import LISTS, Watched
from watching.tokens import CONFIRM_WITHIN


@method_decorator(never_cache, name="dispatch")
class WatchPage(View):
    """The form below the selection it is about, which stands in the address as on the page of the list."""

    #: Told where a form comes without a valid token (see ``coopportal.views``): it is shown again, nothing is done.
    expired = False

    @cached_property
    def day(self) -> dt.date:
        return timezone.localdate()

    @property
    def watched(self) -> Watched:
        return LISTS[self.kwargs["resource"]]

    @cached_property
    def asked(self) -> PortalFilterSet:
        return self.watched.asked_by(self.request.GET, self.day)

    @property
    def is_stranger(self) -> bool:
        return not self.request.user.is_authenticated

    @property
    def usual(self) -> Frequency:
        """What is offered first: mails only to who can get some."""
        can_get = self.is_stranger or self.request.user.email  # type: ignore[union-attr]
        return Frequency.WEEKLY if can_get else Frequency.NEVER

    def get(self, request: HttpRequest, resource: str) -> HttpResponse:
        words = self.asked.choice
        title = f"{self.watched.title} – {words}" if words else self.watched.title
        first = {"title": title[:120], "frequency": self.usual, "shown": stamp(timezone.now())}
        return self.show(AddressForm(initial=first) if self.is_stranger else SearchForm(initial=first))

    def post(self, request: HttpRequest, resource: str) -> HttpResponse:
        form = AddressForm(request.POST) if self.is_stranger else SearchForm(request.POST)
        if self.expired:
            return self.show_again(status=403)
        if self.asked.problems or not form.is_valid():
            return self.show(form)
        if self.is_stranger and time_taken(form.cleaned_data["shown"], timezone.now()) > SHOWN_FOR:
            return self.show_again(status=409)
        try:
            return self.ask(form.cleaned_data) if self.is_stranger else self.save(form.cleaned_data)
        except ValidationError as error:
            tell_faults(form, error)
            return self.show(form)
        except TooMany as refused:
            return self.show(form, too_many=refused.message, status=429)

    @property
    def question(self) -> dict[str, Any]:
        return {"resource": self.watched.name, "query": self.watched.question(self.asked), "day": self.day}

    def save(self, data: dict[str, Any]) -> HttpResponse:
        workflow.save_search(user=self.request.user, **self.question, **data)  # type: ignore[arg-type]
        messages.success(self.request, _("Die Suche ist gespeichert."))
        return redirect("watching:searches")

    def ask(self, data: dict[str, Any]) -> HttpResponse:
        """What looks like a machine is answered alike, and forgotten."""
        trap, taken = data.pop("website"), time_taken(data.pop("shown"), timezone.now())
        address = get_adapter().get_client_ip(self.request)
        workflow.ask_to_confirm(**self.question, **data, address=address, trap=trap, taken=taken)
        return redirect("watching:sent")

    def show_again(self, *, status: int) -> HttpResponse:
        """Open for too long, or with a token that is no good: to be sent once more, at once if people like."""
        data = shown_again(self.request.POST, timezone.now() - QUICKEST)
        again = _("Das Formular war abgelaufen. Bitte prüfen Sie Ihre Angaben und senden Sie sie noch einmal ab.")
        form = AddressForm(data) if self.is_stranger else SearchForm(data)
        return self.show(form, again=again, status=status)

    def show(self, form: SearchForm, *, too_many: str = "", again: str = "", status: int = 200) -> HttpResponse:
        """The form; without it, and with 400, where the selection is none."""
        context = {
            "form": form,
            "watched": self.watched,
            "words": self.asked.choice,
            "list_url": self.watched.address(self.watched.question(self.asked)),
            "had_day": self.asked.is_cut,
            "problems": self.asked.problems,
            "filterset": self.asked,
            "too_many": too_many,
            "again": again,
        }
        status = 400 if self.asked.problems else status
        return render(self.request, "watching/watch.html", context, status=status)


class SentPage(TemplateView):
    """A mail is under way, or none is: the same is said of every address."""

    template_name = "watching/sent.html"
    extra_context = {"days": CONFIRM_WITHIN.days}
