"""Changes that a participant proposes: the form, what became of it, taking it back."""

from __future__ import annotations

import datetime as dt
from contextlib import suppress
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, JsonResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.views import View

from accounts.permissions import is_officer_for
from accounts.views import OwnPage
from agreements import permissions as may
from agreements import workflow
from agreements.choices import RecordState
from agreements.forms.proposals import Present, ProposalForms
from agreements.models import ChangeProposal, Cooperation, Event, Participation, ProposalDraft
from agreements.proposed import changes_of
from agreements.views.verbs import KeepingPage
from agreements.workflow import Overtaken, Refused
from coopportal.common.dates import format_day
from coopportal.common.kept import forget_input
from coopportal.common.numbers import number_of
from funding.models import Programme

PER_PAGE = 25
#: What the buttons of the form say, and what a script says of itself that saves while somebody types.
AUTOSAVE, LATER, DISCARD = "autosave", "spaeter", "verwerfen"
_NOT_TYPED = ("csrfmiddlewaretoken", "aktion", "version", "zuletzt")


class ProposePage(KeepingPage, View):
    """Propose changes to a published record; somebody who was faster is told of, and nothing typed is lost."""

    @cached_property
    def today(self) -> dt.date:
        return timezone.localdate()

    @cached_property
    def cooperation(self) -> Cooperation:
        day = self.today
        rows = Cooperation.objects.visible_to(self.person, day).prefetch_related("task_fields")
        row: Cooperation = get_object_or_404(rows, pk=self.kwargs["pk"])
        if not may.may_propose(self.person, row, day):
            raise PermissionDenied
        return row

    def forms(self, data: Any = None, *, examined: bool = True) -> ProposalForms:
        row = Cooperation.objects.get(pk=self.cooperation.pk)
        towns = may.towns_proposing(self.person, row, self.today)
        present = present_in(row, self.today)
        return ProposalForms(data, cooperation=row, present=present, towns=towns, day=self.today, examined=examined)

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        if (kept := self.kept()) is not None:
            return self.show(self.forms(kept))
        draft = self.draft()
        if draft is None:
            return self.show(self.forms())
        overtaken = draft.version != self.cooperation.version
        return self.show(self.forms(typed(draft), examined=False), overtaken=overtaken, draft=draft)

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        action = request.POST.get("aktion", "")
        if action == DISCARD:
            workflow.forget_proposal(user=self.person, cooperation=self.cooperation)
            messages.success(request, _("Ihr angefangener Vorschlag ist verworfen."))
            return redirect("agreements:propose", pk=pk)
        if action in (AUTOSAVE, LATER):
            return self.keep(told=action == AUTOSAVE)
        return self.hand_in(self.forms(request.POST))

    def hand_in(self, forms: ProposalForms) -> HttpResponse:
        if not forms.is_valid():
            return self.show_again(forms)
        try:
            proposal = self.propose(forms)
        except ValidationError as error:
            forms.tell(error)
            return self.show_again(forms)
        except Refused as refused:
            forms.why.add_error(None, refused.message)
            return self.show_again(forms, overtaken=isinstance(refused, Overtaken), status=409)
        forget_input(self.request)
        messages.success(self.request, _("Ihr Vorschlag ist eingereicht."))
        return redirect("agreements:proposal", pk=proposal.pk)

    def keep(self, *, told: bool) -> HttpResponse:
        """Keep what was typed so far; a script is told so, a person is led to the list of proposals."""
        try:
            draft = self.keep_typed()
        except Refused as refused:
            if told:
                return JsonResponse({"message": refused.message}, status=409)
            messages.error(self.request, refused.message)
            return self.show(self.forms(self.request.POST, examined=False), status=409)
        if told:
            return JsonResponse({"message": kept_words(draft), "fill": {}})
        messages.success(self.request, _("Ihr Vorschlag ist aufgehoben. Sie können jederzeit weitermachen."))
        return redirect("agreements:proposals")

    def keep_typed(self) -> ProposalDraft:
        sent = self.request.POST
        entries = {name: sent.getlist(name) for name in sent if name not in _NOT_TYPED}
        seen = number_of(sent.get("version", "")) or self.cooperation.version
        return workflow.keep_proposal(
            user=self.person,
            cooperation=self.cooperation,
            day=self.today,
            entries=entries,
            version=seen,
            after=number_of(sent.get("zuletzt", "")),
        )

    def draft(self) -> ProposalDraft | None:
        """What this person began and has not handed in."""
        found: ProposalDraft | None = ProposalDraft.objects.of(self.person).filter(cooperation=self.cooperation).first()
        return found

    def show_again(self, forms: ProposalForms, *, overtaken: bool = False, status: int = 200) -> HttpResponse:
        """What did not go is kept: whoever leaves now finds it again."""
        with suppress(Refused):
            self.keep_typed()
        return self.show(forms, overtaken=overtaken, status=status)

    def propose(self, forms: ProposalForms) -> ChangeProposal:
        seen = self.request.POST.get("version", "")
        return workflow.propose(
            user=self.person,
            cooperation=self.cooperation,
            municipality=forms.why.municipality,
            day=self.today,
            changes=forms.changes(),
            reason=forms.why.cleaned_data["reason"],
            source=forms.why.cleaned_data["source"],
            version=number_of(seen),
        )

    def show(
        self, forms: ProposalForms, *, overtaken: bool = False, status: int = 200, draft: Any = None
    ) -> HttpResponse:
        is_open = self.cooperation.record_state == RecordState.PUBLISHED
        context = {
            "cooperation": self.cooperation,
            "forms": forms,
            "is_open": is_open,
            "land": may.review_land_of(self.cooperation),
            "now": forms.differing() if overtaken else [],
            "draft": draft,
            "newest": workflow.newest_proposal(user=self.person, cooperation=self.cooperation),
            "kept": kept_words(draft) if draft else "",
        }
        return render(self.request, "agreements/desk/propose.html", context, status=status)


def present_in(cooperation: Cooperation, day: dt.date) -> Present:
    """What a proposal may change of the record; six queries, however long the lists are."""
    rows = Participation.objects.filter(cooperation=cooperation).with_degree_on(day).with_bodies().in_order()
    return Present(
        participations=list(rows),
        agreements=list(cooperation.agreements.all()),
        events=list(Event.objects.only_of(cooperation)),
        awards=list(cooperation.awards.select_related("programme")),
        programmes=list(Programme.objects.select_related("state").order_by("state__code", "sort_key", "pk")),
    )


def typed(draft: ProposalDraft) -> QueryDict:
    """What was typed, as a browser would send it."""
    data = QueryDict(mutable=True)
    for name, texts in draft.entries.items():
        data.setlist(name, texts)
    return data


def kept_words(draft: ProposalDraft) -> str:
    at = timezone.localtime(draft.kept_at)
    words = _("Aufgehoben am %(day)s um %(time)s Uhr. Eingereicht ist noch nichts.")
    return words % {"day": format_day(at.date()), "time": f"{at:%H:%M}"}


class ProposalsPage(OwnPage, View):
    """The proposals of one's own municipalities, and those of others about records they keep."""

    def get(self, request: HttpRequest) -> HttpResponse:
        towns = may.towns_of(self.person, timezone.localdate())
        rows = ChangeProposal.objects.concerning(towns).for_list()
        page = Paginator(rows, PER_PAGE).get_page(request.GET.get("seite"))
        context = {"page_obj": page, "towns": towns, "drafts": ProposalDraft.objects.of(self.person)}
        return render(request, "agreements/desk/proposals.html", context)


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
            "land": may.review_land_of(proposal.cooperation),
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
