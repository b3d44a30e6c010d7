"""One step of a registration: shown as it stands, saved whatever comes, both versions where two people wrote."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _

from agreements import steps
from agreements.choices import EDITABLE
from agreements.forms.registering import Entered, StepEntry, differences, merged
from agreements.forms.registering.rows import Problem, problems_of
from agreements.forms.registering.steps import names_of, row_names_of
from agreements.legal_hints import HINTS
from agreements.progress import Progress
from agreements.steps import BY_SLUG, Step, neighbours
from agreements.views.registering.base import AUTOSAVE, DraftPage, to_desk
from agreements.views.registering.evidence import EvidenceDesk
from agreements.views.registering.newcomers import NewcomerDesk
from agreements.views.registering.saving import Outcome, entered_before, save_step
from agreements.workflow import Overtaken
from coopportal.common.kept import forget_input, kept_input
from coopportal.common.numbers import number_of

#: A list with fewer rows than this shows an empty one to begin with.
_FIRST_ROWS = {steps.WHO.slug: 2, steps.DATES.slug: 1, steps.MONEY.slug: 1}


class StepPage(EvidenceDesk, NewcomerDesk, DraftPage):
    @cached_property
    def step(self) -> Step:
        return BY_SLUG[self.kwargs["step"]]

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        step, row = self.step, self.cooperation
        if row.record_state not in EDITABLE:
            return redirect(self.address(steps.CHECK))
        kept = kept_input(request)
        seen = number_of(kept.get("version", str(row.version))) if kept else row.version
        if seen is None:  # no form of ours: what was kept with it is of no use
            forget_input(request)
            kept, seen = None, row.version
        entered = self.of_post(kept) if kept else entered_before(row, step)
        entry = StepEntry(step, row, entered, day=self.today)
        return self.show(entry, kept=kept is not None, version=seen)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        action = request.POST.get("aktion", "weiter")
        try:
            entered = self.entered(action)
            outcome = save_step(
                user=self.person,
                cooperation=self.cooperation,
                step=self.step,
                entered=entered,
                day=self.today,
                version=self.version,
            )
        except Overtaken as overtaken:
            return self.overtaken(entered, overtaken, action)
        forget_input(request)
        return self.saved(outcome, action)

    # --- what was sent ---

    @property
    def version(self) -> int | None:
        """The version that the form was filled in from."""
        seen = number_of(self.request.POST.get("version", ""))
        return -1 if seen is None else seen

    def of_post(self, data: QueryDict) -> Entered:
        return Entered.of_post(data, self.step, names_of(self.step), row_names_of(self.step))

    def entered(self, action: str) -> Entered:
        """What stands in the form, with what was chosen of two versions, without a row that is taken away."""
        entered = self.of_post(self.request.POST)
        verb, _colon, which = action.partition(":")
        if verb == "entscheiden":
            mine = StepEntry(self.step, self.cooperation, entered, day=self.today)
            theirs = StepEntry(self.step, self.cooperation, entered_before(self.cooperation, self.step), day=self.today)
            return merged(mine, theirs, self.request.POST.dict())
        number = number_of(which) if verb == "entfernen" else None
        return entered if number is None else entered.without(number)

    # --- answers ---

    def saved(self, outcome: Outcome, action: str) -> HttpResponse:
        """On to where the person wants to go; what is not right yet stays on the page when she goes on."""
        verb, _colon, which = action.partition(":")
        if verb == AUTOSAVE:
            return self.told(outcome)
        entry, row = outcome.entry, outcome.cooperation
        self.cooperation = row
        if verb in ("zeile", "entfernen", "entscheiden", "hochladen", "loeschen", "stelle", "streichen"):
            return self.stay(entry, verb, which)
        before, after = neighbours(self.step)
        if verb == "gehe" and which in BY_SLUG:
            return redirect(self.address(BY_SLUG[which]))
        if verb == "zurueck" and before:
            return redirect(self.address(before))
        if verb == "speichern":
            messages.success(self.request, _("„%(name)s“ ist als Entwurf gespeichert.") % {"name": row.name})
            return redirect(to_desk())
        if entry.faults or not self.attach_file():
            return self.show(entry, problems=True)
        return redirect(self.address(after or steps.CHECK))

    def stay(self, entry: StepEntry, verb: str, which: str) -> HttpResponse:
        """The same page, after a row or a document came or went."""
        if verb == "hochladen":
            return (
                self.show(entry)
                if not self.attach_file(wanted=True)
                else redirect(self.address(self.step, "nachweise"))
            )
        if verb == "stelle" and not self.name_body():
            return self.show(entry)
        if verb == "loeschen":
            self.detach_file(which)
            return redirect(self.address(self.step, "nachweise"))
        if verb == "streichen":
            self.drop_body(which)
        if verb in ("stelle", "streichen"):
            return redirect(self.address(self.step, "neue-stellen"))
        added = verb == "zeile" and bool(self.step.rows) and not any(one.is_blank for one in entry.rows)
        if added and not entry.faults:
            entry.with_blank_row()
        return self.show(entry, problems=bool(entry.faults), focus_last=verb == "zeile")

    def told(self, outcome: Outcome) -> JsonResponse:
        """What the script that saved needs to know."""
        at = timezone.localtime().strftime("%H:%M")
        words = _("Gespeichert um %(time)s Uhr.") % {"time": at}
        if outcome.entry.faults:
            words = _("Gespeichert um %(time)s Uhr; einige Angaben sind noch zu prüfen.") % {"time": at}
        return JsonResponse({"message": words, "fill": {"version": str(outcome.cooperation.version), **outcome.ids}})

    def overtaken(self, entered: Entered, overtaken: Overtaken, action: str) -> HttpResponse:
        """Both versions side by side, field by field; everything that was typed goes along."""
        if action == AUTOSAVE:
            words = _(
                "Jemand hat diesen Eintrag inzwischen geändert. Klicken Sie auf „Weiter“, um beides zu vergleichen."
            )
            return JsonResponse({"message": words}, status=409)
        del self.cooperation
        row = self.cooperation
        mine = StepEntry(self.step, row, entered, day=self.today)
        theirs = StepEntry(self.step, row, entered_before(row, self.step), day=self.today)
        last = row.history.select_related("history_user").first()
        context = {
            "cooperation": row,
            "step": self.step,
            "differences": differences(mine, theirs),
            "pairs": mine.entered.pairs(self.step),
            "last": last,
        }
        return render(self.request, "agreements/registering/overtaken.html", context, status=409)

    @property
    def problems_beside(self) -> list[Problem]:
        """What is wrong with a document or a new body that was sent along."""
        return [*problems_of(self.evidence_form), *problems_of(self.newcomer_form)]

    def show(
        self,
        entry: StepEntry,
        *,
        problems: bool | None = None,
        kept: bool = False,
        version: int | None = None,
        focus_last: bool = False,
    ) -> HttpResponse:
        progress = Progress(self.cooperation, self.step)
        entry.show(progress.remarks)
        if self.step.rows and len(entry.rows) < _FIRST_ROWS[self.step.slug]:
            entry.with_blank_row()
        before, after = neighbours(self.step)
        context = {
            "cooperation": self.cooperation,
            "step": self.step,
            "entry": entry,
            "progress": progress,
            "before": before,
            "after": after,
            "version": self.cooperation.version if version is None else version,
            "problems": {},
            "shown_problems": [*([] if problems is False else entry.problems), *self.problems_beside],
            "kept": kept,
            "focus_last": focus_last,
            "hint": HINTS.get(self.cooperation.keeper.state_id) if self.cooperation.keeper else None,
            **self.evidence_context(),
            **self.newcomer_context(),
        }
        return render(self.request, "agreements/registering/step.html", context)
