"""Stewards' pages about the directory: what an import doubted, and who it supposed to stand in whose place."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.contrib import messages
from django.contrib.auth.mixins import LoginRequiredMixin
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views import View
from django.views.decorators.cache import never_cache

from accounts.permissions import is_steward
from coopportal.common.filters import PortalFilterSet
from coopportal.common.views import ListPage
from municipalities.choices import DoubtKind
from municipalities.filters import DoubtFilterSet, SuccessionFilterSet
from municipalities.forms import (
    DecidingForm,
    DoubtForm,
    HeirForm,
    ManyDoubtsForm,
    ManySuccessionsForm,
    SuccessionForm,
)
from municipalities.importers.directory import settle
from municipalities.importers.refusal import Refused
from municipalities.models import Doubt, Succession
from municipalities.workflow import confirm_succession, decide_successions, name_successor, refuse_succession


@method_decorator(never_cache, name="dispatch")
class StewardsPage(LoginRequiredMixin, View):
    """A page for stewards, kept by nobody's cache."""

    today: dt.date

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().setup(request, *args, **kwargs)
        self.today = timezone.localdate()

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.user.is_authenticated and not is_steward(request.user, self.today):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    @property
    def name(self) -> str:
        """What is kept with a decision: who made it."""
        return self.request.user.get_username()


class DecisionListPage(StewardsPage, ListPage):
    """A list of what stewards decide; several rows may be ticked and decided at once, all of them or none."""

    form_class: type[DecidingForm]

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().setup(request, *args, **kwargs)
        self.form = self.form_class(request.POST if request.method == "POST" else None)

    def decide_all(self, data: dict[str, Any]) -> None:
        raise NotImplementedError

    def post(self, request: HttpRequest) -> HttpResponseBase:
        form = self.form
        if form.is_valid():
            try:
                self.decide_all(form.cleaned_data)
            except ValidationError as error:
                form.add_error(None, error.messages)
            except Refused as refused:
                form.add_error(None, str(refused))
            else:
                count = len(form.cleaned_data["chosen"])
                told = ngettext("%d Entscheidung festgehalten.", "%d Entscheidungen festgehalten.", count)
                messages.success(request, told % count)
                return redirect(request.get_full_path())
        answer = super().get(request)
        answer.status_code = 422
        return answer

    def extra_context(self, asked: PortalFilterSet, page: Any) -> dict[str, Any]:
        return {"form": self.form, "ticked": self.request.POST.getlist("chosen")}


class DoubtListPage(DecisionListPage):
    filterset_class = DoubtFilterSet
    template_name = "accounts/directory/doubts.html"
    form_class = ManyDoubtsForm

    def decide_all(self, data: dict[str, Any]) -> None:
        with transaction.atomic():
            settle(data["chosen"], decision=data["decision"], by=self.name, today=self.today, note=data["note"])

    def get_queryset(self) -> QuerySet[Any]:
        return Doubt.objects.all()

    def doors(self, asked: PortalFilterSet) -> dict[str, str]:
        """What stewards have to decide has no other doors."""
        return {}


class SuccessionListPage(DecisionListPage):
    filterset_class = SuccessionFilterSet
    template_name = "accounts/directory/successions.html"
    form_class = ManySuccessionsForm

    def decide_all(self, data: dict[str, Any]) -> None:
        is_yes = data["decision"] == SuccessionForm.CONFIRM
        decide_successions(data["chosen"], confirm=is_yes, on=data["on"], by=self.name, note=data["note"])

    def get_queryset(self) -> QuerySet[Any]:
        return Succession.objects.all()

    def doors(self, asked: PortalFilterSet) -> dict[str, str]:
        """What stewards have to decide has no other doors."""
        return {}


class DecisionPage(StewardsPage):
    """One thing to decide, with a form; ``decide`` calls the verb and returns what to tell."""

    template_name: str
    list_name: str
    form_class: type[DecidingForm]

    def get_object(self, pk: int) -> Any:
        raise NotImplementedError

    def decide(self, row: Any, data: dict[str, Any]) -> str:
        raise NotImplementedError

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        row = self.get_object(pk)
        return self.show(row, self.form_class(initial=self.initial(row)))

    def initial(self, row: Any) -> dict[str, Any]:
        return {}

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        row = self.get_object(pk)
        form = self.form_class(request.POST)
        if not form.is_valid():
            return self.show(row, form, status=422)
        try:
            told = self.decide(row, form.cleaned_data)
        except ValidationError as error:
            form.blame(error)
        except Refused as refused:
            form.add_error(None, str(refused))
        if form.errors:
            return self.show(row, form, status=422)
        messages.success(request, told)
        return redirect(self.list_name)

    def show(self, row: Any, form: DecidingForm, status: int = 200) -> HttpResponse:
        context = {"object": row, "form": form, "day": self.today, "stand": None}
        return render(self.request, self.template_name, context, status=status)


class DoubtPage(DecisionPage):
    template_name, list_name, form_class = "accounts/directory/doubt.html", "doubts", DoubtForm

    def get_object(self, pk: int) -> Doubt:
        return get_object_or_404(Doubt.objects.select_related("municipality"), pk=pk)

    def decide(self, row: Doubt, data: dict[str, Any]) -> str:
        settle([row], decision=data["decision"], by=self.name, today=self.today, note=data["note"])
        return _("Entschieden: %(doubt)s.") % {"doubt": row}


class HeirPage(DecisionPage):
    """Who follows a body of which the import did not find it out."""

    template_name, list_name, form_class = "accounts/directory/heir.html", "doubts", HeirForm

    def get_object(self, pk: int) -> Doubt:
        rows = Doubt.objects.select_related("municipality").filter(kind=DoubtKind.NO_SUCCESSOR)
        return get_object_or_404(rows, pk=pk, municipality__isnull=False)

    def decide(self, row: Doubt, data: dict[str, Any]) -> str:
        if row.municipality is None:
            raise Http404
        succession = name_successor(row.municipality, by=self.name, **data)
        return _("Eingetragen: %(succession)s.") % {"succession": succession}


class SuccessionPage(DecisionPage):
    template_name, list_name, form_class = "accounts/directory/succession.html", "successions", SuccessionForm

    def get_object(self, pk: int) -> Succession:
        return get_object_or_404(Succession.objects.for_decision(), pk=pk)

    def initial(self, row: Succession) -> dict[str, Any]:
        """The day on which the successor began, where somebody has told it with another predecessor."""
        began = row.successor.valid_from
        return {"on": began} if row.on and began and began < row.on else {}

    def decide(self, row: Succession, data: dict[str, Any]) -> str:
        if data["decision"] == SuccessionForm.CONFIRM:
            confirm_succession(row, on=data["on"], by=self.name, note=data["note"])
            return _("Bestätigt: %(succession)s.") % {"succession": row}
        told = str(row)
        refuse_succession(row, by=self.name, note=data["note"])
        return _("Verworfen: %(succession)s.") % {"succession": told}
