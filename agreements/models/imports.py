"""Files that somebody is about to import."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from agreements.querysets import ImportFileQuerySet
from coopportal.common.models import Timestamped


class ImportFile(Timestamped):
    """A file between its preview and its confirmation, and what came of it; one person's, forgotten after a day.

    ``municipality`` is empty where a reviewer brings in for the towns of a Land. ``content`` is compressed (zlib) and
    goes when the file is written; ``counts`` are then the numbers of rows by outcome.
    """

    user = models.ForeignKey(
        "accounts.User", on_delete=models.CASCADE, related_name="import_files", verbose_name=_("Person")
    )
    municipality = models.ForeignKey(
        "municipalities.Municipality",
        on_delete=models.CASCADE,
        related_name="import_files",
        null=True,
        blank=True,
        verbose_name=_("für"),
    )
    submit = models.BooleanField(_("gleich einreichen"), default=False)
    name = models.CharField(_("Dateiname"), max_length=200)
    content = models.BinaryField(_("Inhalt"))
    written_at = models.DateTimeField(_("eingelesen am"), null=True, blank=True)
    counts = models.JSONField(_("Ergebnis"), default=dict, blank=True)

    objects = ImportFileQuerySet.as_manager()

    class Meta:
        verbose_name = _("Datei zum Einlesen")
        verbose_name_plural = _("Dateien zum Einlesen")
        ordering = ["-created_at"]

    def __str__(self) -> str:
        return self.name
