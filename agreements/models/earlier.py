"""What an earlier portal told the public of a cooperation and no other table holds: it came with a dump of it."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from agreements.choices import EntryAction, EntryKind
from agreements.models.cooperations import Cooperation


class EarlierEntry(models.Model):
    """An entry of the history as the public reads it: when, about what kind of thing, and what was done."""

    cooperation = models.ForeignKey(
        Cooperation, on_delete=models.CASCADE, related_name="earlier_entries", verbose_name=_("Kooperation")
    )
    kind = models.CharField(_("Gegenstand"), max_length=20, choices=EntryKind)
    action = models.CharField(_("Vorgang"), max_length=1, choices=EntryAction)
    at = models.DateTimeField(_("am"))

    class Meta:
        verbose_name = _("früherer Eintrag im Verlauf")
        verbose_name_plural = _("frühere Einträge im Verlauf")
        ordering = ["cooperation", "pk"]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.get_action_display()}"


class EarlierSource(models.Model):
    """The source of a change that was accepted, and when that was decided."""

    cooperation = models.ForeignKey(
        Cooperation, on_delete=models.CASCADE, related_name="earlier_sources", verbose_name=_("Kooperation")
    )
    source = models.CharField(_("Quelle"), max_length=300)
    decided_at = models.DateTimeField(_("entschieden am"), null=True, blank=True)

    class Meta:
        verbose_name = _("frühere Quelle einer Änderung")
        verbose_name_plural = _("frühere Quellen von Änderungen")
        ordering = ["cooperation", "pk"]

    def __str__(self) -> str:
        return self.source
