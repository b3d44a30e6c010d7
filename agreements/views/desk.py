"""The desk of a municipality: what waits for its officers, and the answers that only they can give."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.views import View

from accounts.views import OwnPage
from agreements import permissions as may
from agreements import workflow
from agreements.choices import ANSWERABLE, RecordState
from agreements.desks import Desk
from agreements.forms.desk import AffirmForm, AnswerForm, ReasonForm, TownForm
from agreements.models import Confirmation, Cooperation, Participation
from agreements.records import CooperationRecord
from agreements.views.verbs import VerbPage


class DeskPage(OwnPage, View):
    """The desk of all municipalities for which a person acts, or of one of them."""

    def get(self, request: HttpRequest, ars: str | None = None) -> HttpResponse:
        day = timezone.localdate()
        towns = may.towns_of(self.person, day)
        chosen = [town for town in towns if ars in (None, town.ars)]
        if ars and not chosen:
            raise Http404
        if not towns:
            return render(request, "agreements/desk/no_mandate.html", {"person": self.person})
        desk = Desk(chosen, day)
        page = desk.cooperations(request.GET.get("seite"))
        context = {"desk": desk, "towns": towns, "chosen": chosen, "page_obj": page, "today": day}
        return render(request, "agreements/desk/desk.html", context)


def record_of(cooperation: Cooperation, day: dt.date) -> CooperationRecord:
    """The record as it stands, published or not, with all that its page would show."""
    row = Cooperation.objects.with_status_wording_on(day).select_related("keeper").get(pk=cooperation.pk)
    return CooperationRecord(row, day, cut=False)


class RecordPage(VerbPage):
    """A page with a form about one record that the person may see; what is not his to do is refused."""

    @cached_property
    def cooperation(self) -> Cooperation:
        rows = Cooperation.objects.visible_to(self.person, self.day).select_related("keeper")
        row: Cooperation = get_object_or_404(rows, pk=self.kwargs["pk"])
        if not self.allows(row):
            raise PermissionDenied
        return row

    def allows(self, cooperation: Cooperation) -> bool:
        """May the person do what the page is for?"""
        raise NotImplementedError

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = {"cooperation": self.cooperation, "record": record_of(self.cooperation, self.day), "today": self.day}
        return super().get_context_data(**context, **kwargs)


class AnswerPage(RecordPage):
    """A municipality says whether it takes part; it sees the record as everybody will."""

    template_name = "agreements/desk/answer.html"
    form_class = AnswerForm
    success_url = "/meine/"

    @cached_property
    def participation(self) -> Participation:
        rows = Participation.objects.select_related("cooperation__keeper", "municipality", "confirmation")
        row: Participation = get_object_or_404(rows, pk=self.kwargs["pk"])
        if not Cooperation.objects.visible_to(self.person, self.day).filter(pk=row.cooperation_id).exists():
            raise Http404
        if not may.may_confirm(self.person, row, self.day):
            raise PermissionDenied
        return row

    @cached_property
    def cooperation(self) -> Cooperation:
        return self.participation.cooperation

    def get_initial(self) -> dict[str, Any]:
        given: Confirmation | None = getattr(self.participation, "confirmation", None)
        seen = {"version": self.cooperation.version}
        return seen | ({"answer": given.answer, "reason": given.reason} if given else {})

    def refused(self, form: Any, refused: workflow.Refused) -> HttpResponse:
        """Who answered to an older record sees it as it stands now, above the answer, to send it again."""
        if isinstance(refused, workflow.Overtaken):
            del self.participation, self.cooperation
            form.data = form.data.copy()
            form.data["version"] = str(self.cooperation.version)
            refused = workflow.Refused(
                _("Der Eintrag wurde geändert, während Sie ihn lasen. Oben steht er, wie er jetzt ist.")
            )
        return super().refused(form, refused)

    def act(self, form: Any) -> Confirmation:
        return workflow.answer(user=self.person, participation=self.participation, day=self.day, **form.cleaned_data)

    def done(self, result: Confirmation) -> str:
        words = _("Danke. Ihre Antwort zu „%(name)s“ ist gespeichert: %(answer)s.")
        return words % {"name": self.cooperation.name, "answer": result.get_answer_display()}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        is_open = self.cooperation.record_state in ANSWERABLE
        return super().get_context_data(participation=self.participation, is_open=is_open, **kwargs)


class AffirmPage(RecordPage):
    """Once a year the keeper says, with one click, that its record is still true."""

    template_name = "agreements/desk/affirm.html"
    form_class = AffirmForm
    success_url = "/meine/"

    def allows(self, cooperation: Cooperation) -> bool:
        return may.may_affirm(self.person, cooperation, self.day)

    def act(self, form: Any) -> Cooperation:
        return workflow.affirm(user=self.person, cooperation=self.cooperation, day=self.day)

    def done(self, result: Cooperation) -> str:
        return _("Danke. „%(name)s“ ist als weiterhin zutreffend bestätigt.") % {"name": result.name}


class TakeOverPage(RecordPage):
    """A participant becomes the keeper of a record that was drawn from documents."""

    template_name = "agreements/desk/take_over.html"
    form_class = TownForm

    def allows(self, cooperation: Cooperation) -> bool:
        return bool(self.candidates(cooperation))

    def candidates(self, cooperation: Cooperation) -> list[Any]:
        return [town for town in self.towns if may.may_take_over(self.person, cooperation, town, self.day)]

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"towns": self.candidates(self.cooperation)}

    def act(self, form: TownForm) -> Cooperation:
        return workflow.take_over(
            user=self.person, cooperation=self.cooperation, municipality=form.municipality, day=self.day
        )

    def done(self, result: Cooperation) -> str:
        return _("%(town)s führt den Eintrag von jetzt an.") % {"town": result.keeper}

    def get_success_url(self) -> str:
        return self.cooperation.get_absolute_url()


class WithdrawPage(RecordPage):
    """The keeper takes its record back, for a reason."""

    template_name = "agreements/desk/withdraw.html"
    form_class = ReasonForm
    success_url = "/meine/"

    def allows(self, cooperation: Cooperation) -> bool:
        return may.may_withdraw(self.person, cooperation, self.day)

    def act(self, form: Any) -> Cooperation:
        return workflow.withdraw(
            user=self.person, cooperation=self.cooperation, day=self.day, reason=form.cleaned_data["reason"]
        )

    def done(self, result: Cooperation) -> str:
        return _("„%(name)s“ ist zurückgezogen.") % {"name": result.name}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        was_public = self.cooperation.record_state == RecordState.PUBLISHED
        back = self.cooperation.get_absolute_url() if was_public else reverse("agreements:desk")
        return super().get_context_data(back=back, was_public=was_public, **kwargs)
