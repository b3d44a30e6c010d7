"""Changes that a participant proposes: the form, what became of it, taking it back."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.views import View

from accounts.permissions import is_officer_for
from accounts.views import OwnPage
from agreements import permissions as may
from agreements import workflow
from agreements.choices import GONE_DEGREES, RecordState
from agreements.forms.proposals import ProposalForms
from agreements.models import ChangeProposal, Cooperation, Participation
from agreements.proposed import changes_of
from agreements.views.verbs import KeepingPage
from agreements.workflow import Overtaken, Refused
from coopportal.common.kept import forget_input
from coopportal.common.numbers import number_of

PER_PAGE = 25


class ProposePage(KeepingPage, View):
    """Propose changes to a published record; somebody who was faster is told of, and nothing typed is lost."""

    @cached_property
    def cooperation(self) -> Cooperation:
        day = timezone.localdate()
        rows = Cooperation.objects.visible_to(self.person, day).prefetch_related("task_fields")
        row: Cooperation = get_object_or_404(rows, pk=self.kwargs["pk"])
        if not may.may_propose(self.person, row, day):
            raise PermissionDenied
        return row

    def forms(self, data: Any = None) -> ProposalForms:
        day = timezone.localdate()
        rows = Participation.objects.filter(cooperation=self.cooperation).with_degree_on(day).with_bodies().in_order()
        return ProposalForms(
            data,
            cooperation=Cooperation.objects.get(pk=self.cooperation.pk),
            participations=[row for row in rows if row.day_degree not in GONE_DEGREES],
            towns=may.towns_proposing(self.person, self.cooperation, day),
            day=day,
        )

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        return self.show(self.forms(self.kept()))

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        forms = self.forms(request.POST)
        if not forms.is_valid():
            return self.show(forms)
        try:
            proposal = self.propose(forms)
        except ValidationError as error:
            forms.tell(error)
            return self.show(forms)
        except Refused as refused:
            forms.why.add_error(None, refused.message)
            return self.show(forms, overtaken=isinstance(refused, Overtaken), status=409)
        forget_input(request)
        messages.success(request, _("Ihr Vorschlag liegt bei der Prüfung."))
        return redirect("agreements:proposal", pk=proposal.pk)

    def propose(self, forms: ProposalForms) -> ChangeProposal:
        seen = self.request.POST.get("version", "")
        return workflow.propose(
            user=self.person,
            cooperation=self.cooperation,
            municipality=forms.why.municipality,
            day=timezone.localdate(),
            changes=forms.changes(),
            reason=forms.why.cleaned_data["reason"],
            source=forms.why.cleaned_data["source"],
            version=number_of(seen),
        )

    def show(self, forms: ProposalForms, *, overtaken: bool = False, status: int = 200) -> HttpResponse:
        is_open = self.cooperation.record_state == RecordState.PUBLISHED
        now = forms.fields.differing() if overtaken else []
        context = {"cooperation": self.cooperation, "forms": forms, "is_open": is_open, "now": now}
        return render(self.request, "agreements/desk/propose.html", context, status=status)


class ProposalsPage(OwnPage, View):
    """The proposals of one's own municipalities, and those of others about records they keep."""

    def get(self, request: HttpRequest) -> HttpResponse:
        towns = may.towns_of(self.person, timezone.localdate())
        rows = ChangeProposal.objects.concerning(towns).for_list()
        page = Paginator(rows, PER_PAGE).get_page(request.GET.get("seite"))
        return render(request, "agreements/desk/proposals.html", {"page_obj": page, "towns": towns})


class ProposalPage(OwnPage, View):
    """One proposal: what is to change, and what was decided about each item."""

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        day = timezone.localdate()
        rows = ChangeProposal.objects.visible_to(self.person, day).select_related("cooperation", "municipality")
        proposal = get_object_or_404(rows, pk=pk)
        context = {
            "proposal": proposal,
            "changes": changes_of(proposal),
            "is_own": is_officer_for(self.person, proposal.municipality, day),
        }
        return render(request, "agreements/desk/proposal.html", context)


class WithdrawProposal(OwnPage, View):
    """The municipality that proposed takes its proposal back."""

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        day = timezone.localdate()
        proposal = get_object_or_404(ChangeProposal.objects.visible_to(self.person, day), pk=pk)
        try:
            workflow.withdraw_proposal(user=self.person, proposal=proposal, day=day)
        except Refused as refused:
            messages.error(request, refused.message)
        else:
            messages.success(request, _("Ihr Vorschlag ist zurückgezogen."))
        return redirect("agreements:proposal", pk=pk)
