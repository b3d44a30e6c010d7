"""Pages of the reviewer's desk: the queue, a record to decide about, proposals, remarks, documents."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.contrib import messages
from django.contrib.auth.mixins import LoginRequiredMixin
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.paginator import Page
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseBase, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views import View
from django.views.decorators.cache import never_cache

from accounts.models import User
from agreements.choices import RecordState
from agreements.filters import ReviewQueueFilterSet
from agreements.forms.reviewing import OutcomeForm, ReleaseForm, ReviewForm, VerdictForm, typed_words
from agreements.models import ChangeProposal, Cooperation, Evidence, PublicRemark
from agreements.permissions import lands_of, may_decide, may_enter_review, review_land_of, reviews_land_of
from agreements.proposed import changes_of
from agreements.records import CooperationRecord
from agreements.reviews import QueueRow, Review
from agreements.views.registering import evidence
from agreements.workflow import (
    Refused,
    decide,
    handle_remark,
    publish,
    release_evidence,
    return_record,
    withdraw,
)
from coopportal.common.filters import DetailFilterSet, PortalFilterSet
from coopportal.common.views import ListPage


@method_decorator(never_cache, name="dispatch")
class ReviewersPage(LoginRequiredMixin, View):
    """A page for reviewers and stewards, kept by nobody's cache."""

    today: dt.date

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().setup(request, *args, **kwargs)
        self.today = timezone.localdate()

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.user.is_authenticated and not may_enter_review(request.user, self.today):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    @property
    def person(self) -> User:
        return self.request.user  # type: ignore[return-value]

    def readable(self) -> QuerySet[Any]:
        """The records this reviewer may open."""
        return Cooperation.objects.readable_at_review_by(self.person, self.today).select_related("keeper")


# --- The queue ---


class QueuePage(ReviewersPage, ListPage):
    """What waits for this reviewer, the longest waiting first."""

    filterset_class = ReviewQueueFilterSet
    template_name = "agreements/reviewing/queue.html"

    def get_queryset(self) -> QuerySet[Any]:
        return Cooperation.objects.decided_by_land_of(self.person, self.today).with_waiting().waiting()

    def doors(self, asked: PortalFilterSet) -> dict[str, str]:
        """A desk has no other doors."""
        return {}

    def extra_context(self, asked: PortalFilterSet, page: Page[Any]) -> dict[str, Any]:
        tab = self.request.resolver_match.url_name  # type: ignore[union-attr]
        rows = [QueueRow(row, self.today) for row in page.object_list]
        is_filtered = any(name not in ("sortierung", "stand") for name, _text in self.question(asked, german=True))
        told = {"tab": tab, "is_filtered": is_filtered, "may_import": bool(lands_of(self.person, self.today))}
        return {"rows": rows, **told}


class ReturnedPage(QueuePage):
    """What was given back and waits for its municipality."""

    def get_queryset(self) -> QuerySet[Any]:
        rows = Cooperation.objects.filter(record_state=RecordState.RETURNED)
        return rows.decided_by_land_of(self.person, self.today).with_waiting()


class InformedPage(QueuePage):
    """Of other Länder, with participants of this reviewer's: he reads, he does not decide."""

    def get_queryset(self) -> QuerySet[Any]:
        own = Cooperation.objects.decided_by_land_of(self.person, self.today).values("pk")
        rows = self.readable().filter(record_state__in=(RecordState.SUBMITTED, RecordState.RETURNED))
        return rows.exclude(pk__in=own).with_review_state().with_waiting()  # type: ignore[attr-defined]


# --- A record ---


def typed_key(pk: int) -> str:
    """Where the session keeps what was typed at a record while something else is done on its page."""
    return f"typed-at-review-{pk}"


