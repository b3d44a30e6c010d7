"""The end of a registration: all that was entered, all that is missing, hand in or throw away."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from agreements import steps, workflow
from agreements.choices import EDITABLE, RecordState
from agreements.forms.registering import overview
from agreements.forms.registering.steps import DuplicateForm
from agreements.models import Cooperation
from agreements.progress import Progress, State
from agreements.views.registering.base import DraftPage, to_desk
from coopportal.common.numbers import number_of

MOST_DUPLICATES = 5


class DuplicateSearch(DraftPage):
    """Finds records that may be the same undertaking, among those the person may read."""

    def duplicates(self, name: str, task_fields: list[str] | None = None) -> list[Cooperation]:
        row = self.cooperation
        codes = list(row.task_fields.values_list("code", flat=True)) if task_fields is None else task_fields
        rows = Cooperation.objects.visible_to(self.person, self.today)
        found = rows.likely_duplicates_of(name, task_fields=codes, bodies=row.participations.all(), besides=row.pk)
        return list(found[:MOST_DUPLICATES])


class SimilarPart(DuplicateSearch):
    """The part of a step that shows likely duplicates while somebody types."""

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        form = DuplicateForm(request.POST)
        form.is_valid()
        row = self.cooperation
        name = form.cleaned_data.get("name") or row.name
        found = self.duplicates(name, form.cleaned_data.get("task_fields") or None)
        return render(request, "agreements/registering/_parts/similar.html", {"similar": found, "cooperation": row})


class CheckPage(DuplicateSearch):
    """Everything on one page. What was handed in is shown here too, until it is published."""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        row = self.cooperation
        if row.record_state == RecordState.PUBLISHED:
            return redirect(row.get_absolute_url())
        return self.show()

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Hand in what was read; who sends it twice is told that it is there."""
        row, seen = self.cooperation, number_of(request.POST.get("version", ""))
        try:
            workflow.submit(user=self.person, cooperation=row, day=self.today, version=seen)
        except ValidationError:
            return self.show(refused=True)
        except workflow.WrongState as refused:
            messages.info(request, self.already(refused))
        except workflow.Overtaken:
            words = _(
                "Jemand hat den Eintrag inzwischen geändert. Lesen Sie ihn noch einmal, und reichen Sie ihn dann ein."
            )
            messages.warning(request, words)
        else:
            messages.success(request, self.told())
        return redirect(self.address(steps.CHECK))

    def told(self) -> str:
        """That it is handed in, and who was asked: of a municipality nobody acts for nobody was."""
        row = self.cooperation
        others = row.participations.filter(municipality__isnull=False).exclude(municipality=row.keeper)
        asked = list(others.with_bodies().with_officers_on(self.today).in_order())
        nobody = [part.body.name for part in asked if not part.has_officer]
        told = [_("„%(name)s“ ist eingereicht. Die Prüfung weiß Bescheid.") % {"name": row.name}]
        if len(nobody) < len(asked):
            told.append(_("Die Beteiligten sind um Antwort gebeten."))
        if nobody:
            words = _("Im Portal ist noch niemand eingetragen für: %(names)s.")
            told.append(words % {"names": ", ".join(nobody)})
        return " ".join(told)

    @staticmethod
    def already(refused: workflow.WrongState) -> str:
        if refused.state == RecordState.SUBMITTED:
            return _("Der Eintrag war schon eingereicht. Es gibt ihn nur einmal, Sie müssen nichts weiter tun.")
        return refused.message

    def show(self, *, refused: bool = False) -> HttpResponse:
        row = self.cooperation
        progress = Progress(row, steps.CHECK)
        is_open = row.record_state in EDITABLE
        context = {
            "cooperation": row,
            "step": steps.CHECK,
            "progress": progress,
            "sections": overview(row, self.today, progress.remarks),
            "documents": list(row.evidence.all()),
            "newcomers": list(row.proposed_bodies.all()),
            "similar": self.duplicates(row.name) if is_open else [],
            "is_open": is_open,
            "refused": refused,
            "before": steps.SOURCES,
        }
        return render(self.request, "agreements/registering/check.html", context)


class DiscardPage(DraftPage):
    """Throws a draft away, after asking."""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if self.cooperation.record_state != RecordState.DRAFT:
            return redirect(self.address(steps.CHECK))
        return render(request, "agreements/registering/discard.html", {"cooperation": self.cooperation})

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        name = self.cooperation.name
        workflow.discard(user=self.person, cooperation=self.cooperation, day=self.today)
        messages.success(request, _("Der Entwurf „%(name)s“ ist verworfen.") % {"name": name})
        return redirect(to_desk())


class FirstOpenStep(DraftPage):
    """The address of a draft itself leads to where the work goes on."""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        row = self.cooperation
        if row.record_state not in EDITABLE:
            return redirect(self.address(steps.CHECK))
        marks = list(Progress(row, steps.CHECK).marks)
        urgent = [mark.step for mark in marks if mark.state in (State.REMARK, State.FAULTY)]
        waiting = [mark.step for mark in marks if mark.state == State.OPEN]
        return redirect(self.address([*urgent, *waiting, steps.CHECK][0]))
