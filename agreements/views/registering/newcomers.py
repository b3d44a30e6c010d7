"""Bodies that the register does not know: named and taken back in the step of the participants."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.utils.functional import cached_property
from django.utils.translation import gettext as _

from agreements import steps, workflow
from agreements.forms.registering.newcomers import NewcomerForm
from agreements.newcomers import newcomers_of
from agreements.views.registering.base import DraftPage
from coopportal.common.numbers import number_of


class NewcomerDesk(DraftPage):
    """What the step of the participants does with bodies that are not in the register."""

    @cached_property
    def newcomer_form(self) -> NewcomerForm:
        return NewcomerForm()

    def name_body(self) -> bool:
        """Name the body that was filled in; False where something is wrong with it."""
        self.newcomer_form = form = NewcomerForm(self.request.POST)
        if not form.is_valid():
            return False
        try:
            workflow.name_body(user=self.person, cooperation=self.cooperation, day=self.today, **form.cleaned_data)
        except ValidationError as error:
            for name, said in error.message_dict.items():
                form.add_error(name if name in form.fields else "name", said)
            return False
        messages.success(self.request, _("Die Stelle ist genannt. Ins Register kommt sie mit der Veröffentlichung."))
        return True

    def drop_body(self, which: str) -> None:
        workflow.drop_body(user=self.person, cooperation=self.cooperation, day=self.today, pk=number_of(which) or 0)
        messages.success(self.request, _("Die Stelle ist gestrichen."))

    def newcomer_context(self) -> dict[str, Any]:
        if self.kwargs["step"] != steps.WHO.slug:
            return {}
        rows = self.cooperation.proposed_bodies.filter(organisation=None).select_related("state")
        return {"newcomers": newcomers_of(rows), "newcomer_form": self.newcomer_form}
