"""The webhook of one's own search: set up, tried, given another secret, switched on again, removed; its log."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.views import View

from accounts.views import OwnPage
from agreements.views.verbs import tell_faults
from agreements.workflow import TooMany
from watching import workflow
from watching.forms import WebhookForm
from watching.models import SavedSearch, Webhook

#: So many deliveries are shown.
SHOWN = 30


class HookView(OwnPage, View):
    @cached_property
    def search(self) -> SavedSearch:
        return get_object_or_404(SavedSearch.objects.of(self.person), pk=self.kwargs["pk"])

    def show(self, form: WebhookForm, *, status: int = 200, secret: str = "") -> HttpResponse:
        hook = Webhook.objects.filter(search=self.search).first()
        deliveries = hook.deliveries.all()[:SHOWN] if hook else []
        context = {"search": self.search, "hook": hook, "deliveries": deliveries, "form": form, "secret": secret}
        return render(self.request, "watching/webhook.html", context, status=status)


class WebhookPage(HookView):
    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        return self.show(WebhookForm())

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        """The secret is shown in the answer to the form that made it, and never again."""
        form, day = WebhookForm(request.POST), timezone.localdate()
        if not form.is_valid():
            return self.show(form)
        try:
            _hook, secret = workflow.set_up_webhook(user=self.person, search=self.search, day=day, **form.cleaned_data)
        except ValidationError as error:
            tell_faults(form, error)
            return self.show(form)
        except TooMany as refused:
            form.add_error(None, refused.message)
            return self.show(form, status=429)
        return self.show(WebhookForm(), secret=secret)


class ChangeWebhook(HookView):
    """One of the buttons below a webhook."""

    def post(self, request: HttpRequest, pk: int, verb: str) -> Any:
        get_object_or_404(Webhook, search=self.search)
        return getattr(self, f"do_{verb}")({"user": self.person, "search": self.search})

    def do_probe(self, whose: dict[str, Any]) -> HttpResponse:
        try:
            row = workflow.probe_webhook(**whose)
        except TooMany as refused:
            messages.error(self.request, refused.message)
            return self.back()
        if row.delivered_at:
            messages.success(self.request, _("Die Probe ist angekommen (Antwort %d).") % row.status)
        else:
            said = (row.error and _(row.error)) or _("Antwort %d") % row.status
            messages.error(self.request, _("Die Probe ist nicht angekommen: %s") % said)
        return self.back()

    def do_geheimnis(self, whose: dict[str, Any]) -> HttpResponse:
        return self.show(WebhookForm(), secret=workflow.renew_secret(**whose))

    def do_einschalten(self, whose: dict[str, Any]) -> HttpResponse:
        try:
            workflow.switch_on(**whose, day=timezone.localdate())
        except ValidationError as error:
            messages.error(self.request, " ".join(error.messages))
        else:
            messages.success(self.request, _("Der Webhook ist wieder eingeschaltet."))
        return self.back()

    def do_loeschen(self, whose: dict[str, Any]) -> HttpResponse:
        workflow.remove_webhook(**whose)
        messages.success(self.request, _("Der Webhook ist gelöscht."))
        return redirect("watching:searches")

    def back(self) -> HttpResponse:
        return redirect("watching:webhook", pk=self.search.pk)
