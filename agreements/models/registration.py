"""The way of a record into the register: its log, the reviewer's remarks, documents as evidence, keys of requests."""

from __future__ import annotations

import uuid
from pathlib import Path, PurePath
from typing import Any

from django.conf import settings
from django.core.files.storage import FileSystemStorage
from django.db import models
from django.utils.translation import gettext_lazy as _

from agreements.choices import RecordState, ScanResult
from agreements.models.cooperations import Cooperation
from agreements.querysets import EvidenceQuerySet
from agreements.uploads import ENDINGS
from coopportal.common.models import Timestamped


class AppendOnly(models.Model):
    """A row that is written once: who said what when is not rewritten."""

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self._state.adding:
            raise TypeError("a log is only added to")
        super().save(*args, **kwargs)


class Transition(AppendOnly):
    """One step of a record from one state to the next: who, on whose behalf, when, why.

    ``municipality`` is the one on whose behalf it was submitted: nobody of that house reviews it.
    """

    cooperation = models.ForeignKey(
        Cooperation, on_delete=models.CASCADE, related_name="transitions", verbose_name=_("Kooperation")
    )
    from_state = models.CharField(_("von"), max_length=20, choices=RecordState, blank=True)
    to_state = models.CharField(_("nach"), max_length=20, choices=RecordState)
    at = models.DateTimeField(_("am"), auto_now_add=True)
    by = models.ForeignKey(
        "accounts.User", on_delete=models.SET_NULL, related_name="transitions", null=True, verbose_name=_("durch")
    )
    municipality = models.ForeignKey(
        "municipalities.Municipality",
        on_delete=models.PROTECT,
        related_name="transitions",
        null=True,
        verbose_name=_("für"),
    )
    reason = models.TextField(_("Grund"), blank=True, max_length=2000)

    class Meta:
        verbose_name = _("Schritt der Registrierung")
        verbose_name_plural = _("Schritte der Registrierung")
        ordering = ["cooperation", "pk"]

    def __str__(self) -> str:
        return f"{self.cooperation}: {self.get_to_state_display()}"


class FieldRemark(AppendOnly):
    """What the reviewer says of one field when a record is returned; ``field`` is empty for the record as a whole."""

    transition = models.ForeignKey(
        Transition, on_delete=models.CASCADE, related_name="remarks", verbose_name=_("Rückgabe")
    )
    field = models.CharField(_("Angabe"), max_length=60, blank=True)
    text = models.TextField(_("Anmerkung"), max_length=2000)

    class Meta:
        verbose_name = _("Anmerkung der Prüfung")
        verbose_name_plural = _("Anmerkungen der Prüfung")
        ordering = ["transition", "pk"]

    def __str__(self) -> str:
        return self.text[:80]


class Unfinished(models.Model):
    """What was typed into a step of a registration and cannot be recorded yet: shown again until it is put right.

    ``entries`` holds the texts (``fields``: name → texts, ``rows``: each with the row it is ``of``, if any),
    ``faults`` what is wrong with them, by place. Nobody loses it: neither on leaving nor on another machine.
    """

    cooperation = models.ForeignKey(
        Cooperation, on_delete=models.CASCADE, related_name="unfinished", verbose_name=_("Kooperation")
    )
    step = models.CharField(_("Schritt"), max_length=20)
    entries = models.JSONField(_("Eingaben"))
    faults = models.JSONField(_("Meldungen"))

    class Meta:
        verbose_name = _("unfertige Eingabe")
        verbose_name_plural = _("unfertige Eingaben")
        ordering = ["cooperation", "pk"]
        constraints = [models.UniqueConstraint(name="unfinished_once", fields=["cooperation", "step"])]

    def __str__(self) -> str:
        return f"{self.cooperation}: {self.step}"