class ReviewPage(ReviewersPage):
    """A record as it would be public, and what is decided about it."""

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        review = Review(get_object_or_404(self.readable(), pk=pk), self.person, self.today)
        return self.show(review, self.fresh_form(review, **request.session.pop(typed_key(pk), {})))

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        review = Review(get_object_or_404(self.readable(), pk=pk), self.person, self.today)
        if not (review.may_decide or review.may_withdraw):
            raise PermissionDenied
        form = ReviewForm(request.POST, lines=review.lines, newcomers=review.newcomers)
        if not form.is_valid():
            return self.show(review, form, status=422)
        try:
            done = self.carry_out(review.cooperation, form)
        except ValidationError as error:
            form.take(error)
            return self.show(review, form, status=422)
        except Refused as refusal:
            return self.overtaken(review, form, refusal)
        messages.success(request, done)
        return redirect("agreements:review-queue")

    def carry_out(self, row: Cooperation, form: ReviewForm) -> str:
        """Do what the pressed button says; returns what to tell the reviewer."""
        data: dict[str, Any] = form.cleaned_data
        asked: dict[str, Any] = {"user": self.person, "cooperation": row, "day": self.today}
        asked |= {"reason": data["reason"], "version": data["version"]}
        if data["decision"] == ReviewForm.PUBLISH:
            row = publish(**asked, meant=form.meant)
            return _("„%(name)s“ ist veröffentlicht.") % {"name": row.name}
        if data["decision"] == ReviewForm.WITHDRAW:
            row = withdraw(**asked)
            return _("„%(name)s“ ist zurückgezogen.") % {"name": row.name}
        row = return_record(**asked, remarks=form.remarks)
        return _("„%(name)s“ ist mit Ihren Anmerkungen zurückgegeben.") % {"name": row.name}

    def fresh_form(self, review: Review, **initial: Any) -> ReviewForm:
        given = {**initial, "version": review.cooperation.version}
        return ReviewForm(initial=given, lines=review.lines, newcomers=review.newcomers)

    def overtaken(self, review: Review, form: ReviewForm, refusal: Refused) -> HttpResponse:
        """Somebody else was faster: show what stands there now, and keep every word that was written."""
        review = Review(self.readable().get(pk=review.cooperation.pk), self.person, self.today)
        again = self.fresh_form(review, **form.cleaned_data | {"version": None})
        return self.show(review, again, status=409, refusal=refusal.message, kept=form.written())

    def show(self, review: Review, form: ReviewForm, status: int = 200, **told: Any) -> HttpResponse:
        context = {"review": review, "object": review.cooperation, "form": form, "day": self.today, **told}
        return render(self.request, "agreements/reviewing/review.html", context, status=status)


class PreviewPage(ReviewersPage):
    """The record on the very page it would have in public."""

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        rows = self.readable().with_status_wording_on(self.today)  # type: ignore[attr-defined]
        row = get_object_or_404(rows, pk=pk)
        record = CooperationRecord(row, self.today, cut=False)
        context = {"object": row, "record": record, "footnotes": record.footnotes, "day": self.today, "stand": None}
        context["filterset"] = DetailFilterSet(QueryDict(), rows, request=request, german=True, today=self.today)
        return render(request, "agreements/reviewing/preview.html", context)


# --- Documents ---


class EvidenceFile(ReviewersPage, evidence.EvidenceFile):
    """The document itself, the same download that its keeper gets; the desk is entered first."""


class ReleaseEvidence(ReviewersPage):
    """Decides about a document; what was typed for the decision about its record comes along and back."""

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        row = get_object_or_404(Evidence, cooperation__in=self.readable().values("pk"), pk=pk)
        form = ReleaseForm(request.POST)
        form.full_clean()
        released = form.cleaned_data["released"]
        try:
            row = release_evidence(user=self.person, evidence=row, day=self.today, released=released)
        except Refused as refusal:
            messages.warning(request, refusal.message)
        else:
            told = _("Der Nachweis ist freigegeben.") if row.released_at else _("Der Nachweis bleibt nicht öffentlich.")
            messages.success(request, told)
        if typed := typed_words(request.POST):
            request.session[typed_key(row.cooperation_id)] = typed
        return redirect(f"{reverse('agreements:review', args=[row.cooperation_id])}#nachweise")


