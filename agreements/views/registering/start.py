"""Where a registration begins: from nothing, or like one that is there."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _

from agreements import steps, workflow
from agreements.forms.registering import StartForm
from agreements.models import Cooperation
from agreements.permissions import towns_of
from agreements.steps import STEPS
from agreements.views.registering.base import OfficerPage
from agreements.workflow.contents import Contents
from agreements.workflow.idempotency import Answer, OtherRequest, digest_of
from coopportal.common.kept import forget_input, kept_input
from municipalities.models import Municipality


class StartPage(OfficerPage):
    """Asks for whom and for a name; from then on there is a draft."""

    @cached_property
    def towns(self) -> list[Municipality]:
        """The municipalities the person acts for. Raises PermissionDenied where there is none."""
        if not (towns := towns_of(self.person, self.today)):
            raise PermissionDenied
        return towns

    @cached_property
    def original(self) -> Cooperation | None:
        """The record that the new one is to be like."""
        return None

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        kept = kept_input(request)
        return self.show(StartForm(kept or None, towns=self.towns), kept=kept is not None)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        form = StartForm(request.POST, towns=self.towns)
        if not form.is_valid():
            return self.show(form)
        try:
            answer = workflow.once(
                user=self.person,
                key=form.cleaned_data["key"] or form.fields["key"].initial,
                digest=digest_of("POST", request.path, form.digest_of),
                now=timezone.now(),
                act=lambda: self.begin(form),
            )
        except workflow.Refused as refused:
            return self.refused(form, refused)
        forget_input(request)
        return redirect("agreements:draft-step", pk=answer.body["id"], step=steps.WHAT.slug)

    def refused(self, form: StartForm, refused: workflow.Refused) -> HttpResponse:
        """The form as it was filled in, with the reason; a key that belongs to another draft is replaced."""
        if isinstance(refused, OtherRequest):
            data: Any = form.data
            form.data = again = data.copy()
            again["key"] = form.fields["key"].initial
            refused = workflow.Refused(
                _("Mit dieser Seite haben Sie schon einen Entwurf begonnen. Noch einmal gesendet, beginnt ein zweiter.")
            )
        form.add_error(None, refused.message)
        return self.show(form, status=409)

    def begin(self, form: StartForm) -> Answer:
        """Make the draft."""
        given: dict[str, Any] = {"user": self.person, "municipality": form.town, "day": self.today}
        name = form.cleaned_data["name"]
        if self.original is not None:
            row = workflow.copy_as_draft(**given, original=self.original, name=name)
        else:
            row = workflow.register(**given, contents=Contents(values={"name": name}))
        return Answer(302, {"id": row.pk})

    def show(self, form: StartForm, *, kept: bool = False, status: int = 200) -> HttpResponse:
        context = {"form": form, "original": self.original, "kept": kept, "steps": STEPS, "towns": self.towns}
        return render(self.request, "agreements/registering/start.html", context, status=status)


class LikePage(StartPage):
    """A new registration like a published one, or one of the own municipality: form, fields and deadlines."""

    @cached_property
    def original(self) -> Cooperation | None:
        rows = Cooperation.objects.visible_to(self.person, self.today)
        row: Cooperation = get_object_or_404(rows, pk=self.kwargs["pk"])
        return row
