"""Documents that the keeper attaches to its record."""

from __future__ import annotations

import datetime as dt
import hashlib
from pathlib import PurePath

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files import File
from django.db import transaction
from django.utils.module_loading import import_string
from django.utils.text import get_valid_filename
from django.utils.translation import gettext as _

from accounts.models import User
from agreements.choices import EDITABLE, RecordState, ScanResult
from agreements.models import Cooperation, Evidence
from agreements.permissions import may_attach
from agreements.uploads import ENDINGS, LARGEST, content_type_of
from agreements.workflow.recording import locked, present, require, require_state

#: To a published record documents may be added, for instance with a proposal; they are private until released.
_ATTACHABLE = (*EDITABLE, RecordState.SUBMITTED, RecordState.PUBLISHED)


def attach(*, user: User, cooperation: Cooperation, day: dt.date, file: File, title: str = "") -> Evidence:
    """Keep a PDF, ODT or DOCX of at most 20 MB; the same document twice is an error at ``file``.

    The file is written before the row: what a failure leaves behind is a file without a row, never the reverse.
    """
    content_type, digest = _examine(file)
    name = PurePath(str(file.name or "")).name
    ending = ENDINGS[content_type]
    shown = f"{get_valid_filename(PurePath(name).stem or 'dokument')[:150]}{ending}"
    with transaction.atomic():
        row = locked(cooperation)
        require(may_attach(user, row, day))
        require_state(row, _ATTACHABLE)
        evidence = Evidence(
            cooperation=row,
            title=title.strip(),
            original_name=shown,
            size=file.size,
            content_type=content_type,
            sha256=digest,
            scan_result=_scan(file),
            uploaded_by=user,
        )
        evidence.full_clean(exclude=["file"])
        evidence.file.save(shown, file, save=False)
        try:
            evidence.save()
        except BaseException:
            evidence.file.delete(save=False)
            raise
    return evidence


def _examine(file: File) -> tuple[str, str]:
    """Content type and SHA-256. Raises ValidationError at ``file``."""
    if file.size > LARGEST:
        raise ValidationError({"file": _("Die Datei ist größer als 20 MB.")})
    content_type = content_type_of(file)  # type: ignore[arg-type]
    if content_type is None:
        raise ValidationError({"file": _("Möglich sind PDF, ODT und DOCX, ohne Makros und unbeschädigt.")})
    digest = hashlib.sha256()
    for chunk in file.chunks():
        digest.update(chunk)
    file.seek(0)
    return content_type, digest.hexdigest()


def _scan(file: File) -> ScanResult:
    """Ask the installation's malware check, where there is one (EVIDENCE_SCANNER); it raises ValidationError."""
    if not settings.EVIDENCE_SCANNER:
        return ScanResult.UNCHECKED
    import_string(settings.EVIDENCE_SCANNER)(file)
    file.seek(0)
    return ScanResult.CLEAN


@transaction.atomic
def detach(*, user: User, evidence: Evidence, day: dt.date) -> None:
    """Take a document away again, as long as no reviewer has released it."""
    cooperation = locked(evidence.cooperation)
    row = present(Evidence.objects.all(), evidence.pk, _("Dieses Dokument liegt nicht mehr bei."))
    require(may_attach(user, cooperation, day))
    require_state(cooperation, EDITABLE)
    if row.released_at is not None:
        raise ValidationError({"file": _("Dieses Dokument ist schon freigegeben.")})
    file = row.file
    row.delete()
    transaction.on_commit(lambda: file.delete(save=False), robust=True)