class EvidenceStorage(FileSystemStorage):
    """Outside the web root: no address leads to a file, only the view that asks for the right to it."""

    @property
    def base_location(self) -> Path:
        return Path(settings.EVIDENCE_DIR)

    @property
    def location(self) -> str:
        return str(self.base_location.absolute())

    def url(self, name: str | None) -> str:
        raise ValueError("evidence has no address")


def evidence_storage() -> EvidenceStorage:
    return EvidenceStorage()


def evidence_name(_evidence: Evidence, original: str) -> str:
    """A random name of ours; of the name that was given only the ending stays."""
    name = uuid.uuid4().hex
    return f"{name[:2]}/{name}{PurePath(original).suffix.lower()[:5]}"


class Evidence(Timestamped):
    """A document of the keeper's own that supports a record: private until a reviewer releases it.

    ``examined_at`` is when a reviewer last said whether it becomes public; until then it waits for that.

    ``content_type`` is what the content shows, whatever the name or the browser says.
    """

    cooperation = models.ForeignKey(
        Cooperation, on_delete=models.CASCADE, related_name="evidence", verbose_name=_("Kooperation")
    )
    title = models.CharField(_("Bezeichnung"), max_length=200, blank=True)
    file = models.FileField(_("Datei"), storage=evidence_storage, upload_to=evidence_name, max_length=100)
    original_name = models.CharField(_("Dateiname"), max_length=200)
    size = models.PositiveIntegerField(_("Größe in Byte"))
    content_type = models.CharField(_("Art"), max_length=100)
    sha256 = models.CharField(_("SHA-256"), max_length=64)
    scan_result = models.CharField(_("Schadsoftware"), max_length=20, choices=ScanResult, default=ScanResult.UNCHECKED)
    uploaded_by = models.ForeignKey(
        "accounts.User", on_delete=models.SET_NULL, related_name="evidence", null=True, verbose_name=_("durch")
    )
    released_at = models.DateTimeField(_("freigegeben am"), null=True, blank=True)
    released_by = models.ForeignKey(
        "accounts.User",
        on_delete=models.SET_NULL,
        related_name="evidence_released",
        null=True,
        blank=True,
        verbose_name=_("freigegeben von"),
    )
    examined_at = models.DateTimeField(_("über die Freigabe entschieden am"), null=True, blank=True)

    objects = EvidenceQuerySet.as_manager()

    class Meta:
        verbose_name = _("Nachweis")
        verbose_name_plural = _("Nachweise")
        ordering = ["cooperation", "pk"]
        constraints = [
            models.UniqueConstraint(
                name="evidence_once",
                fields=["cooperation", "sha256"],
                violation_error_message=_("Dieses Dokument liegt schon bei."),
            )
        ]

    def __str__(self) -> str:
        return self.title or self.original_name

    @property
    def kind(self) -> str:
        """``PDF``, ``ODT``, ``DOCX``; empty where the content type is none of these."""
        return ENDINGS.get(self.content_type, "").lstrip(".").upper()


class IdempotencyKey(models.Model):
    """A request that must have one effect however often it is sent, and the answer it got.

    ``status`` is empty while the request is at work. The answer is written in the transaction of the effect.
    """

    user = models.ForeignKey(
        "accounts.User", on_delete=models.CASCADE, related_name="idempotency_keys", verbose_name=_("Person")
    )
    key = models.CharField(_("Schlüssel"), max_length=200)
    digest = models.CharField(_("Prüfsumme der Anfrage"), max_length=64)
    claimed_at = models.DateTimeField(_("begonnen am"))
    status = models.PositiveSmallIntegerField(_("Status der Antwort"), null=True, blank=True)
    body = models.JSONField(_("Antwort"), null=True, blank=True)
    headers = models.JSONField(_("Kopfzeilen"), default=dict, blank=True)

    class Meta:
        verbose_name = _("Anfrage mit Schlüssel")
        verbose_name_plural = _("Anfragen mit Schlüssel")
        constraints = [models.UniqueConstraint(name="idempotency_key_once", fields=["user", "key"])]

    def __str__(self) -> str:
        return f"{self.user}: {self.key}"
