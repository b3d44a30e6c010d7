"""Documents of a record: attached and taken away in the step of the sources, read by those who may."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import FileResponse, Http404, HttpRequest
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.views import View
from django.views.decorators.cache import never_cache

from agreements import steps, workflow
from agreements.forms.registering import EvidenceForm
from agreements.models import Evidence
from agreements.permissions import may_read_evidence
from agreements.views.registering.base import DraftPage
from coopportal.common.numbers import number_of


class EvidenceDesk(DraftPage):
    """What the step of the sources does with documents."""

    @cached_property
    def evidence_form(self) -> EvidenceForm:
        return EvidenceForm()

    def attach_file(self, *, wanted: bool = False) -> bool:
        """Attach the file that was sent along, if any (``wanted``: there has to be one); False where it is refused."""
        if not wanted and not self.request.FILES:
            return True
        self.evidence_form = form = EvidenceForm({"title": self.request.POST.get("title", "")}, self.request.FILES)
        if not form.is_valid():
            return False
        try:
            workflow.attach(
                user=self.person,
                cooperation=self.cooperation,
                day=self.today,
                file=form.cleaned_data["file"],
                title=form.cleaned_data["title"],
            )
        except ValidationError as error:
            for name, said in error.message_dict.items():
                form.add_error(name if name in form.fields else "file", said)
            return False
        messages.success(self.request, _("Das Dokument liegt dem Eintrag bei."))
        return True

    def detach_file(self, which: str) -> None:
        row = self.cooperation.evidence.filter(pk=number_of(which) or 0).first()
        if row is None:
            return
        try:
            workflow.detach(user=self.person, evidence=row, day=self.today)
        except ValidationError as error:
            messages.error(self.request, " ".join(error.messages))
        else:
            messages.success(self.request, _("Das Dokument ist entfernt."))

    def evidence_context(self) -> dict[str, Any]:
        is_here = self.kwargs["step"] == steps.SOURCES.slug
        documents = self.cooperation.evidence.select_related("uploaded_by") if is_here else ()
        return {"documents": list(documents), "evidence_form": self.evidence_form if is_here else None}


@method_decorator(never_cache, name="dispatch")
class EvidenceFile(View):
    """A document as a download, for those who may read it; for all others it does not exist."""

    def get(self, request: HttpRequest, pk: int) -> FileResponse:
        rows = Evidence.objects.select_related("cooperation__keeper")
        evidence: Evidence = get_object_or_404(rows, pk=pk)
        if not may_read_evidence(request.user, evidence, timezone.localdate()):
            raise Http404
        try:
            file = evidence.file.open("rb")
        except FileNotFoundError:
            raise Http404 from None
        response = FileResponse(
            file, as_attachment=True, filename=evidence.original_name, content_type=evidence.content_type
        )
        response["Content-Security-Policy"] = "sandbox; default-src 'none'"
        return response
