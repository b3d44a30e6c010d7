"""Cooperations come in as a file: upload, preview, decisions, confirmation, result. For officers and for reviewers."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views import View

from accounts.views import OwnPage
from agreements import workflow
from agreements.forms.importing import DecisionForm, FileForm, answers_in
from agreements.importers.columns import BY_NAME, FILLED, REQUIRED
from agreements.importers.comparison import Answers
from agreements.importers.cooperations import import_cooperations, purpose_of
from agreements.importers.files import Download, report_file, template_file
from agreements.importers.judgements import Outcome, Purpose, Report
from agreements.importers.previews import Preview
from agreements.importers.tables import read
from agreements.models import ImportFile
from agreements.permissions import lands_of, towns_of
from municipalities.importers.refusal import Refused


def download(file: Download, name: str) -> HttpResponse:
    headers = {"Content-Disposition": f'attachment; filename="{name}.{file.ending}"'}
    return HttpResponse(file.content, content_type=file.content_type, headers=headers)


class ImportPage(OwnPage, View):
    """``at_review``: for the towns of the reviewer's Länder instead of the person's own municipalities."""

    at_review = False

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().setup(request, *args, **kwargs)
        self.day = timezone.localdate()

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.user.is_authenticated:
            self.towns = [] if self.at_review else towns_of(self.person, self.day)
            if not (lands_of(self.person, self.day) if self.at_review else self.towns):
                raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    def address(self, name: str) -> str:
        return f"agreements:{'review-' if self.at_review else ''}{name}"

    def show(self, template: str, status: int = 200, **context: Any) -> HttpResponse:
        context |= {
            "at_review": self.at_review,
            "start": self.address("import"),
            "preview_at": self.address("import-preview"),
        }
        context |= {"template_at": self.address("import-template"), "report_at": self.address("import-report")}
        return render(self.request, f"agreements/importing/{template}.html", context, status=status)

    def purpose(self, file: ImportFile) -> Purpose:
        """What the file is for, if the person still may. Raises PermissionDenied."""
        try:
            return purpose_of(self.person, file.municipality, self.day, submit=file.submit)
        except Refused as refused:
            raise PermissionDenied(str(refused)) from refused

    def file(self, pk: int) -> ImportFile:
        return get_object_or_404(ImportFile.objects.of(self.person, at_review=self.at_review), pk=pk)


class StartPage(ImportPage):
    """The file; one that cannot be read is refused here."""

    def get(self, request: HttpRequest) -> HttpResponse:
        return self.show("start", form=FileForm(towns=self.towns), columns=FILLED)

    def post(self, request: HttpRequest) -> HttpResponse:
        form = FileForm(request.POST, request.FILES, towns=self.towns)
        if form.is_valid():
            data = form.cleaned_data["file"].read()
            try:
                read(data, BY_NAME, REQUIRED)
            except Refused as refused:
                form.add_error("file", list(refused.faults[:20]))
            else:
                name, town = form.cleaned_data["file"].name, form.town_chosen
                file = workflow.keep_file(
                    user=self.person, municipality=town, submit=form.hands_in, name=name, data=data
                )
                return redirect(self.address("import-preview"), pk=file.pk)
        return self.show("start", status=422, form=form, columns=FILLED)


class PreviewPage(ImportPage):
    """What each row would do, and the decision to do it; compared with the register anew each time."""

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        file = self.file(pk)
        if file.written_at:
            outcomes = [(Outcome(code).label, number) for code, number in file.counts.items() if number]
            return self.show("result", file=file, outcomes=outcomes)
        report = import_cooperations(workflow.content_of(file), self.purpose(file), dry_run=True)
        return self.preview(file, report)

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Write it, or ``keep`` the answers and look again; sent twice it is written once."""
        answers = answers_in((name, str(text)) for name, text in request.POST.items())
        with transaction.atomic():
            file = self.file(pk)
            ImportFile.objects.select_for_update().only("pk").get(pk=file.pk)
            file.refresh_from_db()
            if file.written_at:
                return redirect(self.address("import-preview"), pk=file.pk)
            data, keep_only = workflow.content_of(file), "keep" in request.POST
            report = import_cooperations(data, self.purpose(file), answers=answers, dry_run=keep_only)
            if report.written:
                counts = {str(outcome): number for outcome, number in report.counts.items()}
                workflow.mark_written(file=file, counts=counts, now=timezone.now())
                return redirect(self.address("import-preview"), pk=file.pk)
        return self.preview(file, report, status=200 if keep_only else 422, answers=answers)

    def preview(
        self, file: ImportFile, report: Report, status: int = 200, answers: Answers | None = None
    ) -> HttpResponse:
        """The page; open questions are errors where the file was to be written (``status``)."""
        post = self.request.POST if self.request.method == "POST" else None
        form = DecisionForm(post, rows=report.rows, answers=answers or {}, demanding=status != 200)
        return self.show("preview", status=status, file=file, preview=Preview(report), form=form, hidden=form.kept())


class ReportFile(ImportPage):
    """The rows as they came with what is said of them, to correct and bring again."""

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        return self.report(pk, {})

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        """With the answers chosen on the page; nothing is written."""
        return self.report(pk, answers_in((name, str(text)) for name, text in request.POST.items()))

    def report(self, pk: int, answers: Answers) -> HttpResponse:
        file = self.file(pk)
        if file.written_at:
            raise Http404
        report = import_cooperations(workflow.content_of(file), self.purpose(file), dry_run=True, answers=answers)
        return download(report_file(report, report.rows, answers), "meldungen")


class TemplateFile(ImportPage):
    """The empty file with all columns."""

    def get(self, request: HttpRequest, ending: str) -> HttpResponse:
        return download(template_file(ending), "vorlage-kooperationen")