# --- Proposals and remarks ---


class ProposalPage(ReviewersPage):
    """A proposal, old and new side by side; decided change by change."""

    def proposals(self) -> QuerySet[Any]:
        rows = ChangeProposal.objects.select_related("cooperation__keeper", "municipality", "proposed_by", "decided_by")
        return rows.filter(cooperation__in=self.readable().values("pk"))

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        proposal = get_object_or_404(self.proposals(), pk=pk)
        initial = {"version": proposal.cooperation.version}
        return self.show(proposal, VerdictForm(initial=initial, changes=changes_of(proposal)))

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        proposal = get_object_or_404(self.proposals(), pk=pk)
        if not may_decide(self.person, proposal, self.today):
            raise PermissionDenied
        form = VerdictForm(request.POST, changes=changes_of(proposal))
        if not form.is_valid():
            return self.show(proposal, form, status=422)
        try:
            asked = {"verdicts": form.verdicts(), "version": form.cleaned_data["version"]}
            decide(user=self.person, proposal=proposal, day=self.today, **asked)
        except ValidationError as error:
            form.take(error)
            return self.show(proposal, form, status=422)
        except Refused as refusal:
            return self.overtaken(pk, form, refusal)
        messages.success(request, _("Der Vorschlag ist entschieden. Was Sie angenommen haben, steht im Eintrag."))
        return redirect("agreements:review-queue")

    def overtaken(self, pk: int, form: VerdictForm, refusal: Refused) -> HttpResponse:
        """The record was changed meanwhile: compare anew, with the verdicts as they were given."""
        proposal = self.proposals().get(pk=pk)
        initial = form.cleaned_data | {"version": proposal.cooperation.version}
        again = VerdictForm(initial=initial, changes=changes_of(proposal))
        return self.show(proposal, again, status=409, refusal=refusal.message)

    def show(self, proposal: ChangeProposal, form: VerdictForm, status: int = 200, **told: Any) -> HttpResponse:
        decides_here = reviews_land_of(self.person, proposal.cooperation, self.today)
        context = {
            "proposal": proposal,
            "object": proposal.cooperation,
            "form": form,
            "decides_here": decides_here,
            "land": None if decides_here else review_land_of(proposal.cooperation),
            "may_decide": may_decide(self.person, proposal, self.today),
            **told,
        }
        return render(self.request, "agreements/reviewing/proposal.html", context, status=status)


class RemarkPage(ReviewersPage):
    """A remark of the public, and what came of it."""

    def remarks(self) -> QuerySet[Any]:
        rows = PublicRemark.objects.select_related("cooperation__keeper", "handled_by")
        mine = Cooperation.objects.decided_by_land_of(self.person, self.today)
        return rows.filter(cooperation__in=mine.values("pk"))

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        return self.show(get_object_or_404(self.remarks(), pk=pk), OutcomeForm())

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        remark = get_object_or_404(self.remarks(), pk=pk)
        form = OutcomeForm(request.POST)
        if not form.is_valid():
            return self.show(remark, form, status=422)
        try:
            handle_remark(user=self.person, remark=remark, day=self.today, outcome=form.cleaned_data["outcome"])
        except Refused as refusal:
            remark = self.remarks().get(pk=pk)
            return self.show(remark, form, status=409, refusal=refusal.message)
        messages.success(request, _("Der Hinweis ist erledigt."))
        return redirect("agreements:review-queue")

    def show(self, remark: PublicRemark, form: OutcomeForm, status: int = 200, **told: Any) -> HttpResponse:
        context = {"remark": remark, "object": remark.cooperation, "form": form, **told}
        return render(self.request, "agreements/reviewing/remark.html", context, status=status)
