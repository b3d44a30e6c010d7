"""Pages whose form is a verb of the workflow: what it finds wrong is told at the form, and what was typed stays."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.forms import BaseForm
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.views.generic.edit import FormView

from accounts.views import OwnPage
from agreements.permissions import towns_of
from agreements.workflow import Refused
from coopportal.common.kept import forget_input, keep_input, kept_input
from municipalities.models import Municipality


def tell_faults(form: BaseForm, error: ValidationError) -> None:
    """Put each message of a verb at the field of its place; at the top of the form where it has no such field."""
    found = error.message_dict if hasattr(error, "error_dict") else {"": error.messages}
    for place, said in found.items():
        for message in said:
            form.add_error(place if place in form.fields else None, message)


class KeepingPage(OwnPage):
    """A page whose form is kept where the log-in or the form's token had run out, and shown again afterwards."""

    #: Read where a form comes without a valid token (see ``coopportal.views``).
    keeps_input = True

    def handle_no_permission(self) -> Any:
        """On to the log-in; what was sent is there again when the person is back."""
        if self.request.method == "POST":
            keep_input(self.request)
        return super().handle_no_permission()

    def kept(self) -> QueryDict | None:
        """What was kept for this page, with a word about it; None where nothing was."""
        kept = kept_input(self.request) if self.request.method == "GET" else None
        if kept is not None:
            messages.info(self.request, _("Ihre Eingaben sind noch da. Bitte senden Sie sie noch einmal ab."))
        return kept


class VerbPage(KeepingPage, FormView):
    """Subclasses say ``act`` (call the verb), ``done`` (what is then said) and ``success_url``."""

    @cached_property
    def day(self) -> dt.date:
        return timezone.localdate()

    @cached_property
    def towns(self) -> list[Municipality]:
        """The municipalities for which the person acts today."""
        return towns_of(self.person, self.day)

    def act(self, form: Any) -> Any:
        raise NotImplementedError

    def done(self, result: Any) -> str:
        """What is said once it is done."""
        raise NotImplementedError

    def get_form_kwargs(self) -> dict[str, Any]:
        kept = self.kept()
        return super().get_form_kwargs() | ({"data": kept} if kept is not None else {})

    def form_valid(self, form: Any) -> HttpResponse:
        try:
            result = self.act(form)
        except ValidationError as error:
            tell_faults(form, error)
            return self.form_invalid(form)
        except Refused as refused:
            return self.refused(form, refused)
        forget_input(self.request)
        messages.success(self.request, self.done(result))
        return redirect(self.get_success_url())

    def refused(self, form: Any, refused: Refused) -> HttpResponse:
        """It does not go now: the reason above the form, with what was typed."""
        form.add_error(None, refused.message)
        return self.render_to_response(self.get_context_data(form=form), status=409)
