"""Pages whose form is a verb of the workflow: what it finds wrong is told at the form, and what was typed stays."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.forms import BaseForm
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.functional import cached_property
from django.views.generic.edit import FormView

from accounts.views import OwnPage
from agreements.permissions import towns_of
from agreements.workflow import Refused
from municipalities.models import Municipality


def tell_faults(form: BaseForm, error: ValidationError) -> None:
    """Put each message of a verb at the field of its place; at the top of the form where it has no such field."""
    found = error.message_dict if hasattr(error, "error_dict") else {"": error.messages}
    for place, said in found.items():
        for message in said:
            form.add_error(place if place in form.fields else None, message)


class VerbPage(OwnPage, FormView):
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

    def form_valid(self, form: Any) -> HttpResponse:
        try:
            result = self.act(form)
        except ValidationError as error:
            tell_faults(form, error)
            return self.form_invalid(form)
        except Refused as refused:
            form.add_error(None, refused.message)
            return self.render_to_response(self.get_context_data(form=form), status=409)
        messages.success(self.request, self.done(result))
        return redirect(self.get_success_url())
